//! A certificate authority that can sign: its certificate, the certificates
//! above it, and its key, which leaves only encrypted.

use pkcs8::der::pem::{LineEnding, encode_string};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, GeneralSubtree, IsCa, Issuer, NameConstraints,
    PublicKeyData, SerialNumber,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use zeroize::Zeroizing;

use super::inspect::{certificates_of_pem, parse_x509};
use super::key::{CaKey, decrypt_key_pem, encrypted_key_pem, kind_of};
use super::name::Subject;
use super::order::new_serial;
use super::profile::CaProfile;
use super::{Error, verify};
use crate::base::secret::sha256_hex;
use crate::base::{Day, Moment, Secret};

/// A CA with its key. Not printable, not clonable: it is held once.
pub struct Authority {
    /// Its own certificate, then its issuer's, up to the root.
    chain: Vec<Vec<u8>>,
    issuer: Issuer<'static, CaKey>,
    key_id: Vec<u8>,
    subject_der: Vec<u8>,
    not_before: Moment,
    not_after: Moment,
}

impl Authority {
    /// Makes a root: a new key in memory and a certificate signed by itself.
    pub fn new_root(profile: &CaProfile, organisation: &str, now: Moment) -> Result<Self, Error> {
        Self::new_root_with(CaKey::generate(profile.key)?, profile, organisation, now)
    }

    /// Makes a root with this key, which must be of the profile's kind.
    pub fn new_root_with(
        key: CaKey,
        profile: &CaProfile,
        organisation: &str,
        now: Moment,
    ) -> Result<Self, Error> {
        let certificate = params(profile, organisation, now)?.self_signed(&key);
        let certificate = certificate.map_err(|error| key.why(error))?;
        Self::assemble(vec![certificate.der().to_vec()], key)
    }

    /// Makes a CA below this one, with a new key in memory.
    pub fn new_intermediate(
        &self,
        profile: &CaProfile,
        organisation: &str,
        now: Moment,
    ) -> Result<Self, Error> {
        self.new_intermediate_with(CaKey::generate(profile.key)?, profile, organisation, now)
    }

