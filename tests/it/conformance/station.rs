//! What anybody may fetch, served without TLS at the real time: other programs compare
//! lists and answers with their own clock.

use std::path::Path;

use axum::Router;
use sekisho::app::{App, Folder as CaFolder, issuing_name};
use sekisho::base::{Clock, Moment, id};
use sekisho::certificates::state::{Happening, State};
use sekisho::certificates::store::{self, Certificate};
use sekisho::config::{Config, Environment};
use sekisho::gateway::{Limits, bind, serve_plain};
use sekisho::identity::contracts::{self, Contract};
use sekisho::identity::first_use;
use sekisho::identity::lockout::Attempts;
use sekisho::identity::users::{self, Kind, User};
use sekisho::mail::{Mailer, Memory};
use sekisho::pki::crl::Reason;
use sekisho::pki::{Profiles, user};
use tokio::task::JoinSet;

use crate::support::db::Fresh;
use crate::support::tool::{Folder, run};

const CONTRACT: &str = "15000000";

/// A server of lists and answers; it ends when dropped.
pub struct Station {
    pub app: App,
    pub clock: Clock,
    /// Where the files of other programs lie.
    pub folder: Folder,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    _running: JoinSet<()>,
    _fresh: Fresh,
}

/// A certificate in the table.
pub struct Leaf {
    pub serial: String,
    pub user_id: String,
    pub der: Vec<u8>,
}

impl Station {
    /// At the real time, which stands still until it is moved.
    pub async fn new(fresh: Fresh) -> Self {
        let clock = Clock::manual(Clock::system().now());
        let folder = Folder::new();
        let data = folder.path().to_str().expect("an ASCII path");
        let config = Config::load(None, &Environment::of(&[("SEKISHO_DATA__DIR", data)]));
        let config = config.expect("the defaults are valid");
        fresh.db.migrate(clock.now()).await.expect("a schema");
        CaFolder::of(&config).create("サンプル", clock.now()).expect("a CA");
        let mailer = Mailer::to_memory(Memory::default()).expect("a way out");
        let app = App::with(config, clock.clone(), fresh.db.clone(), mailer).expect("an app");
        let (url, running) = serve(sekisho::site::plain(&app));
        let station = Self { app, clock, folder, url, _running: running, _fresh: fresh };
        station.contract().await;
        station.export();
        station
    }

    /// The same database and CA behind another port, as a second node or after a restart.
    pub fn another_node(&self) -> (String, JoinSet<()>) {
        let mailer = Mailer::to_memory(Memory::default()).expect("a way out");
        let (config, db) = (self.app.config.clone(), self.app.db.clone());
        let app = App::with(config, self.clock.clone(), db, mailer).expect("an app");
        serve(sekisho::site::plain(&app))
    }

    /// Makes the next issuing CA and puts it in force.
    pub fn rotate(&self) {
        let folder = CaFolder::of(&self.app.config);
        let next = issuing_name(self.app.ca.get().current().number + 1);
        let root = folder.authority("root").expect("the root");
        let profiles = Profiles::built_in().expect("built in");
        let issuing = root.new_intermediate(&profiles.issuing, "サンプル", self.clock.now());
        let issuing = issuing.expect("a CA");
        let passphrase = folder.passphrase().expect("known");
        let place = self.folder.path().join("ca");
        let write =
            |name: String, text: &str| std::fs::write(place.join(name), text).expect("room");
        write(format!("{next}.key.pem"), &issuing.key_pem(&passphrase).expect("a key"));
        write(format!("{next}.pem"), &issuing.to_pem());
        self.app.ca.replace(sekisho::app::Ca::open(&self.app.config).expect("opens"));
        self.export();
    }

    /// `root.crt` and `issuing-N.crt`, PEM, in the folder.
    fn export(&self) {
        let ca = self.app.ca.get();
        let pem = sekisho::pki::authority::certificate_pem;
        self.folder.file("root.crt", pem(ca.root_der()));
        for one in ca.generations() {
            let name = format!("issuing-{}.crt", one.number);
            self.folder.file(&name, one.authority.certificate_pem());
        }
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("ASCII").to_owned()
    }

    /// Issues a certificate to a new person and writes it to `NAME.crt`.
    pub async fn issue(&self, name: &str) -> Leaf {
        let user_id = self.person(name).await;
        self.issue_to(name, &user_id).await
    }

    /// The same to somebody who is there.
    pub async fn issue_to(&self, name: &str, user_id: &str) -> Leaf {
        let now = self.clock.now();
        let ca = self.app.ca.get();
        let made = self.sign(name);
        let row = Certificate {
            serial: made.serial.clone(),
            fingerprint: data_encoding::HEXLOWER.encode(&made.fingerprint),
            generation: ca.current().number,
            contract_no: CONTRACT.to_owned(),
            user_id: Some(user_id.to_owned()),
            mode: "user".to_owned(),
            status: State::Active,
            subject_cn: name.to_owned(),
            der: made.certificate_der.clone(),
            file_name: String::new(),
            issued_at: now,
            not_before: made.not_before,
            not_after: made.not_after,
            first_used_at: None,
            superseded_at: None,
            revoked_at: None,
            reason: None,
            note: None,
            request_id: None,
        };
        let mut tx = self.app.db.begin().await.expect("begun");
        store::insert(&mut tx, &row).await.expect("stored");
        tx.commit().await.expect("committed");
        Leaf { serial: made.serial, user_id: user_id.to_owned(), der: made.certificate_der }
    }

