//! Refusals of people nobody knows: counted, and written down as one row now and
//! then, so that a flood of them cannot fill the audit chain.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::audit::{self, Event, Outcome};
use crate::base::Moment;
use crate::db::{Db, Error};

/// Counts by reason. Reasons are words of the program, so there are few.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<BTreeMap<&'static str, u64>>);

impl Strangers {
    /// Counts one more for `reason`.
    pub fn count(&self, reason: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(reason).or_default() += 1;
    }

    /// Writes what was counted as one row, and begins again. Nothing counted,
    /// nothing written.
    pub async fn summarise(&self, db: &Db, now: Moment) -> Result<(), Error> {
        let taken = {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *counts)
        };
        if taken.is_empty() {
            return Ok(());
        }
        let written = write(db, now, &taken).await;
        if written.is_err() {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (reason, count) in taken {
                *counts.entry(reason).or_default() += count;
            }
        }
        written
    }
}

async fn write(db: &Db, now: Moment, counts: &BTreeMap<&str, u64>) -> Result<(), Error> {
    let mut detail = String::new();
    for (reason, count) in counts {
        let gap = if detail.is_empty() { "" } else { " " };
        _ = write!(detail, "{gap}{reason}={count}");
    }
    let mut tx = db.begin().await?;
    let event = Event {
        actor: "system",
        action: "strangers-refused",
        outcome: Outcome::Refused,
        detail: &detail,
        ..Event::default()
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await
}
