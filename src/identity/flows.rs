//! A person's way through a registration or an issue, kept in the database.
//!
//! The browser holds a token, the row holds its hash; what was typed is sealed
//! under the token. So a closed browser, a stopped server or a second node loses
//! nothing, and a copy of the database opens nothing.

use crate::base::secret::sha256_hex;
use crate::base::{Moment, Secret};
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

use super::seal;

/// How long a way may take, in minutes from its start.
pub const LIFE_MINUTES: i64 = 60;
/// How many codes one way may ask for.
pub const MOST_CODES: i64 = 5;
/// How many codes a person is sent within the life of a way, on all ways together:
/// whoever knows the password cannot try codes without end.
pub const MOST_CODES_OF_PERSON: i64 = 10;

/// Where a way leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// マスターユーザー初期登録.
    Master,
    /// 電子証明書発行.
    Certificate,
    /// 本登録 with a mailed user ID, initial password and code (R000-16..19).
    Activate,
    /// A forgotten password (R000-26..34).
    Forgot,
    /// アカウント登録 by oneself (R002-17..35).
    Signup,
    /// A login whose password was right, before its second factor (R002-48).
    SecondFactor,
    /// An app that is being paired.
    Totp,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Contract number and initial password were right; the form is next.
    Authenticated,
    /// The master is registered; of `Activate`: invited by mail.
    Registered,
    /// ID and password were right; the mailed code is next.
    Code,
    /// The code was right; 「発行」 is next.
    Verified,
    /// 「発行」 was pressed.
    Issuing,
    /// The certificate is signed and stored.
    Issued,
    /// 「閉じる」 was pressed, or the file was used.
    Done,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Certificate => "certificate",
            Self::Activate => "activate",
            Self::Forgot => "forgot",
            Self::Signup => "signup",
            Self::SecondFactor => "second_factor",
            Self::Totp => "totp",
        }
    }
}

impl Step {
    const ALL: [Self; 7] = [
        Self::Authenticated,
        Self::Registered,
        Self::Code,
        Self::Verified,
        Self::Issuing,
        Self::Issued,
        Self::Done,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Authenticated => "authenticated",
            Self::Registered => "registered",
            Self::Code => "code",
            Self::Verified => "verified",
            Self::Issuing => "issuing",
            Self::Issued => "issued",
            Self::Done => "done",
        }
    }
}

/// A way under way.
#[derive(Clone, Debug)]
pub struct Flow {
    /// SHA-256 of the browser's token, hex.
    pub token_hash: String,
    /// How far it has come.
    pub step: Step,
    /// The contract concerned, once known.
    pub contract_no: Option<String>,
    /// The person, once known.
    pub user_id: Option<String>,
    /// The address or ID that was typed, where nobody may be known by it.
    pub typed: Option<String>,
    /// What was typed, sealed under the token.
    pub sealed: Option<Vec<u8>>,
    /// MAC of the code under the token.
    pub code_mac: Option<String>,
    /// Until when the code is good.
    pub code_expires_at: Option<Moment>,
    /// Wrong entries that are left.
    pub code_tries: i64,
    /// Codes sent so far.
    pub codes_sent: i64,
    /// The certificate made last on this way.
    pub serial: Option<String>,
    /// `modern` or `compat`, once chosen.
    pub format: Option<String>,
    /// After this the way is closed.
    pub expires_at: Moment,
}

