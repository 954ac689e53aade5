//! The real program with many connections: what a revocation cuts, and what not.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sekisho::app::App;
use sekisho::audit::{self, Event};
use sekisho::base::{Clock, Secret, id};
use sekisho::certificates::revoke::revoke;
use sekisho::certificates::state::State;
use sekisho::certificates::store::{self, Certificate};
use sekisho::config::{Config, Environment};
use sekisho::db::Engine;
use sekisho::identity::lockout::Attempts;
use sekisho::identity::password;
use sekisho::identity::users::{self, Kind, User};
use sekisho::pki;
use sekisho::pki::crl::Reason;
use tokio::io::AsyncWriteExt;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::gate::FELT;
use crate::support::dial::{At, BOTH, Dial, Http, Line};
use crate::support::papers::Paper;
use crate::support::server::Server;

/// A lower hard limit of descriptors makes it fewer.
const CONNECTIONS: usize = 10_000;
const USERS: usize = 100;
/// Descriptors that other tests of this process and the server's own files may need.
const SPARE: usize = 4_000;
/// Descriptors that are enough for all.
const ENOUGH: usize = 20_000;
/// Handshakes at a time.
const AT_ONCE: usize = 16;
const PATIENCE: Duration = Duration::from_secs(20);

/// People of one contract of a running server, each with a certificate.
struct Crowd {
    app: App,
    address: SocketAddr,
    people: Vec<(Certificate, Paper)>,
}

impl At for Crowd {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Crowd {
    /// Adds `count` people beside the server, as another process does.
    async fn join(server: &Server, count: usize) -> Self {
        let data = server.folder().join("var");
        let data = data.to_str().expect("an ASCII path");
        let config = Config::load(None, &Environment::of(&[("SEKISHO_DATA__DIR", data)]));
        let app = App::open(config.expect("valid"), Clock::system()).await.expect("an app");
        let port = server.portal_url().rsplit_once(':').expect("a port").1.parse();
        let address = SocketAddr::from(([127, 0, 0, 1], port.expect("a number")));
        let mut conn = app.db.conn().await.expect("a connection");
        let contract: Option<String> = conn
            .one("SELECT MIN(contract_no) FROM contracts", sekisho::db::params![])
            .await
            .expect("asked");
        drop(conn);
        let contract = contract.expect("the demo has contracts");
        let hash = password::hash(&Secret::from(super::gate::PASSWORD)).expect("hashed");
        let mut people = Vec::new();
        let mut tx = app.db.begin().await.expect("begun");
        for number in 0..count {
            let user = person(&app, &contract, &hash, number);
            let (certificate, paper) = papers(&app, &user);
            users::insert(&mut tx, &user).await.expect("a person");
            store::insert(&mut tx, &certificate).await.expect("a certificate");
            people.push((certificate, paper));
        }
        // The row by which every front learns of the contract's new certificates.
        let event = Event {
            actor: "cli:test",
            action: "crowd",
            contract_no: Some(&contract),
            ..Event::default()
        };
        audit::record(&mut tx, app.clock.now(), &event).await.expect("recorded");
        tx.commit().await.expect("committed");
        Self { app, address, people }
    }

    fn dial(&self, person: usize) -> Dial {
        Dial::to("localhost", Some(&self.people[person].1))
    }

