//! Both forms of the PKCS#12 file in four importers, with the typed password
//! and with no other.

use std::fs;

use sekisho::pki::bundle::Format;

use super::{FRIENDLY_NAME, bundled, issued};
use crate::support::tool::{Folder, openssl, run, run_if_there};

const NOW: &str = "2026-11-21T10:00:00+09:00";
/// What the password rules allow (upper, lower, digit, sign; 12 long).
const PASSWORD: &str = "Aa1!\"$%&'\\`z";
const WRONG: &str = "Aa1!\"$%&'\\`Z";
const BOTH: [Format; 2] = [Format::Modern, Format::Compat];

/// Writes the bundle of `format` and hands its path on.
fn with_file(format: Format, password: &str, test: impl FnOnce(&str, &Folder)) {
    let (cas, issued) = issued(NOW);
    let folder = Folder::new();
    let path = folder.file("user.p12", bundled(&cas, &issued, password, format));
    test(&path, &folder);
}

// R004-71
#[test]
fn openssl_opens_both_forms_and_shows_every_attribute() {
    for format in BOTH {
        with_file(format, PASSWORD, |file, _| {
            let open = |password: &str| {
                let pass = format!("pass:{password}");
                openssl(&["pkcs12", "-in", file, "-passin", &pass, "-nodes"])
            };
            let opened = open(PASSWORD);
            opened.says("BEGIN PRIVATE KEY");
            opened.says("Microsoft CSP Name: Microsoft Software Key Storage Provider");
            let count = |words: &str| opened.text.matches(words).count();
            assert_eq!(count("BEGIN CERTIFICATE"), 3, "leaf, issuing CA, root");
            // This tool shows ASCII only; the others show the whole name.
            assert_eq!(count("friendlyName: Taro0123 "), 2, "leaf and key");
            assert_eq!(count("localKeyID: "), 2, "leaf and key");
            open(WRONG).refuses("invalid password");
            open("").refuses("invalid password");
        });
    }
}

#[test]
fn each_form_is_protected_as_its_name_promises() {
    let cases = [
        (Format::Modern, "MAC: sha256, Iteration 100000", "length: 32, salt length: 16"),
        (Format::Modern, "PBES2, PBKDF2, AES-256-CBC, Iteration 100000", "PRF hmacWithSHA256"),
        (Format::Compat, "MAC: sha1, Iteration 100000", "length: 20, salt length: 16"),
        (Format::Compat, "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000", "Shrouded Keybag"),
    ];
    for (format, words, more) in cases {
        with_file(format, PASSWORD, |file, _| {
            let pass = format!("pass:{PASSWORD}");
            let told = openssl(&["pkcs12", "-in", file, "-passin", &pass, "-info", "-noout"]);
            told.says(words);
            told.says(more);
        });
    }
}

#[test]
fn nss_imports_both_forms_under_the_friendly_name() {
    for format in BOTH {
        with_file(format, PASSWORD, |file, folder| {
            let place = folder.path().join("nss");
            fs::create_dir(&place).expect("folder");
            let store = format!("sql:{}", place.display());
            let nss = |program: &str, rest: &[&str]| {
                let all = [&["-d", store.as_str()], rest].concat();
                run(program, "libnss3-tools", &all)
            };
            nss("certutil", &["-N", "--empty-password"]).says("");
            nss("pk12util", &["-i", file, "-W", WRONG]).refuses("");
            nss("pk12util", &["-i", file, "-W", PASSWORD]).says("IMPORT SUCCESSFUL");
            nss("certutil", &["-L"]).says(FRIENDLY_NAME);
            nss("certutil", &["-K"]).says(FRIENDLY_NAME);
        });
    }
}

#[test]
fn gnutls_reads_both_forms() {
    for format in BOTH {
        with_file(format, PASSWORD, |file, _| {
            let open = |password: &str| {
                let rest = ["--p12-info", "--inder", "--infile", file, "--password", password];
                run("certtool", "gnutls-bin", &rest)
            };
            let opened = open(PASSWORD);
            opened.says(FRIENDLY_NAME);
            opened.says("BEGIN CERTIFICATE");
            open(WRONG).refuses("");
        });
    }
}

#[test]
fn java_lists_both_forms() {
    for format in BOTH {
        with_file(format, PASSWORD, |file, _| {
            let open = |password: &str| {
                let rest = ["-list", "-v", "-storetype", "PKCS12", "-keystore", file];
                let rest = [&rest[..], &["-storepass", password, "-J-Duser.language=en"]].concat();
                run_if_there("keytool", &rest)
            };
            let Some(opened) = open(PASSWORD) else {
                eprintln!("skipped: keytool is missing (default-jre-headless)");
                return;
            };
            opened.says("Entry type: PrivateKeyEntry");
            opened.says("Certificate chain length: 3");
            opened.says(&format!("Alias name: {}", FRIENDLY_NAME.to_lowercase()));
            open(WRONG).expect("there").refuses("password was incorrect");
        });
    }
}

#[test]
fn a_japanese_password_opens_in_openssl_nss_and_gnutls() {
    let password = "パスワード9漢";
    for format in BOTH {
        with_file(format, password, |file, folder| {
            let pass = format!("pass:{password}");
            openssl(&["pkcs12", "-in", file, "-passin", &pass, "-nodes"]).says("PRIVATE KEY");
            let gnutls = ["--p12-info", "--inder", "--infile", file, "--password", password];
            run("certtool", "gnutls-bin", &gnutls).says(FRIENDLY_NAME);
            let store = format!("sql:{}", folder.path().display());
            let new = ["-d", &store, "-N", "--empty-password"];
            run("certutil", "libnss3-tools", &new).says("");
            let import = ["-d", &store, "-i", file, "-W", password];
            run("pk12util", "libnss3-tools", &import).says("IMPORT SUCCESSFUL");
        });
    }
}
