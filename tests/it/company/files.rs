//! `contract add --certificate-mode company` and `cert issue --contract`: the file in
//! four importers, its password, the sheet.

use std::fs;

use serde_json::{Value, json};

use crate::cli::init::mode;
use crate::cli::run::{House, PASSWORD};
use crate::support::tool::{Answer, openssl, run, run_if_there};

const ADD: &str = "contract add 15000004 --name サンプル製造株式会社 --kind client --service hr \
                   --certificate-mode company";
const ISSUE: &str = "cert issue --contract 15000004 --out m.p12";

/// With contract 15000001 and its user, and the company 15000004 with its user.
fn works(house: House) -> House {
    let house = house.peopled();
    house.feed(PASSWORD, &format!("{ADD} --company-code 123456")).good();
    let user = "user add seizo001 --contract 15000004 --name 製造　一郎 --email a@seizo.jp";
    house.feed(PASSWORD, user).good();
    house
}

#[test]
fn a_contract_is_opened_for_a_company_with_six_digits_of_its_own() {
    // R003-25, R003-34
    for house in House::both("company-contract") {
        let house = works(house);
        let shown = |number: &str| house.json(&format!("contract show {number}"));
        assert_eq!(shown("15000004")["certificate_mode"], "company");
        assert_eq!(shown("15000004")["company_code"], "123456");
        assert_eq!(shown("15000001")["certificate_mode"], "user");
        assert_eq!(shown("15000001")["company_code"], Value::Null);
        assert!(house.run("contract list").good().contains("123456"));
        let mode = "--certificate-mode company";
        house.feed(PASSWORD, &format!("contract add 15000005 --name A {mode}")).good();
        let code = shown("15000005")["company_code"].as_str().expect("made").to_owned();
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        let another = format!("contract add 15000006 --name B {mode} --company-code 123456");
        house.feed(PASSWORD, &another).refused("123456 is another contract's");
        house
            .feed(PASSWORD, "contract add 15000006 --name B --company-code 654321")
            .refused("--certificate-mode company");
        for wrong in ["12345", "1234567", "12345a"] {
            let line = format!("contract add 15000006 --name B {mode} --company-code {wrong}");
            house.feed(PASSWORD, &line).misused();
        }
    }
}

#[test]
fn each_kind_of_contract_gets_its_own_kind_of_certificate() {
    // R003-34
    for house in House::both("company-kinds") {
        let house = works(house);
        house.feed(PASSWORD, "cert issue seizo001 --out u.p12").refused("cert issue --contract");
        house.run("cert issue --contract 15000001 --out m.p12").refused("cert issue USER");
        house.run("cert issue --contract 15000009 --out m.p12").refused("no contract 15000009");
        let bare = house.run("cert issue --out m.p12");
        bare.misused();
        assert!(bare.err.contains("--contract <NUMBER>"), "{bare:?}");
        house.run("cert issue seizo001 --contract 15000004 --out m.p12").misused();
        house.run("cert issue seizo001 --out m.p12 --sheet s.html").misused();
        house.run(&format!("{ISSUE} --password-file p")).misused();
        house.write("there", "kept");
        house.run(&format!("{ISSUE} --sheet there")).refused("there exists already");
        house.run(&format!("{ISSUE} --password-out none/p")).refused("none/p");
        assert_eq!(house.json("cert list"), json!([]));
        for name in ["m.p12", "m.p12.part", "u.p12"] {
            assert!(!house.path(name).exists(), "{name}");
        }
        let made: Value =
            serde_json::from_str(house.run(&format!("{ISSUE} --json")).good()).unwrap();
        assert_eq!(made["mode"], "company");
        assert_eq!((&made["user"], &made["contract"]), (&Value::Null, &json!("15000004")));
        assert_eq!(made["file_name"], "MNS_123456cert.p12");
        assert_eq!(made["import_password"].as_str().expect("told once").len(), 24);
        let serial = made["serial"].as_str().unwrap();
        for shown in [&house.json("cert list")[0], &house.json(&format!("cert show {serial}"))] {
            assert_eq!(shown["mode"], "company");
            assert_eq!((&shown["user"], &shown["contract"]), (&Value::Null, &json!("15000004")));
        }
        let second = house.run("cert issue --contract 15000004 --out n.p12 --sheet s.html");
        second.refused("the company has a valid certificate");
        second.refused("cert revoke SERIAL");
        assert!(!house.path("s.html").exists() && !house.path("n.p12").exists());
        house.run(&format!("cert revoke {serial}")).good();
        house.run("cert issue --contract 15000004 --out n.p12").good();
        house.run("audit verify").good();
    }
}

