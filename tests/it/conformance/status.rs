//! Certificates' states, in the eyes of OpenSSL and GnuTLS: OCSP.

use std::fs;

use data_encoding::BASE64;
use sekisho::db::Engine;
use sekisho::pki::crl::Reason;

use super::station::{Leaf, Station, fetch, header};
use crate::support::db::fresh;
use crate::support::server::Server;
use crate::support::tool::{Answer, openssl, run};

/// What OpenSSL hears about `NAME.crt`, issued by `generation`.
fn ask(station: &Station, generation: i64, name: &str, more: &[&str]) -> Answer {
    let issuer = station.path(&format!("issuing-{generation}.crt"));
    let leaf = station.path(&format!("{name}.crt"));
    let (root, url) = (station.path("root.crt"), format!("{}/ocsp", station.url));
    let common = ["ocsp", "-CAfile", &root, "-issuer", &issuer, "-url", &url];
    let told = openssl(&[&common[..], more, &["-cert", &leaf]].concat());
    assert!(told.text.contains("Response verify OK"), "{name}: {}", told.text);
    told
}

/// What GnuTLS hears.
fn ask_gnutls(station: &Station, generation: i64, name: &str, nonce: bool) -> Answer {
    let issuer = station.path(&format!("issuing-{generation}.crt"));
    let (leaf, url) = (station.path(&format!("{name}.crt")), format!("{}/ocsp", station.url));
    let ask = format!("--ask={url}");
    let nonce = if nonce { "--nonce" } else { "--no-nonce" };
    let rest = [&ask, nonce, "--load-issuer", &issuer, "--load-cert", &leaf];
    run("ocsptool", "gnutls-bin", &rest)
}

/// People in every state under two issuing CAs: name, generation, what is told.
async fn peopled(station: &Station) -> Vec<(&'static str, i64, &'static str)> {
    let revoked = station.issue("revoked0").await;
    let old = station.issue("old00000").await;
    let retiring = station.issue("retiring").await;
    station.issue("active01").await;
    station.sign("unknown0");
    station.rotate();
    // The successors are of the next generation.
    station.renew("renewing", &retiring).await;
    let new = station.renew("new00000", &old).await;
    station.first_use(&new).await;
    station.revoke(&revoked, Reason::KeyCompromise).await;
    let second: Leaf = station.issue("revoked2").await;
    station.revoke(&second, Reason::Unspecified).await;
    vec![
        ("active01", 1, "good"),
        ("retiring", 1, "good"),
        ("renewing", 2, "good"),
        ("new00000", 2, "good"),
        ("revoked0", 1, "revoked"),
        ("revoked2", 2, "revoked"),
        ("old00000", 1, "revoked"),
        ("unknown0", 1, "unknown"),
    ]
}

async fn others_agree(engine: Engine) {
    let station = Station::new(fresh(engine).await).await;
    for (name, generation, state) in peopled(&station).await {
        for more in [&[][..], &["-no_nonce"], &["-sha256"]] {
            let told = ask(&station, generation, name, more);
            told.says(&format!("{name}.crt: {state}\n"));
            let warned = more.is_empty() && told.text.to_lowercase().contains("nonce");
            assert!(!warned, "{}", told.text);
        }
        for nonce in [true, false] {
            let told = ask_gnutls(&station, generation, name, nonce);
            told.says("Verifying OCSP Response: Success.");
            let state = format!("Certificate Status: {state}\n");
            told.says(&state);
        }
    }
    ask(&station, 1, "revoked0", &[]).says("Reason: keyCompromise");
    ask(&station, 1, "old00000", &[]).says("Reason: superseded");
    let silent = ask(&station, 2, "revoked2", &[]);
    assert!(!silent.text.contains("Reason:"), "{}", silent.text);
    // The issuer's name with another generation's certificate: not ours to tell.
    let told = ask(&station, 2, "active01", &[]);
    told.says("active01.crt: unknown\n");
}

