//! DC671101 インフォメーション: what one sees first after the login.
//!
//! It shows the login before this one (R004-109), the services that the contract
//! includes and no others (R004-108), and how long the certificate is good.

pub(super) mod pages;
pub mod rules;
mod words;

pub use pages::router;
