//! The table of manuals.

use super::kinds;
use super::rules::{File, Typed};
use crate::base::Moment;
use crate::base::secret::sha256_hex;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// A manual without its bytes.
#[derive(Clone, Debug)]
pub struct Manual {
    /// Our id.
    pub id: String,
    /// `all`, or a kind of contract.
    pub audience: String,
    /// The word of the role that it is for; `None`: everybody.
    pub role: Option<String>,
    /// Its place in the list; small ones stand first.
    pub position: i64,
    /// マニュアル名.
    pub name: String,
    /// コメント, without format and size.
    pub comment: String,
    /// Name of the file.
    pub file_name: String,
    /// Bytes of the file.
    pub size_bytes: i64,
    /// When it was put in or changed.
    pub updated_at: Moment,
    /// Counts changes.
    pub version: i64,
}

impl Manual {
    /// What people call its kind of file.
    #[must_use]
    pub fn label(&self) -> &'static str {
        kinds::by_name(&self.file_name).map_or("ファイル", |kind| kind.label)
    }

    /// Bytes of the file.
    #[must_use]
    pub fn size(&self) -> usize {
        usize::try_from(self.size_bytes).unwrap_or_default()
    }

    /// Whether browsers show it themselves.
    #[must_use]
    pub fn is_pdf(&self) -> bool {
        kinds::by_name(&self.file_name).is_some_and(|kind| kind.end == "pdf")
    }
}

impl FromRow for Manual {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            audience: row.get("audience")?,
            role: row.get("role")?,
            position: row.get("position")?,
            name: row.get("name")?,
            comment: row.get("comment")?,
            file_name: row.get("file_name")?,
            size_bytes: row.get("size_bytes")?,
            updated_at: row.get("updated_at")?,
            version: row.get("version")?,
        })
    }
}

const COLUMNS: &str = "id, audience, role, position, name, comment, file_name, size_bytes, \
                       updated_at, version";

/// All of an audience (a kind of contract), of everybody's and for any role, in their
/// order; of all audiences without one.
pub async fn list(conn: &mut Conn, audience: Option<&str>) -> Result<Vec<Manual>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM documents WHERE withdrawn_at IS NULL \
         AND (CAST($1 AS TEXT) IS NULL OR audience = 'all' OR audience = $1) \
         ORDER BY position, id"
    );
    conn.query(&sql, params![audience]).await
}

/// The manual `id`, unless it was taken back.
pub async fn find(conn: &mut Conn, id: &str) -> Result<Option<Manual>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE id = $1 AND withdrawn_at IS NULL");
    conn.one(&sql, params![id]).await
}

/// The file of the manual `id`.
pub async fn bytes(conn: &mut Conn, id: &str) -> Result<Option<Vec<u8>>, Error> {
    let sql = "SELECT bytes FROM documents WHERE id = $1 AND withdrawn_at IS NULL";
    conn.one(sql, params![id]).await
}

/// The place after the last.
pub async fn next_position(conn: &mut Conn) -> Result<i64, Error> {
    let sql = "SELECT COALESCE(MAX(position), 0) FROM documents WHERE withdrawn_at IS NULL";
    Ok(conn.one::<i64>(sql, params![]).await?.unwrap_or(0) + 1)
}

/// Adds `manual` with its file; `false` when its id is there already: the same form sent
/// twice.
pub async fn insert(tx: &mut Tx, manual: &Manual, bytes: &[u8], by: &str) -> Result<bool, Error> {
    let media_type = kinds::by_name(&manual.file_name).map_or(UNKNOWN, |kind| kind.media_type);
    let added = tx
        .execute(
            "INSERT INTO documents (id, audience, role, position, name, comment, file_name, \
             media_type, size_bytes, sha256, bytes, created_by, updated_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1) \
             ON CONFLICT (id) DO NOTHING",
            params![
                &manual.id,
                &manual.audience,
                manual.role.as_deref(),
                manual.position,
                &manual.name,
                &manual.comment,
                &manual.file_name,
                media_type,
                manual.size_bytes,
                sha256_hex(bytes),
                bytes,
                by,
                manual.updated_at
            ],
        )
        .await?;
    Ok(added > 0)
}

/// What a file of no known kind leaves as.
pub const UNKNOWN: &str = "application/octet-stream";

/// Changes the manual that is still at `version`; `false` when it is not.
pub async fn update(
    tx: &mut Tx,
    (id, version): (&str, i64),
    new: &Typed,
    at: Moment,
) -> Result<bool, Error> {
    let changed = tx
        .execute(
            "UPDATE documents SET audience = $3, role = $4, position = $5, name = $6, \
             comment = $7, updated_at = $8, version = version + 1 \
             WHERE id = $1 AND version = $2 AND withdrawn_at IS NULL",
            params![
                id,
                version,
                &new.audience,
                new.role.as_deref(),
                new.position,
                &new.name,
                &new.comment,
                at
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Puts another file in the manual's place.
pub async fn replace(tx: &mut Tx, id: &str, file: &File) -> Result<(), Error> {
    let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
    tx.execute(
        "UPDATE documents SET file_name = $2, media_type = $3, size_bytes = $4, sha256 = $5, \
         bytes = $6 WHERE id = $1",
        params![
            id,
            &file.name,
            file.kind.media_type,
            size,
            sha256_hex(&file.bytes),
            file.bytes.as_slice()
        ],
    )
    .await
    .map(drop)
}

/// Takes the manual back; `false` when it was before.
pub async fn withdraw(tx: &mut Tx, id: &str, at: Moment) -> Result<bool, Error> {
    let sql = "UPDATE documents SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL";
    Ok(tx.execute(sql, params![id, at]).await? > 0)
}
