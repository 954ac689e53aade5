//! Inquiries in the database.

use super::rules::Entry;
use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// Rows of a page of the list.
const PAGE: usize = 50;

/// An inquiry.
#[derive(Clone, Debug)]
pub(super) struct Contact {
    pub id: String,
    pub entry: Entry,
    pub received_at: Moment,
    pub done_at: Option<Moment>,
    /// ユーザーID of the operator who did it.
    pub done_by: Option<String>,
}

impl FromRow for Contact {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            entry: Entry {
                company: row.get("company")?,
                name: row.get("name")?,
                email: row.get("email")?,
                tel: row.get("tel")?,
                body: row.get("body")?,
            },
            received_at: row.get("received_at")?,
            done_at: row.get("done_at")?,
            done_by: row.get("done_by")?,
        })
    }
}

/// Keeps an inquiry; `false` when the same form was sent before.
pub(super) async fn insert(
    tx: &mut Tx,
    id: &str,
    entry: &Entry,
    at: Moment,
) -> Result<bool, Error> {
    let sql = "INSERT INTO contact_requests (id, company, name, email, tel, body, received_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    let values =
        params![id, &entry.company, &entry.name, &entry.email, &entry.tel, &entry.body, at];
    Ok(tx.execute(sql, values).await? > 0)
}

/// One of them.
pub(super) async fn find(conn: &mut Conn, id: &str) -> Result<Option<Contact>, Error> {
    conn.one("SELECT * FROM contact_requests WHERE id = $1", params![id]).await
}

/// How many there are, done ones or others when asked.
pub(super) async fn count(conn: &mut Conn, done: Option<bool>) -> Result<i64, Error> {
    let sql = format!("SELECT COUNT(*) FROM contact_requests WHERE {}", which(done));
    Ok(conn.one(&sql, params![]).await?.unwrap_or(0))
}

/// A page of them, newest first, from behind the one called `after`; and whether more
/// follow.
pub(super) async fn page(
    conn: &mut Conn,
    done: Option<bool>,
    after: Option<&Contact>,
) -> Result<(Vec<Contact>, bool), Error> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let which = which(done);
    let mut found: Vec<Contact> = match after {
        None => {
            let sql = format!(
                "SELECT * FROM contact_requests WHERE {which} \
                 ORDER BY received_at DESC, id DESC LIMIT $1"
            );
            conn.query(&sql, params![limit]).await?
        }
        Some(after) => {
            let sql = format!(
                "SELECT * FROM contact_requests WHERE {which} AND (received_at < $1 \
                 OR (received_at = $1 AND id < $2)) \
                 ORDER BY received_at DESC, id DESC LIMIT $3"
            );
            conn.query(&sql, params![after.received_at, &after.id, limit]).await?
        }
    };
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    Ok((found, more))
}

const fn which(done: Option<bool>) -> &'static str {
    match done {
        None => "1 = 1",
        Some(true) => "done_at IS NOT NULL",
        Some(false) => "done_at IS NULL",
    }
}

/// Marks it done by `by`; `false` when it was before.
pub(super) async fn set_done(tx: &mut Tx, id: &str, by: &str, at: Moment) -> Result<bool, Error> {
    let sql = "UPDATE contact_requests SET done_at = $2, done_by = $3 \
               WHERE id = $1 AND done_at IS NULL";
    Ok(tx.execute(sql, params![id, at, by]).await? > 0)
}