    /// Makes a CA below this one with this key, which must be of the profile's kind.
    pub fn new_intermediate_with(
        &self,
        key: CaKey,
        profile: &CaProfile,
        organisation: &str,
        now: Moment,
    ) -> Result<Self, Error> {
        let mut params = params(profile, organisation, now)?;
        // A root made earlier today begins and ends no later than this one would.
        params.not_before = params.not_before.max(self.not_before.utc());
        params.not_after = params.not_after.min(self.not_after.utc());
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer).map_err(|e| self.why(e))?;
        let mut chain = vec![certificate.der().to_vec()];
        chain.extend(self.chain.iter().cloned());
        verify::signed_by(&parse_x509(&chain[0])?, &parse_x509(&chain[1])?)?;
        Self::assemble(chain, key)
    }

    /// Opens a CA from `to_pem` (its certificate, optionally those above it) and
    /// `key_pem` (`ENCRYPTED PRIVATE KEY`, PKCS#8 PBES2).
    ///
    /// Errors: `WrongPassphrase`, `KeyDoesNotMatchCertificate`, `NotACa`,
    /// `Unreadable`; `NotAsOrdered` when the chain is not one.
    pub fn open(cert_pem: &str, key_pem: &str, passphrase: &Secret) -> Result<Self, Error> {
        let chain = chain_of(cert_pem)?;
        let kind = kind_of(&parse_x509(&chain[0])?)?;
        let key = CaKey::from_pkcs8(&decrypt_key_pem(key_pem, passphrase)?, kind)?;
        Self::assemble(chain, key)
    }

    /// The same with a key that is open already.
    pub fn with_key(cert_pem: &str, key: CaKey) -> Result<Self, Error> {
        Self::assemble(chain_of(cert_pem)?, key)
    }

    fn assemble(chain: Vec<Vec<u8>>, key: CaKey) -> Result<Self, Error> {
        let certificate = parse_x509(&chain[0])?;
        if certificate.public_key().raw != key.subject_public_key_info() {
            return Err(Error::KeyDoesNotMatchCertificate);
        }
        if !may_sign(&certificate) {
            return Err(Error::NotACa);
        }
        let key_id = subject_key_id(&certificate)
            .ok_or_else(|| Error::unreadable("CA certificate", "it has no subject key id"))?;
        let subject_der = certificate.subject().as_raw().to_vec();
        let dates = certificate.validity();
        let not_before = Moment::from_unix(dates.not_before.timestamp());
        let not_after = Moment::from_unix(dates.not_after.timestamp());
        let issuer = Issuer::from_ca_cert_der(&chain[0].as_slice().into(), key)
            .map_err(|why| Error::unreadable("CA certificate", &why))?;
        Ok(Self { chain, issuer, key_id, subject_der, not_before, not_after })
    }

    /// Its certificate and those above it, as PEM: what `open` reads.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.chain.iter().map(|der| certificate_pem(der)).collect()
    }

    /// Its own certificate as PEM.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        certificate_pem(&self.chain[0])
    }

    /// Its own certificate as DER.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        &self.chain[0]
    }

    /// Its own certificate, then its issuer's, up to the root; DER each.
    #[must_use]
    pub fn chain(&self) -> Vec<&[u8]> {
        self.chain.iter().map(Vec::as_slice).collect()
    }

    /// Its key as `ENCRYPTED PRIVATE KEY` (PKCS#8, PBES2). Errors: `KeyStays` when it
    /// cannot leave its place.
    pub fn key_pem(&self, passphrase: &Secret) -> Result<Zeroizing<String>, Error> {
        let key = self.issuer.key().pkcs8().ok_or(Error::KeyStays)?;
        encrypted_key_pem(key, passphrase)
    }

    /// Its name, byte for byte as in the certificates it signs: the hint a
    /// server sends to browsers.
    #[must_use]
    pub fn subject_der(&self) -> &[u8] {
        &self.subject_der
    }

    /// Whether the certificate `der` bears this CA's name and key: lists and answers of
    /// the two could not be told apart (RFC 5280 §5, RFC 6960 §4.1.1).
    pub fn shares_name_and_key(&self, der: &[u8]) -> Result<bool, Error> {
        let (own, other) = (parse_x509(&self.chain[0])?, parse_x509(der)?);
        let same_name = own.subject().as_raw() == other.subject().as_raw();
        Ok(same_name && own.public_key().raw == other.public_key().raw)
    }

    /// When its certificate begins.
    #[must_use]
    pub fn not_before(&self) -> Moment {
        self.not_before
    }

    /// The last second of its certificate.
    #[must_use]
    pub fn not_after(&self) -> Moment {
        self.not_after
    }

    /// SHA-256 of its certificate, lower-case hex.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        sha256_hex(&self.chain[0])
    }

    pub(super) fn issuer(&self) -> &Issuer<'static, CaKey> {
        &self.issuer
    }

    /// What stood behind `error`, which rcgen gave while this CA signed.
    pub(super) fn why(&self, error: rcgen::Error) -> Error {
        self.issuer.key().why(error)
    }

    pub(super) fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// Refuses dates outside this CA's own: no verifier would accept the rest.
    pub(super) fn covers(&self, from: Moment, to: Moment) -> Result<(), Error> {
        if self.not_before <= from && from < to && to <= self.not_after {
            return Ok(());
        }
        let span = |a: Moment, b: Moment| format!("{} to {}", a.rfc3339(), b.rfc3339());
        Err(Error::OutlivesIssuer {
            wanted: span(from, to),
            allowed: span(self.not_before, self.not_after),
        })
    }
}

