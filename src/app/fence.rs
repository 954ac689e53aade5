//! What stands before passwords that are typed with an ID (DC582101 with a company's
//! certificate, DC583101, DC586101, 本登録): an address or a certificate from which too
//! much was wrong, or an address which has locked some IDs, waits, whatever is typed. So
//! one address does not lock many people.
//!
//! Counted is what was told (`Told`), not what is so: neither who exists nor who was
//! locked before shows here.

use std::net::IpAddr;

use super::{App, MOST_GUESSES, Slot, Source, Try, Typed};
use crate::audit::{self, Event, Outcome};
use crate::base::{Moment, Secret};
use crate::db::Error;
use crate::identity::contracts::Contract;
use crate::identity::lockout::Gate;
use crate::identity::users::User;

/// Where an ID and a password were typed.
#[derive(Debug)]
pub struct Door<'a> {
    sources: Vec<Source>,
    /// What a row begins with that tells of too many.
    told: Event<'a>,
}

impl<'a> Door<'a> {
    /// A page that is open to anybody; `event` tells of the request from `ip`.
    #[must_use]
    pub fn open(ip: IpAddr, event: &Event<'a>) -> Self {
        let told = Event { action: "refused", ..event.clone() };
        Self { sources: vec![Source::Address(ip), Source::Locks(ip)], told }
    }

    /// The login with a company's certificate of this SHA-256; `event` tells of the
    /// company.
    #[must_use]
    pub fn company(fingerprint: [u8; 32], event: Event<'a>) -> Self {
        Self { sources: vec![Source::Certificate(fingerprint)], told: event }
    }
}

/// How a try ended.
#[derive(Debug)]
pub enum Fenced<T> {
    /// It was looked at.
    Tried(Try<T>),
    /// It was not: address or certificate wait until then.
    Waits(Moment),
}

/// A try that is under way. Dropped, it was refused: whoever hangs up has tried, too.
struct Trial<'a> {
    app: &'a App,
    /// For what kind of ID, and which.
    id: (&'static str, &'a str),
    slot: Option<Slot<'a>>,
}

impl App {
    /// Tries `password` for whoever has the ID that was typed at `door`; `event` tells of
    /// the request.
    pub async fn try_typed(
        &self,
        door: &Door<'_>,
        typed: Typed<'_>,
        password: &Secret,
        event: &Event<'_>,
    ) -> Result<Fenced<User>, Error> {
        let Typed { id, user, rest } = typed;
        let trial = self.try_user_and(user, password, rest, event);
        self.fenced(door, ("user", id), trial).await
    }

    /// Tries `password` as the initial password of a contract, whose number was typed.
    pub async fn try_contract(
        &self,
        door: &Door<'_>,
        (number, contract): (&str, Option<Contract>),
        password: &Secret,
        event: &Event<'_>,
    ) -> Result<Fenced<Contract>, Error> {
        let trial = self.try_initial(contract, password, event);
        self.fenced(door, ("contract", number), trial).await
    }

    async fn fenced<T>(
        &self,
        door: &Door<'_>,
        id: (&'static str, &str),
        trial: impl Future<Output = Result<Try<T>, Error>>,
    ) -> Result<Fenced<T>, Error> {
        let slot = match self.guesses.take(&door.sources, self.clock.now()).await {
            Ok(slot) => Some(slot),
            Err(until) => {
                self.strangers.count("source-waits");
                return Ok(Fenced::Waits(until));
            }
        };
        let mut under_way = Trial { app: self, id, slot };
        let tried = trial.await;
        if matches!(tried, Err(_) | Ok(Try::Right(_))) {
            under_way.forget();
        }
        let tried = tried?;
        if let Try::Right(_) = tried {
            self.told.entered(id);
            return Ok(Fenced::Tried(tried));
        }
        let (gate, waiting) = under_way.refuse();
        for source in waiting {
            self.note_waiting(&door.told, &source).await?;
        }
        Ok(Fenced::Tried(match gate {
            Gate::Open => Try::Wrong,
            Gate::Locked(until) => Try::Locked(until),
            Gate::Closed => Try::Closed,
        }))
    }

    /// One row for all the tries that made the source wait.
    async fn note_waiting(&self, event: &Event<'_>, source: &Source) -> Result<(), Error> {
        let detail = match source {
            Source::Certificate(_) => {
                format!("{MOST_GUESSES} wrong logins with one company certificate")
            }
            Source::Locks(_) => "too many locks from one address".to_owned(),
            _ => "too many wrong tries from one address".to_owned(),
        };
        let event = Event { outcome: Outcome::Refused, detail: &detail, ..event.clone() };
        let mut tx = self.db.begin().await?;
        audit::record(&mut tx, self.clock.now(), &event).await?;
        tx.commit().await
    }
}

impl Trial<'_> {
    /// It was right, or could not be looked at: nothing is counted.
    fn forget(&mut self) {
        if let Some(slot) = self.slot.take() {
            slot.give_back();
        }
    }

    /// What is told of the ID from now on, and which sources wait. A lock counts when it is
    /// told for the first time.
    fn refuse(&mut self) -> (Gate, Vec<Source>) {
        let now = self.app.clock.now();
        let (gate, shut) = self.app.told.refused(self.id, self.app.lockout(), now);
        let counts = |source: &Source| shut || !matches!(source, Source::Locks(_));
        let waiting = self.slot.take().map(|slot| slot.end(counts));
        (gate, waiting.unwrap_or_default())
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if self.slot.is_some() {
            self.refuse();
        }
    }
}
