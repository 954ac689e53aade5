//! アカウント登録 by oneself (R002-17..35): address, mailed code, details, done.
//!
//! Who knows お客様番号 and 電話番号 of a contract and receives mail at an address gets a
//! login with it. The way is a row of `flows`, opened by the browser's cookie for an hour.
//! Invariants: before the right code nothing tells whether an address is registered; a
//! form sent twice registers once; the first person of a contract becomes 管理者, one of
//! two who come at once; never more people than the contract's licences.

mod code;
mod details;
mod pages;
mod register;
pub mod rules;
mod way;
mod words;

pub use pages::router;
pub use words::code_mail;

#[cfg(test)]
pub(super) mod samples;
