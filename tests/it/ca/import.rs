//! A CA from elsewhere, made by OpenSSL, as the next issuing CA.

use std::fs;
use std::path::Path;
use std::process::Command;

use sekisho::db::Engine;
use sekisho::pki::inspect;

use super::{PASSWORD, hints, issue, until};
use crate::cli::run::House;
use crate::support::dial::{Dial, Http};
use crate::support::server::Server;
use crate::support::tools::{program, run};

/// How OpenSSL is to make the CA.
struct Wish {
    subject: &'static str,
    key: &'static str,
    extensions: &'static str,
    days: &'static str,
    multi: bool,
}

const USUAL: Wish = Wish {
    subject: "/C=JP/O=Other Company/OU=Users/CN=Other Users CA",
    key: "ec:P-256",
    extensions: "basicConstraints=critical,CA:TRUE,pathlen:0\n\
                 keyUsage=critical,keyCertSign,cRLSign\n\
                 subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
    days: "2000",
    multi: false,
};

fn openssl(folder: &Path, line: &[&str]) {
    run(Command::new(program("openssl")).current_dir(folder).args(line));
}

fn new_key(folder: &Path, kind: &str, file: &str) {
    let (algorithm, option) = match kind.split_once(':') {
        Some(("ec", curve)) => ("EC", format!("ec_paramgen_curve:{curve}")),
        _ => ("RSA", "rsa_keygen_bits:2048".to_owned()),
    };
    openssl(folder, &["genpkey", "-algorithm", algorithm, "-pkeyopt", &option, "-out", file]);
}

/// Makes an RSA root and below it the CA; `ca.pem` holds both, `ca.key` its key.
fn make(folder: &Path, wish: &Wish) {
    new_key(folder, "rsa", "root.key");
    let root = ["req", "-x509", "-key", "root.key", "-out", "root.pem", "-days", "3000"];
    openssl(folder, &[&root[..], &["-subj", "/C=JP/O=Other Company/CN=Other Root"]].concat());
    new_key(folder, wish.key, "ca.key");
    let mut request = vec!["req", "-new", "-key", "ca.key", "-out", "ca.csr"];
    request.extend(["-subj", wish.subject]);
    if wish.multi {
        request.push("-multivalue-rdn");
    }
    openssl(folder, &request);
    fs::write(folder.join("ca.ext"), wish.extensions).unwrap();
    let sign = ["x509", "-req", "-in", "ca.csr", "-CA", "root.pem", "-CAkey", "root.key"];
    let how = ["-extfile", "ca.ext", "-days", wish.days, "-out", "own.pem"];
    openssl(folder, &[&sign[..], &["-CAcreateserial"], &how].concat());
    let chain = ["own.pem", "root.pem"].map(|name| fs::read(folder.join(name)).unwrap());
    fs::write(folder.join("ca.pem"), chain.concat()).unwrap();
}

const IMPORT: [&str; 6] = ["ca", "import", "--certificate", "ca.pem", "--key", "ca.key"];

#[tokio::test]
async fn an_imported_ca_issues_and_its_users_get_in() {
    let server = Server::start(Engine::Sqlite).await;
    let old = issue(&server, "jiro0003");
    make(server.folder(), &USUAL);
    let said = server.must(&IMPORT);
    assert!(said.contains("issuing CA 2 is in force: Other Users CA"), "{said}");
    let key = fs::read_to_string(server.folder().join("var/ca/issuing-2.key.pem")).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    // Its own root is told, too: some browsers look for that alone.
    let names = until(|| hints(&server), |names| names.len() == 4).await;
    assert!(names.iter().any(|name| name == "Other Users CA"), "{names:?}");
    assert!(names.iter().any(|name| name == "Other Root"), "{names:?}");
    let new = issue(&server, "hanako02");
    assert_eq!(inspect::parse_der(&new.chain[0]).unwrap().issuer, "Other Users CA");
    for (paper, user) in [(&old, "jiro0003"), (&new, "hanako02")] {
        let answer = Dial::to("localhost", Some(paper)).get(&server, Http::Two, "/login").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.body.contains(user));
    }
    let pass = format!("pass:{PASSWORD}");
    let line = ["pkcs12", "-in", "hanako02.p12", "-nokeys", "-clcerts", "-passin", &pass];
    openssl(server.folder(), &[&line[..], &["-out", "hanako.pem"]].concat());
    server.must(&["ca", "crl", "--out", "x.crl"]);
    openssl(server.folder(), &["crl", "-inform", "DER", "-in", "x.crl", "-out", "crl.pem"]);
    let check = ["verify", "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "root.pem"];
    openssl(server.folder(), &[&check[..], &["-untrusted", "own.pem", "hanako.pem"]].concat());
    assert!(server.must(&["cert", "verify", "hanako.pem"]).contains("hanako.pem: OK"));
    let list = Command::new(program("openssl"))
        .args(["crl", "-in", "crl.pem", "-noout", "-text"])
        .current_dir(server.folder())
        .output()
        .unwrap();
    let own = Command::new(program("openssl"))
        .args(["x509", "-in", "own.pem", "-noout", "-ext", "subjectKeyIdentifier"])
        .current_dir(server.folder())
        .output()
        .unwrap();
    let own = String::from_utf8_lossy(&own.stdout);
    let id = own.lines().last().unwrap().trim();
    assert!(String::from_utf8_lossy(&list.stdout).contains(id), "the list names its CA: {id}");
    server.must(&["audit", "verify"]);
    assert!(server.must(&["audit", "list"]).contains("ca-import"));
    let (status, _, errors) = server.cli(&IMPORT);
    assert!(!status.success() && errors.contains("it is issuing CA 2 already"), "{errors}");
    // The next of our own stands beside it.
    server.must(&["ca", "rotate"]);
    until(|| hints(&server), |names| names.len() == 5).await;
}