#[test]
fn password_and_sheet_are_told_once_and_stored_nowhere() {
    // R003-25, R003-27, R003-32, R003-33, R003-37
    let house = works(House::new("company-sheet"));
    let said = house.run(&format!("{ISSUE} --password-out password --sheet sheet.html"));
    let password = fs::read_to_string(house.path("password")).unwrap().trim_end().to_owned();
    assert_eq!(password.len(), 24);
    assert!(!said.good().contains(&password));
    for name in ["password", "sheet.html", "m.p12"] {
        assert_eq!(mode(&house.path(name)), 0o600, "{name}");
    }
    let sheet = fs::read_to_string(house.path("sheet.html")).unwrap();
    let url = format!("https://localhost:{}/", port(house.setting("SEKISHO_SERVER__LISTEN")));
    for part in [
        "アクセス情報シート",
        "サンプル製造株式会社",
        url.as_str(),
        "15000004",
        "MNS_123456cert.p12",
        "インポートパスワード",
        password.as_str(),
        "「すべての拡張プロパティを含める」",
        "「MNS」で始まる証明書",
        "別々に",
    ] {
        assert!(sheet.contains(part), "{part}");
    }
    assert!(!sheet.contains("<script") && !sheet.contains("<link"), "it needs no server");
    for file in fs::read_dir(house.path("var")).unwrap().flatten() {
        if file.path().is_file() {
            let bytes = fs::read(file.path()).unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains(&password), "{:?}", file.path());
        }
    }
    assert!(!house.json("audit list").to_string().contains(&password));
}

fn port(address: &str) -> &str {
    address.rsplit(':').next().expect("a port")
}

/// Issues a file; its path and its password.
fn issued(format: &str) -> (House, String, String) {
    let house = works(House::new("company-import"));
    house.run(&format!("{ISSUE} --format {format} --password-out password")).good();
    let password = fs::read_to_string(house.path("password")).unwrap().trim_end().to_owned();
    let file = house.path("m.p12").to_str().expect("ASCII").to_owned();
    (house, file, password)
}

#[test]
fn the_file_opens_in_four_importers_under_its_name() {
    // R003-25, R003-31
    for format in ["modern", "compat"] {
        let (house, file, password) = issued(format);
        let wrong = password.replace(|c: char| c.is_ascii_digit(), "A");
        let wrong = format!("{wrong}A");
        let with_openssl = |password: &str| {
            let pass = format!("pass:{password}");
            openssl(&["pkcs12", "-legacy", "-in", &file, "-passin", &pass, "-nodes"])
        };
        opens(&with_openssl, &password, &wrong, "friendlyName: MNS_123456");
        with_openssl(&password).says("CN = MNS_123456");
        let with_gnutls = |password: &str| {
            let rest = ["--p12-info", "--inder", "--infile", &file, "--password", password];
            run("certtool", "gnutls-bin", &rest)
        };
        opens(&with_gnutls, &password, &wrong, "MNS_123456");
        let place = house.path("nss");
        fs::create_dir(&place).unwrap();
        let store = format!("sql:{}", place.display());
        let nss = |program: &str, rest: &[&str]| {
            run(program, "libnss3-tools", &[&["-d", store.as_str()], rest].concat())
        };
        nss("certutil", &["-N", "--empty-password"]).says("");
        let with_nss = |password: &str| nss("pk12util", &["-i", &file, "-W", password]);
        opens(&with_nss, &password, &wrong, "IMPORT SUCCESSFUL");
        nss("certutil", &["-L"]).says("MNS_123456");
        let java = |password: &str| {
            let rest = ["-list", "-v", "-storetype", "PKCS12", "-keystore", &file];
            let rest = [&rest[..], &["-storepass", password, "-J-Duser.language=en"]].concat();
            run_if_there("keytool", &rest)
        };
        if java(&password).is_some() {
            let with_java = |password: &str| java(password).expect("it is there");
            opens(&with_java, &password, &wrong, "mns_123456");
        }
    }
}

fn opens(open: &dyn Fn(&str) -> Answer, password: &str, wrong: &str, says: &str) {
    open(wrong).refuses("");
    open(password).says(says);
}

#[test]
fn a_request_to_revoke_a_companys_certificate_names_nobody() {
    // R003-34, R004-161
    let house = works(House::new("company-request"));
    let made = house.run(&format!("{ISSUE} --json"));
    let made: Value = serde_json::from_str(made.good()).expect("JSON");
    let serial = made["serial"].as_str().expect("text");
    let add = "request add cert-revoke --requested-by 山田 --received-on 2024-02-29 --reason 紛失";
    let added = house.json(&format!("{add} --contract 15000004"));
    assert_eq!(added["user"], Value::Null);
    let named = house.json(&format!("{add} --contract 15000004 --user MNS_123456"));
    assert_eq!(named["user"], Value::Null);
    house.run(&format!("{add} --contract 15000001 --user MNS_123456")).refused("no user");
    for line in ["cert list --user MNS_123456", "cert revoke --user MNS_123456"] {
        house.run(line).refused("sekisho cert list --contract NUMBER");
    }
    house.run(&format!("cert revoke {serial} --reason certificateHold")).refused("on hold");
    let id = added["id"].as_str().expect("text");
    house.run(&format!("cert revoke {serial} --reason keyCompromise --request {id}")).good();
    assert_eq!(house.json("request list --open").as_array().map(Vec::len), Some(1));
}
