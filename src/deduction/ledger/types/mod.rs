//! 賃控元帳種目 (R004-139): what the ledger's items are deducted for.
//!
//! They are the contract's, in all of its groups. Invariants: a code never changes; one
//! that items still use is not deleted but stopped (停止): its items go on, and none is
//! added; what several people change at once is not overwritten (`version`).

mod pages;
mod rules;
mod store;
mod words;

pub use pages::router;
#[cfg(test)]
pub(super) use pages::samples;
pub use store::{LedgerType, delete, find, hold, insert, list, update, uses};
pub use words::{active, labelled};
