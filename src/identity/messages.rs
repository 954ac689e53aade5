//! お知らせ: what people of a contract read on their first page.

use crate::base::{Day, Moment};
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

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
