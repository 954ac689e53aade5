//! The power goes off while somebody registers: afterwards there is nothing or a
//! whole certificate with its audit row, the chain holds, and the person goes on
//! in the same window to a file that opens.

use std::time::Duration;

use sekisho::db::Engine;
use serde_json::Value;
use tokio::time::Instant;

use crate::support::clerk::Clerk;
use crate::support::server::Server;
use crate::support::tools::run;

const PASSWORD: &str = "Abcde1#xyz";
/// How often the power goes off, at moments spread over a whole way.
const KILLS: u32 = 9;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_of_an_issue_loses_nothing_on_sqlite() {
    survives(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_of_an_issue_loses_nothing_on_postgresql() {
    survives(Engine::Postgres).await;
}

async fn survives(engine: Engine) {
    let mut server = Server::start(engine).await;
    add(&server, "whole001");
    let start = Instant::now();
    assert_eq!(go_on(&mut server, "whole001").await, 0, "nobody killed it yet");
    let whole = start.elapsed();
    let mut kills = 0;
    for i in 0..KILLS {
        let user = format!("crash{i:03}");
        add(&server, &user);
        let killer = server.kill9_in(whole * (i + 1) / (KILLS + 2));
        kills += usize::from(go_on(&mut server, &user).await > 0);
        killer.join().expect("it was killed");
        // When the way was over first, the kill meets an idle server.
        server.kill9();
        server.restart();
        judge(&server, &user);
    }
    assert!(kills >= 4, "only {kills} kills met a way under way of {whole:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_of_a_masters_registration_leaves_none_or_one() {
    // R004-23: one master, whole, whatever was interrupted
    let mut server = Server::start(Engine::Sqlite).await;
    for (i, moment) in [20, 60, 100, 150, 210, 280].into_iter().enumerate() {
        let contract = format!("1600000{i}");
        let arguments = ["contract", "add", &contract, "--name", "試験商事", "--service", "hr"];
        let (status, _, errors) = server.cli_with_input(&arguments, INITIAL);
        assert!(status.success(), "{errors}");
        let killer = server.kill9_in(Duration::from_millis(moment));
        register(&mut server, &contract);
        killer.join().expect("it was killed");
        server.kill9();
        server.restart();
        let shown: Value =
            serde_json::from_str(&server.must(&["contract", "show", &contract, "--json"])).unwrap();
        assert_eq!(shown["master"], format!("boss{contract}"));
        assert_eq!(shown["users"], 1);
        let audit = server.must(&["audit", "list", "--json", "--contract", &contract]);
        let audit: Vec<Value> = serde_json::from_str(&audit).unwrap();
        let rows = audit.iter().filter(|row| row["action"] == "master-register").count();
        assert_eq!(rows, 1, "{audit:#?}");
        server.must(&["audit", "verify"]);
    }
}

const INITIAL: &str = "Abcde1#x";

/// Walks a master's registration to its result, starting the server again when it
/// is gone.
fn register(server: &mut Server, contract: &str) {
    let clerk = Clerk::new(server);
    let user = format!("boss{contract}");
    let mut path = String::from("/enroll/master");
    for _ in 0..100 {
        let url = format!("{}{path}", server.enroll_url());
        let answer = match path.as_str() {
            "/enroll/master" => {
                let fields = [("contract_no", contract), ("initial_password", INITIAL)];
                clerk.post(&url, &url, &fields)
            }
            "/enroll/master/form" => {
                let email = format!("{user}@example.co.jp");
                let fields = [
                    ("user_id", user.as_str()),
                    ("password", PASSWORD),
                    ("password_confirm", PASSWORD),
                    ("user_name", "試験　花子"),
                    ("email", &email),
                    ("email_confirm", &email),
                ];
                clerk.post(&url, &url, &fields)
            }
            _ => clerk.get(&url),
        };
        let Some(answer) = answer else {
            server.kill9();
            server.restart();
            continue;
        };
        assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.text());
        match (path.as_str(), answer.status) {
            ("/enroll/master/result", 200) => return,
            (_, 303) => path = answer.location,
            (_, 409) => {
                let text = answer.text();
                let mut links = text.split("href=\"").filter_map(|rest| rest.split('"').next());
                let link = links.find(|link| link.starts_with("/enroll/master"));
                link.unwrap_or("/enroll/master").clone_into(&mut path);
            }
            (_, status) => panic!("{path} answered {status}: {}", answer.text()),
        }
    }
    panic!("{contract} does not get to the result, last at {path}");
}

fn add(server: &Server, user: &str) {
    let email = format!("{user}@union.example.jp");
    let mut arguments = vec!["user", "add", user, "--contract", "15000001", "--keep-password"];
    arguments.extend(["--kind", "employee", "--name", "試験　太郎", "--email", &email]);
    let (status, _, errors) = server.cli_with_input(&arguments, PASSWORD);
    assert!(status.success(), "{errors}");
}

/// Walks the way from wherever it is to a file; how often the server was gone.
async fn go_on(server: &mut Server, user: &str) -> usize {
    let clerk = Clerk::new(server);
    let at = |server: &Server, path: &str| format!("{}{path}", server.enroll_url());
    let (mut gone, mut path) = (0, String::from("/certificate"));
    for _ in 0..200 {
        let url = at(server, &path);
        let answer = match path.as_str() {
            "/certificate" => clerk.post(&url, &url, &[("user_id", user), ("password", PASSWORD)]),
            "/certificate/code" => {
                // While the mail is on its way the server may go: then nobody would wait.
                let email = format!("{user}@union.example.jp");
                let mut alive = true;
                while alive && server.codes(&email).is_empty() {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    alive = clerk.get(&url).is_some();
                }
                let code = server.codes(&email).pop().unwrap_or_default();
                clerk.post(&url, &url, &[("code", &code)])
            }
            "/certificate/issue" => {
                let form = at(server, "/certificate/result");
                let first = clerk.post(&url, &url, &[("format", "modern")]);
                match first {
                    // The step is over already: it is done again from the result's page.
                    Some(page) if page.status == 409 => {
                        clerk.post(&form, &url, &[("format", "modern")])
                    }
                    other => other,
                }
            }
            _ => clerk.get(&url),
        };
        let Some(answer) = answer else {
            gone += 1;
            server.kill9();
            server.restart();
            continue;
        };
        assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.text());
        if path == "/certificate/file" && answer.status == 200 {
            std::fs::write(server.folder().join(format!("{user}.p12")), &answer.body)
                .expect("the file is kept");
            return gone;
        }
        path = match (path.as_str(), answer.status) {
            (_, 303) => answer.location,
            ("/certificate/result", 200) => "/certificate/file".into(),
            // Fetched or lost: made again.
            ("/certificate/file", _) => "/certificate/issue".into(),
            // The code of a way that was begun before; the mail of this one is to come.
            ("/certificate/code", 422) => {
                tokio::time::sleep(Duration::from_millis(700)).await;
                path
            }
            ("/certificate/issuing", 200) => {
                tokio::time::sleep(Duration::from_millis(30)).await;
                path
            }
            (_, 409) => way_on(&answer.text()).unwrap_or_else(|| "/certificate".into()),
            (_, status) => panic!("{path} answered {status}: {}", answer.text()),
        };
    }
    panic!("{user} does not get to the end of the way, last at {path}");
}

/// Where the page of a stale step leads.
fn way_on(page: &str) -> Option<String> {
    let mut links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.find(|link| link.starts_with("/certificate")).map(str::to_owned)
}

/// One active certificate, whole, with its audit row; the chain holds; the file opens.
fn judge(server: &Server, user: &str) {
    server.must(&["audit", "verify"]);
    let listed = server.must(&["cert", "list", "--user", user, "--json"]);
    let certificates: Vec<Value> = serde_json::from_str(&listed).expect("JSON");
    let active: Vec<&Value> = certificates.iter().filter(|one| one["status"] == "active").collect();
    assert_eq!(active.len(), 1, "{listed}");
    let audit = server.must(&["audit", "list", "--json", "--limit", "1000"]);
    let audit: Vec<Value> = serde_json::from_str(&audit).expect("JSON");
    for one in &certificates {
        let rows = audit
            .iter()
            .filter(|row| row["action"] == "certificate-issue" && row["serial"] == one["serial"]);
        assert_eq!(rows.count(), 1, "{one}");
    }
    let file = server.folder().join(format!("{user}.p12"));
    let pass = format!("pass:{PASSWORD}");
    let script = "openssl pkcs12 -in \"$0\" -passin \"$1\" -nokeys -clcerts \
                  | openssl x509 -noout -serial";
    let mut command = std::process::Command::new("sh");
    let serial = run(command.arg("-c").arg(script).arg(&file).arg(pass));
    let serial = serial.trim().trim_start_matches("serial=").to_lowercase();
    assert_eq!(Value::String(serial), active[0]["serial"], "the file holds the active certificate");
}
