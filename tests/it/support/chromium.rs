//! How Chromium and its driver are started for one test, and thrown away.
//!
//! A managed policy answers the certificate picker for `https://*.localhost`;
//! Chromium reads such policies from one folder of the machine only, so root
//! must put it there once. The file is the same for all and stays.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use serde_json::json;

use super::tools::{TempDir, kill_marked, program, read_lines, run};

/// How long anything may take; two cores may be busy with a build.
pub const PATIENCE: Duration = Duration::from_secs(30);

const POLICY_FILE: &str = "/etc/chromium/policies/managed/sekisho-test.json";
const POLICY: &str = include_str!("chromium-policy.json");
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=ja",
    "--window-size=1280,900",
];

/// ChromeDriver and the home folder it works in; both go when dropped, with all its browsers.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    /// Certificate store, profile and downloads.
    pub home: TempDir,
}

impl Driver {
    /// Starts it on a port of its own choice; its browsers trust `root`.
    pub fn start(root: Option<&Path>) -> (Self, u16) {
        choose_certificates_silently(Path::new(POLICY_FILE));
        let home = TempDir::new("browser");
        make_store(&home, root);
        let mut child = Command::new(program("chromedriver"))
            .arg("--port=0")
            .env("HOME", home.path())
            .env("TMPDIR", home.join("tmp"))
            .env("LANGUAGE", "ja")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let lines = read_lines(child.stdout.take().expect("its output is piped"));
        let driver = Self { child, home };
        let wait = || lines.recv_timeout(PATIENCE).ok();
        let port = std::iter::from_fn(wait).find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        (driver, port.expect("chromedriver names its port"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        kill_marked(self.home.path());
    }
}

/// Writes the policy that answers the certificate picker, unless it is there already.
fn choose_certificates_silently(file: &Path) {
    if fs::read_to_string(file).is_ok_and(|there| there == POLICY) {
        return;
    }
    // Written aside and renamed: another test's browser may be reading it.
    let aside = file.with_extension(format!("{}.tmp", std::process::id()));
    let folder = file.parent().expect("the policy lies in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&aside, POLICY))
        .and_then(|()| fs::rename(&aside, file))
        .unwrap_or_else(|e| {
            panic!(
                "{} must hold {POLICY} and cannot be written ({e}): run `scripts/test --prepare` as root",
                file.display()
            )
        });
}

/// The NSS database of this home, as NSS's own programs name it.
pub fn store(home: &TempDir) -> String {
    format!("sql:{}", home.join(".pki/nssdb").display())
}

fn make_store(home: &TempDir, root: Option<&Path>) {
    for folder in [".pki/nssdb", "downloads", "tmp"] {
        fs::create_dir_all(home.join(folder)).expect("the home folder can be written");
    }
    let certutil = program("certutil");
    run(Command::new(&certutil).args(["-N", "--empty-password", "-d", &store(home)]));
    if let Some(root) = root {
        let mut trust = Command::new(&certutil);
        trust.args(["-A", "-n", "Sekisho Root", "-t", "C,,", "-d", &store(home), "-i"]).arg(root);
        run(&mut trust);
    }
}

/// What the driver is asked for: our flags, our folders, a Japanese reader.
pub fn capabilities(home: &TempDir) -> Capabilities {
    let profile = format!("--user-data-dir={}", home.join("profile").display());
    let mut flags = FLAGS.to_vec();
    flags.push(&profile);
    let preferences = json!({
        "download.default_directory": home.join("downloads"),
        "download.prompt_for_download": false,
        "intl.accept_languages": "ja",
        "credentials_enable_service": false,
    });
    let options = json!({"binary": program("chromium"), "args": flags, "prefs": preferences});
    let all = json!({"browserName": "chrome", "goog:chromeOptions": options});
    all.as_object().expect("an object").clone()
}

#[test]
#[should_panic(expected = "as root")]
fn a_policy_that_cannot_be_written_is_explained() {
    choose_certificates_silently(Path::new("/proc/no/policy.json"));
}
