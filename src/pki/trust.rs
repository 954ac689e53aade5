//! Whether a presented certificate was really signed by one of our CAs.
//!
//! Dates do not matter here: an expired certificate of ours is still ours, and
//! the page must be able to say so. Names alone prove nothing: a CA that calls
//! itself like ours is foreign. This decides what is *said* to a stranger; the
//! right to pass comes from the database alone.

use x509_parser::certificate::X509Certificate;

use super::inspect::{for_clients, parse_x509};
use super::verify::signed_by;

/// What stands behind a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Signed by us, for clients.
    Ours,
    /// Signed by us, but not for clients (a server's, a CA's, one without usage).
    WrongPurpose,
    /// Not signed by us.
    Foreign(Reason),
}

/// Why a certificate is foreign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It cannot be parsed.
    Unreadable,
    /// It is signed by its own key.
    SelfSigned,
    /// Its issuer bears the name of one of our CAs, but has another key.
    SameNameOtherKey,
    /// Its issuer is unknown here.
    UnknownIssuer,
}

/// How many of the presented intermediates are looked at.
const INTERMEDIATES_MAX: usize = 4;

/// Judges `leaf` by `anchors` (our issuing CAs and roots) and, where the leaf is
/// not signed by an anchor itself, by the presented `intermediates`. All DER.
#[must_use]
pub fn check_chain(leaf: &[u8], intermediates: &[&[u8]], anchors: &[&[u8]]) -> Trust {
    let Ok(certificate) = parse_x509(leaf) else {
        return Trust::Foreign(Reason::Unreadable);
    };
    let anchors = parsed(anchors);
    let between = parsed(&intermediates[..intermediates.len().min(INTERMEDIATES_MAX)]);
    let Some(issuer) = issuer_of(&certificate, &anchors, &between) else {
        return Trust::Foreign(reason(&certificate, &anchors));
    };
    let purpose = for_clients(&certificate) && !certificate.is_ca();
    if purpose && allows_clients(issuer) { Trust::Ours } else { Trust::WrongPurpose }
}

/// The certificate that signed `leaf`: an anchor, or a CA that an anchor signed.
fn issuer_of<'a, 'b>(
    leaf: &X509Certificate<'_>,
    anchors: &'a [X509Certificate<'b>],
    between: &'a [X509Certificate<'b>],
) -> Option<&'a X509Certificate<'b>> {
    let signer = |of: &X509Certificate<'_>, among: &'a [X509Certificate<'b>]| {
        among.iter().find(|ca| is_ca(ca) && signed_by(of, ca).is_ok())
    };
    signer(leaf, anchors)
        .or_else(|| signer(leaf, between).filter(|ca| signer(ca, anchors).is_some()))
}

fn reason(leaf: &X509Certificate<'_>, anchors: &[X509Certificate<'_>]) -> Reason {
    if anchors.iter().any(|ca| ca.subject().as_raw() == leaf.issuer().as_raw()) {
        Reason::SameNameOtherKey
    } else if signed_by(leaf, leaf).is_ok() {
        Reason::SelfSigned
    } else {
        Reason::UnknownIssuer
    }
}

fn parsed<'a>(all: &[&'a [u8]]) -> Vec<X509Certificate<'a>> {
    all.iter().filter_map(|der| parse_x509(der).ok()).collect()
}

fn is_ca(certificate: &X509Certificate<'_>) -> bool {
    let usage = certificate.key_usage().ok().flatten();
    certificate.is_ca() && usage.is_none_or(|u| u.value.key_cert_sign())
}

/// A CA without extended key usage (a root) allows all.
fn allows_clients(ca: &X509Certificate<'_>) -> bool {
    match ca.extended_key_usage() {
        Ok(Some(usage)) => usage.value.client_auth || usage.value.any,
        Ok(None) => true,
        Err(_) => false,
    }
}
