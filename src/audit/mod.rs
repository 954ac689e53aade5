//! The audit chain (操作ログ): what happened, in order, tamper-evident.
//!
//! A row is appended in the transaction of the change it tells of. Its hash covers
//! every field and the hash before it; `audit_head` holds the end, so that a lost
//! tail shows too. Taking the head's row makes writers take turns: `seq` has no
//! gaps and grows in the order of commits, which lets others follow the chain.
//! `pages`: 操作ログ照会. `words`: what a row tells, in Japanese.

mod event;
pub mod pages;
mod verify;
pub mod words;

pub use event::{
    Event, Outcome, Record, list, of_certificate, pass_by, record, record_all, since, was_done,
};
pub use verify::{Verdict, Walk, verify};
