//! 賃控元帳明細一括更新 (R004-136): one amount of every item of a 種目 at once.
//!
//! What is wanted is shown first (`Preview`) and done only as it was shown: the form
//! carries a digest of the items, and where one was changed meanwhile it is shown anew.
//! Invariants: all or nothing, in one transaction of a few statements that take no memory;
//! a history row an item, an audit row in all; a key is used once (`ledger_bulks`).

mod apply;
mod pages;
mod rules;
mod store;
mod words;

pub use pages::router;
#[cfg(test)]
pub(super) use pages::samples;
pub use rules::{Order, Rule};
