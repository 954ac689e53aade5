//! 賃金控除: groups, periods, items and what becomes of them.

mod ledger;
mod close;
mod lists;
mod rokin;
pub mod union;
