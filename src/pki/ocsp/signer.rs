//! Who answers in the name of an issuing CA: a key in memory, and a certificate of a
//! few days that the CA signed for it (RFC 6960 §4.2.2.2).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rcgen::{KeyPair, PublicKeyData, SigningKey};
use rustls::pki_types::PrivatePkcs8KeyDer;

use super::answer::{self, Standing, Times};
use super::query::CertId;
use crate::base::Moment;
use crate::base::clock::{DAY_MS, MINUTE_MS};
use crate::pki::name::Subject;
use crate::pki::order::Order;
use crate::pki::profile::{KeyKind, KeyUsage, Purpose};
use crate::pki::{Authority, Error};

/// How long a signer is good. Nobody can revoke it (ocsp-nocheck): it ends by itself.
const DAYS: i64 = 3;
/// Clocks differ.
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A key that may answer for one issuing CA. It is held in memory only.
pub struct Signer {
    key: KeyPair,
    certificate_der: Vec<u8>,
    key_hash: Vec<u8>,
    authority: String,
    not_after: Moment,
}

impl Signer {
    /// Makes a key and has `authority` sign a certificate for it (`OCSPSigning`,
    /// `ocsp-nocheck`, `digitalSignature`), three days or until the CA ends.
    ///
    /// Errors: `OutlivesIssuer` when the CA has ended.
    pub fn new(authority: &Authority, country: &str, now: Moment) -> Result<Self, Error> {
        let not_after = now.plus_ms(DAYS * DAY_MS).min(authority.not_after());
        let order = Order {
            subject: Subject {
                country: country.to_owned(),
                organisation: None,
                common_name: "Sekisho OCSP".to_owned(),
            },
            names: Vec::new(),
            not_before: now.plus_ms(-HOUR_MS).max(authority.not_before()),
            not_after,
            key: KeyKind::P256,
            key_usage: vec![KeyUsage::DigitalSignature],
            purposes: vec![Purpose::OcspSigning],
            crl_url: None,
            issuer_url: None,
            ocsp_url: None,
        };
        if now > not_after {
            authority.covers(now, not_after)?;
        }
        let signed = order.sign(authority)?;
        let key = PrivatePkcs8KeyDer::from(signed.key.as_slice());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, KeyKind::P256.algorithm())?;
        let key_hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, key.der_bytes()).as_ref().to_vec();
        let authority = authority.sha256_hex();
        Ok(Self { key, certificate_der: signed.certificate_der, key_hash, authority, not_after })
    }

    /// Whether it answers for `authority` and will for another day, or as long as the
    /// CA itself.
    #[must_use]
    pub fn serves(&self, authority: &Authority, now: Moment) -> bool {
        let until = now.plus_ms(DAY_MS).min(authority.not_after());
        self.is_of(authority) && now <= self.not_after && until <= self.not_after
    }

    /// Whether `authority` signed its certificate.
    #[must_use]
    pub fn is_of(&self, authority: &Authority) -> bool {
        self.authority == authority.sha256_hex()
    }

    /// Its certificate, DER.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// The last second of its certificate.
    #[must_use]
    pub fn not_after(&self) -> Moment {
        self.not_after
    }

    /// Signs what is `told`, with `nonce` if the request had one; the whole
    /// `OCSPResponse`, DER.
    pub fn answer(
        &self,
        told: &[(CertId, Standing)],
        nonce: Option<&[u8]>,
        times: Times,
    ) -> Result<Vec<u8>, Error> {
        let refused = |why: der::Error| Error::Crypto(why.to_string());
        let data = answer::data(told, nonce, times, &self.key_hash).map_err(refused)?;
        let signature = self.key.sign(&data)?;
        answer::whole(&data, &signature, &self.certificate_der).map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::Profiles;
    use crate::pki::inspect;

    fn at(text: &str) -> Moment {
        Moment::parse(text).expect("valid")
    }

    #[test]
    fn a_signer_serves_its_ca_until_a_day_before_its_end() {
        let now = at("2026-11-21T10:00:00+09:00");
        let profiles = Profiles::built_in().expect("built in");
        let ca = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let twin = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let signer = Signer::new(&ca, "JP", now).expect("a signer");
        assert!(signer.serves(&ca, now) && !signer.serves(&twin, now));
        assert!(signer.serves(&ca, now.plus_ms(2 * DAY_MS)));
        assert!(!signer.serves(&ca, now.plus_ms(2 * DAY_MS + 1_000)));
        let read = inspect::parse(signer.certificate_der()).expect("parses");
        assert_eq!(read.not_before, now.plus_ms(-HOUR_MS));
        assert_eq!(read.not_after, now.plus_ms(DAYS * DAY_MS));
        assert!(!read.client_auth && !read.is_ca, "it opens no door");
    }

    #[test]
    fn a_signer_ends_with_its_ca_at_the_latest() {
        let now = at("2026-11-21T10:00:00+09:00");
        let profiles = Profiles::built_in().expect("built in");
        let ca = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let late = ca.not_after().plus_ms(-HOUR_MS);
        let signer = Signer::new(&ca, "JP", late).expect("a signer");
        assert_eq!(signer.not_after(), ca.not_after());
        assert!(signer.serves(&ca, late), "there is no better one");
        let over = ca.not_after().plus_ms(1_000);
        assert!(matches!(Signer::new(&ca, "JP", over), Err(Error::OutlivesIssuer { .. })));
        assert!(!signer.serves(&ca, over));
    }
}
