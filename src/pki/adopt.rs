//! Whether a CA from elsewhere can issue our users' certificates.
//!
//! Everything that would show only when the first certificate is signed, or the
//! first client refused, is looked at beforehand, and all of it is told at once.

use rcgen::{CertificateParams, KeyPair};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

use super::inspect::{certificates_of_pem, parse_x509};
use super::key::{CaKey, kind_of};
use super::verify::signed_by;
use super::{Authority, Error};
use crate::base::Moment;

/// Why a CA cannot be taken: each reason with what it would lead to.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfit(pub Vec<String>);

/// Opens the CA in `certificate_pem` (its certificate first, then those above it up
/// to a root) with `key` (PKCS#8), if it can issue users' certificates from now until
/// `until`. `roots` are ours (DER): a chain may end below one of them.
pub fn adopt(
    certificate_pem: &[u8],
    key: &[u8],
    roots: &[&[u8]],
    (now, until): (Moment, Moment),
) -> Result<Authority, Unfit> {
    let one = |why: String| Unfit(vec![why]);
    let mut chain = certificates_of_pem(certificate_pem).map_err(|e| one(e.to_string()))?;
    if chain.is_empty() && parse_x509(certificate_pem).is_ok() {
        chain.push(certificate_pem.to_vec());
    }
    let own = chain.first().cloned().ok_or_else(|| one("it holds no certificate".to_owned()))?;
    let certificate = parse_x509(&own).map_err(|error| one(error.to_string()))?;
    let mut found = reasons(&certificate, now, until);
    found.extend(up_to_a_root(&mut chain, roots));
    let Ok(kind) = kind_of(&certificate) else {
        found.push("its key is neither P-256 nor P-384; others are not supported here".to_owned());
        return Err(Unfit(found));
    };
    let pem: String = chain.iter().map(|der| super::authority::certificate_pem(der)).collect();
    let opened = CaKey::from_pkcs8(key, kind).and_then(|key| Authority::with_key(&pem, key));
    match opened {
        // Told already, in more words.
        Err(Error::NotACa) => {}
        Err(error) => found.push(error.to_string()),
        Ok(authority) => {
            found.extend(other_name(&authority));
            if found.is_empty() {
                return Ok(authority);
            }
        }
    }
    Err(Unfit(found))
}

fn reasons(certificate: &X509Certificate<'_>, now: Moment, until: Moment) -> Vec<String> {
    let mut found = Vec::new();
    let mut ask = |holds: bool, why: &str| {
        if !holds {
            found.push(why.to_owned());
        }
    };
    let basic = certificate.basic_constraints().ok().flatten();
    ask(basic.as_ref().is_some_and(|b| b.value.ca), "it is not a CA: CA:TRUE is missing");
    let usage = certificate.key_usage().ok().flatten();
    let signs = usage.as_ref().is_some_and(|u| u.value.key_cert_sign());
    ask(signs, "it may not sign certificates: the key usage keyCertSign is missing");
    let lists = usage.is_some_and(|u| u.value.crl_sign());
    ask(lists, "it may not sign revocation lists: the key usage cRLSign is missing");
    let purpose = certificate.extended_key_usage().ok().flatten();
    let clients = purpose.is_none_or(|p| p.value.client_auth || p.value.any);
    ask(clients, "it is not for clients: its extended key usages lack clientAuth");
    ask(
        constraints_are_harmless(certificate),
        "its name constraints would make TLS servers refuse every client: only excluded DNS \
         names and addresses are harmless",
    );
    let dates = certificate.validity();
    ask(dates.not_before.timestamp() <= now.unix(), "it is not valid yet");
    if dates.not_after.timestamp() < until.unix() {
        let ends = Moment::from_unix(dates.not_after.timestamp());
        found.push(format!(
            "it ends {}, before a certificate issued today would ({})",
            ends.rfc3339(),
            until.rfc3339()
        ));
    }
    found
}

fn constraints_are_harmless(certificate: &X509Certificate<'_>) -> bool {
    let Ok(names) = certificate.name_constraints() else { return false };
    let Some(names) = names else { return true };
    let excluded = names.value.excluded_subtrees.iter().flatten();
    names.value.permitted_subtrees.as_ref().is_none_or(Vec::is_empty)
        && excluded
            .into_iter()
            .all(|tree| matches!(tree.base, GeneralName::DNSName(_) | GeneralName::IPAddress(_)))
}

/// Each certificate must be signed by the next, and the last be a root: its own
/// signer, or below one of `roots`, which is then appended.
fn up_to_a_root(chain: &mut Vec<Vec<u8>>, roots: &[&[u8]]) -> Option<String> {
    let parsed: Result<Vec<_>, Error> = chain.iter().map(|der| parse_x509(der)).collect();
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return Some(error.to_string()),
    };
    for (place, pair) in parsed.windows(2).enumerate() {
        if signed_by(&pair[0], &pair[1]).is_err() {
            return Some(format!(
                "certificate {} of the file did not sign certificate {}: the order is the CA's \
                 own, then its issuer's, up to the root",
                place + 2,
                place + 1
            ));
        }
    }
    let last = parsed.last()?;
    if signed_by(last, last).is_ok() {
        return None;
    }
    let above = |root: &&&[u8]| parse_x509(root).is_ok_and(|ca| signed_by(last, &ca).is_ok());
    match roots.iter().find(above) {
        Some(root) => {
            chain.push(root.to_vec());
            None
        }
        None => Some(
            "its chain does not reach a root: append the certificates above it to the file"
                .to_owned(),
        ),
    }
}

