//! What アカウント管理 reads besides accounts and people.

use crate::db::{Conn, Error, FromRow, Row, params};

/// A document to be handed out.
pub(super) struct Manual {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

impl FromRow for Manual {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { file_name: row.get("file_name")?, bytes: row.get("bytes")? })
    }
}

/// Whether there is a document called `name` for contracts of `kind`.
pub(super) async fn has_manual(conn: &mut Conn, name: &str, kind: &str) -> Result<bool, Error> {
    let sql = "SELECT COUNT(*) FROM documents WHERE name = $1 AND withdrawn_at IS NULL \
               AND audience IN ('all', $2)";
    Ok(conn.one::<i64>(sql, params![name, kind]).await?.unwrap_or(0) > 0)
}

/// The newest document called `name` for contracts of `kind`.
pub(super) async fn manual(
    conn: &mut Conn,
    name: &str,
    kind: &str,
) -> Result<Option<Manual>, Error> {
    let sql = "SELECT file_name, bytes FROM documents WHERE name = $1 AND withdrawn_at IS NULL \
               AND audience IN ('all', $2) ORDER BY updated_at DESC, id DESC LIMIT 1";
    conn.one(sql, params![name, kind]).await
}