    /// A connection that was used once.
    async fn line(&self, person: usize, http: Http) -> Line {
        let mut line = self.dial(person).open(self, http).await;
        assert_eq!(line.get("/robots.txt").await.status, 200);
        line
    }
}

fn person(app: &App, contract: &str, hash: &str, number: usize) -> User {
    let now = app.clock.now();
    User {
        id: id::new_id(now),
        contract_no: contract.to_owned(),
        login_id: format!("crowd{number:04}"),
        kind: Kind::General,
        name: "労金　太郎".to_owned(),
        email: "taro@union.example.jp".to_owned(),
        password_hash: hash.to_owned(),
        password_temporary: true,
        password_set_at: now,
        attempts: Attempts::default(),
        last_login_at: None,
        previous_login_at: None,
        created_at: now,
        available_from: None,
        second_factor: None,
        tel: String::new(),
        version: 1,
    }
}

/// A certificate as `certificates::issue` makes it, without a file.
fn papers(app: &App, user: &User) -> (Certificate, Paper) {
    let (ca, now) = (app.ca.get(), app.clock.now());
    let generation = ca.current();
    let request = pki::user::Request {
        common_name: user.login_id.clone(),
        organisation: "サンプル".to_owned(),
        email: Some(user.email.clone()),
        user_uri: format!("urn:uuid:{}", user.id),
        crl_url: "http://127.0.0.1/ca/crl/1".to_owned(),
        issuer_url: "http://127.0.0.1/ca/issuing/1.crt".to_owned(),
        ocsp_url: None,
        now,
        validity_days: 366,
    };
    let issued = pki::user::issue(&generation.authority, &ca.profiles.client, &request);
    let issued = issued.expect("signed");
    let certificate = Certificate {
        serial: issued.serial.clone(),
        fingerprint: data_encoding::HEXLOWER.encode(&issued.fingerprint),
        generation: generation.number,
        contract_no: user.contract_no.clone(),
        user_id: Some(user.id.clone()),
        mode: "user".into(),
        status: State::Active,
        subject_cn: user.login_id.clone(),
        der: issued.certificate_der.clone(),
        file_name: String::new(),
        issued_at: now,
        not_before: issued.not_before,
        not_after: issued.not_after,
        first_used_at: None,
        superseded_at: None,
        revoked_at: None,
        reason: None,
        note: None,
        request_id: None,
    };
    let above = generation.authority.chain().into_iter().map(<[u8]>::to_vec);
    let chain = std::iter::once(issued.certificate_der).chain(above);
    let paper = Paper {
        chain: chain.map(CertificateDer::from).collect(),
        key: PrivateKeyDer::try_from(issued.key.to_vec()).expect("a key"),
        not_before: issued.not_before,
        not_after: issued.not_after,
    };
    (certificate, paper)
}

/// How many connections this process may have; the server, which inherits the limit, needs
/// as many. The soft limit is usually far below what the system allows.
fn allowed() -> usize {
    let this = format!("--pid={}", std::process::id());
    let hard = Command::new("prlimit")
        .args([&this, "--nofile", "--noheadings", "--output=HARD"])
        .output()
        .expect("prlimit runs");
    let hard = String::from_utf8_lossy(&hard.stdout).into_owned();
    let wanted = hard.trim().parse().unwrap_or(ENOUGH).min(ENOUGH);
    let raised = Command::new("prlimit").args([&this, &format!("--nofile={wanted}:")]).status();
    assert!(raised.is_ok_and(|status| status.success()), "prlimit cannot raise the limit");
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)?.parse::<usize>().ok());
    let most = soft.map_or(CONNECTIONS, |soft| soft.saturating_sub(SPARE).max(soft / 2));
    most.min(CONNECTIONS)
}

