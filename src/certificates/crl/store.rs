//! The table of lists, and what they name.

use axum::body::Bytes;

use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::pki::crl::{Reason, RevokedEntry};

/// A signed list.
#[derive(Clone, Debug)]
pub struct List {
    /// Whose: the number of the issuing CA.
    pub generation: i64,
    /// Its number; a later list of the same CA has a higher one.
    pub number: i64,
    /// When it was signed.
    pub this_update: Moment,
    /// When the next is due at the latest.
    pub next_update: Moment,
    /// Digest of what it names.
    pub digest: String,
    /// The list, DER.
    pub der: Bytes,
}

impl FromRow for List {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            generation: row.get("generation")?,
            number: row.get("number")?,
            this_update: row.get("this_update")?,
            next_update: row.get("next_update")?,
            digest: row.get("digest")?,
            der: Bytes::from(row.get::<Vec<u8>>("der")?),
        })
    }
}

/// The list that an issuing CA signed last.
pub(super) async fn find(conn: &mut Conn, generation: i64) -> Result<Option<List>, Error> {
    conn.one("SELECT * FROM crls WHERE generation = $1", params![generation]).await
}

/// When the present list of each issuing CA ends: its number, and the instant.
pub async fn latest(conn: &mut Conn) -> Result<Vec<(i64, Moment)>, Error> {
    let sql = "SELECT generation, next_update FROM crls ORDER BY generation";
    conn.query(sql, params![]).await
}

/// Stores `list` in place of one with a lower number; one with a higher number stays.
pub(super) async fn put(tx: &mut Tx, list: &List) -> Result<(), Error> {
    let sql = "INSERT INTO crls (generation, number, this_update, next_update, digest, der) \
               VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (generation) DO UPDATE SET number = excluded.number, \
               this_update = excluded.this_update, next_update = excluded.next_update, \
               digest = excluded.digest, der = excluded.der \
               WHERE crls.number < excluded.number";
    let values = params![
        list.generation,
        list.number,
        list.this_update,
        list.next_update,
        &list.digest,
        &list.der[..]
    ];
    tx.execute(sql, values).await.map(drop)
}

struct Named(RevokedEntry);

impl FromRow for Named {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let reason: Option<String> = row.get("reason")?;
        let reason = reason.and_then(|reason| reason.parse().ok()).unwrap_or(Reason::Unspecified);
        Ok(Self(RevokedEntry { serial: row.get("serial")?, at: row.get("at")?, reason }))
    }
}

/// What the list of an issuing CA must name: its certificates that were revoked or
/// superseded and did not end before `oldest`, in the order of their serials.
pub(super) async fn named(
    conn: &mut Conn,
    generation: i64,
    oldest: Moment,
) -> Result<Vec<RevokedEntry>, Error> {
    let sql = "SELECT serial, COALESCE(revoked_at, superseded_at, issued_at) AS at, \
               CASE WHEN status = 'superseded' THEN 'superseded' ELSE reason END AS reason \
               FROM certificates WHERE generation = $1 \
               AND status IN ('revoked', 'superseded') AND not_after >= $2 ORDER BY serial";
    let rows: Vec<Named> = conn.query(sql, params![generation, oldest]).await?;
    Ok(rows.into_iter().map(|named| named.0).collect())
}
