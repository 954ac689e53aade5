//! Who someone is: contracts, people, passwords, codes, sessions, and the holder of
//! a certificate.
//!
//! `rules` and `lockout` are pure; `contracts`, `users`, `flows` and
//! `sessions` are tables. A password is only ever a hash here; a code and a typed
//! password lie sealed under a token that the browser alone holds.

mod caller;
pub mod contracts;
pub mod first_use;
pub mod flows;
pub mod lockout;
pub mod paper;
pub mod password;
mod refusal;
pub mod roster;
pub mod rules;
pub mod seal;
pub mod sessions;
pub mod users;
mod words;

pub use caller::{Bearer, Caller, Holder, Host};
pub use refusal::Refusal;
