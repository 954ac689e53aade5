//! Lets any well-formed client certificate finish the handshake, so that its
//! holder can be told what is wrong with it.
//!
//! What stays strict is the proof of possession: the signature in
//! `CertificateVerify` (RFC 8446 §4.4.3) is always checked, so whoever finishes
//! the handshake holds the key of the certificate presented.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

/// Largest certificate taken, in bytes of DER.
const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;
/// Most certificates taken besides the client's own.
const MAX_INTERMEDIATES: usize = 6;

/// The verifier of the portal: asks, does not insist, does not judge.
#[derive(Debug)]
pub(super) struct Lenient {
    hints: Vec<DistinguishedName>,
    provider: Arc<CryptoProvider>,
}

impl Lenient {
    /// Asks for certificates below the CAs named in `hints`.
    pub(super) fn new(hints: Vec<DistinguishedName>, provider: Arc<CryptoProvider>) -> Self {
        Self { hints, provider }
    }
}

impl ClientCertVerifier for Lenient {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let sized = |der: &CertificateDer<'_>| der.len() <= MAX_CERTIFICATE_BYTES;
        if intermediates.len() > MAX_INTERMEDIATES
            || !sized(end_entity)
            || !intermediates.iter().all(sized)
        {
            return Err(Error::InvalidCertificate(CertificateError::BadEncoding));
        }
        ParsedCertificate::try_from(end_entity)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
