//! One try with a password: counted, audited, and locked after too many (R004-11..13,
//! R004-61).
//!
//! The hash is compared before the count is looked at, and the count decides: a right
//! password during a lock is refused in the same time and with the same words. A try for
//! an ID that nobody has takes the same time, too, and what is told to whoever typed an ID
//! depends on what was typed alone (`Told`).

use super::App;
use crate::audit::{self, Event, Outcome};
use crate::base::{Moment, Secret};
use crate::db::{Error, Tx};
use crate::identity::contracts::{self, Contract};
use crate::identity::lockout::{Attempts, Gate};
use crate::identity::password;
use crate::identity::users::{self, User};

/// How a try ended.
#[derive(Debug)]
pub enum Try<T> {
    /// The password is right, and whose it is.
    Right(Box<T>),
    /// Wrong, or nobody has that ID.
    Wrong,
    /// ロック until then.
    Locked(Moment),
    /// 閉塞.
    Closed,
}

/// An ID that was typed, and whose it is.
#[derive(Debug)]
pub struct Typed<'a> {
    /// As it was typed.
    pub id: &'a str,
    /// Who has it.
    pub user: Option<User>,
    /// Whether all else that was typed with the password is right; if not, the password is
    /// as wrong as any, in the same time.
    pub rest: bool,
}

impl App {
    /// Tries `typed` as the password of `user`; `event` tells of the request. Where an ID
    /// was typed, take `try_typed`.
    pub async fn try_user(
        &self,
        user: Option<User>,
        typed: &Secret,
        event: &Event<'_>,
    ) -> Result<Try<User>, Error> {
        self.try_user_and(user, typed, true, event).await
    }

    /// The same where something else was typed with the password: unless that is right
    /// too (`rest`), the password is as wrong as any, in the same time.
    pub(super) async fn try_user_and(
        &self,
        user: Option<User>,
        typed: &Secret,
        rest: bool,
        event: &Event<'_>,
    ) -> Result<Try<User>, Error> {
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let right = self.verify_password(typed, stored.as_deref()).await? && rest;
        let stronger = match stored.as_deref() {
            Some(stored) if right && password::is_outdated(stored) => {
                self.hash_password(typed).await.ok()
            }
            _ => None,
        };
        let Some(user) = user else {
            self.strangers.count("unknown-user");
            let mut tx = self.db.begin().await?;
            users::hold(&mut tx, "").await?;
            return self.try_nobody(tx).await;
        };
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(mut user) = users::hold(&mut tx, &user.id).await? else {
            return Ok(Try::Wrong);
        };
        if stored.as_deref() != Some(user.password_hash.as_str()) {
            // Another password came into force meanwhile: this one was never tried.
            tx.rollback().await?;
            return Ok(Try::Wrong);
        }
        let event = Event {
            contract_no: Some(&user.contract_no),
            user_id: Some(&user.id),
            ..event.clone()
        };
        if let Some(refused) = self.shut(user.attempts.gate(now)) {
            audit::pass_by(&mut tx).await?;
            tx.commit().await?;
            return Ok(refused);
        }
        let after = match user.second_factor {
            // The count ends with the right code: else codes could be guessed without end.
            Some(_) if right => user.attempts,
            _ => self.after(&user.attempts, right, now),
        };
        if after != user.attempts {
            users::set_attempts(&mut tx, &user.id, &after).await?;
        }
        if let Some(hash) = stronger {
            users::rehash(&mut tx, &user.id, &hash).await?;
            user.password_hash = hash;
        }
        if !right {
            audit::record(&mut tx, now, &wrong(&event, &after)).await?;
        }
        tx.commit().await?;
        Ok(if right { Try::Right(Box::new(user)) } else { told(&after, now) })
    }

    /// Tries `typed` as the initial password of `contract`; `try_contract` stands before it.
    pub(super) async fn try_initial(
        &self,
        contract: Option<Contract>,
        typed: &Secret,
        event: &Event<'_>,
    ) -> Result<Try<Contract>, Error> {
        let stored = contract.as_ref().and_then(|one| one.initial_password_hash.clone());
        let right = self.verify_password(typed, stored.as_deref()).await?;
        let Some(contract) = contract else {
            self.strangers.count("unknown-contract");
            let mut tx = self.db.begin().await?;
            contracts::hold(&mut tx, "").await?;
            return self.try_nobody(tx).await;
        };
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(contract) = contracts::hold(&mut tx, &contract.contract_no).await? else {
            return Ok(Try::Wrong);
        };
        if stored.as_deref() != contract.initial_password_hash.as_deref() {
            // Another password came into force meanwhile: this one was never tried.
            tx.rollback().await?;
            return Ok(Try::Wrong);
        }
        if let Some(refused) = self.shut(contract.attempts.gate(now)) {
            audit::pass_by(&mut tx).await?;
            tx.commit().await?;
            return Ok(refused);
        }
        let after = self.after(&contract.attempts, right, now);
        if after != contract.attempts {
            contracts::set_attempts(&mut tx, &contract.contract_no, &after).await?;
        }
        if !right {
            let event = Event { contract_no: Some(&contract.contract_no), ..event.clone() };
            audit::record(&mut tx, now, &wrong(&event, &after)).await?;
        }
        tx.commit().await?;
        Ok(if right { Try::Right(Box::new(contract)) } else { told(&after, now) })
    }

    /// The rest of a try for an ID that nobody has: a transaction that writes as much as
    /// the one of a known ID, so that the time does not tell.
    async fn try_nobody<T>(&self, mut tx: Tx) -> Result<Try<T>, Error> {
        audit::pass_by(&mut tx).await?;
        tx.commit().await?;
        Ok(Try::Wrong)
    }

    /// During a lock nothing is counted and nothing is written down, so that a flood of
    /// tries cannot fill the chain; they are counted like strangers'.
    fn shut<T>(&self, gate: Gate) -> Option<Try<T>> {
        let refused = match gate {
            Gate::Open => return None,
            Gate::Locked(until) => Try::Locked(until),
            Gate::Closed => Try::Closed,
        };
        self.strangers.count("during-lock");
        Some(refused)
    }

    fn after(&self, attempts: &Attempts, right: bool, now: Moment) -> Attempts {
        if right { Attempts::default() } else { attempts.after_wrong(self.lockout(), now) }
    }
}

fn told<T>(after: &Attempts, now: Moment) -> Try<T> {
    match after.gate(now) {
        Gate::Open => Try::Wrong,
        Gate::Locked(until) => Try::Locked(until),
        Gate::Closed => Try::Closed,
    }
}

fn wrong<'a>(event: &Event<'a>, after: &Attempts) -> Event<'a> {
    let detail = match (after.closed_at, after.locked_until) {
        (Some(_), _) => "wrong password; closed now",
        (None, Some(_)) => "wrong password; locked now",
        _ => "wrong password",
    };
    Event { outcome: Outcome::Refused, detail, ..event.clone() }
}
