//! Was signed what was ordered? An independent parser reads the result, and
//! every field is compared; anything more or less than ordered is refused.

use std::net::IpAddr;

use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::{Oid, oid};
use x509_parser::extensions::{
    CRLDistributionPoints, DistributionPointName, ExtendedKeyUsage, GeneralName, ParsedExtension,
    X509Extension,
};
use x509_parser::oid_registry::{
    OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS, OID_PKIX_ACCESS_DESCRIPTOR_OCSP,
};
use x509_parser::x509::{X509Name, X509Version};

use super::Error;
use super::authority::Authority;
use super::inspect::parse_x509;
use super::name::{AltName, Subject};
use super::order::{self, Order};
use super::profile::Purpose;

/// Compares a fresh end-entity certificate with its order and its key.
pub(super) fn end_entity(
    certificate_der: &[u8],
    order: &Order,
    authority: &Authority,
    spki: &[u8],
) -> Result<(), Error> {
    let certificate = parse_x509(certificate_der)?;
    let issuer = parse_x509(authority.certificate_der())?;
    signed_by(&certificate, &issuer)?;
    same(certificate.version() == X509Version::V3, "version")?;
    same(certificate.public_key().raw == spki, "public key")?;
    let dates = certificate.validity();
    same(dates.not_before.timestamp() == order.not_before.unix(), "notBefore")?;
    same(dates.not_after.timestamp() == order.not_after.unix(), "notAfter")?;
    subject(certificate.subject(), &order.subject)?;
    extensions(&certificate, order, authority)
}

/// Compares the serial number.
pub(super) fn serial(certificate_der: &[u8], serial: [u8; 16]) -> Result<(), Error> {
    same(parse_x509(certificate_der)?.raw_serial() == serial, "serial number")
}

/// Whether `certificate` names `issuer` byte for byte and bears its signature.
pub(super) fn signed_by(
    certificate: &X509Certificate<'_>,
    issuer: &X509Certificate<'_>,
) -> Result<(), Error> {
    same(certificate.issuer().as_raw() == issuer.subject().as_raw(), "issuer")?;
    same(certificate.verify_signature(Some(issuer.public_key())).is_ok(), "signature")
}

fn same(holds: bool, what: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::differs(what)) }
}

fn subject(name: &X509Name<'_>, ordered: &Subject) -> Result<(), Error> {
    let mut wanted = vec![("2.5.4.6", ordered.country.as_str())];
    if let Some(organisation) = &ordered.organisation {
        wanted.push(("2.5.4.10", organisation));
    }
    wanted.push(("2.5.4.3", &ordered.common_name));
    let found: Vec<(String, &str)> = name
        .iter_attributes()
        .map(|a| (a.attr_type().to_id_string(), a.as_str().unwrap_or_default()))
        .collect();
    let equal = found.len() == wanted.len()
        && found.iter().zip(&wanted).all(|((t, v), (wt, wv))| t == wt && v == wv);
    same(equal, "subject")
}

fn extensions(
    certificate: &X509Certificate<'_>,
    order: &Order,
    authority: &Authority,
) -> Result<(), Error> {
    let access = order.issuer_url.is_some() || order.ocsp_url.is_some();
    let wanted = 5 // key ids of both, basic constraints, key usage, extended key usage
        + usize::from(!order.names.is_empty())
        + usize::from(order.crl_url.is_some())
        + usize::from(access)
        + usize::from(order.is_unchecked());
    // The map refuses an extension that occurs twice, so counting suffices.
    let found = certificate.extensions_map().map_err(|_| Error::differs("set of extensions"))?;
    same(found.len() == wanted, "set of extensions")?;
    certificate.extensions().iter().try_for_each(|e| extension(e, order, authority))
}

fn extension(
    extension: &X509Extension<'_>,
    order: &Order,
    authority: &Authority,
) -> Result<(), Error> {
    let (critical, holds, what) = match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(id) => {
            let found = id.key_identifier.as_ref().map(|k| k.0);
            (false, found == Some(authority.key_id()), "authority key id")
        }
        ParsedExtension::SubjectKeyIdentifier(id) => (false, id.0.len() == 20, "subject key id"),
        ParsedExtension::BasicConstraints(b) => {
            (true, !b.ca && b.path_len_constraint.is_none(), "basic constraints")
        }
        ParsedExtension::KeyUsage(usage) => {
            let bits = order.key_usage.iter().fold(0, |all, u| all | u.bit());
            (true, usage.flags == bits, "key usage")
        }
        ParsedExtension::ExtendedKeyUsage(usage) => {
            (false, same_purposes(usage, &order.purposes), "extended key usage")
        }
        ParsedExtension::SubjectAlternativeName(names) => {
            let found = &names.general_names;
            let equal = found.len() == order.names.len()
                && found.iter().zip(&order.names).all(|(f, w)| same_name(f, w));
            (false, equal, "subject alternative names")
        }
        ParsedExtension::CRLDistributionPoints(points) => {
            (false, only_crl(points) == order.crl_url.as_deref(), "CRL address")
        }
        ParsedExtension::AuthorityInfoAccess(access) => {
            let found = |method| {
                let mut of = access.iter().filter(|d| d.access_method == method);
                of.next().and_then(|d| uri(&d.access_location))
            };
            let equal = found(OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS) == order.issuer_url.as_deref()
                && found(OID_PKIX_ACCESS_DESCRIPTOR_OCSP) == order.ocsp_url.as_deref();
            (false, equal, "access addresses")
        }
        _ if order.is_unchecked() && extension.oid == NO_CHECK => {
            (false, extension.value == order::NULL, "ocsp-nocheck")
        }
        _ => return Err(Error::differs(format!("unexpected extension {}", extension.oid))),
    };
    same(holds && extension.critical == critical, what)
}

