//! The real program, run as an operator runs it: `init`, `demo`, `serve`.
//!
//! Each has a folder of its own, which is its working directory, and ports of
//! its own. It is killed when dropped, and its folder goes with it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use data_encoding::BASE64_MIME_PERMISSIVE;
use sekisho::db::Engine;
use serde_json::Value;

use super::postgres::new_database;
use super::tools::{TempDir, free_port, program, read_lines, run};

/// How long anything may take; two cores may be busy with a build.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often we look where nothing tells us.
const LOOK: Duration = Duration::from_millis(20);
/// Another program may take a port between our look and our start.
const STARTS: usize = 3;

/// A running server with the demo's data.
#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    environment: Vec<(String, String)>,
    ports: Ports,
    child: Option<Child>,
    /// What `demo --json` printed.
    demo: Value,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    tls: u16,
    plain: u16,
    admin: u16,
}

impl Ports {
    fn free() -> Self {
        Self { tls: free_port(), plain: free_port(), admin: free_port() }
    }
}

impl Server {
    /// Initialises a new folder, fills it with the demo, serves it.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// The same with more settings: `("SEKISHO_SESSION__IDLE_MINUTES", "1")`.
    pub async fn start_with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let database = match engine {
            Engine::Sqlite => "sqlite".to_owned(),
            Engine::Postgres => new_database().await,
        };
        let mut environment = vec![("SEKISHO_DATA__DATABASE".to_owned(), database)];
        environment.extend(settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let folder = TempDir::new("server");
        let ports = Ports::free();
        let mut server = Self { folder, environment, ports, child: None, demo: Value::Null };
        server.must(&["init"]);
        server.demo =
            serde_json::from_str(&server.must(&["demo", "--json"])).expect("the demo tells JSON");
        let started = (0..STARTS).any(|_| server.try_serve() || server.other_ports());
        assert!(started, "it does not start:\n{}", server.log());
        server
    }

    /// Runs one command beside the server: how it ended, its output, its errors.
    pub fn cli(&self, arguments: &[&str]) -> (ExitStatus, String, String) {
        self.cli_with_input(arguments, "")
    }

