//! The table of certificates.

use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// A certificate we issued.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Serial number, lower-case hex.
    pub serial: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub fingerprint: String,
    /// The contract it belongs to.
    pub contract_no: String,
    /// The person (our id); `None` in company mode.
    pub user_id: Option<String>,
    /// `user` or `company`.
    pub mode: String,
    /// `active`, `retiring`, `superseded`, `expired`, `revoked` as stored.
    pub status: String,
    /// Common name: the user ID.
    pub subject_cn: String,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Name of the file it was handed out in.
    pub file_name: String,
    /// When it was issued.
    pub issued_at: Moment,
    /// First second.
    pub not_before: Moment,
    /// Last second.
    pub not_after: Moment,
    /// When somebody first signed in with it.
    pub first_used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
    /// Why it was revoked (RFC 5280 §5.3.1).
    pub reason: Option<String>,
}

impl FromRow for Certificate {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            serial: row.get("serial")?,
            fingerprint: row.get("fingerprint")?,
            contract_no: row.get("contract_no")?,
            user_id: row.get("user_id")?,
            mode: row.get("mode")?,
            status: row.get("status")?,
            subject_cn: row.get("subject_cn")?,
            der: row.get("der")?,
            file_name: row.get("file_name")?,
            issued_at: row.get("issued_at")?,
            not_before: row.get("not_before")?,
            not_after: row.get("not_after")?,
            first_used_at: row.get("first_used_at")?,
            revoked_at: row.get("revoked_at")?,
            reason: row.get("reason")?,
        })
    }
}

impl Certificate {
    /// The status as of `now`: one whose time is over is `expired` unless it was
    /// revoked or superseded before.
    #[must_use]
    pub fn status_at(&self, now: Moment) -> &str {
        let in_force = matches!(self.status.as_str(), "active" | "retiring");
        if in_force && now > self.not_after.plus_ms(999) { "expired" } else { &self.status }
    }
}

/// The certificate with this serial.
pub async fn find(conn: &mut Conn, serial: &str) -> Result<Option<Certificate>, Error> {
    conn.one("SELECT * FROM certificates WHERE serial = $1", params![serial]).await
}

/// The user's certificate that is stored as active (it may have ended).
pub async fn active_of(conn: &mut Conn, user_id: &str) -> Result<Option<Certificate>, Error> {
    let sql = "SELECT * FROM certificates WHERE user_id = $1 AND status = 'active'";
    conn.one(sql, params![user_id]).await
}

/// The user's certificates that can still open a door: active and retiring.
pub async fn in_force_of(conn: &mut Conn, user_id: &str) -> Result<Vec<Certificate>, Error> {
    let sql = "SELECT * FROM certificates WHERE user_id = $1 \
               AND status IN ('active', 'retiring') ORDER BY issued_at";
    conn.query(sql, params![user_id]).await
}

/// Which certificates a list wants; `None` wants all.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of the person with our id.
    pub user_id: Option<String>,
    /// Ending at or before this instant, and not yet ended.
    pub ends_by: Option<Moment>,
}

/// Certificates by contract, user and day of issue.
pub async fn list(
    conn: &mut Conn,
    wanted: &Wanted,
    now: Moment,
) -> Result<Vec<Certificate>, Error> {
    conn.query(
        "SELECT * FROM certificates \
         WHERE (CAST($1 AS TEXT) IS NULL OR user_id = $1) \
         AND (CAST($2 AS BIGINT) IS NULL OR (not_after <= $2 AND not_after >= $3)) \
         ORDER BY contract_no, subject_cn, issued_at, serial",
        params![wanted.user_id.as_deref(), wanted.ends_by, now],
    )
    .await
}

/// Adds an active certificate; a second active one of a user is a unique violation.
pub async fn insert(tx: &mut Tx, one: &Certificate) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO certificates (serial, fingerprint, contract_no, user_id, mode, status, \
         subject_cn, der, file_name, issued_at, not_before, not_after) \
         VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $9, $10, $11)",
        params![
            &one.serial,
            &one.fingerprint,
            &one.contract_no,
            one.user_id.as_deref(),
            &one.mode,
            &one.subject_cn,
            one.der.as_slice(),
            &one.file_name,
            one.issued_at,
            one.not_before,
            one.not_after
        ],
    )
    .await
    .map(drop)
}

/// Puts the certificate into `status`, which is not `revoked`.
pub async fn set_status(tx: &mut Tx, serial: &str, status: &str) -> Result<(), Error> {
    let sql = "UPDATE certificates SET status = $2 WHERE serial = $1 AND status <> 'revoked'";
    tx.execute(sql, params![serial, status]).await.map(drop)
}

/// Revokes; `false` when it was revoked already.
pub async fn revoke(tx: &mut Tx, serial: &str, reason: &str, now: Moment) -> Result<bool, Error> {
    let sql = "UPDATE certificates SET status = 'revoked', revoked_at = $2, reason = $3 \
               WHERE serial = $1 AND status <> 'revoked'";
    Ok(tx.execute(sql, params![serial, now, reason]).await? > 0)
}

/// All revoked certificates that a CRL names, oldest first.
pub async fn revoked(conn: &mut Conn) -> Result<Vec<Certificate>, Error> {
    let sql = "SELECT * FROM certificates WHERE status = 'revoked' ORDER BY revoked_at, serial";
    conn.query(sql, params![]).await
}

/// The next value of a counter, from 1.
pub async fn next_number(tx: &mut Tx, name: &str) -> Result<i64, Error> {
    let sql = "INSERT INTO counters (name, value) VALUES ($1, 1) \
               ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
    Ok(tx.one(sql, params![name]).await?.unwrap_or(1))
}
