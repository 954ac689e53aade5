//! Throw-away certificate authorities and what they sign.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sekisho::base::Moment;
use sekisho::base::secret::sha256;

/// A certificate somebody presents, with what is needed to present it.
#[derive(Debug)]
pub struct Paper {
    /// The certificate, and the issuing CA's.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
    /// First second in which it is good.
    pub not_before: Moment,
    /// Last second in which it is good.
    pub not_after: Moment,
}

impl Paper {
    /// SHA-256 of the certificate.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.chain[0])
    }

    /// This certificate with another's key.
    pub fn with_key_of(&self, other: &Self) -> Self {
        let (not_before, not_after) = (self.not_before, self.not_after);
        Self { chain: self.chain.clone(), key: other.key.clone_key(), not_before, not_after }
    }
}

/// What a certificate is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Its common name.
    pub name: &'a str,
    /// Days from now to its first second.
    pub from_days: i64,
    /// Days from now to its last second.
    pub to_days: i64,
    /// What it may be used for.
    pub usage: Option<Usage>,
}

/// Extended key usage.
#[derive(Clone, Copy, Debug)]
pub enum Usage {
    Client,
    Server,
}

impl<'a> Wish<'a> {
    /// A client's, begun yesterday, good for ten days.
    pub fn client(name: &'a str) -> Self {
        Self { name, from_days: -1, to_days: 10, usage: Some(Usage::Client) }
    }
}

/// A root and an issuing CA below it.
pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    issuing: CertifiedIssuer<'static, KeyPair>,
    now: Moment,
}

impl Authority {
    /// A new one called `name`, as of `now`; another of the same name has other keys.
    pub fn new(name: &str, now: Moment) -> Self {
        let root = CertifiedIssuer::self_signed(ca(&format!("{name} root"), now), key());
        let root = root.expect("a root CA");
        let issuing = CertifiedIssuer::signed_by(ca(&format!("{name} issuing"), now), key(), &root);
        Self { root, issuing: issuing.expect("an issuing CA"), now }
    }

    /// The CA certificates, issuing first.
    pub fn certificates(&self) -> Vec<CertificateDer<'static>> {
        vec![self.issuing.der().clone(), self.root.der().clone()]
    }

    /// A certificate as wished.
    pub fn issue(&self, wish: Wish<'_>) -> Paper {
        let day = 24 * 60;
        let not_before = self.now.plus_minutes(wish.from_days * day);
        let not_after = self.now.plus_minutes(wish.to_days * day);
        let mut params = CertificateParams::new(vec![wish.name.to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, wish.name);
        params.not_before = not_before.utc();
        params.not_after = not_after.utc();
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = match wish.usage {
            Some(Usage::Client) => vec![ExtendedKeyUsagePurpose::ClientAuth],
            Some(Usage::Server) => vec![ExtendedKeyUsagePurpose::ServerAuth],
            None => vec![],
        };
        let key = key();
        let certificate = params.signed_by(&key, &self.issuing).expect("a certificate");
        Paper {
            chain: vec![certificate.der().clone(), self.issuing.der().clone()],
            key: PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
            not_before,
            not_after,
        }
    }
}

fn ca(name: &str, now: Moment) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = now.plus_minutes(-1_000 * 24 * 60).utc();
    params.not_after = now.plus_minutes(1_000 * 24 * 60).utc();
    params
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}
