//! `kill -9` in the middle of thousands of mails, again and again, on two nodes: each
//! person gets exactly one.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sekisho::base::{Clock, Day, Secret};
use sekisho::db::{Db, Engine, Target, params};
use sekisho::jobs;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::support::server::Server;
use crate::support::smtp::Smtp;
use crate::support::tools::{run, whole};

/// Mails into a folder; `SEKISHO_TEST_MAILS` sets another number.
const MAILS: i64 = if whole() { 10_000 } else { 3_000 };
/// Mails over SMTP, to a server that is slower than we are.
const MAILS_OVER_SMTP: i64 = 600;
const PATIENCE: Duration = Duration::from_mins(3);

/// People with certificates that end in 30 days.
async fn fill(db: &Db, people: i64) {
    let ends = Day::of(Clock::system().now()).plus_days(30).ends_at();
    let numbers = "WITH RECURSIVE n (i) AS \
                   (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)";
    let mut conn = db.conn().await.expect("a connection");
    let sql = format!(
        "INSERT INTO users (id, contract_no, login_id, kind, name, email, password_hash, \
         password_temporary, password_set_at, failures, locks, created_at) {numbers} \
         SELECT 'id-' || i, '15000001', 'p' || i, 'employee', '労金　太郎', \
         'p' || i || '@union.example.jp', '', FALSE, 0, 0, 0, 0 FROM n"
    );
    conn.execute(&sql, params![people]).await.expect("people");
    let sql = format!(
        "INSERT INTO certificates (serial, fingerprint, contract_no, user_id, mode, status, \
         subject_cn, der, file_name, issued_at, not_before, not_after) {numbers} \
         SELECT 'id-' || i, SUBSTR('{zeros}' || i, LENGTH('' || i) + 1), '15000001', 'id-' || i, \
         'user', 'active', 'p' || i, $3, '', 0, 0, $2 FROM n",
        zeros = "0".repeat(64)
    );
    conn.execute(&sql, params![people, ends, b"x".as_slice()]).await.expect("certificates");
}

/// A server that does not run, whose database is filled.
struct Filled {
    server: Server,
    db: Db,
    /// The data directory of a second node.
    second: PathBuf,
    mails: PathBuf,
}

impl Filled {
    async fn new(engine: Engine, people: i64) -> Self {
        let mut server = Server::start(engine).await;
        server.stop();
        let first = server.folder().join("var");
        let target = match engine {
            Engine::Sqlite => Target::Sqlite(first.join("sekisho.db")),
            Engine::Postgres => {
                let url = server.setting("SEKISHO_DATA__DATABASE").expect("a database");
                Target::Postgres(Secret::new(url))
            }
        };
        let db = Db::open(&target).await.expect("it opens");
        fill(&db, people).await;
        let second = match engine {
            Engine::Sqlite => first.clone(),
            Engine::Postgres => {
                let second = server.folder().join("second");
                run(Command::new("cp").arg("-a").arg(&first).arg(&second));
                second
            }
        };
        let mails = server.folder().join("mails");
        Self { server, db, second, mails }
    }

