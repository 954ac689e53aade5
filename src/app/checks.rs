//! The verification of the audit chain that was asked for last: how far it is, or what it
//! found. One at a time for everybody, because there is one chain.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::audit::Verdict;
use crate::base::Moment;

/// A verification.
#[derive(Clone, Debug)]
pub struct Check {
    /// When it began.
    pub begun_at: Moment,
    /// Rows that fit so far.
    pub checked: i64,
    /// Rows there are.
    pub total: i64,
    /// When it ended, and how.
    pub ended: Option<(Moment, Ended)>,
}

impl Check {
    /// From when the next may begin, where this one has ended.
    #[must_use]
    pub fn next_from(&self) -> Option<Moment> {
        self.ended.as_ref().map(|(at, _)| at.plus_minutes(PAUSE_MINUTES))
    }
}

/// How a verification ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It went through.
    Found(Verdict),
    /// It took too long.
    TooLong,
    /// The chain could not be read.
    Failed,
}

/// So long after one has ended the next may begin: each reads the whole chain.
const PAUSE_MINUTES: i64 = 5;

/// The last one.
#[derive(Debug, Default)]
pub struct Checks(Mutex<Option<Check>>);

impl Checks {
    /// Begins one; `false` while another goes on, or has just ended.
    pub fn begin(&self, now: Moment) -> bool {
        let mut last = self.open();
        let goes_on = last.as_ref().is_some_and(|check| check.ended.is_none());
        if goes_on || last.as_ref().and_then(Check::next_from).is_some_and(|from| now < from) {
            return false;
        }
        *last = Some(Check { begun_at: now, checked: 0, total: 0, ended: None });
        true
    }

    /// Notes how far it is.
    pub fn note(&self, checked: i64, total: i64) {
        if let Some(check) = self.open().as_mut() {
            (check.checked, check.total) = (checked, total);
        }
    }

    /// Ends it, unless it has ended.
    pub fn end(&self, now: Moment, ended: Ended) {
        if let Some(check) = self.open().as_mut().filter(|check| check.ended.is_none()) {
            check.ended = Some((now, ended));
        }
    }

    /// The last one, if there was any.
    #[must_use]
    pub fn last(&self) -> Option<Check> {
        self.open().clone()
    }

    fn open(&self) -> MutexGuard<'_, Option<Check>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_at_a_time_and_the_next_waits() {
        let (checks, now) = (Checks::default(), Moment::from_unix(1_800_000_000));
        assert!(checks.begin(now));
        assert!(!checks.begin(now.plus_minutes(60)), "it goes on");
        checks.end(now, Ended::TooLong);
        checks.end(now.plus_minutes(1), Ended::Failed);
        let last = checks.last().expect("one");
        assert_eq!(last.ended, Some((now, Ended::TooLong)), "it ends once");
        let from = last.next_from().expect("it has ended");
        assert!(!checks.begin(from.plus_ms(-1)));
        assert!(checks.begin(from));
    }
}
