//! A server certificate of the gateway for one host.

use zeroize::Zeroizing;

use super::name::{AltName, Subject};
use super::order::Order;
use super::profile::ServerProfile;
use super::{Authority, Error};
use crate::base::{Day, Moment};

/// Issues a certificate for `host`, a DNS name or an address; gives the
/// certificate (DER) and the key (PKCS#8).
///
/// It begins at the start of the day in Japan and ends with the last day of the
/// profile's, or with its CA.
pub fn issue_server(
    authority: &Authority,
    profile: &ServerProfile,
    host: &str,
    now: Moment,
) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), Error> {
    let today = Day::of(now);
    let last = today.plus_days(i64::from(profile.validity_days)).ends_at();
    let order = Order {
        subject: Subject {
            country: profile.country.clone(),
            organisation: None,
            common_name: common_name(host),
        },
        names: vec![alt_name(host)?],
        not_before: today.starts_at(),
        not_after: last.min(authority.not_after()),
        key: profile.key,
        key_usage: profile.key_usage.clone(),
        purposes: profile.extended_key_usage.clone(),
        crl_url: None,
        issuer_url: None,
        ocsp_url: None,
    };
    let signed = order.sign(authority)?;
    Ok((signed.certificate_der, signed.key))
}

/// Nobody matches by the common name any more; a long host keeps its end.
fn common_name(host: &str) -> String {
    let cut = host.chars().count().saturating_sub(64);
    host.chars().skip(cut).collect()
}

/// The host as a subject alternative name; a DNS name in lower case, letters,
/// digits and hyphens (RFC 1123 §2.1), `*` allowed as the first label.
fn alt_name(host: &str) -> Result<AltName, Error> {
    if let Ok(address) = host.parse() {
        return Ok(AltName::Ip(address));
    }
    let name = host.to_ascii_lowercase();
    let labels = name.strip_prefix("*.").unwrap_or(&name).split('.');
    let good = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if name.len() > 253 || !labels.into_iter().all(good) {
        let why = format!("{host:?} is neither a DNS name nor an address");
        return Err(Error::bad("the host name", why));
    }
    Ok(AltName::Dns(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::inspect::parse_x509;
    use crate::pki::{Profiles, inspect};
    use x509_parser::extensions::GeneralName;

    #[test]
    fn a_server_certificate_names_its_host_and_serves_no_client() {
        let now = Moment::parse("2026-11-21T10:00:00+09:00").expect("valid");
        let profiles = Profiles::built_in().expect("built in");
        let root = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let ca = root.new_intermediate(&profiles.server_ca, "関所", now).expect("server CA");
        let issue = |host: &str| issue_server(&ca, &profiles.server, host, now);

        let (der, key) = issue("Enroll.localhost").expect("issued");
        let certificate = parse_x509(&der).expect("parses");
        let names = certificate.subject_alternative_name().expect("one").expect("there");
        assert_eq!(names.value.general_names, [GeneralName::DNSName("enroll.localhost")]);
        assert!(!inspect::parse(&der).expect("parses").client_auth);
        assert!(!key.is_empty());

        let (der, _) = issue("127.0.0.1").expect("issued");
        let certificate = parse_x509(&der).expect("parses");
        let names = certificate.subject_alternative_name().expect("one").expect("there");
        assert_eq!(names.value.general_names, [GeneralName::IPAddress(&[127, 0, 0, 1])]);

        issue(&format!("{}.example.jp", "a".repeat(60))).expect("a long name is fine");
        for wrong in ["", "a..b", "-a.jp", "a b", "関所.jp", "a_b.jp", "http://a.jp", "*.", "a.jp."]
        {
            assert!(issue(wrong).is_err(), "{wrong:?}");
        }
    }
}