// R004-37
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openssl_and_gnutls_agree_with_every_state_on_sqlite() {
    others_agree(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openssl_and_gnutls_agree_with_every_state_on_postgresql() {
    others_agree(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_request_may_ask_about_several() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let one = station.issue("one00001").await;
    station.issue("two00002").await;
    station.sign("three003");
    station.revoke(&one, Reason::CessationOfOperation).await;
    let more = station.path("two00002.crt");
    let third = station.path("three003.crt");
    let told = ask(&station, 1, "one00001", &["-cert", &more, "-cert", &third]);
    told.says("one00001.crt: revoked");
    told.says("two00002.crt: good");
    told.says("three003.crt: unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signer_is_delegated_for_three_days_and_never_checked() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    station.issue("active01").await;
    let text = ask(&station, 1, "active01", &["-resp_text"]).text;
    for words in [
        "Responder Id: ",
        "Subject: C=JP, CN=Sekisho OCSP",
        "OCSP Signing",
        "OCSP No Check",
        "X509v3 Key Usage: critical\n                Digital Signature",
        "CA:FALSE",
        "ecdsa-with-SHA256",
    ] {
        let plain = text.replace(" = ", "=");
        assert!(plain.contains(words), "{words:?} is missing in:\n{text}");
    }
    let signer = station.folder.path().join("signer.crt");
    let begin = text.find("-----BEGIN CERTIFICATE-----").expect("the signer's certificate");
    fs::write(&signer, &text[begin..]).expect("room");
    let until = |at: sekisho::base::Moment| {
        let at = at.unix().to_string();
        let (root, issuing) = (station.path("root.crt"), station.path("issuing-1.crt"));
        let signer = station.path("signer.crt");
        let common = ["verify", "-x509_strict", "-purpose", "ocsphelper", "-CAfile", &root];
        openssl(&[&common[..], &["-untrusted", &issuing, "-attime", &at, &signer]].concat())
    };
    let day = sekisho::base::clock::DAY_MS;
    until(station.now().plus_ms(3 * day - 1_000)).says("OK");
    until(station.now().plus_ms(3 * day + 1_000)).refuses("certificate has expired");
}

/// The path of the GET form of a request.
fn get_path(request: &[u8]) -> String {
    let text = BASE64.encode(request);
    format!("/ocsp/{}", text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_kept_until_the_state_changes() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let leaf = station.issue("active01").await;
    let request = station.path("request.der");
    let issuer = station.path("issuing-1.crt");
    let cert = station.path("active01.crt");
    let common = ["ocsp", "-issuer", &issuer, "-cert", &cert, "-reqout", &request];
    openssl(&[&common[..], &["-no_nonce"]].concat()).says("");
    let path = get_path(&fs::read(&request).expect("a request"));

    let headers = station.fetch(&path, "1.der", &[]);
    assert!(headers.starts_with("http/1.1 200"), "{headers}");
    assert_eq!(header(&headers, "content-type"), "application/ocsp-response");
    let cache = header(&headers, "cache-control");
    assert_eq!(cache, "public, max-age=600, must-revalidate, no-transform");
    let tag = header(&headers, "etag").to_owned();
    header(&headers, "last-modified");
    header(&headers, "expires");
    // Half an hour less a second later the same bytes, and 304 for who has them.
    station.clock.advance_ms(30 * 60_000 - 1_000);
    station.fetch(&path, "2.der", &[]);
    let read = |name: &str| fs::read(station.path(name)).expect("an answer");
    assert_eq!(read("1.der"), read("2.der"));
    let known = format!("If-None-Match: {tag}");
    let headers = station.fetch(&path, "none.der", &["-H", &known]);
    assert!(headers.starts_with("http/1.1 304"), "{headers}");
    // A second later they are signed anew.
    station.clock.advance_ms(1_000);
    station.fetch(&path, "3.der", &[]);
    assert_ne!(read("2.der"), read("3.der"));
    // Revoked: the next answer says so.
    station.revoke(&leaf, Reason::AffiliationChanged).await;
    let headers = station.fetch(&path, "4.der", &["-H", &known]);
    assert!(headers.starts_with("http/1.1 200"), "{headers}");
    let told = openssl(&["ocsp", "-respin", &station.path("4.der"), "-resp_text", "-noverify"]);
    told.says("Cert Status: revoked");
    told.says("affiliationChanged");
    // HEAD has the same headers; a POST is not for caches.
    let headers = station.fetch(&path, "none.der", &["--head"]);
    header(&headers, "etag");
    let data = format!("@{request}");
    let post = ["-H", "Content-Type: application/ocsp-request", "--data-binary", &data];
    let headers = station.fetch("/ocsp", "5.der", &post);
    assert_eq!(header(&headers, "cache-control"), "no-store");
    assert_eq!(read("4.der"), read("5.der"));
}

/// The status of an unsigned answer (RFC 6960 §2.3).
fn trouble(station: &Station, name: &str) -> u8 {
    match fs::read(station.path(name)).expect("an answer").as_slice() {
        [0x30, 3, 0x0a, 1, code] => *code,
        other => panic!("not an answer of trouble: {other:02x?}"),
    }
}

fn post(station: &Station, request: &[u8]) -> (String, u8) {
    let data = format!("@{}", station.folder.file("odd.der", request));
    let post = ["-H", "Content-Type: application/ocsp-request", "--data-binary", &data];
    let headers = station.fetch("/ocsp", "odd.out", &post);
    (headers, trouble(station, "odd.out"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_requests_are_told_what_is_wrong() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let other = Station::new(fresh(Engine::Sqlite).await).await;
    other.issue("stranger").await;
    for odd in [&b""[..], b"hello", &[0x30, 0x80], &[0x30, 0x82, 0xff, 0xff]] {
        let (headers, code) = post(&station, odd);
        assert!(headers.starts_with("http/1.1 200"), "{headers}");
        assert_eq!((code, header(&headers, "cache-control")), (1, "no-store"));
    }
    let headers = station.fetch("/ocsp/rubbish", "odd.out", &[]);
    assert!(headers.starts_with("http/1.1 200"), "{headers}");
    assert_eq!(trouble(&station, "odd.out"), 1);
    // A CA of another house, even one called like ours: not ours to answer for.
    let (issuer, cert) = (other.path("issuing-1.crt"), other.path("stranger.crt"));
    let request = station.path("request.der");
    openssl(&["ocsp", "-issuer", &issuer, "-cert", &cert, "-reqout", &request]).says("");
    let (_, code) = post(&station, &fs::read(&request).expect("a request"));
    assert_eq!(code, 6);
    // Too large.
    let big = format!("@{}", station.folder.file("big.der", vec![0x30; 9_000]));
    let headers = station.fetch("/ocsp", "odd.out", &["--data-binary", &big]);
    assert!(headers.starts_with("http/1.1 413"), "{headers}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_clients_shall_try_later() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    station.issue("active01").await;
    let (issuer, cert) = (station.path("issuing-1.crt"), station.path("active01.crt"));
    let request = station.path("request.der");
    openssl(&["ocsp", "-issuer", &issuer, "-cert", &cert, "-reqout", &request]).says("");
    let mut conn = station.app.db.conn().await.expect("a connection");
    let sql = "ALTER TABLE certificates RENAME TO gone";
    conn.execute(sql, sekisho::db::params![]).await.expect("renamed");
    drop(conn);
    let (headers, code) = post(&station, &fs::read(&request).expect("a request"));
    assert!(headers.starts_with("http/1.1 200"), "{headers}");
    assert_eq!(code, 3);
    let headers = station.fetch("/ca/crl", "none", &[]);
    assert!(headers.starts_with("http/1.1 503"), "{headers}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_its_own_end_a_ca_answers_for_nobody() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    station.issue("active01").await;
    let (issuer, cert) = (station.path("issuing-1.crt"), station.path("active01.crt"));
    let request = station.path("request.der");
    openssl(&["ocsp", "-issuer", &issuer, "-cert", &cert, "-reqout", &request]).says("");
    let left = {
        let ca = station.app.ca.get();
        ca.current().authority.not_after().since_ms(station.now())
    };
    station.clock.advance_ms(left + 1_000);
    let (_, code) = post(&station, &fs::read(&request).expect("a request"));
    assert_eq!(code, 6, "not an error of ours: unauthorized");
}

// R004-10, R004-72
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_places_in_a_certificate_answer_and_know_of_a_revocation_at_once() {
    let server = Server::start(Engine::Sqlite).await;
    let password = format!("{}\n", server.password_of("jiro0003"));
    let arguments = ["cert", "issue", "jiro0003", "--out", "jiro.p12"];
    let (status, said, errors) = server.cli_with_input(&arguments, &password);
    assert!(status.success(), "{said}{errors}");
    let path = |name: &str| server.folder().join(name).display().to_string();
    let pass = format!("pass:{}", password.trim_end());
    let (file, leaf) = (path("jiro.p12"), path("jiro.crt"));
    let p12 = ["pkcs12", "-in", &file, "-passin", &pass, "-nokeys", "-clcerts", "-out", &leaf];
    openssl(&p12).says("");
    let text = openssl(&["x509", "-in", &leaf, "-noout", "-text"]).text;
    let (plain, folder) = (server.plain_url(), server.folder());
    for place in ["/ca/crl/1", "/ca/issuing/1.crt", "/ocsp"] {
        assert!(text.contains(&format!("URI:{plain}{place}\n")), "{text}");
    }
    fetch(&format!("{plain}/ca/issuing/1.crt"), folder, "issuing.der", &[]);
    let issuing = path("issuing.crt");
    let (der, root) = (path("issuing.der"), server.root_cert_path().display().to_string());
    openssl(&["x509", "-inform", "DER", "-in", &der, "-out", &issuing]).says("");
    let ask = |more: &[&str]| {
        let url = format!("{plain}/ocsp");
        let common = ["ocsp", "-CAfile", &root, "-issuer", &issuing, "-cert", &leaf];
        openssl(&[&common[..], &["-url", &url], more].concat())
    };
    let listed = || {
        fetch(&format!("{plain}/ca/crl/1"), folder, "list.der", &[]);
        let pem = path("list.pem");
        openssl(&["crl", "-inform", "DER", "-in", &path("list.der"), "-out", &pem]).says("");
        let common = ["verify", "-CAfile", &root, "-untrusted", &issuing, "-crl_check"];
        openssl(&[&common[..], &["-CRLfile", &pem, &leaf]].concat())
    };
    let request = path("request.der");
    ask(&["-reqout", &request]).says("jiro.crt: good");
    listed().says("OK");
    server.must(&["cert", "revoke", "--user", "jiro0003", "--reason", "keyCompromise"]);
    ask(&[]).says("jiro.crt: revoked");
    ask(&["-no_nonce"]).says("Reason: keyCompromise");
    listed().refuses("certificate revoked");
    // Over TLS too, for who has no certificate.
    let data = format!("@{request}");
    let post = ["--cacert", &root, "-H", "Content-Type: application/ocsp-request"];
    let post = [&post[..], &["--data-binary", &data]].concat();
    let headers = fetch(&format!("{}/ocsp", server.portal_url()), folder, "tls.der", &post);
    assert!(headers.contains("content-type: application/ocsp-response"), "{headers}");
    let tls = ["ocsp", "-respin", &path("tls.der"), "-resp_text", "-noverify"];
    openssl(&tls).says("Cert Status: revoked");
}