    /// The same with something to read on its standard input.
    pub fn cli_with_input(&self, arguments: &[&str], input: &str) -> (ExitStatus, String, String) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("our own program starts");
        let mut pipe = child.stdin.take().expect("its input is piped");
        // One that refuses at once does not read.
        let _ = pipe.write_all(input.as_bytes());
        drop(pipe);
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status, text(&output.stdout), text(&output.stderr))
    }

    /// Runs one command that must succeed; its output.
    pub fn must(&self, arguments: &[&str]) -> String {
        let (status, output, errors) = self.cli(arguments);
        assert!(status.success(), "{arguments:?} failed ({status}):\n{output}{errors}");
        output
    }

    /// A command of the program, with this server's settings and folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command.args(arguments).current_dir(self.folder.path());
        let inherited = std::env::vars_os().map(|(name, _)| name);
        for name in inherited.filter(|name| name.to_string_lossy().starts_with("SEKISHO_")) {
            command.env_remove(name);
        }
        for (key, port) in [
            ("LISTEN", self.ports.tls),
            ("PLAIN_LISTEN", self.ports.plain),
            ("ADMIN_LISTEN", self.ports.admin),
        ] {
            command.env(format!("SEKISHO_SERVER__{key}"), format!("127.0.0.1:{port}"));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What it was told by this variable.
    pub fn setting(&self, name: &str) -> Option<String> {
        let found = self.environment.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    }

    /// `https://localhost:PORT`.
    pub fn portal_url(&self) -> String {
        format!("https://localhost:{}", self.ports.tls)
    }

    /// `https://enroll.localhost:PORT`.
    pub fn enroll_url(&self) -> String {
        format!("https://enroll.localhost:{}", self.ports.tls)
    }

    /// `http://127.0.0.1:PORT`: CRL and CA certificates.
    pub fn plain_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.plain)
    }

    /// `http://127.0.0.1:PORT`: health.
    pub fn admin_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.admin)
    }

    /// Its working directory; state is in `var` below.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The root certificate to trust, PEM.
    pub fn root_cert_path(&self) -> PathBuf {
        self.folder.join("certs/sekisho-root.crt")
    }

    /// The demo's password of a user.
    pub fn password_of(&self, user: &str) -> String {
        self.demo_value("users", "user", user, "password")
    }

    /// The demo's initial password of a contract.
    pub fn initial_password_of(&self, contract: &str) -> String {
        self.demo_value("contracts", "contract", contract, "initial_password")
    }

    /// The mails that left so far, oldest first: file name, and the text with its headers decoded.
    pub fn mails(&self) -> Vec<(String, String)> {
        let files = fs::read_dir(self.folder.join("var/mail")).into_iter().flatten().flatten();
        let mut mails: Vec<(String, String)> = files
            .map(|file| file.path())
            // Drafts end otherwise.
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .map(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                (name, decode_mail(&fs::read(path).expect("a whole mail")))
            })
            .collect();
        mails.sort();
        mails
    }

    /// Waits for a mail with a code to this address; the newest code.
    pub async fn wait_for_code(&self, address: &str) -> String {
        self.wait_for_code_after(address, 0).await
    }

    /// The same, once more than `known` mails with a code have gone there.
    pub async fn wait_for_code_after(&self, address: &str, known: usize) -> String {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let codes = self.codes(address);
            if codes.len() > known {
                return codes.last().cloned().unwrap_or_default();
            }
            let late = tokio::time::Instant::now() > deadline;
            assert!(!late, "no code came to {address}: {:#?}\n{}", self.mails(), self.log());
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Has it killed (SIGKILL) this long from now, whatever it does then.
    pub fn kill9_in(&self, wait: Duration) -> std::thread::JoinHandle<()> {
        let pid = self.child.as_ref().expect("it runs").id();
        std::thread::spawn(move || {
            std::thread::sleep(wait);
            run(Command::new("kill").arg("-KILL").arg(pid.to_string()));
        })
    }

    /// Ends it the way a power cut does.
    pub fn kill9(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it is ours");
            child.wait().expect("it ends");
        }
    }

    /// SIGTERM, and waits; how it ended.
    pub fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it runs");
        let id = child.id();
        let signal = |name| Command::new("sh").arg("-c").arg(format!("kill -{name} {id}")).status();
        assert!(signal("TERM").expect("a shell").success());
        let (sender, ended) = channel();
        std::thread::spawn(move || sender.send(child.wait()));
        let Ok(status) = ended.recv_timeout(PATIENCE) else {
            let _ = signal("KILL");
            panic!("it does not stop:\n{}", self.log());
        };
        status.expect("it is ours")
    }

    /// Serves again, on the same ports and data.
    pub fn restart(&mut self) {
        if self.child.is_some() {
            self.stop();
        }
        assert!(self.try_serve(), "it does not start again:\n{}", self.log());
    }

    /// What it wrote to its standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("serve.log")).unwrap_or_default()
    }

    fn demo_value(&self, list: &str, key: &str, name: &str, wanted: &str) -> String {
        let all = self.demo[list].as_array().expect("the demo tells a list");
        let one = all.iter().find(|one| one[key] == name);
        let one = one.unwrap_or_else(|| panic!("the demo has no {key} {name}"));
        one[wanted].as_str().expect("a text").to_owned()
    }

    fn try_serve(&mut self) -> bool {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("serve.log"))
            .expect("a log file");
        let mut command = self.command(&["serve"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().expect("our own program starts");
        let lines = read_lines(child.stdout.take().expect("its output is piped"));
        let said = std::iter::from_fn(|| lines.recv_timeout(PATIENCE).ok());
        let ready = said.into_iter().any(|line| line.starts_with("ready on "));
        if ready {
            self.child = Some(child);
        } else {
            let _ = child.kill();
            let _ = child.wait();
        }
        ready
    }

    /// Chooses ports anew; never a success itself.
    fn other_ports(&mut self) -> bool {
        self.ports = Ports::free();
        false
    }

    pub fn codes(&self, address: &str) -> Vec<String> {
        let to = format!("To: {address}");
        let mails = self.mails().into_iter().map(|(_, text)| text);
        mails
            .filter(|text| text.lines().any(|line| line.trim_end() == to))
            .filter_map(|text| {
                let (_, after) = text.split_once("コード: ")?;
                Some(after.chars().take_while(char::is_ascii_digit).collect())
            })
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// The text of a mail of one part, its subject and body decoded (RFC 2045, RFC 2047).
pub fn decode_mail(bytes: &[u8]) -> String {
    let whole = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let (head, body) = whole.split_once("\n\n").expect("a mail has a head and a body");
    let encoding = head.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: "));
    let body = match encoding {
        Some("base64") => text_of(BASE64_MIME_PERMISSIVE.decode(body.as_bytes()).expect("base64")),
        Some("quoted-printable") => text_of(unquote(&body.replace("=\n", ""))),
        _ => body.to_owned(),
    };
    // Folded lines go on in the next; encoded words side by side are one text.
    let head = head.replace("\n ", " ").replace("?= =?utf-8?b?", "?==?utf-8?b?");
    format!("{}\n\n{body}", decode_words(&head))
}

fn decode_words(head: &str) -> String {
    const BEGIN: &str = "=?utf-8?b?";
    let mut pieces = head.split(BEGIN);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (word, rest) = piece.split_once("?=").expect("an encoded word ends");
        text += &text_of(BASE64_MIME_PERMISSIVE.decode(word.as_bytes()).expect("base64"));
        text += rest;
    }
    text
}

fn unquote(body: &str) -> Vec<u8> {
    let mut pieces = body.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_mail_is_read_in_both_encodings() {
    let mail = |encoding, body| {
        let mail = format!(
            "To: a@b.example\r\nSubject: =?utf-8?b?6Zai?=\r\n =?utf-8?b?5omA?=\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n{body}"
        );
        decode_mail(mail.as_bytes())
    };
    for text in
        [mail("base64", "6Zai\r\n5omA"), mail("quoted-printable", "=E9=96=A2=E6=89=\r\n=80")]
    {
        assert!(text.starts_with("To: a@b.example\nSubject: 関所\n"), "{text}");
        assert!(text.ends_with("\n\n関所"), "{text}");
    }
}

/// A server that is stopped, killed and started again serves the same people.
async fn it_serves_again(engine: Engine) {
    let mut server = Server::start(engine).await;
    let users = |server: &Server| server.must(&["user", "list", "--json"]);
    let before = users(&server);
    assert!(before.contains("hanako02"), "{before}");
    assert_eq!(server.stop().code(), Some(0), "{}", server.log());
    server.restart();
    server.kill9();
    server.restart();
    assert_eq!(users(&server), before);
    let arguments = ["cert", "issue", "jiro0003", "--out", "jiro.p12"];
    let password = server.password_of("jiro0003");
    let (status, said, errors) = server.cli_with_input(&arguments, &format!("{password}\n"));
    assert!(status.success(), "{said}{errors}");
    assert!(server.folder().join("jiro.p12").is_file());
    let get = |url: String| run(Command::new(program("curl")).args(["-fsS", &url]));
    get(format!("{}/healthz", server.admin_url()));
    let root = fs::read_to_string(server.root_cert_path()).unwrap();
    assert_eq!(get(format!("{}/ca/root.crt", server.plain_url())), root);
}

#[tokio::test]
async fn a_stopped_and_a_killed_server_start_again_on_sqlite() {
    it_serves_again(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_stopped_and_a_killed_server_start_again_on_postgresql() {
    it_serves_again(Engine::Postgres).await;
}