impl FromRow for Flow {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let step: String = row.get("step")?;
        Ok(Self {
            token_hash: row.get("token_hash")?,
            step: Step::ALL.into_iter().find(|s| s.word() == step).unwrap_or(Step::Done),
            contract_no: row.get("contract_no")?,
            user_id: row.get("user_id")?,
            typed: row.get("typed")?,
            sealed: row.get("sealed")?,
            code_mac: row.get("code_mac")?,
            code_expires_at: row.get("code_expires_at")?,
            code_tries: row.get("code_tries")?,
            codes_sent: row.get("codes_sent")?,
            serial: row.get("serial")?,
            format: row.get("format")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

pub(super) const COLUMNS: &str = "token_hash, step, contract_no, user_id, typed, sealed, code_mac, \
                       code_expires_at, code_tries, codes_sent, serial, format, expires_at";

impl Flow {
    /// A way at its first `step`, begun at `now` by the holder of `token`.
    #[must_use]
    pub fn new(token: &Secret, step: Step, now: Moment) -> Self {
        Self {
            token_hash: sha256_hex(token.expose().as_bytes()),
            step,
            contract_no: None,
            user_id: None,
            typed: None,
            sealed: None,
            code_mac: None,
            code_expires_at: None,
            code_tries: 0,
            codes_sent: 0,
            serial: None,
            format: None,
            expires_at: now.plus_minutes(LIFE_MINUTES),
        }
    }

    /// What was typed, for whoever holds `token`.
    #[must_use]
    pub fn unseal(&self, token: &Secret) -> Option<Secret> {
        self.sealed.as_deref().and_then(|sealed| seal::open(token, sealed))
    }
}

/// The way that `token` opens, if its kind is `kind` and it is not over.
pub async fn find(
    conn: &mut Conn,
    token: &Secret,
    kind: Kind,
    now: Moment,
) -> Result<Option<Flow>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM flows WHERE token_hash = $1 AND kind = $2 AND expires_at > $3"
    );
    let hash = sha256_hex(token.expose().as_bytes());
    conn.one(&sql, params![hash, kind.word(), now]).await
}

/// Whether `token` opens or opened a way of any kind.
pub async fn is_used(conn: &mut Conn, token: &Secret) -> Result<bool, Error> {
    let sql = "SELECT COUNT(*) FROM flows WHERE token_hash = $1";
    let hash = sha256_hex(token.expose().as_bytes());
    Ok(conn.one::<i64>(sql, params![hash]).await?.unwrap_or(0) > 0)
}

/// As `find`, and holds the row until `tx` ends, so that two requests take turns.
pub async fn hold(
    tx: &mut Tx,
    token: &Secret,
    kind: Kind,
    now: Moment,
) -> Result<Option<Flow>, Error> {
    let sql = format!(
        "UPDATE flows SET step = step WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 \
         RETURNING {COLUMNS}"
    );
    let hash = sha256_hex(token.expose().as_bytes());
    tx.one(&sql, params![hash, kind.word(), now]).await
}

/// Starts a way for the holder of `token`.
pub async fn insert(tx: &mut Tx, kind: Kind, flow: &Flow, created_at: Moment) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO flows (token_hash, kind, step, contract_no, user_id, sealed, code_tries, \
         codes_sent, serial, created_at, expires_at, typed) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10)",
        params![
            &flow.token_hash,
            kind.word(),
            flow.step.word(),
            flow.contract_no.as_deref(),
            flow.user_id.as_deref(),
            flow.sealed.as_deref(),
            flow.serial.as_deref(),
            created_at,
            flow.expires_at,
            flow.typed.as_deref()
        ],
    )
    .await
    .map(drop)
}

/// How many codes were sent to the person on ways that are not over.
pub async fn codes_sent_to(conn: &mut Conn, user_id: &str, now: Moment) -> Result<i64, Error> {
    let sql = "SELECT CAST(COALESCE(SUM(codes_sent), 0) AS BIGINT) FROM flows \
               WHERE user_id = $1 AND expires_at > $2";
    Ok(conn.one(sql, params![user_id, now]).await?.unwrap_or(0))
}

/// Holds what was typed on ways of `kind` until `tx` ends, so that several wishes at once
/// are counted one after the other where there is no row yet to hold.
pub async fn take_turn(tx: &mut Tx, kind: Kind, typed: &str) -> Result<(), Error> {
    let sql = "INSERT INTO counters (name, value) VALUES ($1, 0) \
               ON CONFLICT (name) DO UPDATE SET value = counters.value";
    // One of many rows that stay: what is typed must not fill the table.
    let hash = sha256_hex(format!("{}\0{typed}", kind.word()).as_bytes());
    let name = format!("codes-{}", hash.get(..3).unwrap_or_default());
    tx.execute(sql, params![name]).await.map(drop)
}

/// Makes the codes of the ways to a forgotten password worthless that were begun with
/// `typed` as ID: of several only the last is good. Such a way is not done: nothing came
/// of it.
pub async fn end_forgot(tx: &mut Tx, typed: &str) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'code', sealed = NULL, code_mac = NULL \
               WHERE kind = 'forgot' AND typed = $1 AND step <> 'done'";
    tx.execute(sql, params![typed]).await.map(drop)
}

/// How many codes were sent on ways of `kind` to the address that was typed, on those
/// that are not over.
pub async fn codes_sent_to_typed(
    conn: &mut Conn,
    kind: Kind,
    typed: &str,
    now: Moment,
) -> Result<i64, Error> {
    let sql = "SELECT CAST(COALESCE(SUM(codes_sent), 0) AS BIGINT) FROM flows \
               WHERE typed = $1 AND kind = $2 AND expires_at > $3";
    Ok(conn.one(sql, params![typed, kind.word(), now]).await?.unwrap_or(0))
}

