//! Lists of the revoked, in the eyes of OpenSSL and of caches: CRL.

use std::fs;
use std::time::Duration;

use sekisho::base::clock::{DAY_MS, MINUTE_MS};
use sekisho::certificates::crl;
use sekisho::db::Engine;
use sekisho::pki::crl::Reason;

use super::station::{Station, fetch, header};
use crate::support::db::fresh;
use crate::support::tool::{Answer, openssl};

/// What OpenSSL thinks of `NAME.crt` with the list of its issuer fetched now.
fn verify(station: &Station, generation: i64, name: &str) -> Answer {
    station.fetch(&format!("/ca/crl/{generation}"), "list.der", &[]);
    let (list, pem) = (station.path("list.der"), station.path("list.pem"));
    openssl(&["crl", "-inform", "DER", "-in", &list, "-out", &pem]).says("");
    let (root, issuing) =
        (station.path("root.crt"), station.path(&format!("issuing-{generation}.crt")));
    let (leaf, at) = (station.path(&format!("{name}.crt")), station.now().unix().to_string());
    let common = ["verify", "-CAfile", &root, "-untrusted", &issuing, "-attime", &at];
    openssl(&[&common[..], &["-crl_check", "-CRLfile", &pem, &leaf]].concat())
}

/// The number of the list in a file, and all that OpenSSL says of it.
fn read(station: &Station, name: &str) -> (i64, String) {
    let file = station.path(name);
    let said = openssl(&["crl", "-inform", "DER", "-in", &file, "-noout", "-crlnumber"]).text;
    let hex = said.trim().trim_start_matches("crlNumber=").trim_start_matches("0x");
    let number = i64::from_str_radix(hex, 16).unwrap_or_else(|_| panic!("{said}"));
    (number, openssl(&["crl", "-inform", "DER", "-in", &file, "-noout", "-text"]).text)
}

