//! CA keys on a PKCS#11 token: `SoftHSM`, which is one in software.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sekisho::db::Engine;

use super::{issue, until};
use crate::cli::run::{House, PASSWORD};
use crate::support::dial::{Dial, Http};
use crate::support::server::Server;
use crate::support::tools::{TempDir, program, run};

const PIN: &str = "918273";
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// An initialised token and the settings that name it.
struct Token {
    folder: TempDir,
}

impl Token {
    fn new(label: &str) -> Self {
        let folder = TempDir::new("token");
        fs::create_dir(folder.join("tokens")).unwrap();
        let conf = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            folder.join("tokens").display()
        );
        fs::write(folder.join("softhsm2.conf"), conf).unwrap();
        let token = Self { folder };
        let arguments = ["--init-token", "--free", "--label", label, "--pin", PIN];
        run(token.tool().args(arguments).args(["--so-pin", "12345678"]));
        fs::write(token.folder.join("pin"), format!("{PIN}\n")).unwrap();
        token
    }

    fn tool(&self) -> Command {
        let mut command = Command::new(program("softhsm2-util"));
        command.env("SOFTHSM2_CONF", self.folder.join("softhsm2.conf"));
        command
    }

    /// What is set for a program that uses it.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        vec![
            ("SOFTHSM2_CONF", path("softhsm2.conf")),
            ("SEKISHO_CA__KEY_STORE", "pkcs11".to_owned()),
            ("SEKISHO_CA__PKCS11_MODULE", MODULE.to_owned()),
            ("SEKISHO_CA__PKCS11_TOKEN", "sekisho".to_owned()),
            ("SEKISHO_CA__PKCS11_PIN_FILE", path("pin")),
        ]
    }

    fn in_use(&self, house: &mut House) {
        for (name, value) in self.settings() {
            house.set(name, value);
        }
    }

    /// Sets what it tells of itself, as after wrong PINs (`CKA_OS_TOKENFLAGS`: its type
    /// and kind, then the value, eight bytes each).
    fn tell(&self, flag: u8) {
        let name = walk_paths(&self.folder.join("tokens"));
        let path = name.iter().find(|path| path.ends_with("token.object")).unwrap();
        let mut bytes = fs::read(path).unwrap();
        let begin = [0, 0, 0, 0, 0x80, 0, 0x53, 0x4b, 0, 0, 0, 0, 0, 0, 0, 2];
        let place = bytes.windows(16).position(|part| part == begin).unwrap() + 16;
        bytes[place + 5] = flag;
        fs::write(path, bytes).unwrap();
    }

    /// Private keys that lie on it.
    fn keys(&self) -> usize {
        let files = walk(&self.folder.join("tokens"));
        files.iter().filter(|name| name.ends_with(".object") && !name.contains("token.")).count()
    }
}

fn walk(folder: &Path) -> Vec<String> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    walk_paths(folder).iter().map(name).collect()
}

fn walk_paths(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(walk_paths(&entry.path()));
        }
        found.push(entry.path());
    }
    found
}

fn keys_on_disk(house: &House) -> Vec<String> {
    let mut names = walk(&house.path("var/ca"));
    names.retain(|name| name.ends_with(".key.pem"));
    names.sort();
    names
}

#[test]
fn everything_is_signed_by_keys_that_never_leave_the_token() {
    let token = Token::new("sekisho");
    let mut house = House::bare("token");
    token.in_use(&mut house);
    house.run("init").good();
    assert_eq!(keys_on_disk(&house), [""; 0]);
    assert_eq!(token.keys(), 6, "three pairs");
    let house = house.peopled();
    house.run("ca rotate").good();
    assert_eq!((keys_on_disk(&house).len(), token.keys()), (0, 8));
    for one in house.json("ca show").as_array().unwrap() {
        if one["kind"] != "server" {
            assert_eq!(one["key_store"], "pkcs11", "{one}");
        }
    }
    house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
    let line = format!("pkcs12 -in taro.p12 -nokeys -passin pass:{PASSWORD} -out taro.pem");
    house.tool("openssl", &line).good();
    house.run("ca crl --out x.crl").good();
    house.tool("openssl", "crl -inform DER -in x.crl -out crl.pem").good();
    let line = "verify -crl_check -CRLfile crl.pem -CAfile var/ca/root.pem \
                -untrusted var/ca/issuing-2.pem taro.pem";
    assert!(house.tool("openssl", line).good().contains("taro.pem: OK"));
    for host in ["localhost", "enroll.localhost"] {
        let line = format!(
            "verify -CAfile var/ca/root.pem -untrusted var/ca/server-ca.pem var/tls/{host}.pem"
        );
        house.tool("openssl", &line).good();
    }
    house.run("doctor").good();
    house.run("ca import --certificate taro.pem --key taro.pem").refused("PKCS#11 token");
    assert!(!house.run("config show").good().contains(PIN));
}

