//! In and out: DC582101 ログイン and ログアウト.
//!
//! A person's certificate says who it is; the page asks for the password alone. A
//! company's says which company; the page asks who (`company`). Where a second factor is
//! asked for (`second`), the session begins with its code only. The session is bound to
//! person and certificate. Invariants: whoever is locked, closed or
//! deleted between the password and the session gets none; a browser has one
//! session at a time; the first login with a renewed certificate ends the old one.

mod company;
mod enter;
mod leave;
pub(super) mod pages;
pub mod rules;
mod second;
mod words;

pub use pages::router;
pub use words::code_mail;
