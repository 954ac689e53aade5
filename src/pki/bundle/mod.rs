//! Certificate, key and chain as a PKCS#12 file (RFC 7292), and back.
//!
//! Our own writer, because importers need what libraries leave out: the friendly
//! name on leaf *and* key, and Microsoft's provider attribute, without which
//! Windows may put the key where Edge cannot use it. What is written is read
//! back with an independent reader before it is handed out.

mod kdf;
mod read;
mod write;

use zeroize::Zeroizing;

pub use read::{Contents, read};

use super::Error;
use crate::base::Secret;

/// Rounds of every key derivation, encryption and MAC alike. Readers cap at
/// 300,000 to 1,000,000.
pub const ITERATIONS: u32 = 100_000;

/// What goes into the file. All DER.
#[derive(Clone, Copy)]
pub struct Bundle<'a> {
    /// The name that pickers show. Characters that the file cannot hold
    /// (beyond U+FFFF) become `〓`.
    pub friendly_name: &'a str,
    /// The user's certificate.
    pub leaf: &'a [u8],
    /// Its private key, PKCS#8.
    pub key: &'a [u8],
    /// The CAs above: issuing CA first, root last.
    pub chain: &'a [&'a [u8]],
}

/// How the file is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256; MAC with SHA-256.
    Modern,
    /// pbeWithSHAAnd3-KeyTripleDES-CBC; MAC with SHA-1. For macOS, iOS, older
    /// Windows Server and Android.
    Compat,
}

/// Writes the file and reads it back.
///
/// Errors: `BadPassword` for a password that importers cannot take;
/// `KeyDoesNotMatchCertificate`; `NotAsOrdered` when reading back gives something else.
pub fn write(
    bundle: &Bundle<'_>,
    password: &Secret,
    format: Format,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    usable(password)?;
    if !read::belong(bundle.leaf, bundle.key)? {
        return Err(Error::KeyDoesNotMatchCertificate);
    }
    let file = write::file(bundle, password, format)
        .map_err(|why| Error::Crypto(format!("PKCS#12: {why}")))?;
    let back = read(&file, password).map_err(|why| Error::differs(format!("PKCS#12: {why}")))?;
    let chain: Vec<&[u8]> = back.chain.iter().map(Vec::as_slice).collect();
    let same = back.leaf == bundle.leaf
        && back.key.as_slice() == bundle.key
        && chain == bundle.chain
        && back.friendly_name == write::label(bundle.friendly_name);
    if same { Ok(file) } else { Err(Error::differs("PKCS#12 file")) }
}

/// Passwords are UTF-16 without surrogates in PKCS#12 (RFC 7292 appendix B.1),
/// and iOS and macOS take no empty one.
pub fn usable(password: &Secret) -> Result<(), Error> {
    if password.is_empty() {
        return Err(Error::BadPassword("it is empty"));
    }
    if password.expose().chars().any(|c| u32::from(c) > 0xFFFF) {
        return Err(Error::BadPassword("a character beyond U+FFFF, such as an emoji, is in it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;
    use crate::pki::user::{Issued, Request, issue};
    use crate::pki::{Authority, Profiles};

    fn sample() -> (Authority, Issued) {
        let now = Moment::parse("2026-11-21T10:00:00+09:00").expect("valid");
        let profiles = Profiles::built_in().expect("built in");
        let root = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let ca = root.new_intermediate(&profiles.issuing, "関所", now).expect("issuing");
        let request = Request {
            common_name: "Taro0123".to_owned(),
            organisation: "サンプル労働組合".to_owned(),
            email: None,
            user_uri: "http://127.0.0.1:8080/users/0199d3f0-0000-7000-8000-000000000001".to_owned(),
            crl_url: "http://127.0.0.1:8080/ca/crl".to_owned(),
            issuer_url: "http://127.0.0.1:8080/ca/issuing.crt".to_owned(),
            ocsp_url: None,
            now,
            validity_days: 366,
        };
        let issued = issue(&ca, &profiles.client, &request).expect("issued");
        (ca, issued)
    }

    #[test]
    fn both_forms_give_back_what_went_in_with_their_password_only() {
        let (ca, issued) = sample();
        let chain = ca.chain();
        let bundle = Bundle {
            friendly_name: "Taro0123 𠮷田組合",
            leaf: &issued.certificate_der,
            key: &issued.key,
            chain: &chain,
        };
        for format in [Format::Modern, Format::Compat] {
            for password in ["Aa1!Aa1!", "パスワード9"] {
                let file = write(&bundle, &Secret::from(password), format).expect("written");
                let back = read(&file, &Secret::from(password)).expect("opens");
                assert_eq!(back.friendly_name, "Taro0123 〓田組合");
                assert_eq!(back.leaf, issued.certificate_der);
                let wrong = read(&file, &Secret::from("Aa1!Aa1?")).err();
                assert_eq!(wrong, Some(Error::WrongPassword), "{format:?}");
            }
        }
    }

    #[test]
    fn passwords_that_importers_cannot_take_are_refused_before_writing() {
        let (ca, issued) = sample();
        let chain = ca.chain();
        let bundle = Bundle {
            friendly_name: "Taro0123",
            leaf: &issued.certificate_der,
            key: &issued.key,
            chain: &chain,
        };
        for password in ["", "Aa1!Aa1!😀", "𠮷田Aa1!"] {
            let refused = write(&bundle, &Secret::from(password), Format::Modern).err();
            assert!(matches!(refused, Some(Error::BadPassword(_))), "{password}");
        }
    }

    #[test]
    fn a_key_of_another_certificate_is_not_bundled() {
        let (ca, issued) = sample();
        let (_, other) = sample();
        let chain = ca.chain();
        let bundle = Bundle {
            friendly_name: "Taro0123",
            leaf: &issued.certificate_der,
            key: &other.key,
            chain: &chain,
        };
        let refused = write(&bundle, &Secret::from("Aa1!Aa1!"), Format::Modern).err();
        assert_eq!(refused, Some(Error::KeyDoesNotMatchCertificate));
    }

    #[test]
    fn a_file_that_is_no_bundle_is_unreadable() {
        for rubbish in [&b""[..], b"hello", &[0x30, 0x03, 0x02, 0x01, 0x03]] {
            let refused = read(rubbish, &Secret::from("x")).err();
            assert!(matches!(refused, Some(Error::Unreadable { .. })), "{rubbish:?}");
        }
    }
}
