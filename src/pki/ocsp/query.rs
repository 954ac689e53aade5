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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;
    use crate::pki::Profiles;

    fn authority() -> Authority {
        let now = Moment::parse("2026-11-21T10:00:00+09:00").expect("valid");
        let profiles = Profiles::built_in().expect("built in");
        Authority::new_root(&profiles.root, "関所", now).expect("root")
    }

    fn id(authority: &Authority, hash: usize, serial: &[u8]) -> Id {
        let (oid, algorithm) = HASHES[hash];
        let certificate = parse_x509(authority.certificate_der()).expect("parses");
        let key = &certificate.public_key().subject_public_key.data;
        let hash = |bytes: &[u8]| {
            OctetString::new(digest::digest(algorithm, bytes).as_ref()).expect("short")
        };
        Id {
            algorithm: AlgorithmIdentifierOwned { oid, parameters: None },
            issuer_name: hash(authority.subject_der()),
            issuer_key: hash(key),
            serial: Int::new(serial).expect("short"),
        }
    }

    fn request(ids: Vec<Id>, extensions: Option<Vec<Extension>>) -> Vec<u8> {
        let list = ids.into_iter().map(|id| One { id, extensions: None }).collect();
        let body = Body { version: 0, name: None, list, extensions };
        Request { body, signature: None }.to_der().expect("encodes")
    }

    fn extension(oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Extension {
        let value = OctetString::new(value).expect("short").to_der().expect("encodes");
        let extn_value = OctetString::new(value).expect("short");
        Extension { extn_id: oid, critical, extn_value }
    }

    #[test]
    fn an_issuer_is_known_by_every_usual_hash() {
        let (ours, other) = (authority(), authority());
        for hash in 0..HASHES.len() {
            let der = request(vec![id(&ours, hash, &[0x4a, 1])], None);
            let query = Query::parse(&der).expect("parses");
            assert_eq!(query.ids[0].serial, "4a01");
            assert_eq!(query.ids[0].is_of(&ours), Ok(true));
            // The same name, another key.
            assert_eq!(query.ids[0].is_of(&other), Ok(false));
            assert_eq!(query.nonce, None);
        }
        let mut strange = id(&ours, 0, &[1]);
        strange.algorithm.oid = NONCE;
        let query = Query::parse(&request(vec![strange], None)).expect("parses");
        assert_eq!(query.ids[0].is_of(&ours), Ok(false), "an unknown hash");
    }

    #[test]
    fn serials_are_read_as_the_database_keeps_them() {
        let ours = authority();
        for (bytes, text) in
            [(&[0, 0x8a, 2][..], "8a02"), (&[0x8a, 2], "-8a02"), (&[0], ""), (&[7], "07")]
        {
            let query = Query::parse(&request(vec![id(&ours, 0, bytes)], None)).expect("parses");
            assert_eq!(query.ids[0].serial, text);
        }
    }

    // RFC 9654 §2.1
    #[test]
    fn a_nonce_has_1_to_128_bytes() {
        let ours = authority();
        let ask = |extensions| Query::parse(&request(vec![id(&ours, 1, &[1])], Some(extensions)));
        for length in [1, 32, 128] {
            let nonce = vec![7; length];
            let query = ask(vec![extension(NONCE, false, &nonce)]).expect("parses");
            assert_eq!(query.nonce, Some(nonce));
        }
        for length in [0, 129] {
            assert_eq!(ask(vec![extension(NONCE, false, &vec![7; length])]), Err(Malformed));
        }
        let one = || extension(NONCE, true, &[7]);
        assert!(ask(vec![one()]).is_ok());
        assert_eq!(ask(vec![one(), one()]), Err(Malformed), "two nonces");
        let other = |critical| extension(HASHES[0].0, critical, &[7]);
        assert!(ask(vec![other(false)]).is_ok());
        assert_eq!(ask(vec![other(true)]), Err(Malformed), "a critical stranger");
    }

    #[test]
    fn a_request_asks_about_one_to_sixteen_certificates() {
        let ours = authority();
        let ask = |count: usize| {
            let ids = (0..count).map(|_| id(&ours, 0, &[1])).collect();
            Query::parse(&request(ids, None)).map(|query| query.ids.len())
        };
        assert_eq!(ask(0), Err(Malformed));
        assert_eq!(ask(16), Ok(16));
        assert_eq!(ask(17), Err(Malformed));
    }

    #[test]
    fn rubbish_is_refused_and_never_a_panic() {
        let ours = authority();
        let ids = vec![id(&ours, 0, &[0x4a, 1]), id(&ours, 1, &[0, 0x8a])];
        let der = request(ids, Some(vec![extension(NONCE, false, &[7; 32])]));
        assert!(Query::parse(&der).is_ok());
        for end in 0..der.len() {
            assert_eq!(Query::parse(&der[..end]), Err(Malformed), "cut at {end}");
        }
        let longer = [&der[..], &[0]].concat();
        assert_eq!(Query::parse(&longer), Err(Malformed), "more behind it");
        for place in 0..der.len() {
            for bit in 0..8 {
                let mut odd = der.clone();
                odd[place] ^= 1 << bit;
                // Whatever it says now, it can be compared and repeated.
                for id in Query::parse(&odd).map(|query| query.ids).unwrap_or_default() {
                    assert!(id.is_of(&ours).is_ok());
                    assert!(Any::from_der(id.der()).is_ok());
                }
            }
        }
        // Lengths that promise gigabytes, and depths without end.
        for odd in [&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff][..], &[0x30, 0x80, 0, 0], &[0xa0; 4_000]]
        {
            assert_eq!(Query::parse(odd), Err(Malformed));
        }
    }
}