/// id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1).
const NO_CHECK: Oid<'static> = oid!(1.3.6.1.5.5.7.48.1.5);

fn same_purposes(found: &ExtendedKeyUsage<'_>, wanted: &[Purpose]) -> bool {
    let has = |purpose| wanted.contains(&purpose);
    found.client_auth == has(Purpose::ClientAuth)
        && found.server_auth == has(Purpose::ServerAuth)
        && found.ocsp_signing == has(Purpose::OcspSigning)
        && !(found.any || found.code_signing || found.email_protection || found.time_stamping)
        && found.other.is_empty()
}

fn same_name(found: &GeneralName<'_>, wanted: &AltName) -> bool {
    match (found, wanted) {
        (GeneralName::RFC822Name(f), AltName::Email(w))
        | (GeneralName::URI(f), AltName::Uri(w))
        | (GeneralName::DNSName(f), AltName::Dns(w)) => f == w,
        (GeneralName::IPAddress(f), AltName::Ip(IpAddr::V4(w))) => *f == w.octets(),
        (GeneralName::IPAddress(f), AltName::Ip(IpAddr::V6(w))) => *f == w.octets(),
        _ => false,
    }
}

fn only_crl<'a>(points: &CRLDistributionPoints<'a>) -> Option<&'a str> {
    let [point] = points.points.as_slice() else { return None };
    match &point.distribution_point {
        Some(DistributionPointName::FullName(names)) => match names.as_slice() {
            [one] => uri(one),
            _ => None,
        },
        _ => None,
    }
}

fn uri<'a>(name: &GeneralName<'a>) -> Option<&'a str> {
    match name {
        GeneralName::URI(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;
    use crate::pki::Profiles;
    use crate::pki::profile::{KeyKind, KeyUsage};

    fn order(now: Moment) -> Order {
        Order {
            subject: Subject {
                country: "JP".to_owned(),
                organisation: Some("組合".to_owned()),
                common_name: "Taro0123".to_owned(),
            },
            names: vec![AltName::Email("a@example.jp".to_owned())],
            not_before: now,
            not_after: now.plus_minutes(60),
            key: KeyKind::P256,
            key_usage: vec![KeyUsage::DigitalSignature],
            purposes: vec![Purpose::ClientAuth],
            crl_url: Some("http://a/crl".to_owned()),
            issuer_url: Some("http://a/ca".to_owned()),
            ocsp_url: None,
        }
    }

    #[test]
    fn every_field_that_differs_from_the_order_is_noticed() {
        let now = Moment::parse("2026-11-21T10:00:00+09:00").expect("valid");
        let profiles = Profiles::built_in().expect("built in");
        let ca = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let twin = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let der = order(now).sign(&ca).expect("signed").certificate_der;
        let spki = parse_x509(&der).expect("parses").public_key().raw.to_vec();
        let found = |change: &dyn Fn(&mut Order)| {
            let mut order = order(now);
            change(&mut order);
            match end_entity(&der, &order, &ca, &spki) {
                Err(Error::NotAsOrdered(what)) => what,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(end_entity(&der, &order(now), &ca, &spki), Ok(()));
        assert_eq!(found(&|o| o.subject.common_name.push('4')), "subject");
        assert_eq!(found(&|o| o.subject.organisation = None), "subject");
        assert_eq!(found(&|o| o.not_before = now.plus_ms(1_000)), "notBefore");
        assert_eq!(found(&|o| o.not_after = now), "notAfter");
        assert_eq!(found(&|o| o.names.clear()), "set of extensions");
        let other = AltName::Email("b@example.jp".to_owned());
        assert_eq!(found(&|o| o.names = vec![other.clone()]), "subject alternative names");
        assert_eq!(found(&|o| o.key_usage.push(KeyUsage::KeyAgreement)), "key usage");
        assert_eq!(found(&|o| o.purposes.push(Purpose::ServerAuth)), "extended key usage");
        assert_eq!(found(&|o| o.crl_url = Some("http://b/crl".to_owned())), "CRL address");
        assert_eq!(found(&|o| o.ocsp_url = Some("http://a/o".to_owned())), "access addresses");
        let refused = |ca, spki| end_entity(&der, &order(now), ca, spki).err();
        assert_eq!(refused(&twin, &spki), Some(Error::differs("signature")));
        assert_eq!(refused(&ca, b"other"), Some(Error::differs("public key")));
        assert_eq!(serial(&der, [0x40; 16]), Err(Error::differs("serial number")));
    }
}
