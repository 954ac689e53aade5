//! Wrong logins with one certificate that many people share: after too many, all of
//! them wait, so that nobody tries user IDs one by one.
//!
//! Kept in memory by each node; whoever is known is locked by their own count besides.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::Moment;
use crate::base::clock::MINUTE_MS;

/// Wrong logins within `WINDOW_MINUTES` after which one certificate has to wait.
pub const MOST: usize = 30;
/// How far back is counted, in minutes.
pub const WINDOW_MINUTES: i64 = 10;

/// The times of wrong logins, by certificate (SHA-256).
#[derive(Debug, Default)]
pub struct Guesses(Mutex<HashMap<[u8; 32], Vec<Moment>>>);

impl Guesses {
    /// When the certificate may try again; `None` for now.
    #[must_use]
    pub fn waits_until(&self, fingerprint: &[u8; 32], now: Moment) -> Option<Moment> {
        let all = self.open();
        let recent: Vec<_> = all.get(fingerprint)?.iter().filter(|at| counts(**at, now)).collect();
        let first = recent.len().checked_sub(MOST).and_then(|over| recent.get(over))?;
        Some(first.plus_minutes(WINDOW_MINUTES))
    }

    /// Notes a wrong login; `true` when it is the one that makes the certificate wait.
    pub fn note(&self, fingerprint: &[u8; 32], now: Moment) -> bool {
        let mut all = self.open();
        let times = all.entry(*fingerprint).or_default();
        times.retain(|at| counts(*at, now));
        times.push(now);
        times.len() == MOST
    }

    /// Forgets what no longer counts.
    pub fn sweep(&self, now: Moment) {
        self.open().retain(|_, times| times.iter().any(|at| counts(*at, now)));
    }

    fn open(&self) -> MutexGuard<'_, HashMap<[u8; 32], Vec<Moment>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts(at: Moment, now: Moment) -> bool {
    now.since_ms(at) < WINDOW_MINUTES * MINUTE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_wrong_logins_in_ten_minutes_make_one_certificate_wait() {
        let (guesses, ours, other) = (Guesses::default(), [1; 32], [2; 32]);
        let start = Moment::from_unix(1_800_000_000);
        for second in 0..30 {
            let now = start.plus_ms(second * 1_000);
            assert_eq!(guesses.waits_until(&ours, now), None);
            assert_eq!(guesses.note(&ours, now), second == 29);
        }
        let end = start.plus_minutes(WINDOW_MINUTES);
        assert_eq!(guesses.waits_until(&ours, start.plus_ms(30_000)), Some(end));
        assert_eq!(guesses.waits_until(&ours, end.plus_ms(-1)), Some(end));
        assert_eq!(guesses.waits_until(&ours, end), None, "the first no longer counts");
        assert_eq!(guesses.waits_until(&other, start.plus_ms(30_000)), None);
        guesses.sweep(end.plus_minutes(WINDOW_MINUTES));
        assert!(guesses.open().is_empty());
    }
}
