//! How to: take a certificate into the PC (R003-28..31, R004-73..79), and trust this
//! service's root certificate.
//!
//! Both pages are public on both hosts: whoever needs them cannot sign in yet.

pub(super) mod pages;

pub use pages::router;
