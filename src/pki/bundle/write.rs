//! The writer of PKCS#12 files (RFC 7292 §4, §5).
//!
//! Two safes: the certificates, encrypted as a whole, and the key in a shrouded
//! bag. Around both the MAC.

use aws_lc_rs::{digest, hmac};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use cms::cert::x509::attr::{Attribute, Attributes};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::encrypted_data::EncryptedData;
use cms::enveloped_data::EncryptedContentInfo;
use der::asn1::{Any, BmpString, Null, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Error, ErrorKind, Result};
use des::TdesEde3;
use pkcs8::spki::AlgorithmIdentifierOwned;
use pkcs12::pbe_params::{EncryptedPrivateKeyInfo, Pkcs12PbeParams};
use pkcs12::pfx::{Pfx, Version};
use pkcs12::{CertBag, DigestInfo, MacData, SafeBag};
use zeroize::Zeroizing;

use super::kdf::{self, Use};
use super::{Bundle, Format, ITERATIONS};
use crate::base::Secret;
use crate::base::id::random_bytes;

/// The file. The password has been found usable.
pub(super) fn file(
    bundle: &Bundle<'_>,
    password: &Secret,
    format: Format,
) -> Result<Zeroizing<Vec<u8>>> {
    let lock = Lock { password, format };
    let name = Any::encode_from(&BmpString::from_utf8(&label(bundle.friendly_name))?)?;
    // By convention the SHA-1 of the leaf; any bytes would do.
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bundle.leaf);
    let key_id = Any::encode_from(&OctetString::new(hash.as_ref())?)?;
    let own = [(FRIENDLY_NAME, name), (LOCAL_KEY_ID, key_id)];

    let mut certificates = vec![certificate(bundle.leaf, Some(attributes(&own)?))?];
    for der in bundle.chain {
        certificates.push(certificate(der, None)?);
    }
    let provider = Any::encode_from(&BmpString::from_utf8(KEY_STORAGE_PROVIDER)?)?;
    let [name, key_id] = own;
    let of_key = attributes(&[name, key_id, (MICROSOFT_PROVIDER, provider)])?;
    let safes = vec![
        lock.encrypted(&certificates.to_der()?)?,
        plain(&vec![lock.shrouded(bundle.key, of_key)?].to_der()?)?,
    ];

    let safes = safes.to_der()?;
    let file =
        Pfx { version: Version::V3, mac_data: Some(lock.mac(&safes)?), auth_safe: plain(&safes)? };
    Ok(Zeroizing::new(file.to_der()?))
}

/// `name` with `〓` for what UCS-2 cannot hold; pickers only show it.
pub(super) fn label(name: &str) -> String {
    name.chars().map(|c| if u32::from(c) > 0xFFFF { '〓' } else { c }).collect()
}

/// How everything in one file is protected.
struct Lock<'a> {
    password: &'a Secret,
    format: Format,
}