    /// Signs a certificate and writes it to `NAME.crt`; it is in no table.
    pub fn sign(&self, name: &str) -> user::Issued {
        let ca = self.app.ca.get();
        let request = user::Request {
            common_name: name.to_owned(),
            organisation: "サンプル会員".to_owned(),
            email: Some("taro@union.example.jp".to_owned()),
            user_uri: "http://127.0.0.1:8080/users/0199d3f0-0000-7000-8000-000000000001".to_owned(),
            crl_url: format!("{}/ca/crl/{}", self.url, ca.current().number),
            issuer_url: format!("{}/ca/issuing/{}.crt", self.url, ca.current().number),
            ocsp_url: Some(format!("{}/ocsp", self.url)),
            now: self.clock.now(),
            validity_days: 366,
        };
        let made = user::issue(&ca.current().authority, &ca.profiles.client, &request);
        let made = made.expect("issued");
        let pem = sekisho::pki::authority::certificate_pem(&made.certificate_der);
        self.folder.file(&format!("{name}.crt"), pem);
        made
    }

    /// Renews: the old one is retiring from now on.
    pub async fn renew(&self, name: &str, old: &Leaf) -> Leaf {
        let mut tx = self.app.db.begin().await.expect("begun");
        let moved = store::change(&mut tx, &old.serial, Happening::Renewed).await.expect("asked");
        assert!(moved, "it was active");
        tx.commit().await.expect("committed");
        self.issue_to(name, &old.user_id).await
    }

    /// Somebody comes in with it for the first time.
    pub async fn first_use(&self, leaf: &Leaf) {
        let mut tx = self.app.db.begin().await.expect("begun");
        let first = first_use::note(&mut tx, &leaf.serial, self.clock.now()).await.expect("noted");
        assert!(first);
        tx.commit().await.expect("committed");
    }

    /// Revokes, with its row in the chain.
    pub async fn revoke(&self, leaf: &Leaf, reason: Reason) {
        let now = self.clock.now();
        let mut tx = self.app.db.begin().await.expect("begun");
        let done = store::revoke(&mut tx, &leaf.serial, reason.name(), now).await.expect("asked");
        assert!(done, "it was in force");
        let row = sekisho::audit::Event {
            actor: "system",
            action: "certificate-revoke",
            user_id: Some(&leaf.user_id),
            ..Default::default()
        };
        sekisho::audit::record(&mut tx, now, &row).await.expect("noted");
        tx.commit().await.expect("committed");
    }

    async fn contract(&self) {
        let contract = Contract {
            contract_no: CONTRACT.to_owned(),
            kind: "member".to_owned(),
            name: "サンプル会員".to_owned(),
            initial_password_hash: None,
            attempts: Attempts::default(),
            closed_at: None,
            created_at: self.clock.now(),
            mode: contracts::CertificateMode::User,
        };
        let mut tx = self.app.db.begin().await.expect("begun");
        contracts::insert(&mut tx, &contract).await.expect("a contract");
        tx.commit().await.expect("committed");
    }

    async fn person(&self, name: &str) -> String {
        let now = self.clock.now();
        let user = User {
            id: id::new_id(now),
            contract_no: CONTRACT.to_owned(),
            login_id: name.to_owned(),
            kind: Kind::General,
            name: "労金　太郎".to_owned(),
            email: "taro@union.example.jp".to_owned(),
            password_hash: String::new(),
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
        };
        let mut tx = self.app.db.begin().await.expect("begun");
        users::insert(&mut tx, &user).await.expect("a person");
        tx.commit().await.expect("committed");
        user.id
    }

    /// Fetches `path` into the file `name`; its headers, lower case.
    pub fn fetch(&self, path: &str, name: &str, more: &[&str]) -> String {
        fetch(&format!("{}{path}", self.url), self.folder.path(), name, more)
    }

    pub fn now(&self) -> Moment {
        self.clock.now()
    }
}

/// Fetches `url` into a file; the answer's headers, lower case.
pub fn fetch(url: &str, folder: &Path, name: &str, more: &[&str]) -> String {
    let file = folder.join(name);
    let file = file.to_str().expect("ASCII");
    // The file of an earlier fetch would outlive an answer without a body.
    let _ = std::fs::remove_file(file);
    let common = ["--silent", "--show-error", "--max-time", "20", "--dump-header", "-"];
    let told = run("curl", "curl", &[&common[..], &["--output", file], more, &[url]].concat());
    assert!(told.good, "{url}: {}", told.text);
    told.text.to_lowercase()
}

/// The value of a header in what `fetch` gave.
pub fn header<'a>(headers: &'a str, name: &str) -> &'a str {
    let line = headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {headers}")).trim_end()
}

fn serve(router: Router) -> (String, JoinSet<()>) {
    let listener = bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let mut running = JoinSet::new();
    running.spawn(async move {
        let never = std::future::pending();
        serve_plain(listener, router, Limits::default(), never).await.expect("serves");
    });
    (url, running)
}