/// Whether certificates it signs here would name another issuer than itself: names
/// with several values of a kind (DC, DC), or several in one part, are not kept by
/// the library that writes certificates.
fn other_name(authority: &Authority) -> Option<String> {
    let why = "its subject cannot be written as it stands there into the certificates it would \
               sign (a kind of name occurs twice, such as DC, or stands beside another)";
    let trial = || {
        let key = KeyPair::generate().ok()?;
        let made = CertificateParams::default().signed_by(&key, authority.issuer()).ok()?;
        let made = parse_x509(made.der()).ok()?.issuer().as_raw().to_vec();
        (made == authority.subject_der()).then_some(())
    };
    if trial().is_some() { None } else { Some(why.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::Profiles;
    use rcgen::{BasicConstraints, DnType, GeneralSubtree, IsCa, KeyUsagePurpose, NameConstraints};

    fn now() -> Moment {
        Moment::parse("2026-11-21T10:00:00+09:00").expect("valid")
    }

    fn params() -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Other CA");
        params.not_before = now().plus_minutes(-60).utc();
        params.not_after = now().plus_minutes(900 * 24 * 60).utc();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
    }

    fn tried(change: impl FnOnce(&mut CertificateParams)) -> Result<(), String> {
        let key = KeyPair::generate().expect("key");
        let mut params = params();
        change(&mut params);
        let made = params.self_signed(&key).expect("signed");
        let until = now().plus_minutes(366 * 24 * 60);
        let adopted = adopt(made.der(), key.serialized_der(), &[], (now(), until));
        adopted.map(drop).map_err(|Unfit(why)| why.join("\n"))
    }

    #[test]
    fn a_ca_that_can_issue_is_taken_and_others_are_told_why() {
        assert_eq!(tried(|_| {}), Ok(()));
        let refused = |change: fn(&mut CertificateParams), words: &str| {
            let why = tried(change).expect_err("unfit");
            assert!(why.contains(words), "{words:?} is missing in {why:?}");
        };
        refused(|p| p.is_ca = IsCa::ExplicitNoCa, "CA:TRUE");
        refused(|p| p.key_usages = vec![KeyUsagePurpose::CrlSign], "keyCertSign");
        refused(|p| p.key_usages = vec![KeyUsagePurpose::KeyCertSign], "cRLSign");
        refused(
            |p| p.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth],
            "clientAuth",
        );
        refused(|p| p.not_after = now().plus_minutes(60).utc(), "before a certificate issued");
        refused(|p| p.not_before = now().plus_minutes(60).utc(), "not valid yet");
        refused(
            |p| {
                p.name_constraints = Some(NameConstraints {
                    permitted_subtrees: vec![GeneralSubtree::Rfc822Name("a.jp".to_owned())],
                    excluded_subtrees: Vec::new(),
                });
            },
            "name constraints",
        );
    }

    #[test]
    fn everything_is_told_at_once() {
        let why = tried(|p| {
            p.is_ca = IsCa::ExplicitNoCa;
            p.key_usages = Vec::new();
            p.not_after = now().plus_minutes(60).utc();
        });
        assert_eq!(why.expect_err("unfit").lines().count(), 4);
    }

    #[test]
    fn a_chain_reaches_a_root_or_one_of_ours() {
        let profiles = Profiles::built_in().expect("built in");
        let root = Authority::new_root(&profiles.root, "よそ", now()).expect("root");
        let ca = root.new_intermediate(&profiles.issuing, "よそ", now()).expect("issuing");
        let pass = crate::base::Secret::from("x");
        let key = super::super::key::decrypt_key_pem(&ca.key_pem(&pass).expect("key"), &pass);
        let key = key.expect("key");
        let dates = (now(), now().plus_minutes(60));
        let take = |pem: &str, roots: &[&[u8]]| adopt(pem.as_bytes(), &key, roots, dates);
        assert_eq!(take(&ca.to_pem(), &[]).map(|ca| ca.chain().len()), Ok(2));
        let alone = ca.certificate_pem();
        let why = take(&alone, &[]).map(drop).expect_err("no root");
        assert!(why.0[0].contains("does not reach a root"), "{why:?}");
        let completed = take(&alone, &[root.certificate_der()]).expect("ours stands above it");
        assert_eq!(completed.chain(), ca.chain());
        let turned = format!("{}{}", root.certificate_pem(), alone);
        let why = take(&turned, &[]).map(drop).expect_err("wrong order");
        assert!(why.0.iter().any(|why| why.contains("the order is")), "{why:?}");
    }
}
