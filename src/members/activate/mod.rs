//! 本登録 (R000-13..19): who was invited by mail proves user ID, first password and
//! 認証番号, and chooses a password.
//!
//! Invariants: the first password is a try like any other; the mailed code counts its
//! wrong entries on every browser together; a step that is over leads on to the one that
//! is true now. `app::people` is the one way to such a mail.

mod begin;
pub(super) mod pages;
pub mod rules;
mod words;

pub use pages::router;
