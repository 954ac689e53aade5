//! The real program: `cert issue --contract`, openssl, curl.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use sekisho::db::Engine;

use crate::support::clerk::{Answer, Clerk};
use crate::support::server::Server;
use crate::support::tools::run;

const COMPANY: &str = "15000004";
const USER: &str = "seizo001";
const WRONG: &str = "ご契約番号、ユーザID、パスワードのいずれかが違います。";

#[tokio::test(flavor = "multi_thread")]
async fn a_companys_people_come_in_until_its_certificate_is_revoked_sqlite() {
    comes_and_goes(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_companys_people_come_in_until_its_certificate_is_revoked_postgresql() {
    comes_and_goes(Engine::Postgres).await;
}

async fn comes_and_goes(engine: Engine) {
    // R003-24, R003-27, R003-34..37, R003-42, R003-44
    let server = Server::start(engine).await;
    let password = server.password_of(USER);
    let url = |path: &str| format!("{}{path}", server.portal_url());
    let absent = Clerk::new(&server).get(&url("/login")).expect("an answer");
    assert_eq!(absent.refusal, "certificate-absent");
    let foreign = Clerk::with_certificate(&server, of_another_service(&server));
    for path in ["/", "/login"] {
        let answer = foreign.get(&url(path)).expect("an answer");
        assert_eq!(answer.refusal, "certificate-foreign");
        for words in ["ほかのサービス", "[×]", "「MNS」で始まる"] {
            assert!(answer.text().contains(words), "{words}: {}", answer.text());
        }
    }
    let (pem, import_password, serial) = issued(&server, "one");
    let clerk = Clerk::with_certificate(&server, pem);
    let front = clerk.get(&url("/")).expect("an answer");
    assert_eq!((front.status, front.location.as_str()), (303, "/login"));
    let wrong = sign_in(&server, &clerk, "15000001", &password);
    assert!(wrong.status == 422 && wrong.text().contains(WRONG), "{}", wrong.text());
    let right = sign_in(&server, &clerk, COMPANY, &password);
    assert_eq!((right.status, right.location.as_str()), (303, "/home"), "{}", right.text());
    let home = clerk.get(&url("/home")).expect("an answer");
    assert!(home.status == 200 && home.text().contains("サンプル製造株式会社"), "{}", home.text());
    // A person's own certificate is of no use with the company's number.
    let own = with_own_certificate(&server, "jiro0003");
    let page = own.get(&url("/login")).expect("an answer");
    assert!(page.text().contains("jiro0003") && !page.text().contains("contract_no"));
    let refused = sign_in(&server, &own, COMPANY, &password);
    assert_eq!((refused.status, refused.location.as_str()), (422, ""), "{}", refused.text());
    server.must(&["cert", "revoke", &serial, "--reason", "keyCompromise"]);
    for path in ["/", "/login", "/home"] {
        let answer = clerk.get(&url(path)).expect("an answer");
        assert_eq!(answer.refusal, "certificate-revoked", "{path}");
        assert!(answer.text().contains("MNS_150004"), "{}", answer.text());
        assert!(!answer.text().contains("/certificate\""), "the operator issues the next one");
    }
    let (pem, _, _) = issued(&server, "two");
    let next = Clerk::with_certificate(&server, pem);
    assert_eq!(sign_in(&server, &next, COMPANY, &password).location, "/home");
    keeps_to_itself(&server, &import_password);
}

/// R003-27: neither the log nor anything in the data directory has the password.
fn keeps_to_itself(server: &Server, password: &str) {
    assert!(!server.log().contains(password));
    let mut grep = Command::new("grep");
    grep.args(["-rlF", password, "var"]).current_dir(server.folder());
    let found = grep.output().expect("grep runs");
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
    assert!(!server.must(&["audit", "list", "--json"]).contains(password));
}

fn sign_in(server: &Server, clerk: &Clerk, contract: &str, password: &str) -> Answer {
    let login = format!("{}/login", server.portal_url());
    let fields = [("contract_no", contract), ("user_id", USER), ("password", password)];
    clerk.post(&login, &login, &fields).expect("an answer")
}

/// The company's new certificate with its key, its import password, its serial.
fn issued(server: &Server, name: &str) -> (PathBuf, String, String) {
    let file = |end: &str| server.folder().join(format!("{name}.{end}"));
    let (p12, secret) = (format!("{name}.p12"), format!("{name}.txt"));
    let line = ["cert", "issue", "--contract", COMPANY, "--out", &p12, "--password-out", &secret];
    let told = server.must(&[&line[..], &["--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let password = fs::read_to_string(file("txt")).expect("written").trim_end().to_owned();
    assert!(!told.to_string().contains(&password));
    let pem = opened(server, name, &password);
    (pem, password, told["serial"].as_str().expect("a serial").to_owned())
}

fn opened(server: &Server, name: &str, password: &str) -> PathBuf {
    let file = |end: &str| server.folder().join(format!("{name}.{end}"));
    let mut openssl = Command::new("openssl");
    openssl.arg("pkcs12").arg("-in").arg(file("p12")).arg("-out").arg(file("pem"));
    run(openssl.args(["-nodes", "-passin"]).arg(format!("pass:{password}")));
    file("pem")
}

fn with_own_certificate(server: &Server, user: &str) -> Clerk {
    const PASSWORD: &str = "Abcde1#xyz";
    let line = ["cert", "issue", user, "--out", "own.p12"];
    let (status, _, errors) = server.cli_with_input(&line, PASSWORD);
    assert!(status.success(), "{errors}");
    Clerk::with_certificate(server, opened(server, "own", PASSWORD))
}

/// A certificate as another service's CA might issue it, even with our kind of name.
fn of_another_service(server: &Server) -> PathBuf {
    let (key, pem) = (server.folder().join("other.key"), server.folder().join("other.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    openssl.args(["-nodes", "-days", "30", "-subj", "/O=PROSRV on Cloud/CN=MNS_150004"]);
    openssl.args(["-addext", "extendedKeyUsage=clientAuth", "-keyout"]).arg(&key);
    run(openssl.arg("-out").arg(&pem));
    let both = [fs::read(&pem).expect("written"), fs::read(&key).expect("written")].concat();
    fs::write(&pem, both).expect("written");
    pem
}
