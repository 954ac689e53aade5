//! The code that a person is invited with (認証番号), mailed together with user ID and
//! first password (R000-14).
//!
//! It is a way that no browser holds yet. Its MAC is under the first password: whoever
//! has only a copy of the database cannot try codes against it.

use crate::base::secret::{equal, new_token, sha256_hex};
use crate::base::{Moment, Secret};
use crate::db::{Conn, Error, Tx, params};

use super::flows::{COLUMNS, Flow};
use super::seal;
use super::terms::LoginKind;
use super::users::User;

/// Digits of the code.
pub const DIGITS: usize = 6;

/// A code that a person is invited with.
#[derive(Debug)]
pub struct Invitation<'a> {
    /// The first password; in force, and temporary.
    pub password: &'a Secret,
    /// The code.
    pub code: &'a str,
    /// Wrong entries until it is worthless.
    pub tries: i64,
    /// Until when it is good.
    pub until: Moment,
}

/// Puts an invitation in force in place of an earlier one.
pub async fn put(
    tx: &mut Tx,
    user: &User,
    invitation: &Invitation<'_>,
    now: Moment,
) -> Result<(), Error> {
    let sql = "UPDATE flows SET step = 'done', sealed = NULL, code_mac = NULL \
               WHERE user_id = $1 AND kind = 'activate'";
    tx.execute(sql, params![&user.id]).await?;
    tx.execute(
        "INSERT INTO flows (token_hash, kind, step, contract_no, user_id, code_mac, \
         code_expires_at, code_tries, codes_sent, created_at, expires_at) \
         VALUES ($1, 'activate', 'registered', $2, $3, $4, $5, $6, 0, $7, $5)",
        params![
            sha256_hex(new_token().expose().as_bytes()),
            &user.contract_no,
            &user.id,
            mac(invitation.password, &user.id, invitation.code),
            invitation.until,
            invitation.tries,
            now
        ],
    )
    .await
    .map(drop)
}

/// The person's invitation that is not over, held until `tx` ends.
pub async fn hold(tx: &mut Tx, user_id: &str, now: Moment) -> Result<Option<Flow>, Error> {
    let sql = format!(
        "UPDATE flows SET step = step WHERE user_id = $1 AND kind = 'activate' \
         AND step = 'registered' AND expires_at > $2 RETURNING {COLUMNS}"
    );
    tx.one(&sql, params![user_id, now]).await
}

/// Whether `code` is the one that the person was invited with.
#[must_use]
pub fn fits(flow: &Flow, user_id: &str, password: &Secret, code: &str) -> bool {
    let made = mac(password, user_id, code);
    flow.code_tries > 0
        && flow.code_mac.as_ref().is_some_and(|mac| equal(mac.as_bytes(), made.as_bytes()))
}

/// Whether the person will wait for their 本登録 once they are given a temporary password:
/// it goes out by mail then.
pub async fn is_to_be_invited(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    let given = User { password_temporary: true, ..user.clone() };
    is_waited_for(conn, &given).await
}

/// Whether the person has to go through 本登録 before anything else: their address was
/// not proved yet, and their password is the first one (R000-16..19).
pub async fn is_waited_for(conn: &mut Conn, user: &User) -> Result<bool, Error> {
    let terms = super::terms::of(conn, &user.contract_no).await?;
    let never_in = user.password_temporary && user.last_login_at.is_none();
    Ok(never_in && terms.login == LoginKind::Email)
}

fn mac(password: &Secret, user_id: &str, code: &str) -> String {
    seal::mac(password, "activate", &format!("{user_id}\0{code}"))
}
