//! 共通機能 and パスワード変更, forced (R004-95) or wished for (R004-105).
//!
//! Invariants: the current password is a try like any other; the new one differs
//! from it, so a temporary password never works again (R004-96); all other sessions
//! of the person end.

pub(super) mod pages;
pub mod rules;
mod words;

pub use pages::router;
