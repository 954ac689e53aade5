//! Certificates that the program itself would never issue: any dates, any
//! purpose, by any CA.

use pkcs8::{EncryptedPrivateKeyInfoRef, SecretDocument};
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SanType,
};
use sekisho::base::clock::DAY_MS;
use sekisho::base::{Moment, Secret};
use sekisho::pki::{Authority, Profiles};

/// A root and an issuing CA with the built-in profiles. Two of them born in the
/// same year bear the same names and have different keys.
pub struct Cas {
    pub root: Authority,
    pub issuing: Authority,
}

/// CAs born at `now`.
pub fn cas(organisation: &str, now: Moment) -> Cas {
    let profiles = Profiles::built_in().expect("built in");
    let root = Authority::new_root(&profiles.root, organisation, now).expect("root");
    let issuing = root.new_intermediate(&profiles.issuing, organisation, now).expect("issuing");
    Cas { root, issuing }
}

/// The bare signing power of a CA.
pub struct Signer(Issuer<'static, KeyPair>);

impl Signer {
    /// Takes the key out of a CA the way its owner could.
    pub fn of(authority: &Authority) -> Self {
        let passphrase = Secret::from("forge");
        let pem = authority.key_pem(&passphrase).expect("key");
        let (_, document) = SecretDocument::from_pem(&pem).expect("PEM");
        let key = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes()).expect("encrypted");
        let key = key.decrypt(passphrase.expose()).expect("decrypted");
        let key = KeyPair::try_from(key.as_bytes()).expect("key");
        let certificate = authority.certificate_der().into();
        Self(Issuer::from_ca_cert_der(&certificate, key).expect("issuer"))
    }
}

/// What to forge; change the fields of one of the makers below.
#[derive(Clone)]
pub struct Draft {
    pub common_name: String,
    pub not_before: Moment,
    pub not_after: Moment,
    pub purposes: Vec<ExtendedKeyUsagePurpose>,
    pub dns: Option<String>,
}

/// A certificate with its key (PKCS#8).
pub struct Forged {
    pub certificate_der: Vec<u8>,
    pub key: Vec<u8>,
}

impl Draft {
    /// Looks like one of ours, good from yesterday until tomorrow.
    pub fn good(common_name: &str, now: Moment) -> Self {
        Self {
            common_name: common_name.to_owned(),
            not_before: now.plus_ms(-DAY_MS),
            not_after: now.plus_ms(DAY_MS),
            purposes: vec![ExtendedKeyUsagePurpose::ClientAuth],
            dns: None,
        }
    }

    /// Ended a second ago.
    pub fn expired(common_name: &str, now: Moment) -> Self {
        Self { not_after: now.plus_ms(-1_000), ..Self::good(common_name, now) }
    }

    /// Begins in an hour.
    pub fn not_yet_valid(common_name: &str, now: Moment) -> Self {
        Self { not_before: now.plus_minutes(60), ..Self::good(common_name, now) }
    }

    /// For servers only.
    pub fn server_only(common_name: &str, now: Moment) -> Self {
        let purposes = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Self { purposes, ..Self::good(common_name, now) }
    }

    /// Without any extended key usage.
    pub fn without_purpose(common_name: &str, now: Moment) -> Self {
        Self { purposes: Vec::new(), ..Self::good(common_name, now) }
    }

    pub fn signed_by(&self, signer: &Signer) -> Forged {
        let key = KeyPair::generate().expect("key");
        let made = self.params().signed_by(&key, &signer.0).expect("signed");
        Forged { certificate_der: made.der().to_vec(), key: key.serialize_der() }
    }

    pub fn self_signed(&self) -> Forged {
        let key = KeyPair::generate().expect("key");
        let made = self.params().self_signed(&key).expect("signed");
        Forged { certificate_der: made.der().to_vec(), key: key.serialize_der() }
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, self.common_name.as_str());
        params.not_before = self.not_before.utc();
        params.not_after = self.not_after.utc();
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages.clone_from(&self.purposes);
        params.use_authority_key_identifier_extension = true;
        if let Some(name) = &self.dns {
            let name = name.as_str().try_into().expect("ASCII");
            params.subject_alt_names = vec![SanType::DnsName(name)];
        }
        params
    }
}
