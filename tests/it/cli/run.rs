//! The command in a folder of its own, with free ports; and its `serve`, until ready.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use crate::support::postgres::new_database;
use crate::support::tools::{TempDir, free_port, program, read_lines};

/// How long a server has to start or stop; a slow machine needs seconds, a stuck one for ever.
const PATIENCE: Duration = Duration::from_mins(1);

/// A password that may protect anything.
pub const PASSWORD: &str = "Abcd-123";

/// A folder to run commands in, and the settings they see.
pub struct House {
    pub folder: TempDir,
    settings: Vec<(&'static str, String)>,
    url: Option<String>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl House {
    /// Nothing in it yet.
    pub fn bare(label: &str) -> Self {
        let port = || format!("127.0.0.1:{}", free_port());
        let settings = vec![
            ("SEKISHO_SERVER__LISTEN", port()),
            ("SEKISHO_SERVER__PLAIN_LISTEN", port()),
            ("SEKISHO_SERVER__ADMIN_LISTEN", port()),
        ];
        Self { folder: TempDir::new(label), settings, url: None }
    }

    /// After `init`.
    pub fn new(label: &str) -> Self {
        let house = Self::bare(label);
        house.run("init").good();
        house
    }

    /// After `init`, on a PostgreSQL database of its own.
    pub fn on_postgres(label: &str) -> Self {
        let url = Runtime::new().expect("threads").block_on(new_database());
        let mut house = Self::bare(label);
        house.set("SEKISHO_DATA__DATABASE", &url);
        house.url = Some(url);
        house.run("init").good();
        house
    }

    /// One on each engine.
    pub fn both(label: &str) -> [Self; 2] {
        [Self::new(label), Self::on_postgres(label)]
    }

    /// With contract 15000001 and its user `taro0001`.
    pub fn peopled(self) -> Self {
        self.feed(PASSWORD, "contract add 15000001 --name 会員").good();
        self.add_user("taro0001").good();
        self
    }

    pub fn add_user(&self, user: &str) -> Said {
        let line = format!("user add {user} --contract 15000001 --name 労金　太郎 --email a@b.jp");
        self.feed(PASSWORD, &line)
    }

    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.settings.retain(|(known, _)| *known != name);
        self.settings.push((name, value.into()));
    }

    pub fn setting(&self, name: &str) -> &str {
        let found = self.settings.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).expect("it is set")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a temporary file");
    }

    /// `program` as it starts here: in the folder, with the settings and no others.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        for name in ["SEKISHO_CA_PASSPHRASE", "SEKISHO_LOG"] {
            command.env_remove(name);
        }
        command.env("USER", "tester").env("LC_ALL", "C.UTF-8").envs(self.settings.iter().cloned());
        command
    }

    /// Runs the command with the words of `line`.
    pub fn run(&self, line: &str) -> Said {
        self.feed("", line)
    }

    /// The same with `text` on its standard input.
    pub fn feed(&self, text: &str, line: &str) -> Said {
        let mut command = self.command(sekisho());
        command.args(words(line));
        spoken(command, text)
    }

    /// What the command prints with `--json`.
    pub fn json(&self, line: &str) -> Value {
        serde_json::from_str(self.run(&format!("{line} --json")).good()).expect("JSON")
    }

    /// The same, killed without warning after so many microseconds; whether that came in time.
    pub fn killed_after(&self, micros: u32, text: &str, line: &str) -> bool {
        let mut command = self.command("timeout");
        let seconds = format!("0.{micros:06}");
        command.args(["-s", "KILL", &seconds, sekisho()]).args(words(line));
        let said = spoken(command, text);
        // `timeout` shares its program's fate, which the shell calls 137.
        matches!(said.code, None | Some(137))
    }

    /// The same, no file of which may grow beyond so many units of 512 bytes.
    pub fn bounded(&self, blocks: u64, text: &str, line: &str) -> Said {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = self.command("sh");
        command.args(["-c", &script, sekisho()]).args(words(line));
        spoken(command, text)
    }

    /// Changes the database behind the program's back.
    pub fn sql(&self, statements: &str) {
        let Some(url) = &self.url else {
            let db = Connection::open(self.path("var/sekisho.db")).expect("the database");
            return db.execute_batch(statements).expect("good SQL");
        };
        Runtime::new().expect("threads").block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a server");
            tokio::select! {
                done = client.batch_execute(statements) => done.expect("good SQL"),
                ended = connection => panic!("the connection ended: {ended:?}"),
            }
        });
    }

    /// The words of a program that is none of ours, in the folder.
    pub fn tool(&self, name: &str, line: &str) -> Said {
        let mut command = self.command(program(name));
        command.args(words(line));
        spoken(command, "")
    }

    /// Starts `serve` and waits until it says that it is ready.
    pub fn serve(&self) -> Serving {
        let mut command = self.command(sekisho());
        let mut child = command
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let lines = read_lines(child.stdout.take().expect("piped"));
        let serving = Serving { child, lines };
        while !serving.line().expect("it gets ready").starts_with("ready on") {}
        serving
    }
}

/// A running `serve`; killed when dropped.
pub struct Serving {
    child: Child,
    lines: Receiver<String>,
}

impl Serving {
    fn line(&self) -> Option<String> {
        self.lines.recv_timeout(PATIENCE).ok()
    }

    /// Sends SIGTERM and waits for the end; the exit code and the last line.
    pub fn stop(mut self) -> (Option<i32>, String) {
        let kill = format!("kill -TERM {}", self.child.id());
        Command::new("sh").args(["-c", &kill]).status().expect("sh");
        let mut last = String::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => last = line,
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(error) => panic!("it does not stop: {error}"),
            }
        }
        (self.child.wait().expect("it ended").code(), last)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Said {
    /// What it printed, having succeeded.
    pub fn good(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert_eq!(self.err, "", "{self:?}");
        &self.out
    }

    /// Fails unless it was refused: code 1, one `error:` line, then only `hint:` lines, and
    /// `words` among them.
    pub fn refused(&self, words: &str) {
        assert_eq!(self.code, Some(1), "{self:?}");
        let mut lines = self.err.lines();
        assert!(lines.next().is_some_and(|line| line.starts_with("error: ")), "{self:?}");
        let hints: Vec<_> = lines.collect();
        assert!(!hints.is_empty(), "no hint: {self:?}");
        assert!(hints.iter().all(|line| line.starts_with("hint: ")), "{self:?}");
        assert!(self.err.contains(words), "{words:?} is missing in {self:?}");
    }

    /// Fails unless it was used wrongly: code 2, nothing printed.
    pub fn misused(&self) {
        assert_eq!((self.code, self.out.as_str()), (Some(2), ""), "{self:?}");
        assert!(self.err.contains("Usage:") || self.err.contains("--help"), "{self:?}");
    }
}

/// The program under test.
pub fn sekisho() -> &'static str {
    env!("CARGO_BIN_EXE_sekisho")
}

/// Parts at the blanks; full-width ones stay in their word.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ').filter(|word| !word.is_empty())
}

fn spoken(mut command: Command, text: &str) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // A program that does not ask for it may be gone already.
    let _ = child.stdin.take().expect("piped").write_all(text.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Said { code: status.code(), out: text(stdout), err: text(stderr) }
}
