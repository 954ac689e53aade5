//! The table of messages.

pub use crate::identity::messages::{Message, insert, shown};

use super::rules::Typed;
use crate::base::Moment;
use crate::db::{Conn, Error, Tx, params};

/// Messages on one page of the operator's list.
pub const ROWS_A_PAGE: usize = 50;

/// How many there are that were not taken back.
pub async fn count(conn: &mut Conn) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM messages WHERE withdrawn_at IS NULL";
    Ok(conn.one(sql, params![]).await?.unwrap_or(0))
}

/// A page of the operator's list, the newest first, after the message `after` when given;
/// whether there are more.
pub async fn page(conn: &mut Conn, after: Option<&str>) -> Result<(Vec<Message>, bool), Error> {
    let sql = "SELECT * FROM messages m WHERE m.withdrawn_at IS NULL \
               AND (CAST($1 AS TEXT) IS NULL OR (m.posted_on, m.id) < \
               (SELECT c.posted_on, c.id FROM messages c WHERE c.id = $1)) \
               ORDER BY m.posted_on DESC, m.id DESC LIMIT $2";
    let limit = i64::try_from(ROWS_A_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows: Vec<Message> = conn.query(sql, params![after, limit]).await?;
    let later = rows.len() > ROWS_A_PAGE;
    rows.truncate(ROWS_A_PAGE);
    Ok((rows, later))
}

/// The message `id`, unless it was taken back.
pub async fn find(conn: &mut Conn, id: &str) -> Result<Option<Message>, Error> {
    let sql = "SELECT * FROM messages WHERE id = $1 AND withdrawn_at IS NULL";
    conn.one(sql, params![id]).await
}

/// Changes the message that is still at `version`; `false` when it is not.
pub async fn update(tx: &mut Tx, id: &str, version: i64, new: &Typed) -> Result<bool, Error> {
    let changed = tx
        .execute(
            "UPDATE messages SET contract_no = $3, audience = $4, posted_on = $5, until_on = $6, \
             subject = $7, body = $8, version = version + 1 \
             WHERE id = $1 AND version = $2 AND withdrawn_at IS NULL",
            params![
                id,
                version,
                new.contract_no.as_deref(),
                &new.audience,
                new.posted_on,
                new.until_on,
                &new.subject,
                &new.body
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Takes the message back; `false` when it was before.
pub async fn withdraw(tx: &mut Tx, id: &str, at: Moment) -> Result<bool, Error> {
    let sql = "UPDATE messages SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL";
    Ok(tx.execute(sql, params![id, at]).await? > 0)
}
