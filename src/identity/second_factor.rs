//! What a person proves besides the password (二段階認証, R002-48): a mailed code or an
//! app's.
//!
//! The app's secret lies sealed under a key outside the database; the last step whose
//! code was taken is kept, so that no code works twice.

use crate::base::{Moment, Secret};
use crate::db::{Conn, Error, Tx, params};

use super::terms::{Asked, Terms};
use super::users::{SecondFactor, User};
use super::{seal, totp};

/// What is asked of the person: what they chose, or at least a mailed code where the
/// contract asks for something.
#[must_use]
pub fn asked_of(user: &User, terms: &Terms) -> Option<SecondFactor> {
    let least = (terms.second_factor == Asked::Required).then_some(SecondFactor::Mail);
    user.second_factor.or(least)
}

/// From now on a mailed code is asked for at each login.
pub async fn set_mail(tx: &mut Tx, user_id: &str) -> Result<(), Error> {
    set(tx, user_id, Some(SecondFactor::Mail)).await
}

/// From now on nothing is; also for whoever lost their app (the contract may ask for a
/// mailed code all the same). Whoever calls it leaves an audit row.
pub async fn clear(tx: &mut Tx, user_id: &str) -> Result<(), Error> {
    set(tx, user_id, None).await
}

async fn set(tx: &mut Tx, user_id: &str, to: Option<SecondFactor>) -> Result<(), Error> {
    let sql = "UPDATE users SET second_factor = $2, totp_sealed = NULL, totp_step = NULL, \
               version = version + 1 WHERE id = $1";
    tx.execute(sql, params![user_id, to.map(SecondFactor::word)]).await.map(drop)
}

/// From now on the code of the app with `secret` is asked for; `step` was its first.
/// `false` when `key` cannot seal.
pub async fn set_totp(
    tx: &mut Tx,
    user_id: &str,
    (key, secret): (&Secret, &Secret),
    step: i64,
) -> Result<bool, Error> {
    let Some(sealed) = seal::seal(&bound(key, user_id), secret) else { return Ok(false) };
    let sql = "UPDATE users SET second_factor = 'totp', totp_sealed = $2, totp_step = $3, \
               version = version + 1 WHERE id = $1";
    tx.execute(sql, params![user_id, sealed, step]).await?;
    Ok(true)
}

/// How an app's code was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is the one, for the first time.
    Right,
    /// It is not, or was used before.
    Wrong,
    /// The secret cannot be opened: the key is another one.
    Sealed,
}

/// Judges the code of the person's app at `now`, and notes that it was used. Call it
/// while the person's row is held.
pub async fn judge(
    tx: &mut Tx,
    user_id: &str,
    (key, typed): (&Secret, &str),
    now: Moment,
) -> Result<Judged, Error> {
    let sql = "SELECT totp_sealed, totp_step FROM users WHERE id = $1";
    let found: Option<(Option<Vec<u8>>, Option<i64>)> = tx.one(sql, params![user_id]).await?;
    let Some((Some(sealed), last)) = found else { return Ok(Judged::Sealed) };
    let Some(secret) = seal::open(&bound(key, user_id), &sealed) else {
        return Ok(Judged::Sealed);
    };
    let Some(step) = totp::check(&secret, typed, now, last) else { return Ok(Judged::Wrong) };
    let sql = "UPDATE users SET totp_step = $2 WHERE id = $1";
    tx.execute(sql, params![user_id, step]).await?;
    Ok(Judged::Right)
}

/// Whether the contract lets its people do without.
pub async fn is_required(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    Ok(super::terms::of(conn, contract_no).await?.second_factor == Asked::Required)
}

/// The key for one person's secret: another person's row cannot take its place.
fn bound(key: &Secret, user_id: &str) -> Secret {
    Secret::new(seal::mac(key, "second factor", user_id))
}
