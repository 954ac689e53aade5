//! A small world: an app on a fresh database with a clock that stands still, a
//! throw-away CA, and windows of browsers that ask its router as the gateway would.

use std::sync::Arc;

use axum::{Router, middleware};
use sekisho::app::people::{self, By};
use sekisho::app::{App, Folder as CaFolder};
use sekisho::audit::{self, Event, Record};
use sekisho::base::secret::{sha256, sha256_hex};
use sekisho::base::{Clock, Day, Moment, Secret, id};
use sekisho::config::{Config, Environment};
use sekisho::db::params;
use sekisho::identity::changes::Change;
use sekisho::identity::contracts::{self, CertificateMode, Contract, Service};
use sekisho::identity::groups;
use sekisho::identity::lockout::Attempts;
use sekisho::identity::users::{self, Kind, User};
use sekisho::identity::{Bearer, Holder, Host, password};
use sekisho::mail::{Mailer, Memory};
use sekisho::web;

use super::db::Fresh;
use super::tool::Folder;
pub use super::window::{Page, Window, running};

/// The contract of `World::new` and its initial password.
pub const CONTRACT: (&str, &str) = ("15000000", "Hajime1#");

pub struct World {
    pub app: App,
    pub clock: Clock,
    /// What was mailed.
    pub mail: Memory,
    pub(super) router: Router,
    pub(super) folder: Folder,
}

impl World {
    /// A world at 10:00 JST with the contract `CONTRACT`, whose pages `pages` serves.
    pub async fn new(fresh: &Fresh, pages: Router<App>) -> Self {
        Self::served(fresh, |app| {
            pages.layer(middleware::from_fn(web::dress_errors)).with_state(app.clone())
        })
        .await
    }

    /// The same with every page of the site and what stands around it.
    pub async fn whole(fresh: &Fresh) -> Self {
        Self::served(fresh, |app| sekisho::site::site(app).router).await
    }

    async fn served(fresh: &Fresh, pages: impl FnOnce(&App) -> Router) -> Self {
        let folder = Folder::new();
        let data = folder.path().to_str().expect("an ASCII path");
        let config = Config::load(None, &Environment::of(&[("SEKISHO_DATA__DIR", data)]));
        let config = config.expect("the defaults are valid");
        let clock = Clock::manual(moment("2026-11-21T10:00:00+09:00"));
        fresh.db.migrate(clock.now()).await.expect("a schema");
        CaFolder::of(&config).create("サンプル", clock.now()).expect("a CA");
        let mail = Memory::default();
        let mailer = Mailer::to_memory(mail.clone()).expect("a way out");
        let app = App::with(config, clock.clone(), fresh.db.clone(), mailer).expect("an app");
        let router = pages(&app);
        let world = Self { app, clock, mail, router, folder };
        world.contract(CONTRACT.0, CONTRACT.1, &Service::ALL).await;
        world
    }

    /// The server stops and starts again on the same database: what only memory
    /// knew is gone. Nothing of the old one goes on beside the new one.
    pub async fn restart(&mut self, pages: impl FnOnce(&App) -> Router) {
        self.app.tasks.stop();
        self.app.tasks.ended().await;
        let mailer = Mailer::to_memory(self.mail.clone()).expect("a way out");
        let (config, db) = (self.app.config.clone(), self.app.db.clone());
        let app = App::with(config, self.clock.clone(), db, mailer).expect("an app");
        self.serve(app, pages);
    }

    /// From now on `app` answers, as another node behind the same name.
    pub fn serve(&mut self, app: App, pages: impl FnOnce(&App) -> Router) {
        self.router = pages(&app);
        self.app = app;
    }

