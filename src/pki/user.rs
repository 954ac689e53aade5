//! A user's certificate: an order from what the program knows of the user.

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::name::{AltName, Subject};
use super::order::Order;
use super::profile::ClientProfile;
use super::{Authority, Error};
use crate::base::secret::sha256;
use crate::base::{Day, Moment};

/// What to put into a user's certificate.
#[derive(Clone, Debug)]
pub struct Request {
    /// The user ID (company mode: `MNS_…`), 1 to 64 characters.
    pub common_name: String,
    /// The contract's name, 1 to 64 characters.
    pub organisation: String,
    /// The mail address, ASCII.
    pub email: Option<String>,
    /// A URI with the user's stable id. One with a host (RFC 5280 §4.2.1.6); linters do
    /// not take `urn:uuid:`.
    pub user_uri: String,
    /// Where the CRL lies.
    pub crl_url: String,
    /// Where the issuing CA's certificate lies.
    pub issuer_url: String,
    /// Where the OCSP responder answers, if there is one.
    pub ocsp_url: Option<String>,
    /// The moment of issue.
    pub now: Moment,
    /// Days it is good, the day of issue counted as the first (366).
    pub validity_days: u16,
}

/// An issued certificate with its key.
pub struct Issued {
    /// The certificate.
    pub certificate_der: Vec<u8>,
    /// The private key, PKCS#8.
    pub key: Zeroizing<Vec<u8>>,
    /// Serial number, lower-case hex.
    pub serial: String,
    /// SHA-256 of the certificate.
    pub fingerprint: [u8; 32],
    /// 00:00:00 JST of the day of issue.
    pub not_before: Moment,
    /// 23:59:59 JST of the last day.
    pub not_after: Moment,
}

/// Issues a certificate: a new key, the profile applied, signed, parsed again
/// and compared with the order (RFC 5280 §4).
///
/// Errors: `BadValue` names the field that does not fit; `OutlivesIssuer` when
/// the CA ends earlier; `NotAsOrdered` when the result is not what was ordered.
pub fn issue(
    authority: &Authority,
    profile: &ClientProfile,
    request: &Request,
) -> Result<Issued, Error> {
    let (midnight, not_after) = lifetime(request.now, request.validity_days)?;
    // A CA from elsewhere may have begun later on the same day.
    let not_before = midnight.max(authority.not_before().min(request.now));
    let email = request.email.clone().filter(|_| profile.email).map(AltName::Email);
    let mut names: Vec<AltName> = email.into_iter().collect();
    names.push(AltName::Uri(request.user_uri.clone()));
    let order = Order {
        subject: Subject {
            country: profile.country.clone(),
            organisation: Some(request.organisation.clone()),
            common_name: request.common_name.clone(),
        },
        names,
        not_before,
        not_after,
        key: profile.key,
        key_usage: profile.key_usage.clone(),
        purposes: profile.extended_key_usage.clone(),
        crl_url: profile.crl_url.then(|| request.crl_url.clone()),
        issuer_url: profile.issuer_url.then(|| request.issuer_url.clone()),
        ocsp_url: request.ocsp_url.clone().filter(|_| profile.ocsp_url),
    };
    let signed = order.sign(authority)?;
    Ok(Issued {
        serial: HEXLOWER.encode(&signed.serial),
        fingerprint: sha256(&signed.certificate_der),
        certificate_der: signed.certificate_der,
        key: signed.key,
        not_before,
        not_after,
    })
}

