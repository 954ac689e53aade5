//! Certificates, lists and answers in the eyes of pkilint (RFC 5280, RFC 6960).

use std::fs;

use rcgen::{CertificateParams, DnType, KeyPair};
use sekisho::app::Folder as CaFolder;
use sekisho::base::Secret;
use sekisho::certificates::issue::prepare;
use sekisho::db::Engine;
use sekisho::identity::{contracts, users};
use sekisho::pki::bundle::Format;
use sekisho::pki::crl::Reason;
use sekisho::pki::ocsp::Signer;
use sekisho::pki::server::issue_server;
use sekisho::pki::{Authority, user};

use super::station::Station;
use crate::support::db::fresh;
use crate::support::tool::{Answer, openssl, run};
use crate::support::tools::repository;

/// What pkilint finds at level ERROR or worse.
fn lint(files: &[(&str, String)]) -> Answer {
    let python = repository().join("tests/.venv/bin/python");
    let script = repository().join("tests/it/support/lint_files.py");
    let (python, script) = (python.display().to_string(), script.display().to_string());
    let arguments = files.iter().flat_map(|(kind, file)| [*kind, file.as_str()]);
    let arguments: Vec<_> = [script.as_str()].into_iter().chain(arguments).collect();
    run(&python, "python3-venv, then scripts/test --prepare", &arguments)
}

/// Every kind of certificate that we make, as `certificate` files.
async fn certificates(station: &Station) -> Vec<(&'static str, String)> {
    let now = station.now();
    let folder = CaFolder::of(&station.app.config);
    let ca = station.app.ca.get();
    let server_ca = folder.authority("server-ca").expect("there");
    let (server, _) = issue_server(&server_ca, &ca.profiles.server, "portal.example.jp", now)
        .expect("a server certificate");
    let (address, _) =
        issue_server(&server_ca, &ca.profiles.server, "127.0.0.1", now).expect("one more");
    let mut all = vec![
        ("root", ca.root_der().to_vec()),
        ("server-ca", server_ca.certificate_der().to_vec()),
        ("server", server),
        ("server-address", address),
        ("user", ordinary(station).await),
        ("company", company(&ca.current().authority, station)),
    ];
    for one in ca.generations() {
        let signer = Signer::new(&one.authority, "JP", now).expect("a signer");
        all.push(("issuing", one.authority.certificate_der().to_vec()));
        all.push(("ocsp-signer", signer.certificate_der().to_vec()));
    }
    let write = |(number, (name, der)): (usize, (&str, Vec<u8>))| {
        ("certificate", station.folder.file(&format!("{number}-{name}.der"), der))
    };
    all.into_iter().enumerate().map(write).collect()
}

/// A user's certificate as the pages and the command line issue it.
async fn ordinary(station: &Station) -> Vec<u8> {
    let leaf = station.issue("taro0001").await;
    let mut conn = station.app.db.conn().await.expect("a connection");
    let user = users::find(&mut conn, &leaf.user_id).await.expect("asked").expect("there");
    let contract = contracts::find(&mut conn, &user.contract_no).await.expect("asked");
    drop(conn);
    let (contract, typed) = (contract.expect("there"), Secret::from("Aa1!Aa1!"));
    let made = prepare(&station.app, &user, &contract, &typed, Format::Modern).await;
    made.expect("made").certificate.der
}

/// A certificate for a whole company: nobody's mail address (R003-25).
fn company(authority: &Authority, station: &Station) -> Vec<u8> {
    let request = user::Request {
        common_name: "MNS_123456".to_owned(),
        organisation: "株式会社サンプル（マイナンバー）".to_owned(),
        email: None,
        user_uri: "http://127.0.0.1:8080/users/0199d3f0-0000-7000-8000-000000000002".to_owned(),
        crl_url: format!("{}/ca/crl/1", station.url),
        issuer_url: format!("{}/ca/issuing/1.crt", station.url),
        ocsp_url: Some(format!("{}/ocsp", station.url)),
        now: station.now(),
        validity_days: 366,
    };
    let profile = &station.app.ca.get().profiles.client;
    user::issue(authority, profile, &request).expect("issued").certificate_der
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pkilint_finds_no_error_in_anything_we_sign() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let (good, bad) = (station.issue("good0001").await, station.issue("bad00001").await);
    station.sign("unknown0");
    station.fetch("/ca/crl/1", "empty.crl", &[]);
    station.revoke(&bad, Reason::KeyCompromise).await;
    let new = station.renew("new00001", &good).await;
    station.first_use(&new).await;
    let plain = station.issue("bad00002").await;
    station.revoke(&plain, Reason::Unspecified).await;
    station.fetch("/ca/crl/1", "full.crl", &[]);
    station.rotate();
    station.fetch("/ca/crl/2", "second.crl", &[]);
    let mut files = certificates(&station).await;
    for list in ["empty.crl", "full.crl", "second.crl"] {
        files.push(("crl", station.path(list)));
    }
    for name in ["new00001", "bad00001", "good0001", "unknown0"] {
        for nonce in ["-nonce", "-no_nonce"] {
            files.push(("ocsp", answer(&station, name, nonce)));
        }
    }
    let told = lint(&files);
    assert!(told.good, "{}", told.text);
    assert_eq!(told.text.matches(": 0 found").count(), files.len(), "{}", told.text);
}

/// The answer about `NAME.crt`, in a file.
fn answer(station: &Station, name: &str, nonce: &str) -> String {
    let file = station.path(&format!("{name}{nonce}.ocsp"));
    let (issuer, cert) = (station.path("issuing-1.crt"), station.path(&format!("{name}.crt")));
    let url = format!("{}/ocsp", station.url);
    let common = ["ocsp", "-issuer", &issuer, "-cert", &cert, "-url", &url, "-noverify", nonce];
    openssl(&[&common[..], &["-respout", &file]].concat()).says("");
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pkilint_would_find_an_error() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let mut params = CertificateParams::default();
    // countryName must be a PrintableString; this is UTF-8.
    params.distinguished_name.push(DnType::CountryName, "JP");
    let wrong = params.self_signed(&KeyPair::generate().expect("a key")).expect("signed");
    let file = station.folder.file("wrong.der", wrong.der());
    lint(&[("certificate", file)]).refuses("ERROR");
    // Neither is what cannot be read good.
    let leaf = station.issue("taro0001").await;
    let file = station.folder.file("cut.der", &leaf.der[..leaf.der.len() - 1]);
    lint(&[("certificate", file)]).refuses("Failed to load");
    let file =
        station.folder.file("list.der", fs::read(station.path("taro0001.crt")).expect("there"));
    lint(&[("crl", file)]).refuses("Failed to load");
}
