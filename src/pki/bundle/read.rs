//! A PKCS#12 file read by an independent implementation.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
};
use p12_keystore::error::Error as Refusal;
use p12_keystore::{CertificateBag, Pkcs12Archive};
use zeroize::Zeroizing;

use crate::base::Secret;
use crate::pki::Error;
use crate::pki::inspect::parse_x509;

/// What a PKCS#12 file holds. All DER.
#[derive(PartialEq, Eq)]
pub struct Contents {
    /// The friendly name of the leaf, empty if none.
    pub friendly_name: String,
    /// The certificate that the key belongs to.
    pub leaf: Vec<u8>,
    /// The private key, PKCS#8.
    pub key: Zeroizing<Vec<u8>>,
    /// The other certificates, in their order.
    pub chain: Vec<Vec<u8>>,
}

/// Opens a file with one key and its certificate.
///
/// Errors: `WrongPassword`, `Unreadable`, `KeyDoesNotMatchCertificate`.
pub fn read(bytes: &[u8], password: &Secret) -> Result<Contents, Error> {
    let archive = Pkcs12Archive::from_pkcs12(bytes, password.expose()).map_err(refusal)?;
    let unreadable = |why| Error::unreadable("PKCS#12 file", &why);
    let [key] = archive.keys.as_slice() else {
        return Err(unreadable("it does not hold exactly one key"));
    };
    let mut certificates: Vec<CertificateBag> = archive.certs;
    let own = certificates
        .iter()
        .position(|c| c.local_key_id.as_deref() == key.local_key_id.as_ref().map(AsRef::as_ref))
        .or((certificates.len() == 1).then_some(0))
        .ok_or_else(|| unreadable("no certificate in it belongs to its key"))?;
    let leaf = certificates.remove(own);
    if !belong(leaf.cert.as_der(), key.key.as_der())? {
        return Err(Error::KeyDoesNotMatchCertificate);
    }
    Ok(Contents {
        friendly_name: leaf.friendly_name.unwrap_or_default(),
        leaf: leaf.cert.as_der().to_vec(),
        key: Zeroizing::new(key.key.as_der().to_vec()),
        chain: certificates.iter().map(|c| c.cert.as_der().to_vec()).collect(),
    })
}

fn refusal(why: Refusal) -> Error {
    match why {
        // The MAC tells a wrong password; without one, the padding does.
        Refusal::MacError(_) | Refusal::UnpadError | Refusal::Pkcs5Error(_) => Error::WrongPassword,
        other => Error::unreadable("PKCS#12 file", &other),
    }
}

/// Whether the certificate holds the public half of the key (P-256 or P-384).
pub(super) fn belong(certificate: &[u8], key: &[u8]) -> Result<bool, Error> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key)
        .or_else(|_| EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, key))
        .map_err(|why| Error::unreadable("key of the PKCS#12 file", &why))?;
    let certificate = parse_x509(certificate)?;
    let point: &[u8] = &certificate.public_key().subject_public_key.data;
    Ok(point == pair.public_key().as_ref())
}