#[test]
fn a_ca_that_cannot_issue_is_refused_and_nothing_is_written() {
    let house = House::new("import-unfit");
    let refused = |wish: &Wish, words: &str| {
        make(house.folder.path(), wish);
        house.run(&IMPORT.join(" ")).refused(words);
    };
    let short = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n\
                 extendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\n";
    let names = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n\
                 nameConstraints=critical,permitted;email:example.jp\nsubjectKeyIdentifier=hash\n";
    let nobody = "basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\n";
    refused(&Wish { extensions: short, ..USUAL }, "2 things stand against it");
    refused(&Wish { extensions: names, ..USUAL }, "name constraints");
    refused(&Wish { extensions: nobody, ..USUAL }, "CA:TRUE is missing");
    refused(&Wish { key: "rsa", ..USUAL }, "neither P-256 nor P-384");
    refused(&Wish { days: "100", ..USUAL }, "before a certificate issued today would");
    refused(&Wish { subject: "/DC=jp/DC=example/CN=Users", ..USUAL }, "its subject cannot be");
    let subject = "/C=JP/O=Other+OU=Users/CN=Users";
    refused(&Wish { subject, multi: true, ..USUAL }, "its subject cannot be");
    make(house.folder.path(), &Wish { key: "ec:P-384", ..USUAL });
    fs::copy(house.path("ca.pem"), house.path("whole.pem")).unwrap();
    fs::copy(house.path("own.pem"), house.path("ca.pem")).unwrap();
    house.run(&IMPORT.join(" ")).refused("does not reach a root");
    fs::copy(house.path("whole.pem"), house.path("ca.pem")).unwrap();
    new_key(house.folder.path(), "ec:P-384", "ca.key");
    house.run(&IMPORT.join(" ")).refused("does not belong to the certificate");
    house.run("ca import --certificate none --key ca.key").refused("none cannot be read");
    assert_eq!(house.json("ca show").as_array().unwrap().len(), 5, "nothing was written");
    assert!(!house.path("var/ca/issuing-2.key.pem").exists());
}

#[test]
fn an_encrypted_key_is_opened_with_its_passphrase_and_kept_under_ours() {
    let house = House::new("import-key").peopled();
    make(house.folder.path(), &Wish { key: "ec:P-384", ..USUAL });
    let hide =
        ["pkcs8", "-topk8", "-in", "ca.key", "-out", "hidden.key", "-passout", "pass:theirs"];
    openssl(house.folder.path(), &hide);
    house.write("pass", "theirs\n");
    house.write("wrong", "ours\n");
    let import = "ca import --certificate ca.pem --key hidden.key";
    house.run(import).refused("it is encrypted");
    house.run(&format!("{import} --passphrase-file wrong")).refused("does not open");
    openssl(house.folder.path(), &["ec", "-in", "ca.key", "-out", "old.key"]);
    house.run("ca import --certificate ca.pem --key old.key").refused("openssl pkcs8 -topk8");
    house.run(&format!("{import} --passphrase-file pass")).good();
    house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
    house.run("doctor").good();
}

#[test]
fn a_ca_that_was_renewed_with_its_old_key_is_not_a_new_one() {
    let house = House::new("import-renewed");
    make(house.folder.path(), &USUAL);
    house.run(&IMPORT.join(" ")).good();
    let sign = ["x509", "-req", "-in", "ca.csr", "-CA", "root.pem", "-CAkey", "root.key"];
    let how = ["-extfile", "ca.ext", "-days", "2500", "-out", "own.pem"];
    openssl(house.folder.path(), &[&sign[..], &["-CAcreateserial"], &how].concat());
    let chain = ["own.pem", "root.pem"].map(|name| fs::read(house.path(name)).unwrap());
    house.write("ca.pem", chain.concat());
    let words = "it is issuing CA 2 with the same key: its lists and answers would contradict";
    house.run(&IMPORT.join(" ")).refused(words);
    assert!(!house.path("var/ca/issuing-3.pem").exists(), "nothing was written");
    // The same name with another key is another CA.
    make(house.folder.path(), &USUAL);
    house.run(&IMPORT.join(" ")).good();
}
