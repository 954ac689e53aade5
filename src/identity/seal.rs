//! Secrets that only the holder of a token can open.
//!
//! The server keeps the sealed bytes, the browser keeps the token; either alone
//! tells nothing. AES-256-GCM under a key derived from the token (HKDF-SHA-256).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::base::Secret;
use crate::base::id::random_bytes;

/// Seals `secret` for the holder of `token`: 12 bytes of nonce, then ciphertext.
#[must_use]
pub fn seal(token: &Secret, secret: &Secret) -> Option<Vec<u8>> {
    let nonce = random_bytes::<12>();
    let mut body = secret.expose().as_bytes().to_vec();
    let key = key_of(token)?;
    let bound = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(bound, Aad::empty(), &mut body).ok()?;
    Some([&nonce[..], &body].concat())
}

/// Opens what `seal` made with the same token; `None` for anything else.
#[must_use]
pub fn open(token: &Secret, sealed: &[u8]) -> Option<Secret> {
    let (nonce, body) = sealed.split_at_checked(12)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = Zeroizing::new(body.to_vec());
    let plain = key_of(token)?.open_in_place(nonce, Aad::empty(), &mut body).ok()?;
    String::from_utf8(plain.to_vec()).ok().map(Secret::new)
}

/// HMAC-SHA-256 of `text` under `token` in hex, for the purpose `label`.
#[must_use]
pub fn mac(token: &Secret, label: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.expose().as_bytes());
    let tag = hmac::sign(&key, format!("{label}\0{text}").as_bytes());
    HEXLOWER.encode(tag.as_ref())
}

fn key_of(token: &Secret) -> Option<LessSafeKey> {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"sekisho sealed secret");
    let key = salt.extract(token.expose().as_bytes());
    let mut bytes = Zeroizing::new([0_u8; 32]);
    key.expand(&[b"aes-256-gcm"], hkdf::HKDF_SHA256).ok()?.fill(&mut *bytes).ok()?;
    UnboundKey::new(&AES_256_GCM, &*bytes).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::new_token;

    #[test]
    fn only_the_same_token_opens_it() {
        let (token, secret) = (new_token(), Secret::from("Abcde1#x"));
        let sealed = seal(&token, &secret).expect("sealed");
        assert!(open(&token, &sealed).expect("opens").same_as(&secret));
        assert!(open(&new_token(), &sealed).is_none());
        let mut damaged = sealed.clone();
        damaged[20] ^= 1;
        assert!(open(&token, &damaged).is_none());
        assert!(open(&token, &sealed[..5]).is_none());
    }

    #[test]
    fn a_mac_depends_on_token_purpose_and_text() {
        let token = new_token();
        let made = mac(&token, "code", "123456");
        assert_eq!(made.len(), 64);
        assert_ne!(made, mac(&token, "csrf", "123456"));
        assert_ne!(made, mac(&new_token(), "code", "123456"));
    }
}