    /// Its data directory.
    pub fn data(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Does every job that is due, as the worker would.
    pub async fn work(&self) {
        Box::pin(sekisho::work::do_due(&self.app)).await.expect("the jobs can be read");
    }

    /// Adds a contract whose people have a certificate each.
    pub async fn contract(&self, number: &str, initial: &str, services: &[Service]) {
        self.contract_of(number, initial, services, CertificateMode::User).await;
    }

    /// Adds a contract.
    pub async fn contract_of(
        &self,
        number: &str,
        initial: &str,
        services: &[Service],
        mode: CertificateMode,
    ) {
        let contract = Contract {
            contract_no: number.to_owned(),
            kind: "member".to_owned(),
            name: "サンプル会員".to_owned(),
            initial_password_hash: password::hash(&Secret::from(initial)),
            attempts: Attempts::default(),
            closed_at: None,
            created_at: self.clock.now(),
            mode,
        };
        let mut tx = self.app.db.begin().await.expect("begun");
        contracts::insert(&mut tx, &contract).await.expect("a contract");
        for service in services {
            contracts::add_service(&mut tx, number, *service).await.expect("a service");
        }
        tx.commit().await.expect("committed");
    }

    /// Adds a person to `CONTRACT`; a general one with a temporary password.
    pub async fn user(&self, login_id: &str, kind: Kind, typed: &str) -> User {
        self.user_of(CONTRACT.0, login_id, kind, typed).await
    }

    /// Adds a person.
    pub async fn user_of(&self, contract: &str, login_id: &str, kind: Kind, typed: &str) -> User {
        let user = User {
            name: "労金　太郎".to_owned(),
            email: "taro@union.example.jp".to_owned(),
            password_hash: password::hash(&Secret::from(typed)).expect("hashed"),
            password_temporary: kind == Kind::General,
            ..User::new(contract, login_id, kind, self.clock.now())
        };
        let mut tx = self.app.db.begin().await.expect("begun");
        users::insert(&mut tx, &user).await.expect("a person");
        tx.commit().await.expect("committed");
        user
    }

    /// Gives the person a temporary password, as the operator does.
    pub async fn give(&self, user: &User, typed: &str) {
        let temporary = self.app.temporary(typed.into()).await.expect("hashed");
        let change = Change { temporary: Some(temporary), ..Change::default() };
        let event = Event { actor: "operator01", action: "user-reset", ..Event::default() };
        let by = By { config: &self.app.config, event: &event, now: self.clock.now() };
        let mut tx = self.app.db.begin().await.expect("begun");
        people::change(&mut tx, &user.id, &change, &by).await.expect("given");
        tx.commit().await.expect("committed");
    }

    /// Puts a certificate of `user` with `status` into the table, issued now.
    pub async fn certificate(&self, user: &User, status: &str) -> Arc<Holder> {
        let now = self.clock.now();
        // Digits, and then no more: else one might end in a contract's number.
        let serial = format!("{:f<32}", id::random_digits(20));
        let holder = Holder {
            bearer: Bearer::Person { user_id: user.id.clone(), login_id: user.login_id.clone() },
            contract_no: user.contract_no.clone(),
            fingerprint: sha256(serial.as_bytes()),
            not_after: Day::of(now).plus_days(365).ends_at(),
            serial,
            retiring: status == "retiring",
        };
        let sql = "INSERT INTO certificates (serial, fingerprint, contract_no, user_id, mode, \
                   status, subject_cn, der, file_name, issued_at, not_before, not_after) \
                   VALUES ($1, $2, $3, $4, 'user', $5, $6, $7, '', $8, $8, $9)";
        let values = params![
            &holder.serial,
            holder.fingerprint_hex(),
            &holder.contract_no,
            &user.id,
            status,
            &user.login_id,
            holder.serial.as_bytes(),
            now,
            holder.not_after
        ];
        let mut conn = self.app.db.conn().await.expect("a connection");
        conn.execute(sql, values).await.expect("a certificate");
        Arc::new(holder)
    }

    /// Begins a session of `user` with the certificate of `holder`, as a login would.
    pub async fn session(&self, user: &User, holder: &Holder) -> Secret {
        let (mut tx, fingerprint) =
            (self.app.db.begin().await.expect("begun"), holder.fingerprint_hex());
        let begun = self.app.sessions.begin(&mut tx, &user.id, &fingerprint, self.clock.now());
        let token = begun.await.expect("a session");
        tx.commit().await.expect("committed");
        token
    }

    /// Puts the session into an 入金グループ.
    pub async fn choose(&self, token: &Secret, group_no: &str) {
        let mut tx = self.app.db.begin().await.expect("begun");
        let hash = sha256_hex(token.expose().as_bytes());
        groups::choose(&mut tx, &hash, group_no).await.expect("chosen");
        tx.commit().await.expect("committed");
    }

    /// The status of a certificate as it is stored.
    pub async fn status(&self, holder: &Holder) -> String {
        let sql = "SELECT status FROM certificates WHERE serial = $1";
        let mut conn = self.app.db.conn().await.expect("a connection");
        conn.one(sql, params![&holder.serial]).await.expect("asked").expect("there")
    }

    /// The person with this login ID as the database has them now.
    pub async fn find(&self, login_id: &str) -> Option<User> {
        let mut conn = self.app.db.conn().await.expect("a connection");
        users::find_by_login_id(&mut conn, login_id).await.expect("asked")
    }

    /// Every row of the audit chain, oldest first.
    pub async fn audit(&self) -> Vec<Record> {
        let mut conn = self.app.db.conn().await.expect("a connection");
        audit::since(&mut conn, 0, 1_000).await.expect("asked")
    }

    /// How often `action` stands in the audit chain with `result`.
    pub async fn audited(&self, action: &str, result: &str) -> usize {
        let rows = self.audit().await;
        rows.iter().filter(|row| row.action == action && row.result == result).count()
    }

    /// A window on the registration host, without a certificate.
    pub fn visitor(&self) -> Window<'_> {
        Window::new(self, Host::Enroll, None)
    }

    /// A window on the portal that presents the certificate of `holder`.
    pub fn window(&self, holder: &Arc<Holder>) -> Window<'_> {
        Window::new(self, Host::Portal, Some(holder.clone()))
    }
}

/// Reads an RFC 3339 instant.
pub fn moment(text: &str) -> Moment {
    Moment::parse(text).expect("an instant")
}
