//! A CA's key: something that signs, wherever the key itself lies.
//!
//! A key in memory can leave as an encrypted file; one on a token never leaves.

use std::sync::{Mutex, PoisonError};

use der::asn1::UintRef;
use der::{Encode, Sequence};
use pkcs8::der::pem::LineEnding;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef, SecretDocument};
use rcgen::{KeyPair, PublicKeyData, SignatureAlgorithm, SigningKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::public_key::PublicKey;
use zeroize::Zeroizing;

use super::Error;
use super::inspect::parse_x509;
use super::profile::KeyKind;
use crate::base::Secret;

/// Signs with one key. An implementation may block: a token is asked.
pub trait Signer: Send + Sync {
    /// The curve.
    fn kind(&self) -> KeyKind;

    /// The public point, uncompressed (SEC 1 §2.3.3).
    fn point(&self) -> &[u8];

    /// Hashes `message` with SHA-256 (P-256) or SHA-384 (P-384) and signs; DER
    /// (`ECDSA-Sig-Value`, RFC 3279 §2.2.3).
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error>;

    /// The key itself, PKCS#8; `None` when it cannot leave its place.
    fn pkcs8(&self) -> Option<&[u8]>;
}

/// The key of a CA.
pub struct CaKey {
    signer: Box<dyn Signer>,
    /// Why signing failed last: rcgen's own error has no room for it.
    failed: Mutex<Option<Error>>,
}

impl CaKey {
    /// A key that lies where `signer` knows.
    #[must_use]
    pub fn new(signer: Box<dyn Signer>) -> Self {
        Self { signer, failed: Mutex::default() }
    }

    /// A new key in memory.
    pub fn generate(kind: KeyKind) -> Result<Self, Error> {
        Ok(Self::in_memory(KeyPair::generate_for(kind.algorithm())?, kind))
    }

    /// The key in `pkcs8`, of this kind. Errors: `KeyDoesNotMatchCertificate` when it is
    /// of another.
    pub fn from_pkcs8(pkcs8: &[u8], kind: KeyKind) -> Result<Self, Error> {
        let key = KeyPair::from_pkcs8_der_and_sign_algo(
            &PrivatePkcs8KeyDer::from(pkcs8),
            kind.algorithm(),
        );
        // A key of another curve cannot belong to the certificate.
        Ok(Self::in_memory(key.map_err(|_| Error::KeyDoesNotMatchCertificate)?, kind))
    }

    pub(super) fn in_memory(pair: KeyPair, kind: KeyKind) -> Self {
        Self::new(Box::new(InMemory { pair, kind }))
    }

    /// Whether `point` is its public half.
    #[must_use]
    pub fn is_of(&self, point: &[u8]) -> bool {
        self.signer.point() == point
    }

    /// The key itself, PKCS#8; `None` when it cannot leave its place.
    pub(super) fn pkcs8(&self) -> Option<&[u8]> {
        self.signer.pkcs8()
    }

    /// What stood behind `error`, which rcgen gave while signing with this key.
    pub(super) fn why(&self, error: rcgen::Error) -> Error {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.take().unwrap_or_else(|| error.into())
    }
}

impl PublicKeyData for CaKey {
    fn der_bytes(&self) -> &[u8] {
        self.signer.point()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.signer.kind().algorithm()
    }
}

impl SigningKey for CaKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.signer.sign(message).map_err(|error| {
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            rcgen::Error::RemoteKeyError
        })
    }
}

struct InMemory {
    pair: KeyPair,
    kind: KeyKind,
}

impl Signer for InMemory {
    fn kind(&self) -> KeyKind {
        self.kind
    }

    fn point(&self) -> &[u8] {
        self.pair.der_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(SigningKey::sign(&self.pair, message)?)
    }

    fn pkcs8(&self) -> Option<&[u8]> {
        Some(self.pair.serialized_der())
    }
}

/// The kind and the public point of the key in `certificate` (DER). Errors:
/// `Unreadable` for a key that is neither P-256 nor P-384.
pub fn public_of(certificate: &[u8]) -> Result<(KeyKind, Vec<u8>), Error> {
    let certificate = parse_x509(certificate)?;
    let point = certificate.public_key().subject_public_key.data.to_vec();
    Ok((kind_of(&certificate)?, point))
}

pub(super) fn kind_of(certificate: &X509Certificate<'_>) -> Result<KeyKind, Error> {
    let bits = match certificate.public_key().parsed() {
        Ok(PublicKey::EC(point)) => point.key_size(),
        _ => 0,
    };
    match bits {
        256 => Ok(KeyKind::P256),
        384 => Ok(KeyKind::P384),
        _ => Err(Error::unreadable("CA certificate", "its key is neither P-256 nor P-384")),
    }
}

