//! X.509, CRL and PKCS#12: bytes in, bytes out. No file, no database, no clock.
//!
//! - `profile`: what each kind of certificate is like (`ca/*.toml`).
//! - `authority`: a CA that can sign; `key`: its key, in memory or on a token.
//! - `user`, `server`: an order becomes a certificate; every signature is parsed
//!   again and compared with the order before it is handed out.
//! - `bundle`: certificate, key and chain as a PKCS#12 file.
//! - `crl`: the list of the revoked. `ocsp`: answers about single certificates.
//! - `inspect`: what a certificate says.
//! - `trust`: whether a certificate was really signed by us.

pub mod adopt;
pub mod authority;
pub mod bundle;
pub mod crl;
mod error;
pub mod inspect;
pub mod key;
mod name;
pub mod ocsp;
mod order;
pub mod profile;
pub mod server;
pub mod trust;
pub mod user;
mod verify;

pub use authority::Authority;
pub use error::Error;
pub use profile::Profiles;
