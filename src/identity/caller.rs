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
    /// The person, if a certificate in good standing was presented.
    pub holder: Option<Arc<Holder>>,
}

/// The person that a certificate was issued to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Our id of the person.
    pub user_id: String,
    /// The ID that the person types (ユーザーID).
    pub login_id: String,
    /// Number of the contract the person belongs to.
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

impl Holder {
    /// The fingerprint in lower-case hex.
    #[must_use]
    pub fn fingerprint_hex(&self) -> String {
        HEXLOWER.encode(&self.fingerprint)
    }
}
