//! How far the applying of a file is. Known in this process only: while it is applied, the
//! database has one writer, and that is the applying.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

static STEPS: Mutex<BTreeMap<String, (i64, i64)>> = Mutex::new(BTreeMap::new());

/// Notes the steps of one applying until it is dropped.
pub struct Steps {
    id: String,
    all: i64,
    done: i64,
}

impl Steps {
    /// `all` steps are ahead.
    pub fn new(id: &str, all: i64) -> Self {
        let steps = Self { id: id.to_owned(), all, done: 0 };
        steps.note();
        steps
    }

    /// One more is done.
    pub fn step(&mut self) {
        self.done += 1;
        self.note();
    }

    /// So many are done.
    pub fn set(&mut self, done: i64) {
        self.done = done;
        self.note();
    }

    fn note(&self) {
        let mut all = STEPS.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(self.id.clone(), (self.done, self.all));
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        STEPS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// The steps done and all of them, while it is applied here.
pub fn of(id: &str) -> Option<(i64, i64)> {
    STEPS.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
}
