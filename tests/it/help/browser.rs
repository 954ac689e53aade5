//! Chromium with the policy that the help hands out.

use std::fs;
use std::process::Command;

use sekisho::db::Engine;

use crate::support::chromium::store;
use crate::support::clerk::Clerk;
use crate::support::server::Server;
use crate::support::tools::{TempDir, program, run};

/// Where Chromium looks for policies; nowhere else.
const POLICIES: &str = "/etc/chromium/policies/managed";
/// A mount of its own, seen by this browser alone, hides the other tests' policy.
const ALONE: &str = "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"";

/// Without a policy that fits, a browser without a window waits for a choice that
/// nobody can make, until `timeout` ends it.
#[tokio::test]
async fn chromium_chooses_by_our_policy_and_shows_the_login_page() {
    // R003-33
    let house = [("SEKISHO_SERVICE__INSTITUTION", "労金 & \"関所\" \\ '株'")];
    let server = Server::start_with(Engine::Sqlite, &house).await;
    let user = "master01";
    let home = TempDir::new("policy");
    let policies = home.join("policies");
    for folder in [home.join(".pki/nssdb"), policies.clone()] {
        fs::create_dir_all(folder).unwrap();
    }
    let clerk = Clerk::new(&server);
    let answer = clerk.get(&format!("{}/help/admin/browsers.json", server.enroll_url()));
    fs::write(policies.join("ours.json"), answer.expect("an answer").text()).unwrap();
    take_in(&server, &home, user);
    fs::create_dir_all(POLICIES).unwrap();
    let profile = format!("--user-data-dir={}", home.join("profile").display());
    let mut browser = Command::new("unshare");
    browser.args(["--mount", "sh", "-c", ALONE]).arg(&policies).args([POLICIES, "timeout", "60"]);
    browser.arg(program("chromium")).args(["--headless", "--no-sandbox", "--disable-gpu"]);
    browser.args(["--disable-quic", "--no-first-run", "--disable-background-networking", &profile]);
    browser.args(["--dump-dom", &format!("{}/login", server.portal_url())]);
    browser.env("HOME", home.path()).env_remove("XDG_CONFIG_HOME").env_remove("XDG_DATA_HOME");
    let page = run(&mut browser);
    assert!(page.contains(user), "it reads:\n{page}");
}

/// A certificate of `user` and our root, in the store of the browser at `home`.
fn take_in(server: &Server, home: &TempDir, user: &str) {
    let (password, file) = ("Hajime1#x", home.join("user.p12"));
    let out = file.to_str().expect("an ASCII path");
    let (status, _, errors) =
        server.cli_with_input(&["cert", "issue", user, "--out", out], password);
    assert!(status.success(), "{errors}");
    let (certutil, database) = (program("certutil"), store(home));
    run(Command::new(&certutil).args(["-N", "--empty-password", "-d", &database]));
    run(Command::new(&certutil)
        .args(["-A", "-n", "root", "-t", "C,,", "-d", &database, "-i"])
        .arg(server.root_cert_path()));
    run(Command::new(program("pk12util")).args(["-i", out, "-W", password, "-d", &database]));
}
