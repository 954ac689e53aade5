//! 登録情報変更 (R000-22, R000-23): name, address and telephone number of oneself.
//!
//! Invariants: a new address asks for the password, is in force only after the code that
//! was mailed there, and the old one is told; an address that is the user ID cannot be
//! changed (R002-45); of two who change the same
//! person, the second is told.

mod change;
pub(super) mod pages;
pub mod rules;
mod words;

pub use pages::router;
pub use words::{mail, moved_mail};
