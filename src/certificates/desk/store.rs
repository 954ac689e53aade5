//! What the desk shows beside a certificate or a request.

use crate::base::Moment;
use crate::certificates::store::Certificate;
use crate::db::{Conn, Error, FromRow, Row, params};

/// A mail about a certificate's end.
pub(super) struct Notice {
    pub(super) kind: String,
    pub(super) days: i64,
    pub(super) email: String,
    pub(super) noted_at: Moment,
}

impl FromRow for Notice {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            kind: row.get("kind")?,
            days: row.get("days")?,
            email: row.get("email")?,
            noted_at: row.get("noted_at")?,
        })
    }
}

/// What was mailed about the certificate's end, newest first.
pub(super) async fn notices(conn: &mut Conn, serial: &str) -> Result<Vec<Notice>, Error> {
    let sql = "SELECT kind, days, email, noted_at FROM notices WHERE serial = $1 \
               ORDER BY noted_at DESC, days";
    conn.query(sql, params![serial]).await
}

/// The certificates that the request ended.
pub(super) async fn ended_by(conn: &mut Conn, request_id: &str) -> Result<Vec<Certificate>, Error> {
    let sql = "SELECT * FROM certificates WHERE request_id = $1 ORDER BY revoked_at, serial";
    conn.query(sql, params![request_id]).await
}
