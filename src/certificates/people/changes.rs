//! What happens to a person by the operator's hand, by page or on a request on paper.

use crate::audit::{self, Event};
use crate::base::id::random_password;
use crate::base::{Moment, Secret};
use crate::db::{Conn, Error, Tx};
use crate::identity::flows;
use crate::identity::lockout::Attempts;
use crate::identity::policy;
use crate::identity::sessions::Sessions;
use crate::identity::users::{self, User};

/// The name under which a person's new 仮のパスワード waits to be handed over.
#[must_use]
pub fn what(user_id: &str) -> String {
    format!("temporary-password:{user_id}")
}

/// Shortest 仮のパスワード that is made.
const LENGTH: i64 = 10;
/// How often one length is tried before the next.
const TRIES: usize = 100;

/// A 仮のパスワード that the contract's policy takes.
pub async fn make_password(conn: &mut Conn, user: &User) -> Result<Secret, Error> {
    let policy = policy::of(conn, &user.contract_no).await?;
    for length in policy.min_length.max(LENGTH.min(policy.max_length))..=policy.max_length {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        for _ in 0..TRIES {
            let made = Secret::new(random_password(length));
            if policy.check(&made, Some(&user.login_id)).is_ok() {
                return Ok(made);
            }
        }
    }
    Err(Error::missing("a password that the contract's policy takes"))
}

/// Lifts lock and 閉塞; `false` when the person is gone or there was none.
pub async fn unlock(
    tx: &mut Tx,
    user_id: &str,
    now: Moment,
    event: &Event<'_>,
) -> Result<bool, Error> {
    let Some(user) = users::hold(tx, user_id).await? else { return Ok(false) };
    if user.attempts == Attempts::default() {
        return Ok(false);
    }
    users::set_attempts(tx, user_id, &Attempts::default()).await?;
    record(tx, &user, now, event).await?;
    Ok(true)
}

/// Puts a 仮のパスワード in force: it must be changed at the next login, locks are lifted,
/// sessions and ways end. `false` when the person is gone.
pub async fn set_temporary_password(
    tx: &mut Tx,
    user_id: &str,
    hash: &str,
    now: Moment,
    event: &Event<'_>,
) -> Result<bool, Error> {
    flows::end_all(tx, user_id).await?;
    let Some(user) = users::hold(tx, user_id).await? else { return Ok(false) };
    // Once more: one may have been begun while this waited for its turn.
    flows::end_all(tx, user_id).await?;
    users::set_temporary_password(tx, user_id, hash, now).await?;
    Sessions::end_all(tx, user_id, None, now).await?;
    record(tx, &user, now, event).await?;
    Ok(true)
}

async fn record(tx: &mut Tx, user: &User, now: Moment, event: &Event<'_>) -> Result<(), Error> {
    let event = Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        ..event.clone()
    };
    audit::record(tx, now, &event).await.map(drop)
}
