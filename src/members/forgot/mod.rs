//! A forgotten password (R000-25..34): a code by mail lets people of contracts whose
//! preset allows it set it anew.
//!
//! Invariants: nothing tells whether anybody is known by what was typed: the request
//! looks nobody up, does the same and answers the same for every ID; a job beside it looks
//! and mails, or does not. Only the last code is good. 閉塞 is not lifted, a lock is.

mod begin;
pub mod mailing;
pub(super) mod pages;
mod words;

pub use pages::router;
pub use words::mail;