#[test]
fn a_key_in_a_file_and_the_next_one_on_the_token_go_together() {
    let token = Token::new("sekisho");
    let mut house = House::new("token-mixed");
    token.in_use(&mut house);
    house.run("ca rotate").good();
    assert_eq!(keys_on_disk(&house), ["issuing.key.pem", "root.key.pem", "server-ca.key.pem"]);
    assert_eq!(token.keys(), 2);
    let shown = house.json("ca show");
    let places: Vec<_> = (0..4).map(|place| shown[place]["key_store"].as_str().unwrap()).collect();
    assert_eq!(places, ["file", "file", "pkcs11", "file"]);
    let house = house.peopled();
    house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
    house.run("doctor").good();
}

#[test]
fn what_is_wrong_with_a_token_is_told_and_no_pin_with_it() {
    let token = Token::new("sekisho");
    let mut house = House::bare("token-wrong");
    token.in_use(&mut house);
    let refused = |house: &House, line: &str, words: &str| {
        let said = house.run(line);
        said.refused(words);
        assert!(!said.err.contains(PIN) && !said.err.contains("000999"), "{said:?}");
    };
    house.set("SEKISHO_CA__PKCS11_TOKEN", "another");
    refused(&house, "init", "there is no PKCS#11 token \"another\" (there: \"sekisho\")");
    assert!(!house.path("var/ca").exists(), "nothing is left");
    token.in_use(&mut house);
    house.set("SEKISHO_CA__PKCS11_MODULE", "/none.so");
    refused(&house, "init", "/none.so");
    house.set("SEKISHO_CA__PKCS11_MODULE", "/etc/hostname");
    refused(&house, "init", "/etc/hostname cannot be used");
    token.in_use(&mut house);
    fs::write(token.folder.join("pin"), "000999\n").unwrap();
    refused(&house, "init", "refused the PIN: it is wrong");
    fs::write(token.folder.join("pin"), "").unwrap();
    refused(&house, "init", "it is empty");
    house.set("SEKISHO_CA__PKCS11_PIN_FILE", "none");
    refused(&house, "init", "the PIN file none");
    token.in_use(&mut house);
    fs::write(token.folder.join("pin"), PIN).unwrap();
    house.run("init").good();
    // Another token of the same label: the keys are not there.
    let other = Token::new("sekisho");
    other.in_use(&mut house);
    refused(&house, "ca crl", "the key of issuing is not on the PKCS#11 token");
    refused(&house, "doctor", "checks failed");
    house.set("SEKISHO_CA__PKCS11_TOKEN", "");
    house.run("config check").refused("ca.pkcs11_token");
}

#[test]
fn a_key_file_that_an_interrupted_run_left_does_not_hide_the_key_on_the_token() {
    let token = Token::new("sekisho");
    let mut house = House::new("token-stale");
    fs::copy(house.path("var/ca/issuing.key.pem"), house.path("var/ca/issuing-2.key.pem")).unwrap();
    token.in_use(&mut house);
    house.run("ca rotate").good();
    assert_eq!(house.json("ca show")[2]["key_store"], "pkcs11");
    house.run("ca crl --out x.crl").good();
}

#[test]
fn no_pin_is_tried_where_a_wrong_one_would_lock_the_token() {
    let token = Token::new("sekisho");
    let mut house = House::new("token-last");
    token.in_use(&mut house);
    // PKCS#11 §3.3: CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED; a good PIN does not matter.
    token.tell(2);
    house.run("ca rotate").refused("would be locked by one more wrong PIN, so none is tried");
    token.tell(4);
    house.run("ca rotate").refused("refused the PIN: it is locked");
    token.tell(0);
    house.run("ca rotate").good();
}

#[tokio::test]
async fn a_token_that_was_away_signs_again_without_a_restart() {
    let token = Token::new("sekisho");
    let settings = token.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = Server::start_with(Engine::Sqlite, &settings).await;
    let paper = issue(&server, "jiro0003");
    let away = token.folder.join("away");
    fs::rename(token.folder.join("tokens"), &away).unwrap();
    fs::create_dir(token.folder.join("tokens")).unwrap();
    let (status, _, errors) = server.cli(&["ca", "crl"]);
    assert!(!status.success() && errors.contains("no PKCS#11 token"), "{errors}");
    // Who has a certificate goes on: the gateway needs no CA key for that.
    let get = async || Dial::to("localhost", Some(&paper)).get(&server, Http::One, "/login").await;
    assert_eq!(get().await.status, 200);
    fs::remove_dir(token.folder.join("tokens")).unwrap();
    fs::rename(&away, token.folder.join("tokens")).unwrap();
    server.must(&["ca", "rotate"]);
    until(|| super::hints(&server), |names| names.len() == 3).await;
    assert_eq!(get().await.status, 200);
    assert!(!server.log().contains(PIN));
}
