//! The table of certificates.

use super::state::{Happening, State};
use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// A certificate we issued.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Serial number, lower-case hex.
    pub serial: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub fingerprint: String,
    /// The issuing CA that signed it, from 1.
    pub generation: i64,
    /// The contract it belongs to.
    pub contract_no: String,
    /// The person (our id); `None` in company mode.
    pub user_id: Option<String>,
    /// `user` or `company`.
    pub mode: String,
    /// What has become of it, as stored.
    pub status: State,
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
    /// When its successor took over.
    pub superseded_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
    /// Why it was revoked (RFC 5280 §5.3.1).
    pub reason: Option<String>,
    /// What the operator noted then.
    pub note: Option<String>,
    /// The written request that asked for it.
    pub request_id: Option<String>,
}

impl FromRow for Certificate {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            serial: row.get("serial")?,
            fingerprint: row.get("fingerprint")?,
            generation: row.get("generation")?,
            contract_no: row.get("contract_no")?,
            user_id: row.get("user_id")?,
            mode: row.get("mode")?,
            status: state(&row.get::<String>("status")?)?,
            subject_cn: row.get("subject_cn")?,
            der: row.get("der")?,
            file_name: row.get("file_name")?,
            issued_at: row.get("issued_at")?,
            not_before: row.get("not_before")?,
            not_after: row.get("not_after")?,
            first_used_at: row.get("first_used_at")?,
            superseded_at: row.get("superseded_at")?,
            revoked_at: row.get("revoked_at")?,
            reason: row.get("reason")?,
            note: row.get("note")?,
            request_id: row.get("request_id")?,
        })
    }
}

impl Certificate {
    /// The state as of `now`: one in force whose time is over is `Expired`.
    #[must_use]
    pub fn state_at(&self, now: Moment) -> State {
        let over = self.status.in_force() && now > self.not_after.plus_ms(999);
        if over { State::Expired } else { self.status }
    }
}

fn state(word: &str) -> Result<State, Error> {
    State::parse(word).ok_or_else(|| Error::missing("certificates.status"))
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

/// The company's certificate of a contract that is stored as active (it may have ended).
pub async fn active_of_company(
    conn: &mut Conn,
    contract_no: &str,
) -> Result<Option<Certificate>, Error> {
    let sql = "SELECT * FROM certificates \
               WHERE contract_no = $1 AND mode = 'company' AND status = 'active'";
    conn.one(sql, params![contract_no]).await
}

/// All companies' certificates in force, active and retiring, newest first.
pub async fn in_force_of_companies(conn: &mut Conn) -> Result<Vec<Certificate>, Error> {
    let sql = "SELECT * FROM certificates WHERE mode = 'company' \
               AND status IN ('active', 'retiring') ORDER BY issued_at DESC, serial";
    conn.query(sql, params![]).await
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
    /// Of the contract with this number.
    pub contract_no: Option<String>,
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
         AND (CAST($4 AS TEXT) IS NULL OR contract_no = $4) \
         ORDER BY contract_no, subject_cn, issued_at, serial",
        params![wanted.user_id.as_deref(), wanted.ends_by, now, wanted.contract_no.as_deref()],
    )
    .await
}

/// Adds an active certificate; a second active one of a user is a unique violation.
pub async fn insert(tx: &mut Tx, one: &Certificate) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO certificates (serial, fingerprint, contract_no, user_id, mode, status, \
         subject_cn, der, file_name, issued_at, not_before, not_after, generation) \
         VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $9, $10, $11, $12)",
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
            one.not_after,
            one.generation
        ],
    )
    .await
    .map(drop)
}

/// Puts the certificate where `happening` leads from its state; `false` when that is
/// nowhere. Revocation has a function of its own.
pub async fn change(tx: &mut Tx, serial: &str, happening: Happening) -> Result<bool, Error> {
    let (from, to) = words(happening);
    let sql =
        format!("UPDATE certificates SET status = $2 WHERE serial = $1 AND status IN ({from})");
    Ok(tx.execute(&sql, params![serial, to]).await? > 0)
}

/// Revokes; `false` when it was at an end already.
pub async fn revoke(tx: &mut Tx, serial: &str, reason: &str, now: Moment) -> Result<bool, Error> {
    let (from, to) = words(Happening::Revoked);
    let sql = format!(
        "UPDATE certificates SET status = $4, revoked_at = $2, reason = $3 \
         WHERE serial = $1 AND status IN ({from})"
    );
    Ok(tx.execute(&sql, params![serial, now, reason, to]).await? > 0)
}

/// Keeps what is noted with a revocation, and the written request that asked for it.
pub async fn set_note(
    tx: &mut Tx,
    serial: &str,
    note: Option<&str>,
    request_id: Option<&str>,
) -> Result<(), Error> {
    let sql = "UPDATE certificates SET note = $2, request_id = $3 WHERE serial = $1";
    tx.execute(sql, params![serial, note, request_id]).await.map(drop)
}

/// The states that `happening` leads from, as a list of SQL texts, and the one it leads to.
fn words(happening: Happening) -> (String, &'static str) {
    let (from, to) = happening.moves();
    let from: Vec<String> = from.iter().map(|state| format!("'{}'", state.word())).collect();
    (from.join(", "), to.map_or("", State::word))
}

/// The next value of a counter, from 1.
pub async fn next_number(tx: &mut Tx, name: &str) -> Result<i64, Error> {
    let sql = "INSERT INTO counters (name, value) VALUES ($1, 1) \
               ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
    Ok(tx.one(sql, params![name]).await?.unwrap_or(1))
}
