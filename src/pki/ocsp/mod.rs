//! Answers about single certificates (OCSP: RFC 6960, nonce of RFC 9654).
//!
//! - `query`: what a stranger asks; anything odd is `Malformed`, never a panic.
//! - `answer`: what is told, as DER.
//! - `signer`: a short-lived certificate that the issuing CA makes for whoever answers
//!   in its name; the CA's own key signs that certificate and no answer.

mod answer;
mod query;
mod signer;

use der::asn1::ObjectIdentifier;

pub use answer::{Standing, Times, Trouble};
pub use query::{CertId, Malformed, Query};
pub use signer::Signer;

/// id-pkix-ocsp-basic (RFC 6960 §4.2.1).
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// id-pkix-ocsp-nonce (RFC 9654 §2.1).
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