/// The certificates in `pem`, each signed by the next; never none.
fn chain_of(pem: &str) -> Result<Vec<Vec<u8>>, Error> {
    let chain = certificates_of_pem(pem.as_bytes())?;
    for pair in chain.windows(2) {
        verify::signed_by(&parse_x509(&pair[0])?, &parse_x509(&pair[1])?)?;
    }
    if chain.is_empty() {
        return Err(Error::unreadable("CA certificate", "there is no CERTIFICATE block in it"));
    }
    Ok(chain)
}

fn params(
    profile: &CaProfile,
    organisation: &str,
    now: Moment,
) -> Result<CertificateParams, Error> {
    let today = Day::of(now);
    let (year, month, day) = today.parts();
    let last_year = year + i32::from(profile.validity_years);
    let last = Day::new(last_year, month, day)
        .or_else(|| Day::new(last_year, month, 28))
        .ok_or_else(|| Error::bad("the CA's last year", format!("{last_year} is out of range")))?;
    let subject = Subject {
        country: profile.country.clone(),
        organisation: Some(organisation.to_owned()),
        common_name: profile.name(organisation, now),
    };
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(&new_serial()));
    // A day back: clocks differ, and an expired certificate is judged at its own end.
    params.not_before = today.plus_days(-1).starts_at().utc();
    params.not_after = last.ends_at().utc();
    params.distinguished_name = subject.distinguished()?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(profile.path_length));
    params.key_usages = profile.key_usage.iter().map(|u| u.rcgen()).collect();
    params.extended_key_usages = profile.extended_key_usage.iter().map(|p| p.rcgen()).collect();
    params.name_constraints = constraints(profile)?;
    Ok(params)
}

/// Excluded names only: permitted ones would make rustls refuse every client.
fn constraints(profile: &CaProfile) -> Result<Option<NameConstraints>, Error> {
    let mut excluded: Vec<GeneralSubtree> =
        profile.excluded_dns.iter().cloned().map(GeneralSubtree::DnsName).collect();
    for subnet in &profile.excluded_ip {
        let subnet = subnet
            .parse::<CidrSubnet>()
            .map_err(|()| Error::bad("an excluded address", format!("{subnet} has no prefix")))?;
        excluded.push(GeneralSubtree::IpAddress(subnet));
    }
    let none = excluded.is_empty();
    let all = NameConstraints { permitted_subtrees: Vec::new(), excluded_subtrees: excluded };
    Ok((!none).then_some(all))
}

fn may_sign(certificate: &X509Certificate<'_>) -> bool {
    let usage = certificate.key_usage().ok().flatten();
    certificate.is_ca() && usage.is_some_and(|u| u.value.key_cert_sign())
}

fn subject_key_id(certificate: &X509Certificate<'_>) -> Option<Vec<u8>> {
    certificate.iter_extensions().find_map(|e| match e.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
        _ => None,
    })
}

