//! A throw-away PostgreSQL cluster: one for the test process, a database for each test.
//!
//! A shell owns it and ends it when the pipe to its input closes, which happens however
//! the test process ends. It listens on a Unix socket in its own folder only.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use sekisho::base::id::random_digits;
use tokio_postgres::NoTls;

use super::tools::program;

const OWNER: &str = r#"
trap '' HUP INT TERM PIPE
say() { cat "$FOLDER/out" "$FOLDER/log" 2>/dev/null; rm -rf "$FOLDER"; exit 1; }
"$BIN/initdb" -D "$FOLDER/data" -U app --auth=trust --no-sync --encoding=UTF8 --locale=C \
  </dev/null >"$FOLDER/out" 2>&1 || say
"$BIN/pg_ctl" -D "$FOLDER/data" -w -s -l "$FOLDER/log" -o "-k $FOLDER -c listen_addresses= \
  -c max_connections=300 -c fsync=off -c full_page_writes=off -c synchronous_commit=off" \
  start </dev/null >>"$FOLDER/out" 2>&1 || say
echo ready
cat >/dev/null
"$BIN/pg_ctl" -D "$FOLDER/data" -m immediate -s stop </dev/null >/dev/null 2>&1
rm -rf "$FOLDER"
"#;

/// Longer paths do not fit into a socket's address (108 bytes).
const LONGEST_FOLDER: usize = 60;

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

struct Cluster {
    folder: PathBuf,
    /// With the pipe that keeps it alive.
    _owner: Child,
}

/// The URL of a new, empty database.
pub async fn new_database() -> String {
    let folder = CLUSTER.folder.to_str().expect("an ASCII path");
    let admin = format!("host={folder} user=app dbname=postgres");
    let (client, connection) = tokio_postgres::connect(&admin, NoTls).await.expect("it listens");
    let name = format!("test_{}", random_digits(12));
    let create = format!("CREATE DATABASE {name}");
    tokio::select! {
        made = client.batch_execute(&create) => made.expect("a new database"),
        ended = connection => panic!("the cluster ended: {ended:?}"),
    }
    format!("postgres:///{name}?host={folder}&user=app")
}

impl Cluster {
    fn start() -> Self {
        let initdb = fs::canonicalize(program("initdb")).expect("a program's own path");
        let folder = new_folder();
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(OWNER).current_dir(&folder).process_group(0);
        shell.env("FOLDER", &folder).env("HOME", &folder).env("LC_ALL", "C");
        shell.env("BIN", initdb.parent().expect("a folder"));
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        give_to_nobody(&mut shell, &folder);
        let mut owner = shell.spawn().expect("/bin/sh");
        let mut said = BufReader::new(owner.stdout.take().expect("piped"));
        let mut text = String::new();
        said.read_line(&mut text).expect("text");
        if text != "ready\n" {
            let _ = said.read_to_string(&mut text);
            panic!("PostgreSQL does not start (Debian package `postgresql`):\n{text}");
        }
        Self { folder, _owner: owner }
    }
}

fn new_folder() -> PathBuf {
    let inside = Some(std::env::temp_dir()).filter(|path| path.as_os_str().len() < LONGEST_FOLDER);
    let top = inside.unwrap_or_else(|| PathBuf::from("/tmp"));
    let folder = top.join(format!("sekisho-pg-{}", random_digits(10)));
    fs::create_dir(&folder).expect("a temporary folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("ours");
    folder
}

/// The server refuses to run as root: then it runs as nobody.
fn give_to_nobody(shell: &mut Command, folder: &Path) {
    if fs::metadata("/proc/self").expect("Linux").uid() != 0 {
        return;
    }
    let people = fs::read_to_string("/etc/passwd").expect("a list of users");
    let nobody = people.lines().find(|line| line.starts_with("nobody:")).expect("nobody");
    let numbers: Vec<u32> =
        nobody.split(':').skip(2).take(2).map(|n| n.parse().expect("a number")).collect();
    chown(folder, Some(numbers[0]), Some(numbers[1])).expect("root may");
    shell.uid(numbers[0]).gid(numbers[1]);
}