impl Lock<'_> {
    /// `EncryptedData` around the bytes of a safe.
    fn encrypted(&self, safe: &[u8]) -> Result<ContentInfo> {
        let (content_enc_alg, encrypted) = self.encrypt(safe)?;
        let data = EncryptedData {
            version: CmsVersion::V0,
            enc_content_info: EncryptedContentInfo {
                content_type: DATA,
                content_enc_alg,
                encrypted_content: Some(OctetString::new(encrypted)?),
            },
            unprotected_attrs: None,
        };
        Ok(ContentInfo { content_type: ENCRYPTED_DATA, content: Any::encode_from(&data)? })
    }

    /// `PKCS8ShroudedKeyBag` (§4.2.2).
    fn shrouded(&self, key: &[u8], attributes: Attributes) -> Result<SafeBag> {
        let (encryption_algorithm, encrypted) = self.encrypt(key)?;
        let encrypted_data = OctetString::new(encrypted)?;
        Ok(SafeBag {
            bag_id: pkcs12::PKCS_12_PKCS8_KEY_BAG_OID,
            bag_value: EncryptedPrivateKeyInfo { encryption_algorithm, encrypted_data }.to_der()?,
            bag_attributes: Some(attributes),
        })
    }

    fn encrypt(&self, plain: &[u8]) -> Result<(AlgorithmIdentifierOwned, Vec<u8>)> {
        match self.format {
            Format::Modern => self.encrypt_modern(plain),
            Format::Compat => self.encrypt_compat(plain),
        }
    }

    /// PBES2 (RFC 8018 §6.2); the password in UTF-8, as all importers take it.
    fn encrypt_modern(&self, plain: &[u8]) -> Result<(AlgorithmIdentifierOwned, Vec<u8>)> {
        let refused = |_: pkcs5::Error| Error::from(ErrorKind::Failed);
        let salt: [u8; 16] = random_bytes();
        let params = pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(
            ITERATIONS,
            &salt,
            random_bytes(),
        )
        .map_err(refused)?;
        let encrypted = params.encrypt(self.password.expose(), plain).map_err(refused)?;
        let algorithm = AlgorithmIdentifierOwned {
            oid: pkcs5::pbes2::PBES2_OID,
            parameters: Some(Any::from_der(&params.to_der()?)?),
        };
        Ok((algorithm, encrypted))
    }

    /// pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C).
    fn encrypt_compat(&self, plain: &[u8]) -> Result<(AlgorithmIdentifierOwned, Vec<u8>)> {
        let salt: [u8; 16] = random_bytes();
        let hash = &digest::SHA1_FOR_LEGACY_USE_ONLY;
        let password = self.utf16()?;
        let key = kdf::derive(hash, &password, &salt, ITERATIONS, (Use::Key, 24));
        let iv = kdf::derive(hash, &password, &salt, ITERATIONS, (Use::Iv, 8));
        let encrypted = cbc::Encryptor::<TdesEde3>::new_from_slices(&key, &iv)
            .map_err(|_| Error::from(ErrorKind::Failed))?
            .encrypt_padded_vec::<Pkcs7>(plain);
        let params = Pkcs12PbeParams { salt: OctetString::new(salt)?, iterations: rounds()? };
        let algorithm = AlgorithmIdentifierOwned {
            oid: pkcs12::PKCS_12_PBE_WITH_SHAAND3_KEY_TRIPLE_DES_CBC,
            parameters: Some(Any::encode_from(&params)?),
        };
        Ok((algorithm, encrypted))
    }

    /// `MacData` (§4): an HMAC under a key of appendix B.
    fn mac(&self, safes: &[u8]) -> Result<MacData> {
        let (oid, hash, algorithm) = match self.format {
            Format::Modern => (SHA_256, &digest::SHA256, hmac::HMAC_SHA256),
            Format::Compat => {
                (SHA_1, &digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)
            }
        };
        let salt: [u8; 16] = random_bytes();
        let of = (Use::Mac, hash.output_len());
        let key = kdf::derive(hash, &self.utf16()?, &salt, ITERATIONS, of);
        let tag = hmac::sign(&hmac::Key::new(algorithm, &key), safes);
        Ok(MacData {
            mac: DigestInfo {
                algorithm: AlgorithmIdentifierOwned {
                    oid,
                    parameters: Some(Any::encode_from(&Null)?),
                },
                digest: OctetString::new(tag.as_ref())?,
            },
            mac_salt: OctetString::new(salt)?,
            iterations: rounds()?,
        })
    }

    /// The password as `BMPString` bytes with its final NUL (appendix B.1).
    fn utf16(&self) -> Result<Zeroizing<Vec<u8>>> {
        let text = BmpString::from_utf8(self.password.expose())?;
        let mut bytes = Zeroizing::new(text.into_bytes().into_vec());
        bytes.extend_from_slice(&[0, 0]);
        Ok(bytes)
    }
}

fn rounds() -> Result<i32> {
    i32::try_from(ITERATIONS).map_err(|_| Error::from(ErrorKind::Overflow))
}

/// `CertBag` (§4.2.3).
fn certificate(der: &[u8], bag_attributes: Option<Attributes>) -> Result<SafeBag> {
    let bag =
        CertBag { cert_id: pkcs12::PKCS_12_X509_CERT_OID, cert_value: OctetString::new(der)? };
    Ok(SafeBag { bag_id: pkcs12::PKCS_12_CERT_BAG_OID, bag_value: bag.to_der()?, bag_attributes })
}

fn attributes(all: &[(ObjectIdentifier, Any)]) -> Result<Attributes> {
    let one = |(oid, value): &(ObjectIdentifier, Any)| {
        Ok(Attribute { oid: *oid, values: SetOfVec::try_from(vec![value.clone()])? })
    };
    SetOfVec::try_from(all.iter().map(one).collect::<Result<Vec<_>>>()?)
}

/// `ContentInfo` of plain bytes.
fn plain(bytes: &[u8]) -> Result<ContentInfo> {
    Ok(ContentInfo { content_type: DATA, content: Any::encode_from(&OctetString::new(bytes)?)? })
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.6");
const FRIENDLY_NAME: ObjectIdentifier = oid("1.2.840.113549.1.9.20");
const LOCAL_KEY_ID: ObjectIdentifier = oid("1.2.840.113549.1.9.21");
const SHA_1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
/// Names the store that Windows puts the key into; without it the old one,
/// whose keys Edge cannot use with TLS 1.3.
const MICROSOFT_PROVIDER: ObjectIdentifier = oid("1.3.6.1.4.1.311.17.1");
const KEY_STORAGE_PROVIDER: &str = "Microsoft Software Key Storage Provider";