/// Ends every way that the person is on, but for a master's registration: what they were
/// begun with is no longer good. An invitation stays: it is worth nothing without the
/// password that it was mailed with, and good again when a lock is lifted. Call it before
/// the person's row is held.
pub async fn end_all(tx: &mut Tx, user_id: &str) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'done', sealed = NULL, code_mac = NULL \
               WHERE user_id = $1 AND kind <> 'master' \
               AND (kind <> 'activate' OR step <> 'registered')";
    tx.execute(sql, params![user_id]).await?;
    let sql = "UPDATE flows SET step = 'code', sealed = NULL, code_mac = NULL \
               WHERE kind = 'forgot' AND step <> 'done' \
               AND typed = (SELECT login_id FROM users WHERE id = $1)";
    tx.execute(sql, params![user_id]).await.map(drop)
}

/// Ends every way to something of the contract's: it was closed.
pub async fn end_contract(tx: &mut Tx, contract_no: &str) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'done', sealed = NULL, code_mac = NULL \
               WHERE contract_no = $1";
    tx.execute(sql, params![contract_no]).await.map(drop)
}

/// Ends every way to a contract's first registration that was not come to its end: its
/// initial password is another one.
pub async fn end_enrolment(tx: &mut Tx, contract_no: &str) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'done', sealed = NULL, code_mac = NULL \
               WHERE contract_no = $1 AND kind = 'master' AND step = 'authenticated'";
    tx.execute(sql, params![contract_no]).await.map(drop)
}

/// Puts a new code in force on the way.
pub async fn set_code(
    tx: &mut Tx,
    flow: &Flow,
    code_mac: &str,
    tries: i64,
    until: Moment,
) -> Result<(), Error> {
    tx.execute(
        "UPDATE flows SET code_mac = $2, code_tries = $3, code_expires_at = $4, \
         codes_sent = codes_sent + 1 WHERE token_hash = $1",
        params![&flow.token_hash, code_mac, tries, until],
    )
    .await
    .map(drop)
}

/// Takes one try away.
pub async fn note_wrong_code(tx: &mut Tx, flow: &Flow) -> Result<(), Error> {
    let sql = "UPDATE flows SET code_tries = code_tries - 1 WHERE token_hash = $1";
    tx.execute(sql, params![&flow.token_hash]).await.map(drop)
}

/// Moves the way on.
pub async fn set_step(tx: &mut Tx, flow: &Flow, step: Step) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = $2 WHERE token_hash = $1";
    tx.execute(sql, params![&flow.token_hash, step.word()]).await.map(drop)
}

/// Notes that the code was right: it is used up, and what comes next has `tries` tries.
pub async fn set_verified(tx: &mut Tx, flow: &Flow, tries: i64) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'verified', code_mac = NULL, code_tries = $2 \
               WHERE token_hash = $1";
    tx.execute(sql, params![&flow.token_hash, tries]).await.map(drop)
}

/// Notes that 「発行」 was pressed for a file of `format`.
pub async fn set_issuing(tx: &mut Tx, flow: &Flow, format: &str) -> Result<(), Error> {
    let sql =
        "UPDATE flows SET step = 'issuing', format = $2, code_mac = NULL WHERE token_hash = $1";
    tx.execute(sql, params![&flow.token_hash, format]).await.map(drop)
}

/// Notes the certificate that was made.
pub async fn set_issued(tx: &mut Tx, token_hash: &str, serial: &str) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'issued', serial = $2 WHERE token_hash = $1";
    tx.execute(sql, params![token_hash, serial]).await.map(drop)
}

/// Notes the registered master.
pub async fn set_registered(tx: &mut Tx, flow: &Flow, user_id: &str) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'registered', user_id = $2 WHERE token_hash = $1";
    tx.execute(sql, params![&flow.token_hash, user_id]).await.map(drop)
}

/// Closes the way and forgets what was sealed.
pub async fn finish(tx: &mut Tx, flow: &Flow) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'done', sealed = NULL, code_mac = NULL \
               WHERE token_hash = $1";
    tx.execute(sql, params![&flow.token_hash]).await.map(drop)
}

/// Removes ways that are over.
pub async fn sweep(conn: &mut Conn, now: Moment) -> Result<u64, Error> {
    conn.execute("DELETE FROM flows WHERE expires_at <= $1", params![now]).await
}
