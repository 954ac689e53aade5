//! What stands before passwords on the pages that are open to anybody (DC583101,
//! DC586101): an address from which too much was wrong, or which has locked some IDs,
//! waits, whatever it types. So one address does not lock many people.
//!
//! Counted is what was told (`Told`), not what is so: neither who exists nor who was
//! locked before shows here.

use std::net::IpAddr;

use super::{App, Source, Try, Typed};
use crate::audit::{self, Event, Outcome};
use crate::base::{Moment, Secret};
use crate::db::Error;
use crate::identity::contracts::Contract;
use crate::identity::lockout::Gate;
use crate::identity::users::User;

/// How a try ended.
#[derive(Debug)]
pub enum Fenced<T> {
    /// It was looked at.
    Tried(Try<T>),
    /// It was not: the address waits until then.
    Waits(Moment),
}

impl App {
    /// As `try_typed`, from an address.
    pub async fn try_fenced(
        &self,
        ip: IpAddr,
        typed: Typed<'_>,
        password: &Secret,
        event: &Event<'_>,
    ) -> Result<Fenced<User>, Error> {
        if let Some(until) = self.address_waits(ip) {
            return Ok(Fenced::Waits(until));
        }
        let before = self.told.gate(("user", typed.id), self.clock.now());
        let tried = self.try_typed(typed, password, event).await?;
        self.note_tried((ip, before), &tried, event).await?;
        Ok(Fenced::Tried(tried))
    }

    /// As `try_contract`, from an address.
    pub async fn try_contract_fenced(
        &self,
        ip: IpAddr,
        typed: (&str, Option<Contract>),
        password: &Secret,
        event: &Event<'_>,
    ) -> Result<Fenced<Contract>, Error> {
        if let Some(until) = self.address_waits(ip) {
            return Ok(Fenced::Waits(until));
        }
        let before = self.told.gate(("contract", typed.0), self.clock.now());
        let tried = self.try_contract(typed, password, event).await?;
        self.note_tried((ip, before), &tried, event).await?;
        Ok(Fenced::Tried(tried))
    }

    /// When this address may try again; `None` for now.
    fn address_waits(&self, ip: IpAddr) -> Option<Moment> {
        let now = self.clock.now();
        let sources = [Source::Address(ip), Source::Locks(ip)];
        let until = sources.iter().filter_map(|one| self.guesses.waits_until(one, now)).max();
        if until.is_some() {
            self.strangers.count("address-waits");
        }
        until
    }

    /// `before`: what was told of the ID before the try.
    async fn note_tried<T>(
        &self,
        (ip, before): (IpAddr, Gate),
        tried: &Try<T>,
        event: &Event<'_>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        if matches!(tried, Try::Right(_)) {
            return Ok(());
        }
        if self.guesses.note(&Source::Address(ip), now) {
            self.note_waiting(event, "too many wrong tries from one address").await?;
        }
        let locks = before == Gate::Open && !matches!(tried, Try::Wrong);
        if locks && self.guesses.note(&Source::Locks(ip), now) {
            self.note_waiting(event, "too many locks from one address").await?;
        }
        Ok(())
    }

    /// One row for all the tries that made the address wait.
    async fn note_waiting(&self, event: &Event<'_>, detail: &str) -> Result<(), Error> {
        let event = Event { action: "refused", outcome: Outcome::Refused, detail, ..event.clone() };
        let mut tx = self.db.begin().await?;
        audit::record(&mut tx, self.clock.now(), &event).await?;
        tx.commit().await
    }
}
