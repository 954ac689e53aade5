//! アクセス権限管理: who holds which role in a contract (R001-27..35).
//!
//! What was changed and not yet saved is a `Draft`; it travels in the form itself and
//! is checked anew with every step. Invariants: only roles of services that the
//! contract includes, only people of the contract; what comes with the kind of person
//! cannot be taken away, nor can one's own right to this page.

mod pages;
pub mod rules;
#[cfg(test)]
pub(super) mod samples;
mod store;
mod views;
mod words;

pub use pages::router;
