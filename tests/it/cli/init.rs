//! What `init` leaves, and that it never touches what is there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::run::House;

/// The permission bits of a file.
pub fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

/// Every file below with its bytes, but for the database's own notes.
fn everything(below: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(below).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(everything(&path));
        } else if !path.to_string_lossy().ends_with("-shm") {
            found.insert(path.clone(), fs::read(path).expect("a file"));
        }
    }
    found
}

#[test]
fn only_its_owner_may_read_what_init_makes() {
    let house = House::new("init-modes");
    for (name, bits) in [
        ("var", 0o700),
        ("var/ca", 0o700),
        ("var/tls", 0o700),
        ("var/ca/passphrase", 0o600),
        ("var/ca/root.key.pem", 0o600),
        ("var/ca/issuing.key.pem", 0o600),
        ("var/ca/server-ca.key.pem", 0o600),
        ("var/tls/localhost.key.pem", 0o600),
        ("var/tls/enroll.localhost.key.pem", 0o600),
        ("var/sekisho.db", 0o600),
    ] {
        assert_eq!(mode(&house.path(name)), bits, "{name}");
    }
    for (path, bytes) in everything(&house.path("var")) {
        if path.to_string_lossy().ends_with(".key.pem") {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{path:?}");
        }
    }
    let exported = fs::read(house.path("certs/sekisho-root.crt")).unwrap();
    assert_eq!(exported, fs::read(house.path("var/ca/root.pem")).unwrap());
}

#[test]
fn a_second_init_changes_nothing_and_says_so() {
    for house in House::both("init-again") {
        let before = everything(house.folder.path());
        assert!(house.run("init").good().contains("nothing was changed"));
        assert!(everything(house.folder.path()) == before, "a file was changed");
        assert_eq!(house.json("init")["done"], serde_json::json!([]));
    }
}

#[test]
fn openssl_accepts_every_chain_and_no_crossed_one() {
    let house = House::new("init-chains");
    let openssl = |line: &str| house.tool("openssl", line);
    let good = |line: &str| assert!(openssl(line).good().contains("OK"), "{line}");
    let root = "-x509_strict -CAfile certs/sekisho-root.crt";
    good(&format!("verify {root} var/ca/issuing.pem"));
    good(&format!("verify {root} var/ca/server-ca.pem"));
    for host in ["localhost", "enroll.localhost"] {
        let leaf = format!("-purpose sslserver -verify_hostname {host} var/tls/{host}.pem");
        good(&format!("verify {root} -untrusted var/ca/server-ca.pem {leaf}"));
        let crossed = openssl(&format!("verify {root} -untrusted var/ca/issuing.pem {leaf}"));
        assert_ne!(crossed.code, Some(0), "the issuing CA signed for a server");
    }
    let wrong_host = "-verify_hostname localhost var/tls/enroll.localhost.pem";
    let wrong = openssl(&format!("verify {root} -untrusted var/ca/server-ca.pem {wrong_host}"));
    assert_ne!(wrong.code, Some(0), "one certificate serves both hosts");
}

#[test]
fn the_keys_open_with_the_passphrase_of_the_file_alone() {
    let house = House::new("init-keys");
    house.write("wrong", "not-the-passphrase");
    for key in ["ca/root", "ca/issuing", "ca/server-ca", "tls/localhost", "tls/enroll.localhost"] {
        let line = format!("pkey -noout -in var/{key}.key.pem -passin file:");
        house.tool("openssl", &format!("{line}var/ca/passphrase")).good();
        let wrong = house.tool("openssl", &format!("{line}wrong"));
        assert_ne!(wrong.code, Some(0), "{key} opens with any passphrase");
    }
}

#[test]
fn a_given_passphrase_is_used_and_written_nowhere() {
    let mut house = House::bare("init-given");
    house.set("SEKISHO_CA_PASSPHRASE", "correct horse battery");
    house.run("init").good();
    for (path, bytes) in everything(house.folder.path()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("correct horse"), "{path:?} holds the passphrase");
    }
    assert!(!house.path("var/ca/passphrase").exists());
    house.run("ca crl").good();
    house.set("SEKISHO_CA_PASSPHRASE", "wrong horse battery");
    house.run("ca crl").refused("passphrase");
    house.set("SEKISHO_CA_PASSPHRASE", "");
    house.run("ca crl").refused("SEKISHO_CA_PASSPHRASE");
}

#[test]
fn an_empty_passphrase_protects_nothing_and_is_refused() {
    let mut house = House::bare("init-empty");
    house.write("passphrase", "\n");
    house.set("SEKISHO_DATA__PASSPHRASE_FILE", "passphrase");
    house.run("init").refused("empty");
    assert!(!house.path("var/ca").exists());
    house.write("passphrase", "correct horse battery\n");
    house.run("init").good();
    house.tool("openssl", "pkey -noout -in var/ca/root.key.pem -passin file:passphrase").good();
}

#[test]
fn what_is_missing_is_made_again_and_nothing_else() {
    let house = House::new("init-mend");
    let before = everything(house.folder.path());
    fs::remove_file(house.path("var/tls/localhost.pem")).unwrap();
    fs::remove_file(house.path("certs/sekisho-root.crt")).unwrap();
    house.run("serve").refused("init");
    assert!(house.run("init").good().contains("localhost"));
    let after = everything(house.folder.path());
    assert!(before.keys().eq(after.keys()), "{:?}", after.keys());
    for (path, bytes) in before {
        let renewed = path.to_string_lossy().contains("tls/localhost");
        let database = path.to_string_lossy().contains("sekisho.db");
        assert!(database || (after[&path] == bytes) != renewed, "{path:?}");
    }
    house.run("doctor").good();
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let house = House::bare("init-place");
    house.write("var", "a file stands there");
    house.run("init").refused("var");
    house.run("--data certs/x/y init").good();
    assert!(house.path("certs/x/y/ca/root.pem").exists());
}
