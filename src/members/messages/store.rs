//! The table of messages.

use super::rules::Typed;
use crate::base::{Day, Moment};
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// Messages on one page of the operator's list.
pub const ROWS_A_PAGE: usize = 50;
/// Messages on one's first page.
const SHOWN: i64 = 20;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Our id.
    pub id: String,
    /// The one contract that it is for; `None`: all of the audience.
    pub contract_no: Option<String>,
    /// `all`, or a kind of contract.
    pub audience: String,
    /// 掲載日.
    pub posted_on: Day,
    /// 終了日, itself included.
    pub until_on: Option<Day>,
    /// 件名.
    pub subject: String,
    /// メッセージ.
    pub body: String,
    /// Counts changes.
    pub version: i64,
    /// When it was taken back.
    pub withdrawn_at: Option<Moment>,
}

impl FromRow for Message {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            contract_no: row.get("contract_no")?,
            audience: row.get("audience")?,
            posted_on: row.get("posted_on")?,
            until_on: row.get("until_on")?,
            subject: row.get("subject")?,
            body: row.get("body")?,
            version: row.get("version")?,
            withdrawn_at: row.get("withdrawn_at")?,
        })
    }
}

/// What people of the contract see on `today`, the newest first. `kind`: the contract's.
pub async fn shown(
    conn: &mut Conn,
    (contract_no, kind): (&str, &str),
    today: Day,
) -> Result<Vec<Message>, Error> {
    let sql = "SELECT * FROM messages WHERE withdrawn_at IS NULL \
               AND (audience = 'all' OR audience = $1) \
               AND (contract_no IS NULL OR contract_no = $2) \
               AND posted_on <= $3 AND (until_on IS NULL OR until_on >= $3) \
               ORDER BY posted_on DESC, id DESC LIMIT $4";
    conn.query(sql, params![kind, contract_no, today, SHOWN]).await
}

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

/// Adds a message; `false` when its id is there already: the same form sent twice.
pub async fn insert(
    tx: &mut Tx,
    message: &Message,
    (by, at): (&str, Moment),
) -> Result<bool, Error> {
    let added = tx
        .execute(
            "INSERT INTO messages (id, contract_no, audience, posted_on, until_on, subject, \
             body, created_by, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) ON CONFLICT (id) DO NOTHING",
            params![
                &message.id,
                message.contract_no.as_deref(),
                &message.audience,
                message.posted_on,
                message.until_on,
                &message.subject,
                &message.body,
                by,
                at
            ],
        )
        .await?;
    Ok(added > 0)
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
