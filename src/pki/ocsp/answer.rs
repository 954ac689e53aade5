//! What is told (RFC 6960 §4.2).

use std::time::Duration;

use cms::cert::x509::ext::Extension;
use cms::cert::x509::ext::pkix::CrlReason;
use der::asn1::{Any, BitString, GeneralizedTime, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Enumerated, Sequence, Tag, TagNumber};
use pkcs8::spki::AlgorithmIdentifierOwned;

use super::{BASIC, CertId, NONCE};
use crate::base::Moment;
use crate::pki::crl::Reason;

/// What is known of a certificate (RFC 6960 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Issued, and not revoked; it may have ended.
    Good,
    /// Its force was taken away.
    Revoked {
        /// When.
        at: Moment,
        /// Why.
        reason: Reason,
    },
    /// Nothing: not issued by that CA.
    Unknown,
}

/// From when to when an answer may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When the standing was looked up; also when the answer was made.
    pub this_update: Moment,
    /// When newer information will be there at the latest.
    pub next_update: Moment,
}

/// Why there is no answer (RFC 6960 §2.3). Not signed: nobody is named in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The request cannot be understood.
    Malformed,
    /// Our own failure.
    Internal,
    /// A failure that will pass.
    TryLater,
    /// We do not answer for that issuer (RFC 5019 §2.2.3).
    Unauthorized,
}

impl Trouble {
    /// The whole `OCSPResponse`, DER.
    #[must_use]
    pub fn to_der(self) -> Vec<u8> {
        let code = match self {
            Self::Malformed => 1,
            Self::Internal => 2,
            Self::TryLater => 3,
            Self::Unauthorized => 6,
        };
        vec![0x30, 3, 0x0a, 1, code]
    }
}

/// What is signed: the `ResponseData` of all `told`, DER. `key_hash` is the SHA-1 of
/// the signer's public key, its name here.
pub(super) fn data(
    told: &[(CertId, Standing)],
    nonce: Option<&[u8]>,
    times: Times,
    key_hash: &[u8],
) -> Result<Vec<u8>, der::Error> {
    let responses = told.iter().map(|(id, standing)| single(id, *standing, times));
    let extension = |nonce: &[u8]| {
        let value = OctetString::new(OctetString::new(nonce)?.to_der()?)?;
        let nonce = Extension { extn_id: NONCE, critical: false, extn_value: value };
        Ok::<_, der::Error>(vec![nonce])
    };
    let data = Signed {
        responder: OctetString::new(key_hash)?,
        produced_at: time(times.this_update)?,
        responses: responses.collect::<Result<_, _>>()?,
        extensions: nonce.map(extension).transpose()?,
    };
    data.to_der()
}

/// The whole `OCSPResponse` around signed `data`, DER.
pub(super) fn whole(
    data: &[u8],
    signature: &[u8],
    certificate: &[u8],
) -> Result<Vec<u8>, der::Error> {
    let basic = Basic {
        data: Any::from_der(data)?,
        algorithm: AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA256, parameters: None },
        signature: BitString::from_bytes(signature)?,
        certificates: Some(vec![Any::from_der(certificate)?]),
    };
    let bytes = Bytes { kind: BASIC, response: OctetString::new(basic.to_der()?)? };
    Response { status: Status::Successful, bytes: Some(bytes) }.to_der()
}

const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

fn single(id: &CertId, standing: Standing, times: Times) -> Result<Single, der::Error> {
    Ok(Single {
        id: Any::from_der(id.der())?,
        status: status(standing)?,
        this_update: time(times.this_update)?,
        next_update: Some(time(times.next_update)?),
    })
}

/// `CertStatus`: a choice of three, told apart by their tags.
fn status(standing: Standing) -> Result<Any, der::Error> {
    let tag = |number, constructed| Tag::ContextSpecific { constructed, number: TagNumber(number) };
    match standing {
        Standing::Good => Any::new(tag(0, false), []),
        Standing::Unknown => Any::new(tag(2, false), []),
        Standing::Revoked { at, reason } => {
            // As in the CRL: no reason rather than "unspecified".
            let code = Some(reason).filter(|reason| *reason != Reason::Unspecified);
            let reason = code.map(|reason| CrlReason::try_from(u32::from(reason.code())));
            let revoked = Revoked { at: time(at)?, reason: reason.transpose()? };
            Any::new(tag(1, true), Any::encode_from(&revoked)?.value())
        }
    }
}

/// Whole seconds, as DER wants them.
fn time(at: Moment) -> Result<GeneralizedTime, der::Error> {
    let seconds = u64::try_from(at.unix()).unwrap_or_default();
    GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))
}

#[derive(Sequence)]
struct Response {
    status: Status,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    bytes: Option<Bytes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
enum Status {
    Successful = 0,
}

#[derive(Sequence)]
struct Bytes {
    kind: ObjectIdentifier,
    response: OctetString,
}

#[derive(Sequence)]
struct Basic {
    data: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    certificates: Option<Vec<Any>>,
}

/// Version 1, which is not written.
#[derive(Sequence)]
struct Signed {
    /// `byKey`.
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT")]
    responder: OctetString,
    produced_at: GeneralizedTime,
    responses: Vec<Single>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct Single {
    id: Any,
    /// `CertStatus`.
    status: Any,
    this_update: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    next_update: Option<GeneralizedTime>,
}

#[derive(Sequence)]
struct Revoked {
    at: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    reason: Option<CrlReason>,
}
