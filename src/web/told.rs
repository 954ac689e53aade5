//! A password that the operator had made: shown to that session alone, until it is
//! handed over or half an hour has passed, and stored nowhere in clear.

use zeroize::Zeroizing;

use super::{Arrived, Error};
use crate::app::{App, Parcel};
use crate::base::{Moment, Secret};
use crate::db::Tx;

/// How long it can be shown again, for a printer that jams.
const MINUTES: i64 = 30;

/// A password that waits to be handed over.
pub struct Told {
    /// The password.
    pub password: Secret,
    /// After this it is gone.
    pub until: Moment,
}

/// Leaves `password` for the session of `person`, under a name for what it opens, and commits
/// what puts it in force: one that nobody can read would be of no use, and one that is not in
/// force must not be handed over.
pub async fn leave_and_commit(
    app: &App,
    person: &Arrived,
    (what, password): (&str, &Secret),
    tx: Tx,
) -> Result<(), Error> {
    leave(app, person, what, password)?;
    tx.commit().await.inspect_err(|_| forget(app, person, what))?;
    Ok(())
}

fn leave(app: &App, person: &Arrived, what: &str, password: &Secret) -> Result<(), Error> {
    let parcel = Parcel {
        file_name: String::new(),
        serial: String::new(),
        bytes: Zeroizing::new(Vec::new()),
        until: app.clock.now().plus_minutes(MINUTES),
    };
    if app.handovers.leave(&token(person), what, parcel, password) {
        Ok(())
    } else {
        Err(Error::busy(std::io::Error::other("the password could not be sealed")))
    }
}

/// What waits for the session of `person` under this name.
#[must_use]
pub fn find(app: &App, person: &Arrived, what: &str) -> Option<Told> {
    let found = app.handovers.find(&token(person), what, app.clock.now())?;
    Some(Told { password: found.password, until: found.until })
}

/// Wipes it: it was handed over.
pub fn forget(app: &App, person: &Arrived, what: &str) {
    app.handovers.forget(&token(person), what);
}

/// The guard has seen it.
fn token(person: &Arrived) -> Secret {
    person.visit.session.clone().unwrap_or_default()
}
