//! People (利用者) of a contract.

use crate::base::Moment;
use crate::base::id::new_id;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

use super::lockout::{Attempts, Gate};
use super::passwords;

/// A person who may sign in.
#[derive(Clone, Debug)]
pub struct User {
    /// Our stable id, a UUID.
    pub id: String,
    /// The contract the person belongs to.
    pub contract_no: String,
    /// ユーザーID.
    pub login_id: String,
    /// What the person may do.
    pub kind: Kind,
    /// ユーザー名.
    pub name: String,
    /// Where codes and notices go.
    pub email: String,
    /// argon2id of the password.
    pub password_hash: String,
    /// 仮のパスワード: must be changed at the first login (R004-95).
    pub password_temporary: bool,
    /// When it came into force.
    pub password_set_at: Moment,
    /// Wrong passwords.
    pub attempts: Attempts,
    /// The login that the present session began with.
    pub last_login_at: Option<Moment>,
    /// The one before it: 前回ログイン日時 (R004-109).
    pub previous_login_at: Option<Moment>,
    /// When the person was added.
    pub created_at: Moment,
    /// When the first login is possible (R002-36); `None`: at once.
    pub available_from: Option<Moment>,
    /// What is asked besides the password (R002-48).
    pub second_factor: Option<SecondFactor>,
    /// 電話番号, as it was written; may be empty.
    pub tel: String,
    /// Counts changes to what a form shows.
    pub version: i64,
}

/// What is asked besides the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code sent by mail at each login.
    Mail,
    /// The code of an app (RFC 6238).
    Totp,
}

impl SecondFactor {
    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Totp => "totp",
        }
    }

    /// The factor that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Mail, Self::Totp].into_iter().find(|factor| factor.word() == word)
    }
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// マスターユーザー.
    Master,
    /// 一般ユーザー.
    General,
    /// 従業員.
    Employee,
    /// 運営者.
    Operator,
}

impl Kind {
    /// The word for it in the database and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::General => "general",
            Self::Employee => "employee",
            Self::Operator => "operator",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Master, Self::General, Self::Employee, Self::Operator]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

impl User {
    /// Somebody who is added at `now`, whose password is the first and temporary. Name,
    /// address and password are for the caller to fill in.
    #[must_use]
    pub fn new(contract_no: &str, login_id: &str, kind: Kind, now: Moment) -> Self {
        Self {
            id: new_id(now),
            contract_no: contract_no.to_owned(),
            login_id: login_id.to_owned(),
            kind,
            name: String::new(),
            email: String::new(),
            password_hash: String::new(),
            password_temporary: true,
            password_set_at: now,
            attempts: Attempts::default(),
            last_login_at: None,
            previous_login_at: None,
            created_at: now,
            available_from: None,
            second_factor: None,
            tel: String::new(),
            version: 1,
        }
    }

    /// `active`, `locked` or `closed`, as the command line says it.
    #[must_use]
    pub fn state(&self, now: Moment) -> &'static str {
        match self.attempts.gate(now) {
            Gate::Open => "active",
            Gate::Locked(_) => "locked",
            Gate::Closed => "closed",
        }
    }
}

const COLUMNS: &str = "id, contract_no, login_id, kind, name, email, password_hash, \
                       password_temporary, password_set_at, failures, locks, locked_until, \
                       closed_at, last_login_at, previous_login_at, created_at, available_from, \
                       second_factor, tel, version";

impl FromRow for User {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let kind: String = row.get("kind")?;
        Ok(Self {
            id: row.get("id")?,
            contract_no: row.get("contract_no")?,
            login_id: row.get("login_id")?,
            kind: Kind::parse(&kind).unwrap_or(Kind::Employee),
            name: row.get("name")?,
            email: row.get("email")?,
            password_hash: row.get("password_hash")?,
            password_temporary: row.get("password_temporary")?,
            password_set_at: row.get("password_set_at")?,
            attempts: Attempts {
                failures: row.get("failures")?,
                locks: row.get("locks")?,
                locked_until: row.get("locked_until")?,
                closed_at: row.get("closed_at")?,
            },
            last_login_at: row.get("last_login_at")?,
            previous_login_at: row.get("previous_login_at")?,
            created_at: row.get("created_at")?,
            available_from: row.get("available_from")?,
            second_factor: second_factor(row)?,
            tel: row.get("tel")?,
            version: row.get("version")?,
        })
    }
}

/// A word that this program does not know asks for a mailed code: never for less.
fn second_factor(row: &Row) -> Result<Option<SecondFactor>, Error> {
    let word: Option<String> = row.get("second_factor")?;
    Ok(word.map(|word| SecondFactor::parse(&word).unwrap_or(SecondFactor::Mail)))
}

/// The person with our id `id`, unless deleted.
pub async fn find(conn: &mut Conn, id: &str) -> Result<Option<User>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE id = $1 AND deleted_at IS NULL");
    conn.one(&sql, params![id]).await
}

/// The person with the ユーザーID `login_id`, unless deleted. One that is a mail address
/// is kept in small letters and found however it is typed (R002-04).
pub async fn find_by_login_id(conn: &mut Conn, login_id: &str) -> Result<Option<User>, Error> {
    let small = login_id.contains('@').then(|| login_id.to_ascii_lowercase());
    let login_id = small.as_deref().unwrap_or(login_id);
    let sql = format!("SELECT {COLUMNS} FROM users WHERE login_id = $1 AND deleted_at IS NULL");
    conn.one(&sql, params![login_id]).await
}

/// As `find`, and holds the row until `tx` ends, so that two changes take turns.
pub async fn hold(tx: &mut Tx, id: &str) -> Result<Option<User>, Error> {
    let sql = format!(
        "UPDATE users SET id = id WHERE id = $1 AND deleted_at IS NULL RETURNING {COLUMNS}"
    );
    tx.one(&sql, params![id]).await
}

