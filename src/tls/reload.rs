//! The configuration in force, exchangeable while connections come in.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use super::server::{Error, Plan, Servers};

/// What new connections are served with; open ones keep what they began with.
#[derive(Debug)]
pub struct Live(ArcSwap<Servers>);

impl Live {
    /// Starts with what `plan` says.
    pub fn new(plan: Plan) -> Result<Self, Error> {
        Ok(Self(ArcSwap::from_pointee(Servers::build(plan)?)))
    }

    /// What is in force now.
    #[must_use]
    pub fn get(&self) -> Guard<Arc<Servers>> {
        self.0.load()
    }

    /// Puts `plan` in force; when it cannot be, what was stays and the error says why.
    pub fn replace(&self, plan: Plan) -> Result<(), Error> {
        self.0.store(Arc::new(Servers::build(plan)?));
        Ok(())
    }
}