async fn each_ca_has_its_list(engine: Engine) {
    let station = Station::new(fresh(engine).await).await;
    let revoked = station.issue("revoked0").await;
    let old = station.issue("old00000").await;
    let retiring = station.issue("retiring").await;
    station.issue("active01").await;
    verify(&station, 1, "revoked0").says("OK");
    station.rotate();
    station.renew("renewing", &retiring).await;
    let new = station.renew("new00000", &old).await;
    verify(&station, 1, "old00000").says("OK");
    station.first_use(&new).await;
    station.revoke(&revoked, Reason::KeyCompromise).await;
    let second = station.issue("revoked2").await;
    station.revoke(&second, Reason::PrivilegeWithdrawn).await;
    // first_use stands in the chain with the sign-in; here a revocation followed it.
    for (name, generation) in [("active01", 1), ("retiring", 1), ("renewing", 2), ("new00000", 2)] {
        verify(&station, generation, name).says("OK");
    }
    for (name, generation) in [("revoked0", 1), ("old00000", 1), ("revoked2", 2)] {
        verify(&station, generation, name).refuses("certificate revoked");
    }
    station.fetch("/ca/crl/1", "1.der", &[]);
    station.fetch("/ca/crl/2", "2.der", &[]);
    station.fetch("/ca/crl", "current.der", &[]);
    let bytes = |name: &str| fs::read(station.path(name)).expect("a list");
    assert_eq!(bytes("2.der"), bytes("current.der"));
    let (_, first) = read(&station, "1.der");
    for words in ["Key Compromise", "Superseded"] {
        assert!(first.contains(words), "{first}");
    }
    assert_eq!(first.matches("Serial Number:").count(), 2, "{first}");
    let (_, text) = read(&station, "2.der");
    assert_eq!(text.matches("Serial Number:").count(), 1, "{text}");
    for (generation, text) in [(1, first), (2, text)] {
        let issuing = station.path(&format!("issuing-{generation}.crt"));
        let id = openssl(&["x509", "-in", &issuing, "-noout", "-ext", "subjectKeyIdentifier"]);
        let id = id.text.lines().nth(1).expect("a key id").trim().to_owned();
        assert!(text.contains(&id), "{id} in {text}");
        let list = station.path(&format!("{generation}.der"));
        let verify = ["crl", "-inform", "DER", "-in", &list, "-noout", "-verify", "-CAfile"];
        openssl(&[&verify[..], &[&issuing]].concat()).says("verify OK");
    }
    for absent in ["/ca/crl/3", "/ca/crl/0", "/ca/crl/x"] {
        let headers = station.fetch(absent, "none", &[]);
        assert!(headers.starts_with("http/1.1 404"), "{headers}");
        assert!(headers.contains("content-type: text/plain"), "{headers}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_issuing_ca_has_a_list_of_its_own_on_sqlite() {
    each_ca_has_its_list(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_issuing_ca_has_a_list_of_its_own_on_postgresql() {
    each_ca_has_its_list(Engine::Postgres).await;
}

async fn one_list_for_all(engine: Engine) {
    let station = Station::new(fresh(engine).await).await;
    let leaf = station.issue("revoked0").await;
    assert_eq!(crl::renew(&station.app).await.expect("renewed"), 1);
    assert_eq!(crl::renew(&station.app).await.expect("renewed"), 0, "nothing has happened");
    station.fetch("/ca/crl", "1.der", &[]);
    // Another node, or this one after a restart, hands out the very same.
    let (url, _other) = station.another_node();
    let from_other = |name: &str| fetch(&format!("{url}/ca/crl"), station.folder.path(), name, &[]);
    from_other("2.der");
    let bytes = |name: &str| fs::read(station.path(name)).expect("a list");
    assert_eq!(bytes("1.der"), bytes("2.der"));
    // Revoked here: both name it at once, in one list with a higher number.
    station.revoke(&leaf, Reason::Superseded).await;
    from_other("3.der");
    station.fetch("/ca/crl", "4.der", &[]);
    assert_eq!(bytes("3.der"), bytes("4.der"));
    let ((before, _), (after, text)) = (read(&station, "2.der"), read(&station, "3.der"));
    assert!(before < after, "{before} {after}");
    assert!(text.to_lowercase().contains(&leaf.serial), "{text}");
    // Half its life later a new one is due without anything revoked.
    station.clock.advance_ms(7 * DAY_MS / 2 - MINUTE_MS);
    assert_eq!(crl::renew(&station.app).await.expect("renewed"), 0);
    station.clock.advance_ms(MINUTE_MS);
    assert_eq!(crl::renew(&station.app).await.expect("renewed"), 1);
    station.fetch("/ca/crl", "5.der", &[]);
    assert!(after < read(&station, "5.der").0);
    let mut conn = station.app.db.conn().await.expect("a connection");
    let ends = crl::latest(&mut conn).await.expect("asked");
    assert_eq!(ends, [(1, station.now().plus_ms(7 * DAY_MS))]);
    // A month after its own end the revoked one has been named often enough.
    station.clock.advance_ms(370 * DAY_MS);
    assert_eq!(crl::renew(&station.app).await.expect("renewed"), 1);
    station.fetch("/ca/crl", "6.der", &[]);
    assert!(read(&station, "6.der").1.to_lowercase().contains(&leaf.serial), "soon after its end");
    station.clock.advance_ms(27 * DAY_MS);
    station.fetch("/ca/crl", "7.der", &[]);
    assert!(read(&station, "7.der").1.contains("No Revoked Certificates"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_nodes_share_one_list_and_renew_it_in_time_on_sqlite() {
    one_list_for_all(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_nodes_share_one_list_and_renew_it_in_time_on_postgresql() {
    one_list_for_all(Engine::Postgres).await;
}

async fn numbers_rise(engine: Engine) {
    let station = Station::new(fresh(engine).await).await;
    let signed = futures(&station).await;
    let mut numbers: Vec<i64> = signed.iter().map(|list| list.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 8, "none twice");
    station.fetch("/ca/crl", "last.der", &[]);
    assert_eq!(Some(&read(&station, "last.der").0), numbers.last(), "the highest stays");
}

/// Eight lists signed at once.
async fn futures(station: &Station) -> Vec<crl::List> {
    let mut signing = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let app = station.app.clone();
        signing.spawn(async move { crl::sign(&app, None).await.expect("signed") });
    }
    signing.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_signed_at_once_have_numbers_of_their_own_on_sqlite() {
    numbers_rise(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_signed_at_once_have_numbers_of_their_own_on_postgresql() {
    numbers_rise(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cache_is_told_how_long_and_asks_again_cheaply() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let leaf = station.issue("revoked0").await;
    crl::renew(&station.app).await.expect("renewed");
    station.clock.advance_ms(5_000);
    let headers = station.fetch("/ca/crl", "1.der", &[]);
    assert_eq!(header(&headers, "content-type"), "application/pkix-crl");
    let cache = header(&headers, "cache-control");
    assert_eq!(cache, "public, max-age=600, must-revalidate, no-transform");
    header(&headers, "expires");
    let (tag, date) = (header(&headers, "etag"), header(&headers, "last-modified"));
    let again = |line: &str| {
        let headers = station.fetch("/ca/crl", "again.der", &["-H", line]);
        headers.split(' ').nth(1).expect("a status").to_owned()
    };
    let (by_tag, by_date) = (format!("If-None-Match: {tag}"), dated(date));
    assert_eq!(again(&by_tag), "304");
    assert_eq!(again(&by_date), "304");
    let head = station.fetch("/ca/crl", "none.der", &["--head"]);
    assert_eq!(header(&head, "etag"), tag);
    assert_eq!(header(&head, "content-length"), header(&headers, "content-length"));
    station.revoke(&leaf, Reason::Unspecified).await;
    assert_eq!(again(&by_tag), "200");
    assert_eq!(again(&by_date), "200");
}

/// `fetch` gives lower case; dates have capitals.
fn dated(lower: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    };
    let words: Vec<_> = lower.split(' ').map(capital).collect();
    format!("If-Modified-Since: {}", words.join(" ").replace("Gmt", "GMT"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_signed_though_nobody_asks_for_it() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let (_refusals, received) = tokio::sync::mpsc::channel(1);
    sekisho::work::start(&station.app, received);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let mut conn = station.app.db.conn().await.expect("a connection");
        if !crl::latest(&mut conn).await.expect("asked").is_empty() {
            break;
        }
        drop(conn);
        assert!(tokio::time::Instant::now() < deadline, "no list");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    station.app.tasks.stop();
    station.app.tasks.ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ca_that_cannot_sign_keeps_no_other_from_it() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let leaf = station.issue("revoked0").await;
    station.rotate();
    assert_eq!(crl::renew(&station.app).await.expect("renewed"), 2);
    station.revoke(&leaf, Reason::Superseded).await;
    let mut conn = station.app.db.conn().await.expect("a connection");
    let spoil = "UPDATE certificates SET serial = 'no number' WHERE serial = $1";
    conn.execute(spoil, sekisho::db::params![&leaf.serial]).await.expect("spoilt");
    station.clock.advance_ms(4 * DAY_MS);
    let refused = crl::renew(&station.app).await.expect_err("the first cannot be signed");
    assert!(refused.to_string().contains("a serial number"), "{refused}");
    let ends = crl::latest(&mut conn).await.expect("asked");
    let new = station.now().plus_ms(7 * DAY_MS);
    assert_eq!(ends, [(1, new.plus_ms(-4 * DAY_MS)), (2, new)]);
}
