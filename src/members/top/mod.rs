//! DC581101 ログイン画面: where everybody begins, and the page before a general
//! user's first registration.
//!
//! Both are public on both hosts. The ways out name their host: registration is
//! where no certificate is asked for, the login where one is.

pub(super) mod pages;

pub use pages::router;
