//! 賃金控除: groups, periods, items and what becomes of them.

mod deposit;
mod rokin;
pub mod union;