/// A certificate as PEM (RFC 7468).
#[must_use]
pub fn certificate_pem(der: &[u8]) -> String {
    encode_string("CERTIFICATE", LineEnding::LF, der).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::profile::KeyKind;
    use crate::pki::{Profiles, inspect};
    use rcgen::KeyPair;

    fn now() -> Moment {
        Moment::parse("2026-11-21T10:00:00+09:00").expect("valid")
    }

    fn pair() -> (Authority, Authority) {
        let profiles = Profiles::built_in().expect("built in");
        let root = Authority::new_root(&profiles.root, "関所株式会社", now()).expect("root");
        let issuing =
            root.new_intermediate(&profiles.issuing, "関所株式会社", now()).expect("issuing");
        (root, issuing)
    }

    #[test]
    fn a_ca_opens_again_with_its_passphrase_and_signs_under_the_same_name() {
        let (root, issuing) = pair();
        let pass = Secret::from("合言葉 is long");
        let key = issuing.key_pem(&pass).expect("key");
        assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        let again = Authority::open(&issuing.to_pem(), &key, &pass).expect("opens");
        assert_eq!(again.subject_der(), issuing.subject_der());
        assert_eq!(again.chain(), [issuing.certificate_der(), root.certificate_der()]);
        assert_eq!(again.sha256_hex(), issuing.sha256_hex());
    }

    #[test]
    fn a_wrong_passphrase_a_foreign_key_and_rubbish_are_told_apart() {
        let (root, issuing) = pair();
        let pass = Secret::from("right");
        let key = issuing.key_pem(&pass).expect("key");
        let open = |cert: &str, key: &str, pass: &str| {
            Authority::open(cert, key, &Secret::from(pass)).err().expect("refused")
        };
        assert_eq!(open(&issuing.to_pem(), &key, "wrong"), Error::WrongPassphrase);
        assert_eq!(open(&issuing.to_pem(), &key, ""), Error::WrongPassphrase);
        let root_key = root.key_pem(&pass).expect("key");
        assert_eq!(open(&issuing.to_pem(), &root_key, "right"), Error::KeyDoesNotMatchCertificate);
        let (_, other) = pair();
        assert_eq!(open(&other.to_pem(), &key, "right"), Error::KeyDoesNotMatchCertificate);
        for (cert, key) in [("", key.as_str()), ("hello", &key), (&issuing.to_pem(), "hello")] {
            assert!(matches!(open(cert, key, "right"), Error::Unreadable { .. }));
        }
        let plain = key.replace("ENCRYPTED PRIVATE KEY", "PRIVATE KEY");
        assert!(open(&issuing.to_pem(), &plain, "right").to_string().contains("must be an ENCR"));
        let mixed = format!("{}{}", issuing.certificate_pem(), other.certificate_pem());
        assert!(matches!(open(&mixed, &key, "right"), Error::NotAsOrdered(_)));
    }

    #[test]
    fn a_certificate_without_the_right_to_sign_is_no_ca() {
        let key = KeyPair::generate().expect("key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::ExplicitNoCa;
        let certificate = params.self_signed(&key).expect("signed");
        let key = CaKey::in_memory(key, KeyKind::P256);
        let made = Authority::assemble(vec![certificate.der().to_vec()], key);
        assert_eq!(made.err(), Some(Error::NotACa));
    }

    #[test]
    fn cas_begin_the_day_before_and_lie_within_each_other() {
        let (root, issuing) = pair();
        assert_eq!(root.not_before().rfc3339(), "2026-11-19T15:00:00Z");
        assert_eq!(root.not_after().rfc3339(), "2051-11-21T14:59:59Z");
        assert_eq!(issuing.not_before(), root.not_before());
        assert_eq!(issuing.not_after().rfc3339(), "2041-11-21T14:59:59Z");
    }

    #[test]
    fn the_issuing_ca_can_make_clients_only() {
        let (root, issuing) = pair();
        let certificate = parse_x509(issuing.certificate_der()).expect("parses");
        let usage = certificate.extended_key_usage().expect("one").expect("there").value;
        assert!(usage.client_auth && usage.ocsp_signing && !usage.server_auth && !usage.any);
        let basic = certificate.basic_constraints().expect("one").expect("there");
        assert!(basic.critical && basic.value.ca);
        assert_eq!(basic.value.path_len_constraint, Some(0));
        let names = certificate.name_constraints().expect("one").expect("there");
        assert!(names.critical && names.value.permitted_subtrees.is_none());
        assert_eq!(names.value.excluded_subtrees.as_ref().map(Vec::len), Some(3));
        let parsed = inspect::parse(root.certificate_der()).expect("parses");
        assert!(parsed.is_ca);
        let root = parse_x509(root.certificate_der()).expect("parses");
        assert!(root.extended_key_usage().expect("one").is_none());
        let country = root.subject().iter_country().next().expect("country").attr_value().clone();
        assert_eq!(country.header.tag(), x509_parser::der_parser::asn1_rs::Tag::PrintableString);
    }
}