/// From 00:00:00 JST of the day of `now` to 23:59:59 JST of the last of `days`
/// days, the first counted: both ends belong to it (RFC 5280 §4.1.2.5).
pub fn lifetime(now: Moment, days: u16) -> Result<(Moment, Moment), Error> {
    if days == 0 {
        return Err(Error::bad("the validity", "it must be at least one day"));
    }
    let first = Day::of(now);
    Ok((first.starts_at(), first.plus_days(i64::from(days) - 1).ends_at()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::{Profiles, inspect};

    fn at(text: &str) -> Moment {
        Moment::parse(text).expect("valid")
    }

    fn request(now: Moment) -> Request {
        Request {
            common_name: "Taro0123".to_owned(),
            organisation: "サンプル労働組合".to_owned(),
            email: Some("taro@example.jp".to_owned()),
            user_uri: "http://127.0.0.1:8080/users/0199d3f0-0000-7000-8000-000000000001".to_owned(),
            crl_url: "http://127.0.0.1:8080/ca/crl".to_owned(),
            issuer_url: "http://127.0.0.1:8080/ca/issuing.crt".to_owned(),
            ocsp_url: Some("http://127.0.0.1:8080/ocsp".to_owned()),
            now,
            validity_days: 366,
        }
    }

    fn issuing(now: Moment) -> (Profiles, Authority) {
        let profiles = Profiles::built_in().expect("built in");
        let root = Authority::new_root(&profiles.root, "関所", now).expect("root");
        let issuing = root.new_intermediate(&profiles.issuing, "関所", now).expect("issuing");
        (profiles, issuing)
    }

    // R004-05, RX-04
    #[test]
    fn a_certificate_is_good_for_366_days_counting_the_day_of_issue() {
        let cases = [
            ("2026-11-21T00:00:00+09:00", "2026-11-20T15:00:00Z", "2027-11-21T14:59:59Z"),
            ("2026-11-21T23:59:59+09:00", "2026-11-20T15:00:00Z", "2027-11-21T14:59:59Z"),
            ("2027-03-01T12:00:00+09:00", "2027-02-28T15:00:00Z", "2028-02-29T14:59:59Z"),
            ("2028-02-29T12:00:00+09:00", "2028-02-28T15:00:00Z", "2029-02-28T14:59:59Z"),
        ];
        let (profiles, authority) = issuing(at("2026-11-21T00:00:00+09:00"));
        for (now, first, last) in cases {
            let issued = issue(&authority, &profiles.client, &request(at(now))).expect("issued");
            let read = inspect::parse(&issued.certificate_der).expect("parses");
            assert_eq!(read.not_before.rfc3339(), first, "{now}");
            assert_eq!(read.not_after.rfc3339(), last, "{now}");
            assert_eq!(read.not_after.unix() - read.not_before.unix() + 1, 366 * 86_400);
            assert_eq!((issued.not_before, issued.not_after), (read.not_before, read.not_after));
        }
    }

    // R004-09
    #[test]
    fn the_certificate_says_whose_it_is() {
        let now = at("2026-11-21T10:00:00+09:00");
        let (profiles, authority) = issuing(now);
        let issued = issue(&authority, &profiles.client, &request(now)).expect("issued");
        let read = inspect::parse(&issued.certificate_der).expect("parses");
        assert_eq!(read.common_name, "Taro0123");
        assert_eq!(read.organisation.as_deref(), Some("サンプル労働組合"));
        assert_eq!(read.emails, ["taro@example.jp"]);
        assert_eq!(read.uris, ["http://127.0.0.1:8080/users/0199d3f0-0000-7000-8000-000000000001"]);
        assert_eq!(read.serial, issued.serial);
        assert_eq!(read.serial.len(), 32);
        assert_eq!(read.fingerprint, issued.fingerprint);
        assert!(read.client_auth && !read.is_ca);
        assert!(read.issuer.starts_with("Sekisho Issuing CA"));
    }

    #[test]
    fn switches_of_the_profile_leave_things_out() {
        let now = at("2026-11-21T10:00:00+09:00");
        let (mut profiles, authority) = issuing(now);
        profiles.client.email = false;
        profiles.client.crl_url = false;
        profiles.client.issuer_url = false;
        profiles.client.ocsp_url = false;
        let issued = issue(&authority, &profiles.client, &request(now)).expect("issued");
        assert!(inspect::parse(&issued.certificate_der).expect("parses").emails.is_empty());
        let text = String::from_utf8_lossy(&issued.certificate_der).into_owned();
        for place in ["/ca/crl", "/ca/issuing", "/ocsp"] {
            assert!(!text.contains(place), "{place}");
        }
    }

    #[test]
    fn values_that_do_not_fit_are_refused_by_name() {
        let now = at("2026-11-21T10:00:00+09:00");
        let (profiles, authority) = issuing(now);
        let refused = |change: &dyn Fn(&mut Request)| {
            let mut request = request(now);
            change(&mut request);
            issue(&authority, &profiles.client, &request).err().expect("refused").to_string()
        };
        assert!(refused(&|r| r.email = Some("太郎@例.jp".to_owned())).starts_with("the mail"));
        assert!(refused(&|r| r.organisation = "組".repeat(65)).starts_with("the organisation"));
        assert!(refused(&|r| r.common_name = String::new()).starts_with("the common name"));
        assert!(refused(&|r| r.user_uri = "taro".to_owned()).starts_with("the URI"));
        assert!(refused(&|r| r.crl_url = "http://例.jp/".to_owned()).starts_with("the CRL"));
        assert!(refused(&|r| r.validity_days = 0).starts_with("the validity"));
    }

    #[test]
    fn a_certificate_never_outlives_its_ca() {
        let (profiles, authority) = issuing(at("2026-11-21T10:00:00+09:00"));
        let late = request(authority.not_after().plus_minutes(-60 * 24 * 300));
        let refused = issue(&authority, &profiles.client, &late).err();
        assert!(matches!(refused, Some(Error::OutlivesIssuer { .. })));
        let early = request(authority.not_before().plus_minutes(-1));
        let refused = issue(&authority, &profiles.client, &early).err();
        assert!(matches!(refused, Some(Error::OutlivesIssuer { .. })));
    }
}
