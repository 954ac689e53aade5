//! What is told to whoever types an ID: it follows from what was typed here, not from
//! whose ID it is, so that no answer tells who exists, nor who is locked or closed.
//!
//! Whether the way opens is decided by the account's own count, in the database. These
//! counts live in memory, on each node, and only choose the words.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::Moment;
use crate::base::secret::sha256;
use crate::identity::lockout::{Attempts, Gate, Limits};

/// IDs that are kept at most; each takes about a hundred bytes.
const MOST: usize = 50_000;

/// Wrong tries for each kind of ID and each ID that was typed, by their hash.
#[derive(Debug, Default)]
pub struct Told(Mutex<HashMap<[u8; 32], Attempts>>);

impl Told {
    /// Notes one more refused try for the ID and gives what is told of it, and whether
    /// this try locked or closed it. `kind` tells IDs apart that are asked for in
    /// different places.
    pub fn refused(&self, (kind, id): (&str, &str), limits: Limits, now: Moment) -> (Gate, bool) {
        let mut all = self.open();
        if all.len() >= MOST {
            // Whoever types so many has to wait by address long before.
            all.retain(|_, attempts| attempts.gate(now) != Gate::Open);
        }
        if all.len() >= MOST {
            all.clear();
        }
        let attempts = all.entry(key(kind, id)).or_default();
        let open = attempts.gate(now) == Gate::Open;
        if open {
            *attempts = attempts.after_wrong(limits, now);
        }
        let gate = attempts.gate(now);
        (gate, open && gate != Gate::Open)
    }

    /// The password was right.
    pub fn entered(&self, (kind, id): (&str, &str)) {
        self.open().remove(&key(kind, id));
    }

    fn open(&self) -> MutexGuard<'_, HashMap<[u8; 32], Attempts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(kind: &str, id: &str) -> [u8; 32] {
    sha256(format!("{kind}\0{id}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { failures: 6, lock_minutes: 60, locks_to_close: 3 };
    const NOON: Moment = Moment::from_unix(1_800_000_000);
    const ID: (&str, &str) = ("user", "Nobody12");

    #[test]
    fn every_id_is_told_to_lock_and_close_after_as_many_tries() {
        let told = Told::default();
        let refused = |id, at| told.refused(id, LIMITS, at).0;
        for _ in 0..5 {
            assert_eq!(refused(ID, NOON), Gate::Open);
        }
        let end = NOON.plus_minutes(60);
        assert_eq!(told.refused(ID, LIMITS, NOON), (Gate::Locked(end), true));
        assert_eq!(told.refused(ID, LIMITS, end.plus_ms(-1)), (Gate::Locked(end), false));
        assert_eq!(refused(("contract", "Nobody12"), NOON), Gate::Open);
        for _ in 0..5 {
            assert_eq!(refused(ID, end), Gate::Open);
        }
        let second = end.plus_minutes(60);
        assert_eq!(refused(ID, end), Gate::Locked(second));
        for _ in 0..5 {
            assert_eq!(refused(ID, second), Gate::Open);
        }
        assert_eq!(refused(ID, second), Gate::Closed);
        told.entered(ID);
        assert_eq!(refused(ID, second), Gate::Open);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let told = Told::default();
        for number in 0..=MOST {
            told.refused(("user", &number.to_string()), LIMITS, NOON);
        }
        assert_eq!(told.open().len(), 1);
    }
}
