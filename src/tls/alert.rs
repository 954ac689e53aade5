//! The one word that TLS 1.3 has for "show me a certificate".
//!
//! rustls sends `certificate_required` only inside a handshake, and our handshakes
//! never insist. So the keys of one connection, which ends with this, are taken
//! out and the alert is sealed here as a record of its own.

use aws_lc_rs::aead::{
    AES_128_GCM, AES_256_GCM, Aad, Algorithm, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce,
    UnboundKey,
};
use rustls::{ConnectionTrafficSecrets, ProtocolVersion, ServerConnection};

/// Length of an AEAD tag of every suite of TLS 1.3 (RFC 8446 §5.2, §B.4).
const TAG: u8 = 16;
/// Fatal, `certificate_required` (RFC 8446 §6.2), and the record's true type: alert.
const CERTIFICATE_REQUIRED: [u8; 3] = [2, 116, 21];

/// Whether `connection` can be told that a certificate is required.
#[must_use]
pub fn can_require_certificate(connection: &ServerConnection) -> bool {
    connection.protocol_version() == Some(ProtocolVersion::TLSv1_3)
}

/// The last record of `connection`: the alert `certificate_required`, encrypted.
/// Everything that was to be sent before it must have been taken from `connection`.
pub fn require_certificate(connection: ServerConnection) -> Result<Vec<u8>, rustls::Error> {
    if !can_require_certificate(&connection) {
        return Err(rustls::Error::General("only TLS 1.3 can ask for this".into()));
    }
    let (number, secrets) = connection.dangerous_extract_secrets()?.tx;
    let sealed = match &secrets {
        ConnectionTrafficSecrets::Aes128Gcm { key, iv } => seal(&AES_128_GCM, key, iv, number),
        ConnectionTrafficSecrets::Aes256Gcm { key, iv } => seal(&AES_256_GCM, key, iv, number),
        ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv } => {
            seal(&CHACHA20_POLY1305, key, iv, number)
        }
        _ => None,
    };
    sealed.ok_or(rustls::Error::EncryptError)
}

/// RFC 8446 §5.2, §5.3: the header is authenticated, the nonce is the vector with
/// the record's number laid over its end.
fn seal(
    suite: &'static Algorithm,
    key: impl AsRef<[u8]>,
    iv: impl AsRef<[u8]>,
    number: u64,
) -> Option<Vec<u8>> {
    let mut nonce = <[u8; NONCE_LEN]>::try_from(iv.as_ref()).ok()?;
    for (byte, laid) in nonce.iter_mut().rev().zip(number.to_be_bytes().into_iter().rev()) {
        *byte ^= laid;
    }
    let key = LessSafeKey::new(UnboundKey::new(suite, key.as_ref()).ok()?);
    let length = u8::try_from(CERTIFICATE_REQUIRED.len()).ok()? + TAG;
    let header = [23, 3, 3, 0, length];
    let mut body = CERTIFICATE_REQUIRED.to_vec();
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::from(header), &mut body).ok()?;
    Some([&header[..], &body].concat())
}