/// Opens `count` connections, one user after the other, HTTP/1.1 and HTTP/2 in turn.
/// Each end is told with its user and time.
async fn open_all(
    crowd: &Arc<Crowd>,
    count: usize,
    ended: &mpsc::UnboundedSender<(usize, Instant)>,
) -> JoinSet<()> {
    let (turns, ready) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(0)));
    let mut running = JoinSet::new();
    for number in 0..count {
        let (crowd, ended) = (Arc::clone(crowd), ended.clone());
        let (turns, ready) = (Arc::clone(&turns), Arc::clone(&ready));
        running.spawn(async move {
            let turn = turns.acquire().await.expect("open");
            let person = number % USERS;
            let mut line = crowd.line(person, BOTH[number / USERS % 2]).await;
            drop(turn);
            ready.add_permits(1);
            line.ended().await;
            let _nobody_asks_any_more = ended.send((person, Instant::now()));
        });
    }
    let all = u32::try_from(count).expect("not so many");
    let opened = ready.acquire_many(all);
    timeout(Duration::from_mins(4), opened)
        .await
        .expect("all open in time")
        .expect("open")
        .forget();
    running
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_thousand_connections_a_revocation_cuts_one_users_and_no_others() {
    let count = allowed();
    assert!(count >= 2 * USERS, "the system gives only {count} descriptors: see `ulimit -Hn`");
    let settings = [
        ("SEKISHO_LIMITS__CONNECTIONS", "20000"),
        ("SEKISHO_LIMITS__CONNECTIONS_PER_ADDRESS", "20000"),
    ];
    let server = Server::start_with(Engine::Sqlite, &settings).await;
    let crowd = Arc::new(Crowd::join(&server, USERS).await);
    until_known(&crowd).await;
    let began = Instant::now();
    let (tell, mut ended) = mpsc::unbounded_channel();
    let running = open_all(&crowd, count, &tell).await;
    let opened = began.elapsed();
    assert!(ended.try_recv().is_err(), "some ended before anything happened");

    let revoked = 42;
    let his = (0..count).filter(|number| number % USERS == revoked).count();
    let (app, since) = (&crowd.app, Instant::now());
    let certificate = &crowd.people[revoked].0;
    let now = app.clock.now();
    let done = revoke(&app.db, certificate, Reason::KeyCompromise, now, "cli:test").await;
    assert!(done.expect("revoked"));
    let committed = since.elapsed();
    let mut times = Vec::new();
    while times.len() < his {
        let (person, at) = timeout(PATIENCE, ended.recv()).await.expect("is cut").expect("told");
        assert_eq!(person, revoked, "another user's connection ended");
        times.push(at.duration_since(since));
    }
    let last = times.iter().max().copied().unwrap_or_default();
    eprintln!(
        "{count} connections of {USERS} users opened in {opened:?}; {his} of one user cut in \
         {last:?} (first {:?}), the write took {committed:?}",
        times.iter().min().copied().unwrap_or_default()
    );
    assert!(last < FELT, "cut after {last:?}");
    // Nobody else's follows.
    sleep(FELT).await;
    assert!(ended.try_recv().is_err(), "another user's connection ended");
    for http in BOTH {
        drop(crowd.line(revoked + 1, http).await);
        let again = crowd.dial(revoked).get(&*crowd, http, "/login").await;
        assert_eq!(again.refusal.as_deref(), Some("certificate-revoked"));
    }
    drop(running);
}

/// Waits until the server knows the crowd's certificates.
async fn until_known(crowd: &Crowd) {
    let last = crowd.people.len() - 1;
    let answer = crowd.dial(last).get(crowd, Http::One, "/login").await;
    assert_eq!((answer.status, answer.refusal.as_deref()), (200, None));
}

// R003-36, R003-35
#[tokio::test]
async fn a_revocation_on_the_command_line_cuts_what_is_open_in_the_server() {
    let server = Server::start(Engine::Sqlite).await;
    let crowd = Crowd::join(&server, 2).await;
    until_known(&crowd).await;
    let mut lines = BTreeMap::new();
    for (person, http) in [(0, Http::One), (0, Http::Two), (1, Http::One), (1, Http::Two)] {
        lines.insert((person, http == Http::Two), crowd.line(person, http).await);
    }
    // A request in the middle: its header does not end.
    let mut begun = crowd.dial(0).tls(&crowd, &["http/1.1"]).await.expect("connects");
    begun.write_all(b"GET /login HTTP/1.1\r\nHost: local").await.expect("sent");
    server.must(&["cert", "revoke", "--user", "crowd0000", "--reason", "key-compromise"]);
    let since = Instant::now();
    for is_two in [false, true] {
        lines.get_mut(&(0, is_two)).expect("open").closed().await;
    }
    let mut rest = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut begun, &mut rest);
    let _cut = timeout(PATIENCE, reading).await.expect("is cut");
    assert!(since.elapsed() < FELT, "cut after {:?}", since.elapsed());
    assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    for is_two in [false, true] {
        let neighbour = lines.get_mut(&(1, is_two)).expect("open");
        assert_eq!(neighbour.get("/login").await.status, 200);
    }
}
