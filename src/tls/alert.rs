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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::sync::Arc;

    use rustls::client::Resumption;
    use rustls::crypto::{CryptoProvider, aws_lc_rs};
    use rustls::pki_types::{PrivateKeyDer, ServerName};
    use rustls::{
        AlertDescription, ClientConfig, ClientConnection, RootCertStore, ServerConfig,
        SupportedCipherSuite,
    };

    use super::*;

    /// Both ends of a connection with this suite, through with their handshake.
    fn connected(suite: SupportedCipherSuite) -> (ClientConnection, ServerConnection) {
        let provider =
            CryptoProvider { cipher_suites: vec![suite], ..aws_lc_rs::default_provider() };
        let provider = Arc::new(provider);
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let mut server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a certificate");
        server.enable_secret_extraction = true;
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).expect("a root");
        let mut client = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.resumption = Resumption::disabled();
        let name = ServerName::try_from("localhost").expect("a name");
        let mut client = ClientConnection::new(Arc::new(client), name).expect("a client");
        let mut server = ServerConnection::new(Arc::new(server)).expect("a server");
        while client.is_handshaking() || server.is_handshaking() {
            carry(&mut client, &mut server);
            let mut bytes = Vec::new();
            while server.wants_write() {
                server.write_tls(&mut bytes).expect("to memory");
            }
            hear(&mut client, &bytes).expect("well-formed");
        }
        carry(&mut client, &mut server);
        (client, server)
    }

    fn carry(client: &mut ClientConnection, server: &mut ServerConnection) {
        let mut bytes = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut bytes).expect("to memory");
        }
        let mut bytes = bytes.as_slice();
        while !bytes.is_empty() {
            server.read_tls(&mut bytes).expect("from memory");
            server.process_new_packets().expect("well-formed");
        }
    }

    fn hear(client: &mut ClientConnection, mut bytes: &[u8]) -> Result<(), rustls::Error> {
        while !bytes.is_empty() {
            client.read_tls(&mut bytes).expect("from memory");
            client.process_new_packets()?;
        }
        Ok(())
    }

    #[test]
    fn a_client_hears_that_a_certificate_is_required_after_what_was_said_before() {
        for suite in aws_lc_rs::ALL_CIPHER_SUITES.iter().filter(|suite| suite.tls13().is_some()) {
            let (mut client, mut server) = connected(*suite);
            for said in ["some", "words"] {
                server.writer().write_all(said.as_bytes()).expect("written");
                let mut bytes = Vec::new();
                server.write_tls(&mut bytes).expect("to memory");
                hear(&mut client, &bytes).expect("well-formed");
            }
            let record = require_certificate(server).expect("sealed");
            let heard = hear(&mut client, &record);
            let alert = rustls::Error::AlertReceived(AlertDescription::CertificateRequired);
            assert_eq!(heard, Err(alert), "{suite:?}");
            let mut words = [0; 9];
            client.reader().read_exact(&mut words).expect("what came before it");
            assert_eq!(&words, b"somewords");
        }
    }

    #[test]
    fn before_tls_1_3_there_is_no_such_word() {
        let suite = aws_lc_rs::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        let (_client, server) = connected(suite);
        assert!(!can_require_certificate(&server));
        assert!(require_certificate(server).is_err());
    }
}
