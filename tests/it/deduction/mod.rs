//! 賃金控除: groups, periods, items and what becomes of them.

mod cases;
mod close;
mod cycle;
mod deposit;
mod desk;
mod forms;
mod groups;
mod information;
mod ledger;
mod lists;
mod pace;
mod rokin;
mod savings;
mod scale;
mod transfers;
pub mod union;
mod zaikei;
