//! Why something about certificates could not be done, and whose fault it is.

use thiserror::Error as ThisError;

/// A refusal of this layer. Messages name the part that is wrong, never a secret.
#[derive(Debug, ThisError, PartialEq, Eq)]
pub enum Error {
    /// The CA key does not open with this passphrase.
    #[error("the passphrase does not open the CA key")]
    WrongPassphrase,
    /// The PKCS#12 file does not open with this password.
    #[error("the password does not open the PKCS#12 file")]
    WrongPassword,
    /// Key and certificate belong to different pairs.
    #[error("the key does not belong to the certificate")]
    KeyDoesNotMatchCertificate,
    /// A certificate without the right to sign others was given as a CA.
    #[error("the certificate is not a CA: it must have CA:TRUE and keyCertSign")]
    NotACa,
    /// Bytes that are not what they should be.
    #[error("unreadable {what}: {why}")]
    Unreadable {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A value that cannot stand in a certificate (RFC 5280 appendix A.1 bounds).
    #[error("{field} cannot stand in a certificate: {why}")]
    BadValue {
        /// Which value.
        field: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A password that importers would refuse or read differently.
    #[error("this password cannot protect a PKCS#12 file: {0}")]
    BadPassword(&'static str),
    /// The certificate would be good before or after its issuer is.
    #[error("the certificate ({wanted}) would not lie within the life of its CA ({allowed})")]
    OutlivesIssuer {
        /// The certificate's dates.
        wanted: String,
        /// The CA's dates.
        allowed: String,
    },
    /// What was signed or written differs from what was ordered: not handed out.
    #[error("the result differs from the order and was thrown away: {0}")]
    NotAsOrdered(String),
    /// The token that holds a CA's key did not sign.
    #[error("the token of the CA keys: {0}")]
    Token(String),
    /// A key that cannot be written to a file.
    #[error("the CA key lies on a token and never leaves it")]
    KeyStays,
    /// The cryptographic library refused.
    #[error("the cryptographic library refused: {0}")]
    Crypto(String),
}

impl Error {
    /// Whether what was given is at fault; else it is the house's own doing, and another
    /// try may help.
    #[must_use]
    pub fn is_of_what_was_given(&self) -> bool {
        matches!(self, Self::BadValue { .. } | Self::BadPassword(_))
    }

    pub(super) fn unreadable(what: &'static str, why: &(impl ToString + ?Sized)) -> Self {
        Self::Unreadable { what, why: why.to_string() }
    }

    pub(super) fn bad(field: &'static str, why: impl Into<String>) -> Self {
        Self::BadValue { field, why: why.into() }
    }

    pub(super) fn differs(what: impl Into<String>) -> Self {
        Self::NotAsOrdered(what.into())
    }
}

impl From<rcgen::Error> for Error {
    fn from(why: rcgen::Error) -> Self {
        Self::Crypto(why.to_string())
    }
}