    /// One `notice run` of the first or the second node.
    fn node(&self, second: bool, smtp: Option<u16>) -> Child {
        let mut command = self.server.command(&["notice", "run", "--json"]);
        if second {
            command.env("SEKISHO_DATA__DIR", &self.second);
        }
        command.env("SEKISHO_MAIL__FOLDER", &self.mails);
        if let Some(port) = smtp {
            command.env("SEKISHO_MAIL__TRANSPORT", "smtp");
            command.env("SEKISHO_MAIL__SMTP_HOST", "127.0.0.1");
            command.env("SEKISHO_MAIL__SMTP_PORT", port.to_string());
            command.env("SEKISHO_MAIL__SMTP_SECURITY", "none");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("our own program starts")
    }

    async fn count(&self, table: &str) -> i64 {
        let mut conn = self.db.conn().await.expect("a connection");
        let sql = format!("SELECT COUNT(*) FROM {table}");
        conn.one(&sql, params![]).await.expect("asked").expect("a row")
    }

    /// Waits until as many rows are in the table of notices.
    async fn until_noted(&self, rows: i64) {
        let deadline = Instant::now() + PATIENCE;
        while self.count("notices").await < rows {
            assert!(Instant::now() < deadline, "only {}", self.count("notices").await);
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until as few jobs are left.
    async fn until_left(&self, most: i64) {
        let deadline = Instant::now() + PATIENCE;
        while self.count("jobs").await > most {
            assert!(Instant::now() < deadline, "{} jobs are left", self.count("jobs").await);
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Runs the second node until nothing waits; what a killed node had claimed comes back
    /// after fifteen seconds.
    async fn finish(&self, smtp: Option<u16>) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let output = self.node(true, smtp).wait_with_output().expect("it ends");
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{errors}");
            let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            assert_eq!(told["given_up"], 0, "{told} {errors}");
            if told["waiting"] == 0 {
                return;
            }
            assert!(Instant::now() < deadline, "{told}");
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// Everybody was told once, on the books and in the chain.
    async fn judge(&self, people: i64) {
        assert_eq!(self.count("notices").await, people);
        let counts = jobs::counts(&mut self.db.conn().await.expect("a connection")).await;
        assert_eq!(counts.expect("counted"), (0, 0));
        assert_eq!(self.count("audit WHERE action = 'certificate-notice'").await, people);
        self.server.must(&["audit", "verify"]);
        let listed = self.server.must(&["notice", "list", "--json"]);
        let listed: Vec<Value> = serde_json::from_str(&listed).expect("JSON");
        assert_eq!(i64::try_from(listed.len()).expect("a number"), people);
        assert!(listed.iter().all(|row| row["state"] == "sent" && row["days"] == 30));
    }
}

fn kill9(mut child: Child) {
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
}

/// Address and Message-ID of each file.
fn letters(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).expect("a folder").flatten().map(|file| file.path());
    let whole = files.filter(|path| path.extension().is_some_and(|end| end == "eml"));
    whole.map(|path| head_of(&fs::read_to_string(path).expect("a mail"))).collect()
}

fn head_of(text: &str) -> (String, String) {
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
    (line("To: ").trim().to_owned(), line("Message-ID: ").trim().to_owned())
}

async fn into_a_folder(engine: Engine) {
    let people = std::env::var_os("SEKISHO_TEST_MAILS")
        .and_then(|number| number.to_str()?.parse().ok())
        .unwrap_or(MAILS);
    let began = Instant::now();
    let filled = Filled::new(engine, people).await;
    eprintln!("{engine:?}: {people} people after {:?}", began.elapsed());
    let began = Instant::now();
    // Killed while it writes down who is told.
    let first = filled.node(false, None);
    filled.until_noted(people / 5).await;
    kill9(first);
    let noted = filled.count("notices").await;
    assert!(noted < people, "it was killed in the middle");
    assert_eq!(noted, filled.count("jobs").await, "row and mail, or neither");
    // Both nodes at once; the second is killed while it writes, the first while it sends.
    let (first, second) = (filled.node(false, None), filled.node(true, None));
    filled.until_noted(people / 2).await;
    kill9(second);
    filled.until_noted(people).await;
    eprintln!("{engine:?}: noted after {:?}", began.elapsed());
    filled.until_left(people * 2 / 3).await;
    kill9(first);
    assert!(filled.count("jobs").await > 0, "it was killed in the middle");
    filled.finish(None).await;
    eprintln!("{engine:?}: sent after {:?}", began.elapsed());
    filled.judge(people).await;
    let letters = letters(&filled.mails);
    let to: HashSet<_> = letters.iter().map(|(to, _)| to).collect();
    assert_eq!(letters.len(), usize::try_from(people).expect("a number"));
    assert_eq!(to.len(), letters.len(), "one file a person");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_among_thousands_of_mails_each_person_gets_one_file_on_sqlite() {
    // R004-06
    into_a_folder(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_among_thousands_of_mails_each_person_gets_one_file_on_postgresql() {
    // R004-06
    into_a_folder(Engine::Postgres).await;
}

async fn over_smtp(engine: Engine) {
    let filled = Filled::new(engine, MAILS_OVER_SMTP).await;
    let smtp = Smtp::start();
    let port = Some(smtp.addr().port());
    let first = filled.node(false, port);
    filled.until_noted(MAILS_OVER_SMTP).await;
    filled.until_left(MAILS_OVER_SMTP * 2 / 3).await;
    kill9(first);
    filled.finish(port).await;
    filled.judge(MAILS_OVER_SMTP).await;
    let mut ids: HashMap<String, Vec<String>> = HashMap::new();
    let people = usize::try_from(MAILS_OVER_SMTP).expect("a number");
    let mut repeats = 0;
    while ids.len() < people {
        let (to, id) = head_of(&smtp.next().text);
        let of_person = ids.entry(to).or_default();
        repeats += usize::from(!of_person.is_empty());
        of_person.push(id);
    }
    assert!(ids.values().all(|all| all.iter().all(|id| *id == all[0])), "one Message-ID each");
    assert!(repeats + smtp.waiting() <= 16, "a kill repeats few: {repeats}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_sends_a_mail_is_repeated_only_under_its_own_id_on_sqlite() {
    over_smtp(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_sends_a_mail_is_repeated_only_under_its_own_id_on_postgresql() {
    over_smtp(Engine::Postgres).await;
}
