//! Certificates and revocation lists in the eyes of OpenSSL.

use sekisho::base::{Moment, Secret};
use sekisho::pki::Profiles;
use sekisho::pki::crl::{self, Reason, RevokedEntry};
use sekisho::pki::server::issue_server;
use sekisho::pki::user::Issued;

use super::{issue_by, issued};
use crate::support::forge::{Cas, Draft, Signer, cas};
use crate::support::tool::{Answer, Folder, openssl};

const NOW: &str = "2026-11-21T10:00:00+09:00";

fn verify(folder: &Folder, cas: &Cas, leaf: &[u8], at: Moment, more: &[&str]) -> Answer {
    let root = folder.file("root.pem", cas.root.certificate_pem());
    let issuing = folder.file("issuing.pem", cas.issuing.certificate_pem());
    let leaf = folder.file("leaf.der", leaf);
    let at = at.unix().to_string();
    let common = ["verify", "-x509_strict", "-CAfile", &root, "-untrusted", &issuing];
    openssl(&[&common[..], &["-attime", &at], more, &[&leaf]].concat())
}

#[test]
fn a_users_chain_is_strictly_right_for_clients_and_for_nothing_else() {
    let (cas, issued) = issued(NOW);
    let folder = Folder::new();
    let verify =
        |at, purpose| verify(&folder, &cas, &issued.certificate_der, at, &["-purpose", purpose]);
    verify(issued.not_before, "sslclient").says("OK");
    // OpenSSL counts the second of notAfter itself as too late, unlike RFC 5280.
    verify(issued.not_after.plus_ms(-1_000), "sslclient").says("OK");
    verify(issued.not_after.plus_ms(1_000), "sslclient").refuses("certificate has expired");
    verify(issued.not_before.plus_ms(-1_000), "sslclient").refuses("not yet valid");
    verify(issued.not_before, "sslserver").refuses("unsuitable certificate purpose");
}

// R004-05, RX-04
#[test]
fn openssl_reads_the_dates_of_366_days() {
    let cases = [
        ("2026-11-21T10:00:00+09:00", "2026-11-20 15:00:00Z", "2027-11-21 14:59:59Z"),
        ("2027-03-01T00:00:00+09:00", "2027-02-28 15:00:00Z", "2028-02-29 14:59:59Z"),
        ("2028-02-29T23:59:59+09:00", "2028-02-28 15:00:00Z", "2029-02-28 14:59:59Z"),
    ];
    let folder = Folder::new();
    let cas = cas("関所", Moment::parse(NOW).expect("an instant"));
    for (now, first, last) in cases {
        let issued = issue_by(&cas.issuing, Moment::parse(now).expect("an instant"));
        let file = folder.file("leaf.der", &issued.certificate_der);
        let told = openssl(&["x509", "-in", &file, "-noout", "-dates", "-dateopt", "iso_8601"]);
        told.says(&format!("notBefore={first}\nnotAfter={last}\n"));
    }
}

// R004-09
#[test]
fn openssl_reads_the_profile_of_a_users_certificate() {
    let (_, issued) = issued(NOW);
    let folder = Folder::new();
    let file = folder.file("leaf.der", &issued.certificate_der);
    let rest = ["-nameopt", "utf8,sep_comma_plus_space,esc_ctrl", "-certopt", "no_sigdump"];
    let told = openssl(&[&["x509", "-in", &file, "-noout", "-text"], &rest[..]].concat());
    for words in [
        "Version: 3",
        "Signature Algorithm: ecdsa-with-SHA256",
        "Subject: C=JP, O=サンプル労働組合, CN=Taro0123",
        "NIST CURVE: P-256",
        "X509v3 Key Usage: critical\n                Digital Signature\n",
        "X509v3 Extended Key Usage: \n                TLS Web Client Authentication\n",
        "X509v3 Basic Constraints: critical\n                CA:FALSE\n",
        "email:taro@example.jp, URI:http://127.0.0.1:8080/users/0199d3f0-0000-7000-8000-000000000001\n",
        "URI:http://127.0.0.1:8080/ca/crl\n",
        "CA Issuers - URI:http://127.0.0.1:8080/ca/issuing.crt\n",
        "OCSP - URI:http://127.0.0.1:8080/ocsp\n",
        "X509v3 Subject Key Identifier",
        "X509v3 Authority Key Identifier",
    ] {
        told.says(words);
    }
    let types = openssl(&["asn1parse", "-inform", "DER", "-in", &file]);
    types.says("PRINTABLESTRING   :JP");
}

