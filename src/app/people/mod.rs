//! What somebody else does about a person, alike by page, on a request on paper and by
//! command: the change, its audit rows, and the mail of 本登録 to whoever waits for it.
//!
//! All of it lies in the caller's transaction. In a server, ring `App::jobs_waiting` after
//! the commit; the mail's words are in `words`.

mod invite;
mod words;

use crate::audit::{self, Event};
use crate::base::Moment;
use crate::config::Config;
use crate::db::{Error, Tx};
use crate::identity::changes::{self, Applied, Change};
use crate::identity::lockout::Limits;

pub use invite::invite;
pub use words::mail;

/// Who changes a person, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// What the operator set.
    pub config: &'a Config,
    /// Actor, action and whence; whom it concerns and what was changed is filled in.
    pub event: &'a Event<'a>,
    /// When.
    pub now: Moment,
}

/// Applies `change` to the person with our id, tells the chain, and invites whoever cannot
/// come in with a new password alone (R000-14, R000-16). Whoever gives a password goes
/// this way.
pub async fn change(
    tx: &mut Tx,
    user_id: &str,
    change: &Change,
    by: &By<'_>,
) -> Result<Applied, Error> {
    let applied = changes::apply(tx, user_id, change, limits(by.config), by.now).await?;
    let Applied::Done(done) = &applied else { return Ok(applied) };
    if done.told.is_empty() {
        return Ok(applied);
    }
    let user = &done.user;
    if let Some(temporary) = change.temporary.as_ref().filter(|_| done.waits) {
        invite(tx, by.config, user, &temporary.password, by.now).await?;
    }
    let event = Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        detail: &done.told,
        ..by.event.clone()
    };
    audit::record(tx, by.now, &event).await?;
    if done.factor_off {
        let event = Event { action: "second-factor", detail: "off", ..event };
        audit::record(tx, by.now, &event).await?;
    }
    Ok(applied)
}

/// The limits on wrong passwords.
#[must_use]
pub fn limits(config: &Config) -> Limits {
    let set = config.lockout;
    Limits {
        failures: set.failures,
        lock_minutes: set.lock_minutes,
        locks_to_close: set.locks_to_close,
    }
}