/// People by contract and ユーザーID; of one contract when given.
pub async fn list(conn: &mut Conn, contract_no: Option<&str>) -> Result<Vec<User>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE deleted_at IS NULL \
         AND contract_no = COALESCE(CAST($1 AS TEXT), contract_no) ORDER BY contract_no, login_id"
    );
    conn.query(&sql, params![contract_no]).await
}

/// The first `most` people of the contract whose ユーザーID comes after `after`.
pub async fn page(
    conn: &mut Conn,
    contract_no: &str,
    after: &str,
    most: i64,
) -> Result<Vec<User>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE contract_no = $1 AND deleted_at IS NULL \
         AND login_id > $2 ORDER BY login_id LIMIT $3"
    );
    conn.query(&sql, params![contract_no, after, most]).await
}

/// The contract's master, if registered.
pub async fn master_of(conn: &mut Conn, contract_no: &str) -> Result<Option<User>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE contract_no = $1 AND kind = 'master' \
         AND deleted_at IS NULL"
    );
    conn.one(&sql, params![contract_no]).await
}

/// Makes `to` the master in place of `from`, both of the contract (R002-14); `false`,
/// with nothing to keep, when they are not master and general user any more.
pub async fn hand_over_master(
    tx: &mut Tx,
    contract_no: &str,
    (from, to): (&str, &str),
) -> Result<bool, Error> {
    let sql = "UPDATE users SET kind = $4, version = version + 1 WHERE id = $1 \
               AND contract_no = $2 AND kind = $3 AND deleted_at IS NULL";
    // The one before goes first: there is one master at any time.
    let down = tx.execute(sql, params![from, contract_no, "master", "general"]).await?;
    let up = tx.execute(sql, params![to, contract_no, "general", "master"]).await?;
    Ok((down, up) == (1, 1))
}

/// Adds a person; a login ID or a master that exists is a unique violation.
pub async fn insert(tx: &mut Tx, user: &User) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO users (id, contract_no, login_id, kind, name, email, password_hash, \
         password_temporary, password_set_at, failures, locks, created_at, available_from, \
         second_factor, tel) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12, $13)",
        params![
            &user.id,
            &user.contract_no,
            &user.login_id,
            user.kind.word(),
            &user.name,
            &user.email,
            &user.password_hash,
            user.password_temporary,
            user.password_set_at,
            user.created_at,
            user.available_from,
            user.second_factor.map(SecondFactor::word),
            &user.tel
        ],
    )
    .await
    .map(drop)
}

/// Notes what was tried with the password.
pub async fn set_attempts(tx: &mut Tx, id: &str, now: &Attempts) -> Result<(), Error> {
    tx.execute(
        "UPDATE users SET failures = $2, locks = $3, locked_until = $4, closed_at = $5 \
         WHERE id = $1",
        params![id, now.failures, now.locks, now.locked_until, now.closed_at],
    )
    .await
    .map(drop)
}

/// Puts a new password in force at `at`, and keeps the one before from coming back as
/// long as the policy says. One that somebody else gives goes by `changes`.
pub async fn set_password(tx: &mut Tx, id: &str, hash: &str, at: Moment) -> Result<(), Error> {
    replace_password(tx, id, (hash, false), at).await
}

/// Puts a password, temporary or not, in force at `at`; locks stay as they are.
pub(super) async fn replace_password(
    tx: &mut Tx,
    id: &str,
    (hash, temporary): (&str, bool),
    at: Moment,
) -> Result<(), Error> {
    passwords::keep(tx, id).await?;
    tx.execute(
        "UPDATE users SET password_hash = $2, password_temporary = $3, password_set_at = $4 \
         WHERE id = $1",
        params![id, hash, temporary, at],
    )
    .await
    .map(drop)
}

/// How many people the contract has.
pub async fn count(conn: &mut Conn, contract_no: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM users WHERE contract_no = $1 AND deleted_at IS NULL";
    Ok(conn.one(sql, params![contract_no]).await?.unwrap_or(0))
}

/// What a person says about themselves on 登録情報変更.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// ユーザー名.
    pub name: String,
    /// メールアドレス.
    pub email: String,
    /// 電話番号; may be empty.
    pub tel: String,
}

/// Puts a profile in force if nobody changed the person since `version`.
pub async fn set_profile(tx: &mut Tx, id: &str, version: i64, to: &Profile) -> Result<bool, Error> {
    let sql = "UPDATE users SET name = $3, email = $4, tel = $5, version = version + 1 \
               WHERE id = $1 AND version = $2 AND deleted_at IS NULL";
    Ok(tx.execute(sql, params![id, version, &to.name, &to.email, &to.tel]).await? > 0)
}

/// Deletes a person: the ユーザーID is free again, the row stays for what names it.
pub async fn delete(tx: &mut Tx, id: &str, at: Moment) -> Result<bool, Error> {
    let sql = "UPDATE users SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL";
    Ok(tx.execute(sql, params![id, at]).await? > 0)
}

/// Replaces the hash of the same password by a stronger one.
pub async fn rehash(tx: &mut Tx, id: &str, hash: &str) -> Result<(), Error> {
    let sql = "UPDATE users SET password_hash = $2 WHERE id = $1";
    tx.execute(sql, params![id, hash]).await.map(drop)
}

/// Notes a login at `at`; what was the last becomes the previous.
pub async fn note_login(tx: &mut Tx, id: &str, at: Moment) -> Result<(), Error> {
    tx.execute(
        "UPDATE users SET previous_login_at = last_login_at, last_login_at = $2, failures = 0, \
         locks = 0, locked_until = NULL WHERE id = $1",
        params![id, at],
    )
    .await
    .map(drop)
}
