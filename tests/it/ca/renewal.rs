//! Server certificates: renewed by the running server, and taken over when their
//! files change.

use std::fs;

use sekisho::app::Folder;
use sekisho::base::{Clock, Secret};
use sekisho::config::{Config, Environment};
use sekisho::db::Engine;
use sekisho::pki::authority::certificate_pem;
use sekisho::pki::key::encrypted_key_pem;
use sekisho::pki::{Authority, Profiles, inspect, server as pki_server};

use super::{handshake, until};
use crate::cli::run::House;
use crate::support::server::Server;
use crate::support::tools::TempDir;

/// Puts a certificate for `localhost` in place that ends in `days`; its SHA-256.
fn put(folder: &std::path::Path, days: u16) -> [u8; 32] {
    let text = |name: &str| fs::read_to_string(folder.join("var").join(name)).expect("a file");
    let pass = Secret::from(text("ca/passphrase").trim_end());
    let ca = Authority::open(&text("ca/server-ca.pem"), &text("ca/server-ca.key.pem"), &pass);
    let ca = ca.expect("the server CA");
    let mut profile = Profiles::built_in().expect("built in").server;
    profile.validity_days = days;
    let now = Clock::system().now();
    let (leaf, key) = pki_server::issue_server(&ca, &profile, "localhost", now).expect("issued");
    let key = encrypted_key_pem(&key, &pass).expect("a key");
    let chain = format!("{}{}", certificate_pem(&leaf), ca.certificate_pem());
    fs::write(folder.join("var/tls/localhost.key.pem"), key.as_bytes()).expect("written");
    fs::write(folder.join("var/tls/localhost.pem"), chain).expect("written");
    inspect::parse_der(&leaf).expect("parses").fingerprint
}

/// Days until what the portal shows ends, and its SHA-256.
fn shown(server: &Server) -> (i64, [u8; 32]) {
    let said = handshake(server);
    let Ok(parsed) = inspect::parse(said.as_bytes()) else { return (0, [0; 32]) };
    let left = parsed.not_after.since_ms(Clock::system().now());
    (left / 86_400_000, parsed.fingerprint)
}

#[tokio::test]
async fn a_server_certificate_that_ends_soon_is_renewed_while_the_server_runs() {
    let server = Server::start(Engine::Sqlite).await;
    let first = shown(&server);
    assert!(first.0 > 800, "{first:?}");
    let short = put(server.folder(), 29);
    let second = until(|| shown(&server), |now| now.1 != first.1 && now.1 != short).await;
    assert!(second.0 > 800, "{second:?}");
    let rows = server.must(&["audit", "list"]);
    assert!(rows.contains("server-certificate-renew"), "{rows}");
    // Enough days left: nothing is renewed, only taken over.
    let long = put(server.folder(), 31);
    until(|| shown(&server), |now| now.1 == long).await;
    let renewals = |rows: &str| rows.matches("server-certificate-renew").count();
    assert_eq!(renewals(&server.must(&["audit", "list"])), renewals(&rows));
}

#[test]
fn a_key_left_by_an_interrupted_renewal_is_mended_by_init_and_by_the_start() {
    let house = House::new("renewal-mended");
    let kept = fs::read(house.path("var/tls/localhost.pem")).unwrap();
    let broken = || {
        put(house.folder.path(), 800);
        fs::write(house.path("var/tls/localhost.pem"), &kept).unwrap();
    };
    broken();
    assert!(house.run("init").good().contains("issued the server certificate of localhost"));
    broken();
    let serving = house.serve();
    assert_eq!(serving.stop().0, Some(0));
    assert_ne!(fs::read(house.path("var/tls/localhost.pem")).unwrap(), kept);
}

#[tokio::test]
async fn a_certificate_from_elsewhere_is_taken_over_when_its_files_change() {
    let folder = TempDir::new("elsewhere");
    let write = |name: &str| {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        // The key first: between the two the pair does not fit, and the old one stays.
        fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
        fs::write(folder.join("chain.pem"), made.cert.pem()).expect("written");
        inspect::parse_der(made.cert.der()).expect("parses").fingerprint
    };
    let first = write("localhost");
    let path = |name: &str| folder.join(name).display().to_string();
    let settings =
        [("SEKISHO_TLS__CERTIFICATE", path("chain.pem")), ("SEKISHO_TLS__KEY", path("key.pem"))];
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = Server::start_with(Engine::Sqlite, &settings).await;
    assert_eq!(shown(&server).1, first);
    let second = write("localhost");
    until(|| shown(&server).1, |now| *now == second).await;
    write("other.example");
    until(|| server.log(), |log| log.contains("does not name it")).await;
    assert_eq!(shown(&server).1, second, "the old one stays");
    let third = write("localhost");
    until(|| shown(&server).1, |now| *now == third).await;
}

#[test]
fn nodes_that_share_the_folder_write_it_one_after_the_other() {
    let house = House::new("tls-shared");
    let data = house.path("var");
    let data = [("SEKISHO_DATA__DIR", data.to_str().expect("an ASCII path"))];
    let config = Config::load(None, &Environment::of(&data)).expect("valid");
    let (folder, now) = (Folder::of(&config), Clock::system().now());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    folder.issue_server("localhost", now).expect("issued");
                }
            });
        }
    });
    assert!(!folder.mend_server("localhost", now).expect("read"), "key and certificate fit");
}
