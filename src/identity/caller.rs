//! Who sent a request, as far as the connection tells.

use std::net::IpAddr;
use std::sync::Arc;

use data_encoding::HEXLOWER;

use crate::base::Moment;

/// The host that a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Asks for a certificate; everything of the site is here.
    Portal,
    /// Never asks; only what opens without a certificate is here.
    Enroll,
}

/// The sender of one request; in the request's extensions.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Address that the connection comes from.
    pub ip: IpAddr,
    /// The host asked for.
    pub host: Host,
    /// Short random name of this request, in the log and on error pages.
    pub request_no: String,
    /// Whose certificate was presented, if it is in good standing.
    pub holder: Option<Arc<Holder>>,
}

/// Whom a certificate was issued to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// One person, or a whole company.
    pub bearer: Bearer,
    /// Number of the contract the certificate belongs to.
    pub contract_no: String,
    /// Serial number of the certificate, lower-case hex.
    pub serial: String,
    /// SHA-256 of the certificate.
    pub fingerprint: [u8; 32],
    /// Last second in which the certificate is good.
    pub not_after: Moment,
    /// Whether a new one was issued, which nobody has come in with yet.
    pub retiring: bool,
}

/// What a certificate proves: a person, or only that somebody is of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// One person's, on one PC.
    Person {
        /// Our id of the person.
        user_id: String,
        /// The ID that the person types (ユーザーID).
        login_id: String,
    },
    /// A company's (R003-34), on the PCs of all who work with it; who it is, the login
    /// asks.
    Company {
        /// `MNS_` and the company's six digits.
        name: String,
    },
}

impl Bearer {
    /// The common name of the certificate: the person's ユーザーID, or `MNS_…`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { login_id, .. } => login_id,
            Self::Company { name } => name,
        }
    }
}

impl Holder {
    /// Our id of the one person it was issued to; a company's certificate names nobody.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        match &self.bearer {
            Bearer::Person { user_id, .. } => Some(user_id),
            Bearer::Company { .. } => None,
        }
    }

    /// The common name of the certificate: the person's ユーザーID, or `MNS_…`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.bearer.name()
    }

    /// Whether all of a company come with it.
    #[must_use]
    pub fn is_company(&self) -> bool {
        matches!(self.bearer, Bearer::Company { .. })
    }

    /// Whether the person `user_id` of the contract `contract_no` may be who comes with
    /// it.
    #[must_use]
    pub fn may_be(&self, user_id: &str, contract_no: &str) -> bool {
        self.user_id().is_none_or(|own| own == user_id) && self.contract_no == contract_no
    }

    /// The fingerprint in lower-case hex.
    #[must_use]
    pub fn fingerprint_hex(&self) -> String {
        HEXLOWER.encode(&self.fingerprint)
    }
}
