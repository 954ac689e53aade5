//! An order for an end-entity certificate: made into a certificate here,
//! compared with the result in `verify`.

use cms::cert::x509::ext::pkix::name::GeneralName;
use cms::cert::x509::ext::pkix::{AccessDescription, AuthorityInfoAccessSyntax};
use der::Encode;
use der::asn1::{Ia5String, ObjectIdentifier};
use rcgen::{
    CertificateParams, CrlDistributionPoint, CustomExtension, IsCa, KeyPair, PublicKeyData,
    SerialNumber,
};
use zeroize::{Zeroize, Zeroizing};

use super::authority::Authority;
use super::name::{self, AltName, Subject};
use super::profile::{KeyKind, KeyUsage, Purpose};
use super::{Error, verify};
use crate::base::{Moment, id};

/// Everything that will stand in the certificate, but the key.
pub(super) struct Order {
    pub subject: Subject,
    pub names: Vec<AltName>,
    pub not_before: Moment,
    pub not_after: Moment,
    pub key: KeyKind,
    pub key_usage: Vec<KeyUsage>,
    pub purposes: Vec<Purpose>,
    pub crl_url: Option<String>,
    pub issuer_url: Option<String>,
    pub ocsp_url: Option<String>,
}

/// What came of an order: checked, not yet seen by anybody.
pub(super) struct Signed {
    pub certificate_der: Vec<u8>,
    pub key: Zeroizing<Vec<u8>>,
    pub serial: [u8; 16],
}

impl Order {
    /// Makes a key, signs, parses what was signed and compares.
    pub fn sign(&self, authority: &Authority) -> Result<Signed, Error> {
        authority.covers(self.not_before, self.not_after)?;
        let serial = new_serial();
        let mut pair = KeyPair::generate_for(self.key.algorithm())?;
        let made = self.params(serial)?.signed_by(&pair, authority.issuer());
        let made = made.map_err(|error| authority.why(error))?;
        let certificate_der = made.der().to_vec();
        verify::end_entity(&certificate_der, self, authority, &pair.subject_public_key_info())?;
        verify::serial(&certificate_der, serial)?;
        let key = Zeroizing::new(pair.serialize_der());
        pair.zeroize();
        Ok(Signed { certificate_der, key, serial })
    }

    fn params(&self, serial: [u8; 16]) -> Result<CertificateParams, Error> {
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.not_before = self.not_before.utc();
        params.not_after = self.not_after.utc();
        params.distinguished_name = self.subject.distinguished()?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = self.key_usage.iter().map(|u| u.rcgen()).collect();
        params.extended_key_usages = self.purposes.iter().map(|p| p.rcgen()).collect();
        params.subject_alt_names =
            self.names.iter().map(AltName::rcgen).collect::<Result<_, _>>()?;
        params.use_authority_key_identifier_extension = true;
        if let Some(url) = &self.crl_url {
            name::uri("the CRL address", url)?;
            params.crl_distribution_points = vec![CrlDistributionPoint { uris: vec![url.clone()] }];
        }
        params.custom_extensions.extend(self.information_access()?);
        if self.is_unchecked() {
            params
                .custom_extensions
                .push(CustomExtension::from_oid_content(&NO_CHECK, NULL.into()));
        }
        Ok(params)
    }

    /// Whether nobody shall ask if it was revoked: it answers such questions itself
    /// (RFC 6960 §4.2.2.2.1).
    pub fn is_unchecked(&self) -> bool {
        self.purposes.contains(&Purpose::OcspSigning)
    }

    /// Authority information access (RFC 5280 §4.2.2.1), which rcgen cannot write.
    fn information_access(&self) -> Result<Option<CustomExtension>, Error> {
        let places = [(CA_ISSUERS, &self.issuer_url), (OCSP, &self.ocsp_url)];
        let mut found = Vec::new();
        for (access_method, url) in places {
            let Some(url) = url else { continue };
            name::uri("an access address", url)?;
            let text = Ia5String::new(url).map_err(|why| Error::Crypto(why.to_string()))?;
            let access_location = GeneralName::UniformResourceIdentifier(text);
            found.push(AccessDescription { access_method, access_location });
        }
        if found.is_empty() {
            return Ok(None);
        }
        let content = AuthorityInfoAccessSyntax(found)
            .to_der()
            .map_err(|why| Error::Crypto(why.to_string()))?;
        Ok(Some(CustomExtension::from_oid_content(&AUTHORITY_INFO_ACCESS, content)))
    }
}

/// 16 random bytes, positive and never shortened: the top bits are `01`
/// (RFC 5280 §4.1.2.2).
pub(super) fn new_serial() -> [u8; 16] {
    let mut bytes: [u8; 16] = id::random_bytes();
    bytes[0] = (bytes[0] & 0x7f) | 0x40;
    bytes
}

/// id-pkix-ocsp-nocheck, and its value in DER.
const NO_CHECK: [u64; 10] = [1, 3, 6, 1, 5, 5, 7, 48, 1, 5];
pub(super) const NULL: [u8; 2] = [5, 0];
const AUTHORITY_INFO_ACCESS: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 1, 1];
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
