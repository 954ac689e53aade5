//! What 労金控除 and 賃控元帳 share: the items that a member's pay is deducted for.
//!
//! A 控除対象者 (`members`) has items in two books. `book` says in what they differ; `pages`
//! shows and `changes` changes the items of either. `list` finds them; `form` reads what a
//! clerk types about a member and amounts; `state` says how an item stands against what was
//! last requested; `history` keeps every change.
//! Invariants: a change asks `period::entry` first and writes its history and audit rows
//! in the same transaction; an ended item is in no list; nothing names a contract without
//! its group.

pub mod book;
pub mod changes;
pub mod form;
pub mod history;
pub mod history_page;
pub mod list;
pub mod listed;
pub mod members;
pub mod pages;
mod prefix;
pub mod search;
pub mod state;
pub mod words;

pub use form::{Person, TypedAmounts, TypedPerson};
pub use history::{Change, Op, Way};
pub use members::Member;
pub use search::{Asked, Foreign, Search, Sorting};
pub use state::{Amounts, State, state_of};

pub use super::sums::Book;
