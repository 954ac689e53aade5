//! 入金グループ選択 (DC590101): in which of several groups one works (R004-56 to R004-59).
//!
//! The choice is the session's. It comes after the login, and again whenever the menu's
//! entry is followed; whoever has one group only never sees it.

mod pages;

pub use pages::router;
