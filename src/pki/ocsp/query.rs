//! What a stranger asks (RFC 6960 §4.1).

use aws_lc_rs::digest;
use cms::cert::x509::ext::Extension;
use data_encoding::HEXLOWER;
use der::asn1::{Any, Int, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence};
use pkcs8::spki::AlgorithmIdentifierOwned;

use super::NONCE;
use crate::pki::inspect::parse_x509;
use crate::pki::{Authority, Error};

/// How many certificates one request may ask about.
const MOST: usize = 16;

/// A request that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The certificates asked about, in their order; at least one.
    pub ids: Vec<CertId>,
    /// What the answer must repeat, 1 to 128 bytes.
    pub nonce: Option<Vec<u8>>,
}

/// A certificate as a request names it: by hashes of its issuer, and its serial number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertId {
    /// As it came; the answer repeats it.
    der: Vec<u8>,
    /// Serial number as the database keeps it; begins with `-` for a negative one,
    /// which nobody has.
    pub serial: String,
    algorithm: &'static digest::Algorithm,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
}

/// The request cannot be understood: the `malformedRequest` of RFC 6960 §2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an OCSP request")]
pub struct Malformed;

impl Query {
    /// Reads an `OCSPRequest`. A signature on it is not looked at: everybody may ask.
    ///
    /// `Malformed`: not DER, another version, no or too many certificates, a nonce of
    /// no or more than 128 bytes (RFC 9654 §2.1), a critical extension we do not know.
    pub fn parse(der: &[u8]) -> Result<Self, Malformed> {
        let request = Request::from_der(der)?.body;
        if request.version != 0 || !(1..=MOST).contains(&request.list.len()) {
            return Err(Malformed);
        }
        let nonce = nonce(request.extensions.as_deref().unwrap_or_default())?;
        let ids = request.list.into_iter().map(|one| {
            refuse_critical(one.extensions.as_deref().unwrap_or_default())?;
            CertId::of(&one.id)
        });
        Ok(Self { ids: ids.collect::<Result<_, _>>()?, nonce })
    }
}

impl CertId {
    fn of(id: &Id) -> Result<Self, Malformed> {
        let parameters = id.algorithm.parameters.as_ref();
        if parameters.is_some_and(|any| !any.is_null()) {
            return Err(Malformed);
        }
        let known = HASHES.iter().find(|(oid, _)| *oid == id.algorithm.oid);
        // A hash we do not know is nobody's of ours: it has the length of none.
        let algorithm = known.map_or(&digest::SHA256, |(_, algorithm)| algorithm);
        let hash = |bytes: &OctetString| match known {
            Some(_) => bytes.as_bytes().to_vec(),
            None => Vec::new(),
        };
        Ok(Self {
            der: id.to_der()?,
            serial: serial(id.serial.as_bytes()),
            algorithm,
            issuer_name: hash(&id.issuer_name),
            issuer_key: hash(&id.issuer_key),
        })
    }

    /// As it came, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether `authority` is the issuer that it names.
    pub fn is_of(&self, authority: &Authority) -> Result<bool, Error> {
        let hash = |bytes: &[u8]| digest::digest(self.algorithm, bytes);
        if self.issuer_name != hash(authority.subject_der()).as_ref() {
            return Ok(false);
        }
        let certificate = parse_x509(authority.certificate_der())?;
        let key = &certificate.public_key().subject_public_key.data;
        Ok(self.issuer_key == hash(key).as_ref())
    }
}

const HASHES: [(ObjectIdentifier, &digest::Algorithm); 4] = [
    (ObjectIdentifier::new_unwrap("1.3.14.3.2.26"), &digest::SHA1_FOR_LEGACY_USE_ONLY),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1"), &digest::SHA256),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2"), &digest::SHA384),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3"), &digest::SHA512),
];

#[derive(Sequence)]
struct Request {
    body: Body,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    signature: Option<Any>,
}

#[derive(Sequence)]
struct Body {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", default = "Default::default")]
    version: u8,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    name: Option<Any>,
    list: Vec<One>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct One {
    id: Id,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Sequence)]
struct Id {
    algorithm: AlgorithmIdentifierOwned,
    issuer_name: OctetString,
    issuer_key: OctetString,
    serial: Int,
}

fn nonce(extensions: &[Extension]) -> Result<Option<Vec<u8>>, Malformed> {
    let (nonces, others): (Vec<_>, Vec<_>) =
        extensions.iter().cloned().partition(|one| one.extn_id == NONCE);
    refuse_critical(&others)?;
    match nonces.as_slice() {
        [] => Ok(None),
        [one] => {
            let nonce = OctetString::from_der(one.extn_value.as_bytes())?.as_bytes().to_vec();
            if (1..=128).contains(&nonce.len()) { Ok(Some(nonce)) } else { Err(Malformed) }
        }
        _ => Err(Malformed),
    }
}

fn refuse_critical(extensions: &[Extension]) -> Result<(), Malformed> {
    if extensions.iter().any(|one| one.critical) { Err(Malformed) } else { Ok(()) }
}

fn serial(bytes: &[u8]) -> String {
    let sign = if bytes.first().is_some_and(|first| *first >= 0x80) { "-" } else { "" };
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    format!("{sign}{}", HEXLOWER.encode(&bytes[zeros..]))
}

impl From<der::Error> for Malformed {
    fn from(_: der::Error) -> Self {
        Self
    }
}