#[test]
fn the_issuing_ca_cannot_make_a_server() {
    let now = Moment::parse(NOW).expect("an instant");
    let cas = cas("関所", now);
    let signer = Signer::of(&cas.issuing);
    let folder = Folder::new();
    let server = Draft { not_before: now, ..Draft::server_only("a.example.jp", now) };
    let server = server.signed_by(&signer).certificate_der;
    verify(&folder, &cas, &server, now, &["-purpose", "sslserver"]).refuses("purpose");
    let named = Draft {
        not_before: now,
        dns: Some("a.example.jp".to_owned()),
        ..Draft::good("Taro0123", now)
    };
    let named = named.signed_by(&signer).certificate_der;
    verify(&folder, &cas, &named, now, &[]).refuses("excluded subtree violation");
}

#[test]
fn a_server_certificate_is_right_for_its_host() {
    let now = Moment::parse(NOW).expect("an instant");
    let profiles = Profiles::built_in().expect("built in");
    let root = cas("関所", now).root;
    let issuing = root.new_intermediate(&profiles.server_ca, "関所", now).expect("server CA");
    let (leaf, _) =
        issue_server(&issuing, &profiles.server, "enroll.localhost", now).expect("issued");
    let folder = Folder::new();
    let cas = Cas { root, issuing };
    let verify = |purpose, host| {
        let more = ["-purpose", purpose, "-verify_hostname", host];
        verify(&folder, &cas, &leaf, now, &more)
    };
    verify("sslserver", "enroll.localhost").says("OK");
    verify("sslserver", "localhost").refuses("hostname mismatch");
    verify("sslclient", "enroll.localhost").refuses("purpose");
}

#[test]
fn a_revoked_certificate_stands_in_a_list_that_openssl_verifies() {
    let (cas, issued) = issued(NOW);
    let other = issue_by(&cas.issuing, issued.not_before);
    let now = issued.not_before.plus_minutes(600);
    let revoked = |of: &Issued, reason| RevokedEntry { serial: of.serial.clone(), at: now, reason };
    let entries = [revoked(&issued, Reason::KeyCompromise)];
    let next = now.plus_minutes(24 * 60);
    let list = crl::sign(&cas.issuing, 42, now, next, &entries).expect("signed");

    let folder = Folder::new();
    let issuing = folder.file("ca.pem", cas.issuing.certificate_pem());
    let file = folder.file("list.der", &list);
    let common = ["crl", "-inform", "DER", "-in", &file];
    let told = openssl(&[&common[..], &["-noout", "-text", "-CAfile", &issuing]].concat());
    told.says("verify OK");
    told.says("X509v3 CRL Number: \n                42\n");
    told.says("Key Compromise");
    told.says(&format!("Serial Number: {}", issued.serial.to_uppercase()));

    let pem = folder.path().join("list.pem");
    let pem = pem.to_str().expect("ASCII");
    openssl(&[&common[..], &["-out", pem]].concat()).says("");
    let more = ["-crl_check", "-CRLfile", pem];
    let check = |of: &Issued| verify(&folder, &cas, &of.certificate_der, now, &more);
    check(&issued).refuses("certificate revoked");
    check(&other).says("OK");
}

#[test]
fn openssl_opens_a_ca_key_with_its_passphrase_only() {
    let cas = cas("関所", Moment::parse(NOW).expect("an instant"));
    let folder = Folder::new();
    let key = cas.root.key_pem(&Secret::from("right")).expect("key");
    let file = folder.file("root.key", key.as_bytes());
    let open = |pass| openssl(&["pkey", "-in", &file, "-passin", pass, "-noout", "-text"]);
    open("pass:right").says("NIST CURVE: P-384");
    open("pass:wrong").refuses("");
}
