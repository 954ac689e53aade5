//! What アカウント管理 reads besides accounts and people.

use crate::db::{Conn, Error, FromRow, Row, params};
use crate::identity::rights::{self, Actor};

/// A document to be handed out.
pub(super) struct Manual {
    id: String,
    /// The role that it is for; `None`: everybody.
    role: Option<String>,
    pub file_name: String,
}

impl FromRow for Manual {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { id: row.get("id")?, role: row.get("role")?, file_name: row.get("file_name")? })
    }
}

/// The newest document called `name` for contracts of `kind` that is meant for the actor.
pub(super) async fn manual(
    conn: &mut Conn,
    (name, kind): (&str, &str),
    actor: &Actor,
) -> Result<Option<Manual>, Error> {
    let sql = "SELECT id, role, file_name FROM documents WHERE name = $1 AND withdrawn_at IS NULL \
               AND audience IN ('all', $2) ORDER BY updated_at DESC, id DESC";
    let found: Vec<Manual> = conn.query(sql, params![name, kind]).await?;
    Ok(found.into_iter().find(|one| rights::is_meant(actor, one.role.as_deref())))
}

/// The file of it, unless it was taken back meanwhile.
pub(super) async fn bytes(conn: &mut Conn, manual: &Manual) -> Result<Option<Vec<u8>>, Error> {
    let sql = "SELECT bytes FROM documents WHERE id = $1 AND withdrawn_at IS NULL";
    conn.one(sql, params![&manual.id]).await
}
