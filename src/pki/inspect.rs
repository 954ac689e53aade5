//! What a certificate says, without believing it.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::x509::AttributeTypeAndValue;

use super::Error;
use crate::base::Moment;
use crate::base::secret::sha256;
use data_encoding::HEXLOWER;

/// The fields of a certificate that others ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// Common name of the subject, empty if none.
    pub common_name: String,
    /// Organisation of the subject.
    pub organisation: Option<String>,
    /// Common name of the issuer, empty if none.
    pub issuer: String,
    /// Serial number: lower-case hex without leading zero bytes.
    pub serial: String,
    /// First second it is good.
    pub not_before: Moment,
    /// Last second it is good.
    pub not_after: Moment,
    /// SHA-256 of the certificate.
    pub fingerprint: [u8; 32],
    /// SHA-256 of the public key (`SubjectPublicKeyInfo`).
    pub spki_sha256: [u8; 32],
    /// Whether clientAuth is among its extended key usages; false without any.
    pub client_auth: bool,
    /// rfc822Names.
    pub emails: Vec<String>,
    /// URIs.
    pub uris: Vec<String>,
    /// Whether it may sign certificates.
    pub is_ca: bool,
}

/// Reads one certificate, PEM (the first block) or DER.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Error> {
    if bytes.starts_with(&[0x30]) {
        return parse_der(bytes);
    }
    let all = certificates_of_pem(bytes)?;
    let first = all.first().ok_or_else(|| {
        Error::unreadable("certificate", "it is neither DER nor has it a CERTIFICATE block")
    })?;
    parse_der(first)
}

/// Reads one certificate in DER, as a TLS chain holds it.
pub fn parse_der(der: &[u8]) -> Result<Parsed, Error> {
    let certificate = parse_x509(der)?;
    let (mut emails, mut uris) = (Vec::new(), Vec::new());
    let names = certificate.subject_alternative_name().ok().flatten();
    for name in names.iter().flat_map(|n| &n.value.general_names) {
        match name {
            GeneralName::RFC822Name(text) => emails.push((*text).to_owned()),
            GeneralName::URI(text) => uris.push((*text).to_owned()),
            _ => {}
        }
    }
    let subject = certificate.subject();
    let dates = certificate.validity();
    Ok(Parsed {
        common_name: first_of(subject.iter_common_name()).unwrap_or_default(),
        organisation: first_of(subject.iter_organization()),
        issuer: first_of(certificate.issuer().iter_common_name()).unwrap_or_default(),
        serial: serial_hex(certificate.raw_serial()),
        not_before: Moment::from_unix(dates.not_before.timestamp()),
        not_after: Moment::from_unix(dates.not_after.timestamp()),
        fingerprint: sha256(der),
        spki_sha256: sha256(certificate.public_key().raw),
        client_auth: for_clients(&certificate),
        emails,
        uris,
        is_ca: certificate.is_ca(),
    })
}

/// The certificates of a PEM text in their order, as DER; other blocks are skipped.
pub fn certificates_of_pem(text: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let mut found = Vec::new();
    for block in Pem::iter_from_buffer(text) {
        let block = block.map_err(|why| Error::unreadable("PEM text", &why))?;
        if block.label == "CERTIFICATE" {
            found.push(block.contents);
        }
    }
    Ok(found)
}

/// A serial number as the database keeps it: lower-case hex without leading
/// zero bytes (DER puts one before a number whose top bit is set).
#[must_use]
pub fn serial_hex(raw: &[u8]) -> String {
    let start = raw.iter().position(|&b| b != 0).unwrap_or(raw.len().saturating_sub(1));
    HEXLOWER.encode(&raw[start..])
}

/// Parses exactly one certificate.
pub(super) fn parse_x509(der: &[u8]) -> Result<X509Certificate<'_>, Error> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) => Err(Error::unreadable("certificate", "bytes follow its end")),
        Err(why) => Err(Error::unreadable("certificate", &why)),
    }
}

/// Whether clientAuth is named; a certificate without any usage is not for us.
pub(super) fn for_clients(certificate: &X509Certificate<'_>) -> bool {
    let usage = certificate.extended_key_usage().ok().flatten();
    usage.is_some_and(|u| u.value.client_auth)
}

fn first_of<'a>(mut of: impl Iterator<Item = &'a AttributeTypeAndValue<'a>>) -> Option<String> {
    of.next().and_then(|a| a.as_str().ok()).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_lose_their_leading_zero_bytes_only() {
        assert_eq!(serial_hex(&[0, 0x8a, 0, 1]), "8a0001");
        assert_eq!(serial_hex(&[0x4a, 0]), "4a00");
        assert_eq!(serial_hex(&[0]), "00");
        assert_eq!(serial_hex(&[]), "");
    }

    #[test]
    fn rubbish_is_unreadable_and_never_a_panic() {
        for rubbish in
            [&b""[..], b"0", b"hello", b"\x30\x82\xff\xff", b"-----BEGIN CERTIFICATE-----"]
        {
            assert!(matches!(parse(rubbish), Err(Error::Unreadable { .. })), "{rubbish:?}");
        }
    }
}
