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

/// The last one.
#[derive(Debug, Default)]
pub struct Checks(Mutex<Option<Check>>);

impl Checks {
    /// Begins one; `false` while another goes on.
    pub fn begin(&self, now: Moment) -> bool {
        let mut last = self.open();
        if last.as_ref().is_some_and(|check| check.ended.is_none()) {
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

    /// Ends it.
    pub fn end(&self, now: Moment, ended: Ended) {
        if let Some(check) = self.open().as_mut() {
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
