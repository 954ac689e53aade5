//! Whether a presented certificate was really signed by one of our CAs.
//!
//! Dates do not matter here: an expired certificate of ours is still ours, and
//! the page must be able to say so. Names alone prove nothing: a CA that calls
//! itself like ours is foreign. This decides what is *said* to a stranger; the
//! right to pass comes from the database alone.

use x509_parser::certificate::X509Certificate;

use super::inspect::{for_clients, parse_x509};
use super::verify::signed_by;
use crate::base::Moment;

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

/// What is wrong with a chain at a time, as OpenSSL's `verify` counts and words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The number of the error.
    pub error: u8,
    /// How far above the leaf the certificate stands that it is about.
    pub depth: usize,
    /// What is wrong.
    pub words: &'static str,
}

/// Follows `leaf` up through `intermediates` and `anchors` to a root among the
/// anchors and checks, as of `at`, signatures, dates and CA rights, and that the leaf
/// is for clients (RFC 5280 §6.1, as far as our chains use it). All DER.
pub fn verify(
    leaf: &[u8],
    intermediates: &[&[u8]],
    anchors: &[&[u8]],
    at: Moment,
) -> Result<(), Fault> {
    let fault = |error, depth, words| Fault { error, depth, words };
    let unreadable = |_| fault(20, 0, "unable to get local issuer certificate");
    let (anchors, between) = (parsed(anchors), parsed(intermediates));
    let leaf = parse_x509(leaf).map_err(unreadable)?;
    if leaf.is_ca() || !for_clients(&leaf) {
        return Err(fault(26, 0, "unsuitable certificate purpose"));
    }
    let mut one = &leaf;
    for depth in 0..=CHAIN_MAX {
        dates(one, at).map_err(|(error, words)| fault(error, depth, words))?;
        if depth > 0 && one.issuer().as_raw() == one.subject().as_raw() {
            return Ok(());
        }
        let all = || anchors.iter().chain(&between);
        let named = || all().filter(|ca| ca.subject().as_raw() == one.issuer().as_raw());
        let Some(issuer) = named().find(|ca| signed_by(one, ca).is_ok()) else {
            return Err(if named().next().is_some() {
                fault(7, depth, "certificate signature failure")
            } else if depth == 0 && signed_by(one, one).is_ok() {
                fault(18, 0, "self-signed certificate")
            } else {
                fault(20, depth, "unable to get local issuer certificate")
            });
        };
        if !is_ca(issuer) || !allows_clients(issuer) {
            return Err(fault(79, depth + 1, "invalid CA certificate"));
        }
        let below =
            issuer.basic_constraints().ok().flatten().and_then(|b| b.value.path_len_constraint);
        if below.is_some_and(|most| usize::try_from(most).is_ok_and(|most| depth > most)) {
            return Err(fault(25, depth + 1, "path length constraint exceeded"));
        }
        let root = issuer.issuer().as_raw() == issuer.subject().as_raw();
        if root && !anchors.contains(issuer) {
            return Err(fault(19, depth + 1, "self-signed certificate in certificate chain"));
        }
        one = issuer;
    }
    Err(fault(22, CHAIN_MAX, "certificate chain too long"))
}

/// Most certificates above a leaf.
const CHAIN_MAX: usize = 6;

fn dates(one: &X509Certificate<'_>, at: Moment) -> Result<(), (u8, &'static str)> {
    let dates = one.validity();
    if at.unix() < dates.not_before.timestamp() {
        Err((9, "certificate is not yet valid"))
    } else if at.unix() > dates.not_after.timestamp() {
        Err((10, "certificate has expired"))
    } else {
        Ok(())
    }
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
