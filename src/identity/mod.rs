//! Who someone is: contracts, people, passwords, codes, sessions, and the holder of
//! a certificate.
//!
//! `rules`, `lockout` and `hours` are pure; `contracts`, `terms`, `policy`, `users`,
//! `accounts`, `flows`, `sessions` and `maintenance` are tables; `rights` decides who may
//! do what; `changes` is what others change about a person, `licences` how many there may
//! be. A password is only ever a hash here; a code and a typed password lie sealed under a token that the
//! browser alone holds.

pub mod accounts;
mod caller;
pub mod changes;
pub mod contracts;
pub mod first_use;
pub mod flows;
pub mod groups;
pub mod hours;
pub mod initial_password;
pub mod invitations;
pub mod licences;
pub mod lockout;
pub mod maintenance;
pub mod messages;
pub mod paper;
pub mod password;
pub mod passwords;
pub mod policy;
mod refusal;
pub mod rights;
pub mod roster;
pub mod rules;
pub mod seal;
pub mod second_factor;
pub mod sessions;
pub mod terms;
pub mod totp;
pub mod users;
mod words;

pub use caller::{Bearer, Caller, Holder, Host};
pub use refusal::Refusal;
