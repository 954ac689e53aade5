//! How to: take a certificate into the PC (R003-24..33, R004-73..79), renew it
//! (R004-166), trust this service's root certificate (R004-165); and files for
//! whoever looks after many PCs (`admin`).
//!
//! Every page is public on both hosts: whoever needs them cannot sign in yet. None
//! of them holds a secret: names and certificates of our CAs are handed to everybody.

mod admin;
pub(super) mod pages;
mod rules;
mod words;

pub use pages::router;
