//! Do other programs read what this one makes? OpenSSL, NSS, GnuTLS, Java and
//! rustls are asked, not our own parsers.

mod certificates;
mod importers;
mod lint;
mod lists;
mod station;
mod status;
mod trust;
mod turns;

use sekisho::base::{Moment, Secret};
use sekisho::pki::bundle::{self, Bundle, Format};
use sekisho::pki::user::{Issued, Request, issue};
use sekisho::pki::{Authority, Profiles};

use crate::support::forge::{Cas, cas};

/// CAs and a user's certificate issued at `now`.
fn issued(now: &str) -> (Cas, Issued) {
    let now = Moment::parse(now).expect("an instant");
    let cas = cas("関所株式会社", now);
    let issued = issue_by(&cas.issuing, now);
    (cas, issued)
}

fn issue_by(authority: &Authority, now: Moment) -> Issued {
    let profiles = Profiles::built_in().expect("built in");
    let request = Request {
        common_name: "Taro0123".to_owned(),
        organisation: "サンプル労働組合".to_owned(),
        email: Some("taro@example.jp".to_owned()),
        user_uri: "http://127.0.0.1:8080/users/0199d3f0-0000-7000-8000-000000000001".to_owned(),
        crl_url: "http://127.0.0.1:8080/ca/crl".to_owned(),
        issuer_url: "http://127.0.0.1:8080/ca/issuing.crt".to_owned(),
        ocsp_url: Some("http://127.0.0.1:8080/ocsp".to_owned()),
        now,
        validity_days: 366,
    };
    issue(authority, &profiles.client, &request).expect("issued")
}

const FRIENDLY_NAME: &str = "Taro0123 サンプル労働組合";

fn bundled(cas: &Cas, issued: &Issued, password: &str, format: Format) -> Vec<u8> {
    let chain = cas.issuing.chain();
    let bundle = Bundle {
        friendly_name: FRIENDLY_NAME,
        leaf: &issued.certificate_der,
        key: &issued.key,
        chain: &chain,
    };
    bundle::write(&bundle, &Secret::from(password), format).expect("written").to_vec()
}