/// A signature as tokens give it (r and s side by side, equally long) as DER.
pub fn signature_der(raw: &[u8]) -> Result<Vec<u8>, Error> {
    #[derive(Sequence)]
    struct Pair<'a> {
        r: UintRef<'a>,
        s: UintRef<'a>,
    }
    let wrong = |why: der::Error| Error::Crypto(why.to_string());
    let (r, s) = raw.split_at(raw.len() / 2);
    let pair = Pair { r: UintRef::new(r).map_err(wrong)?, s: UintRef::new(s).map_err(wrong)? };
    pair.to_der().map_err(wrong)
}

const KEY_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// A PKCS#8 key as `ENCRYPTED PRIVATE KEY` under `passphrase` (PBES2 with scrypt and
/// AES-256-CBC; RFC 8018, RFC 7914).
pub fn encrypted_key_pem(key: &[u8], passphrase: &Secret) -> Result<Zeroizing<String>, Error> {
    let refused = |why: pkcs8::Error| Error::Crypto(why.to_string());
    PrivateKeyInfoRef::try_from(key)
        .map_err(|why| Error::Crypto(why.to_string()))?
        .encrypt(passphrase.expose())
        .map_err(refused)?
        .to_pem(KEY_LABEL, LineEnding::LF)
        .map_err(|why| Error::Crypto(why.to_string()))
}

/// The PKCS#8 key in an `ENCRYPTED PRIVATE KEY`. Errors: `WrongPassphrase`, `Unreadable`.
pub fn decrypt_key_pem(pem: &str, passphrase: &Secret) -> Result<Zeroizing<Vec<u8>>, Error> {
    let unreadable = |why: String| Error::Unreadable { what: "key", why };
    let (label, document) =
        SecretDocument::from_pem(pem).map_err(|why| unreadable(why.to_string()))?;
    if label != KEY_LABEL {
        return Err(unreadable(format!("it is a {label}, it must be an {KEY_LABEL}")));
    }
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
        .map_err(|why| unreadable(why.to_string()))?;
    let key = encrypted.decrypt(passphrase.expose()).map_err(|why| match why {
        // Bad padding, or padding that is right by chance in front of rubbish.
        pkcs8::Error::EncryptedPrivateKey(
            pkcs5::Error::DecryptFailed | pkcs5::Error::EncryptFailed,
        )
        | pkcs8::Error::Asn1(_) => Error::WrongPassphrase,
        other => unreadable(other.to_string()),
    })?;
    Ok(Zeroizing::new(key.as_bytes().to_vec()))
}

/// The PKCS#8 key in `pem`, which may be encrypted (`passphrase` opens it) or not.
///
/// Errors: `WrongPassphrase`; `Unreadable` for other forms of key, and for an
/// encrypted one without passphrase.
pub fn any_key_pem(pem: &str, passphrase: Option<&Secret>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let unreadable = |why: String| Error::Unreadable { what: "key", why };
    let (label, document) =
        SecretDocument::from_pem(pem).map_err(|why| unreadable(why.to_string()))?;
    match (label, passphrase) {
        ("PRIVATE KEY", _) => Ok(Zeroizing::new(document.as_bytes().to_vec())),
        (KEY_LABEL, Some(passphrase)) => decrypt_key_pem(pem, passphrase),
        (KEY_LABEL, None) => Err(unreadable("it is encrypted, and no passphrase is given".into())),
        (other, _) => Err(unreadable(format!("it is a {other}, it must be PKCS#8"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_signature_becomes_two_positive_integers() {
        let mut raw = [0_u8; 64];
        raw[31] = 0x7f;
        raw[32] = 0x80;
        let der = signature_der(&raw).expect("encodes");
        assert_eq!(der[..5], [0x30, 0x26, 0x02, 0x01, 0x7f]);
        assert_eq!(der[5..9], [0x02, 0x21, 0x00, 0x80]);
        assert_eq!(der.len(), 40);
    }

    #[test]
    fn why_signing_failed_is_not_lost_in_between() {
        struct Broken;
        impl Signer for Broken {
            fn kind(&self) -> KeyKind {
                KeyKind::P256
            }
            fn point(&self) -> &[u8] {
                &[]
            }
            fn sign(&self, _: &[u8]) -> Result<Vec<u8>, Error> {
                Err(Error::Token("it was pulled out".to_owned()))
            }
            fn pkcs8(&self) -> Option<&[u8]> {
                None
            }
        }
        let key = CaKey::new(Box::new(Broken));
        let error = SigningKey::sign(&key, b"x").expect_err("broken");
        assert_eq!(key.why(error), Error::Token("it was pulled out".to_owned()));
        let other = key.why(rcgen::Error::RemoteKeyError);
        assert!(matches!(other, Error::Crypto(_)), "told once only: {other:?}");
    }
}
