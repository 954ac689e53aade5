//! 賃金控除: groups, periods, items and what becomes of them.

mod rokin;
mod transfers;
pub mod union;
