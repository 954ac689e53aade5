//! External programs, temporary folders and free ports.

use std::collections::BTreeSet;
use std::fs;
use std::future::poll_fn;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

/// Program → the Debian package that holds it.
const PACKAGES: &[(&str, &str)] = &[
    ("certtool", "gnutls-bin"),
    ("certutil", "libnss3-tools"),
    ("chromedriver", "chromium-driver"),
    ("chromium", "chromium"),
    ("curl", "curl"),
    ("initdb", "postgresql"),
    ("java", "default-jre-headless"),
    ("keytool", "openjdk-17-jre-headless"),
    ("openssl", "openssl"),
    ("pg_ctl", "postgresql"),
    ("pk12util", "libnss3-tools"),
    ("python3", "python3-venv"),
    ("softhsm2-util", "softhsm2"),
];

/// The full path of an external program; fails the test with the package to install.
pub fn program(name: &str) -> PathBuf {
    find_program(name).unwrap_or_else(|| panic!("{}", missing(name)))
}

/// The full path of an external program, if this machine has it.
///
/// Looks where Debian puts `PostgreSQL`'s own programs, too: they are not in `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(postgres_folders())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Runs a command to its end; its standard output, or a failed test that shows both outputs.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?} does not start: {e}"));
    assert!(output.status.success(), "{command:?} failed ({}):\n{}", output.status, both(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A port of 127.0.0.1 that nobody listened on a moment ago, and that no other test of
/// this process was given.
///
/// Only for programs that cannot choose one themselves; our own listen on port 0.
pub fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("127.0.0.1 has a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        if GIVEN.lock().unwrap_or_else(PoisonError::into_inner).insert(port) {
            return port;
        }
    }
}

/// Whether slow checks run at their whole size: `TESTS=whole scripts/test`. Without
/// it they run with fewer tries, so that everybody's run ends within minutes.
pub const fn whole() -> bool {
    option_env!("TESTS").is_some()
}

/// The top folder of this repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own for one test, removed with all it holds when dropped.
///
/// The path is short: Unix sockets inside must fit into 108 bytes.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes `/tmp/sekisho-LABEL-PID-N`.
    pub fn new(label: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sekisho-{label}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        // A killed run leaves its folder behind, and process ids come round again.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary folder can be made");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The path of something inside.
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Kills every process one of whose arguments contains `mark` (a path only this test uses).
///
/// A browser is a tree of processes, and killing its driver leaves the tree alive.
pub fn kill_marked(mark: &Path) {
    // Again until none is left: one may have started another meanwhile.
    for _ in 0..10 {
        let ids = marked(&mark.to_string_lossy());
        if ids.is_empty() {
            return;
        }
        // The shell's own `kill`: the program of that name is not on every machine.
        let script = format!("kill -KILL {} 2>/dev/null", ids.join(" "));
        let _ = Command::new("sh").arg("-c").arg(script).status();
    }
}

/// The ids of the live processes that carry the mark; a killed one has no arguments left.
fn marked(mark: &str) -> Vec<String> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let arguments = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&arguments).contains(mark)
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
        .collect()
}

/// A program's output, line by line; the channel closes with the program.
pub fn read_lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Read on when nobody listens: a full pipe would stop the program.
            let _ = sender.send(line);
        }
    });
    receiver
}

fn postgres_folders() -> Vec<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    versions.sort();
    versions.reverse();
    versions
}

fn missing(name: &str) -> String {
    let package = PACKAGES.iter().find(|(program, _)| *program == name);
    let package = package.map_or(name, |(_, package)| package);
    format!("`{name}` is not on this machine: apt-get install {package} (scripts/test does it)")
}

fn both(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .join("\n")
}

#[test]
fn a_missing_program_is_named_with_its_package() {
    let message = missing("pk12util");
    assert!(message.contains("apt-get install libnss3-tools"), "{message}");
    assert_eq!(find_program("no-such-program-anywhere"), None);
    assert!(program("sh").is_absolute());
}

#[test]
fn a_temporary_folder_goes_with_its_owner() {
    let folder = TempDir::new("tools");
    let path = folder.path().to_owned();
    fs::write(folder.join("x"), "x").unwrap();
    drop(folder);
    assert!(!path.exists());
}

#[test]
fn a_marked_process_is_killed() {
    let folder = TempDir::new("kill");
    let script = "echo ready; read line";
    let mut child = Command::new("sh")
        .args(["-c", script, &folder.path().to_string_lossy()])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 6];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    kill_marked(folder.path());
    assert!(!child.wait().unwrap().success());
}

#[test]
fn a_failed_command_shows_what_it_said() {
    let failure =
        std::panic::catch_unwind(|| run(Command::new("sh").args(["-c", "echo why >&2; exit 3"])));
    let message = failure.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("why"), "{message}");
    assert_eq!(run(Command::new("sh").args(["-c", "echo yes"])), "yes\n");
    assert_ne!(free_port(), 0);
    assert!(repository().join("Cargo.toml").is_file());
}

/// Goes on with all of them at once; what they end with, in their order.
pub async fn at_once<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut under_way: Vec<_> = all.map(|one| (Some(Box::pin(one)), None)).collect();
    poll_fn(|cx| {
        let mut left = false;
        for (future, end) in &mut under_way {
            let Some(one) = future else { continue };
            match one.as_mut().poll(cx) {
                Poll::Ready(value) => (*future, *end) = (None, Some(value)),
                Poll::Pending => left = true,
            }
        }
        if left { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    under_way.into_iter().filter_map(|(_, end)| end).collect()
}
