//! お知らせ: what the operator tells people on their first page (インフォメーション).
//!
//! - `rules`: what is typed. `store`: the table, and what is shown to whom. `pages`: the
//!   operator's list and form. `words`: labels.
//!
//! Invariants: a message is shown from its 掲載日 to its 終了日 to those it is for, and to
//! nobody else; one that was changed meanwhile is not overwritten.

mod pages;
mod rules;
mod store;
mod words;

pub use pages::router;
pub use store::{Message, insert, shown};
