//! Wapiti, a scanner for weak points of web sites, against the running program: as somebody
//! signed in with certificate and password, and as a visitor.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use sekisho::db::Engine;
use serde::Deserialize;
use serde_json::Value;

use crate::operator::with_new_certificate;
use crate::support::server::Server;
use crate::support::tools::{TempDir, repository, whole};

/// What is tried: each attack that fits a program of this kind.
const ATTACKS: &str = "sql,timesql,xss,permanentxss,exec,file,crlf,redirect,ldap,upload,csrf,http_headers,csp,cookieflags,methods";
/// How long it may walk, and how long each attack may take; seconds.
const WALK: &str = "12";
const ATTACK: &str = "4";

/// What it reports without being right: category, part of its words, and why.
const WRONG: &[(&str, &str, &str)] = &[(
    "HTTP Strict Transport Security (HSTS)",
    "Strict-Transport-Security is not set",
    "`localhost` never gets it: everything else that runs there would be lost; real names do",
)];

#[derive(Debug, Deserialize)]
struct Report {
    vulnerabilities: BTreeMap<String, Vec<Finding>>,
    anomalies: BTreeMap<String, Vec<Finding>>,
    infos: Value,
}

#[derive(Debug, Deserialize)]
struct Finding {
    method: String,
    path: String,
    info: String,
    parameter: Option<String>,
}

/// Scans from `url` on, with the cookies of `jar` (as curl keeps them).
fn scan(server: &Server, url: &str, pem: &Path, cookies: &[String]) -> Report {
    let folder = TempDir::new("wapiti");
    let python = repository().join("tests/.venv-scan/bin/python");
    assert!(python.is_file(), "{} is missing: run `scripts/test --prepare`", python.display());
    let report = folder.join("report.json");
    let mut wapiti = Command::new(python);
    wapiti
        .arg(repository().join("tests/it/support/wapiti.py"))
        .arg(pem)
        .arg(server.root_cert_path());
    wapiti.args([
        "-u",
        url,
        "--scope",
        "folder",
        "-m",
        ATTACKS,
        "--flush-session",
        "--no-bugreport",
    ]);
    wapiti.args(["--max-scan-time", WALK, "--max-attack-time", ATTACK, "--tasks", "8", "-t", "10"]);
    wapiti.args(["-S", "normal", "-l", "1", "-d", "6", "--max-files-per-dir", "12", "-f", "json"]);
    for kept in ["logout", "assets/*"] {
        wapiti.arg("-x").arg(format!("{}/{kept}", server.portal_url()));
    }
    wapiti.arg("-o").arg(&report);
    wapiti.arg("--store-session").arg(folder.join("session"));
    for cookie in cookies {
        wapiti.args(["-C", cookie]);
    }
    wapiti.env("HOME", folder.path()).stdin(Stdio::null());
    let output = wapiti.output().expect("python runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = fs::read(&report).unwrap_or_else(|e| panic!("no report ({e}):\n{said}\n{errors}"));
    eprintln!("{said}");
    serde_json::from_slice(&report).expect("a report")
}

/// Fails unless the scan walked and found nothing.
fn holds(report: &Report, pages: u64) {
    let walked = report.infos["crawled_pages_nbr"].as_u64().unwrap_or_default();
    assert!(walked >= pages, "only {walked} pages were walked to: {:?}", report.infos);
    let right = |(category, one): &(&String, &Finding)| {
        !WRONG.iter().any(|(of, part, _)| of == category && one.info.contains(part))
    };
    let all = report.vulnerabilities.iter().chain(&report.anomalies);
    let found: Vec<_> = all
        .flat_map(|(category, found)| found.iter().map(move |one| (category, one)))
        .filter(right)
        .map(|(category, one)| {
            let (method, path, what) = (&one.method, &one.path, &one.parameter);
            format!("{category}: {method} {path} {what:?}: {}", one.info)
        })
        .collect();
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// The cookies of somebody who signed in: `name=value`.
fn signed_in(server: &Server, user: &str) -> Vec<String> {
    let clerk = with_new_certificate(server, user);
    let login = format!("{}/login", server.portal_url());
    let password = server.password_of(user);
    let entered = clerk.post(&login, &login, &[("password", &password)]).expect("an answer");
    assert_eq!(entered.status, 303, "{}", entered.text());
    clerk.cookies()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_as_master_and_as_operator_finds_nothing() {
    // RX-06, RX-07
    let server = Server::start(Engine::Sqlite).await;
    // Whom one scans as decides which pages there are; the operator's are the most.
    let users: &[&str] = if whole() { &["operator01", "master01"] } else { &["operator01"] };
    for user in users {
        let cookies = signed_in(&server, user);
        let pem = server.folder().join("one.pem");
        let report = scan(&server, &format!("{}/", server.portal_url()), &pem, &cookies);
        holds(&report, 8);
    }
    server.must(&["audit", "verify"]);
    let log = server.log();
    assert!(!log.contains("panicked"), "{log}");
}
