//! What the other end of a connection presented.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use x509_parser::parse_x509_certificate;

use crate::base::Moment;
use crate::base::secret::sha256;

/// Says what a chain (the client's own certificate first) is worth, dates aside.
pub type Classify = Arc<dyn Fn(&[CertificateDer<'_>]) -> Trust + Send + Sync>;

/// What a chain of certificates is worth, whatever its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Our CA signed it, for clients.
    Ours,
    /// Somebody else did.
    Foreign,
    /// Our CA signed it, for something else.
    WrongPurpose,
}

/// What was presented in the handshake; the client has proved to hold its key.
#[derive(Debug)]
pub enum Peer {
    /// Nothing.
    Absent,
    /// A certificate.
    Presented(Box<Presented>),
}

/// A presented certificate with what came along.
#[derive(Debug)]
pub struct Presented {
    chain: Vec<CertificateDer<'static>>,
    fingerprint: [u8; 32],
    judged: OnceLock<Judged>,
}

/// What a certificate that we did not issue is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Whose signature it bears.
    pub trust: Trust,
    /// First second in which it claims to be good.
    pub not_before: Moment,
    /// Last second in which it claims to be good.
    pub not_after: Moment,
}

impl Peer {
    /// What a finished handshake left.
    #[must_use]
    pub fn of(chain: Option<&[CertificateDer<'static>]>) -> Self {
        match chain {
            Some(chain @ [leaf, ..]) => Self::Presented(Box::new(Presented {
                fingerprint: sha256(leaf),
                chain: chain.to_vec(),
                judged: OnceLock::new(),
            })),
            _ => Self::Absent,
        }
    }

    /// SHA-256 of the certificate presented.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Absent => None,
            Self::Presented(presented) => Some(&presented.fingerprint),
        }
    }
}

impl Presented {
    /// SHA-256 of the certificate.
    #[must_use]
    pub fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// The client's own certificate and what it sent along.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// What it is worth; the signatures are checked once a connection.
    #[must_use]
    pub fn judged(&self, classify: &Classify) -> Judged {
        *self.judged.get_or_init(|| {
            let dates = self.chain.first().and_then(|leaf| dates(leaf));
            let (not_before, not_after) = dates.unwrap_or((Moment::from_ms(0), Moment::from_ms(0)));
            let trust = if dates.is_some() { classify(&self.chain) } else { Trust::Foreign };
            Judged { trust, not_before, not_after }
        })
    }
}

fn dates(leaf: &CertificateDer<'_>) -> Option<(Moment, Moment)> {
    let (_, parsed) = parse_x509_certificate(leaf).ok()?;
    let validity = parsed.validity();
    Some((
        Moment::from_unix(validity.not_before.timestamp()),
        Moment::from_unix(validity.not_after.timestamp()),
    ))
}
