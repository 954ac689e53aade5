//! 賃金控除: groups, periods, items and what becomes of them.

mod ledger;
mod close;
mod lists;
mod forms;
mod pace;
mod deposit;
mod desk;
mod rokin;
mod savings;
mod transfers;
pub mod union;
mod zaikei;
