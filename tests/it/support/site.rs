//! A small world: an app on a fresh database with a clock that stands still, a
//! throw-away CA, and windows of browsers that ask its router as the gateway would.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::{Router, middleware};
use sekisho::app::{App, Folder as CaFolder};
use sekisho::audit::{self, Record};
use sekisho::base::secret::sha256;
use sekisho::base::{Clock, Day, Moment, Secret, id};
use sekisho::config::{Config, Environment};
use sekisho::db::params;
use sekisho::identity::contracts::{self, CertificateMode, Contract, Service};
use sekisho::identity::lockout::Attempts;
use sekisho::identity::users::{self, Kind, User};
use sekisho::identity::{Bearer, Caller, Holder, Host, password};
use sekisho::mail::{Mailer, Memory};
use sekisho::web::{self, Frame};
use tower::ServiceExt as _;

use super::db::Fresh;
use super::tool::Folder;

/// The contract of `World::new` and its initial password.
pub const CONTRACT: (&str, &str) = ("15000000", "Hajime1#");

pub struct World {
    pub app: App,
    pub clock: Clock,
    /// What was mailed.
    pub mail: Memory,
    router: Router,
    folder: Folder,
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
        sekisho::work::do_due(&self.app).await.expect("the jobs can be read");
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
            id: id::new_id(self.clock.now()),
            contract_no: contract.to_owned(),
            login_id: login_id.to_owned(),
            kind,
            name: "労金　太郎".to_owned(),
            email: "taro@union.example.jp".to_owned(),
            password_hash: password::hash(&Secret::from(typed)).expect("hashed"),
            password_temporary: kind == Kind::General,
            attempts: Attempts::default(),
            last_login_at: None,
            previous_login_at: None,
            created_at: self.clock.now(),
        };
        let mut tx = self.app.db.begin().await.expect("begun");
        users::insert(&mut tx, &user).await.expect("a person");
        tx.commit().await.expect("committed");
        user
    }

    /// Puts a certificate of `user` with `status` into the table, issued now.
    pub async fn certificate(&self, user: &User, status: &str) -> Arc<Holder> {
        let now = self.clock.now();
        let serial = format!("{:0<32}", id::random_digits(20));
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
        Window { world: self, host: Host::Enroll, holder: None, jar: RefCell::default() }
    }

    /// A window on the portal that presents the certificate of `holder`.
    pub fn window(&self, holder: &Arc<Holder>) -> Window<'_> {
        let holder = Some(holder.clone());
        Window { world: self, host: Host::Portal, holder, jar: RefCell::default() }
    }
}

/// A window of one browser: it keeps cookies and the token of the last form it saw.
pub struct Window<'w> {
    world: &'w World,
    host: Host,
    holder: Option<Arc<Holder>>,
    jar: RefCell<Jar>,
}

/// What is left of a window while the server is away.
pub struct Kept {
    host: Host,
    holder: Option<Arc<Holder>>,
    jar: RefCell<Jar>,
}

impl Kept {
    /// Goes on with it.
    pub fn take_up(self, world: &World) -> Window<'_> {
        Window { world, host: self.host, holder: self.holder, jar: self.jar }
    }
}

#[derive(Clone, Default)]
struct Jar {
    cookies: BTreeMap<String, String>,
    csrf: String,
}

/// An answer.
pub struct Page {
    pub status: StatusCode,
    /// Where it leads; empty for none.
    pub location: String,
    pub html: String,
    /// The `Set-Cookie` lines.
    pub set_cookies: Vec<String>,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl<'w> Window<'w> {
    /// A second window of the same browser, with another certificate if given.
    pub fn beside(&self, holder: Option<&Arc<Holder>>) -> Window<'w> {
        let holder = holder.cloned().or_else(|| self.holder.clone());
        Window { world: self.world, host: self.host, holder, jar: self.jar.clone() }
    }

    /// The browser is closed and opened: only cookies with an age are left.
    pub fn reopen(&self, kept: &[&str]) {
        let mut jar = self.jar.borrow_mut();
        jar.cookies.retain(|name, _| kept.contains(&name.as_str()));
        jar.csrf.clear();
    }

    pub async fn get(&self, path: &str) -> Page {
        self.ask(Method::GET, path, None).await
    }

    /// Sends a form with the token of the last form seen.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.jar.borrow().csrf.clone();
        let all: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        let body = serde_urlencoded::to_string(all).expect("encoded");
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Sends a form whose token is not ours.
    pub async fn post_foreign(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.jar.borrow_mut().csrf = "0".repeat(64);
        self.post(path, fields).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<String>) -> Page {
        let request = Request::builder().method(method).uri(path);
        let request = match body {
            None => request.body(Body::empty()),
            Some(body) => request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body)),
        };
        self.send(request.expect("a request")).await
    }

    /// The token of the last form seen.
    pub fn csrf(&self) -> String {
        self.jar.borrow().csrf.clone()
    }

    /// The browser has these cookies, whatever it had before.
    pub fn take_cookies_of(&self, other: &Window<'_>) {
        let theirs = other.jar.borrow().clone();
        *self.jar.borrow_mut() = theirs;
    }

    /// The cookies, as a browser that is closed keeps them.
    pub fn put_away(self) -> Kept {
        Kept { host: self.host, holder: self.holder, jar: self.jar }
    }

    /// Sends a request with this window's cookies.
    pub async fn send(&self, mut request: Request<Body>) -> Page {
        let cookies: Vec<_> = self
            .jar
            .borrow()
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ").parse().expect("ASCII");
        request.headers_mut().insert(COOKIE, cookies);
        request.extensions_mut().insert(self.caller());
        request.extensions_mut().insert(frame(&self.world.app));
        let answer = self.world.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = answer.into_parts();
        let lines = |name| parts.headers.get_all(name).into_iter();
        let text = |value: &axum::http::HeaderValue| value.to_str().expect("ASCII").to_owned();
        let body = to_bytes(body, 1 << 22).await.expect("a body");
        let page = Page {
            status: parts.status,
            location: lines(LOCATION).next().map(text).unwrap_or_default(),
            html: String::from_utf8_lossy(&body).into_owned(),
            set_cookies: lines(SET_COOKIE).map(text).collect(),
            headers: parts.headers.clone(),
            bytes: body.to_vec(),
        };
        self.keep(&page);
        page
    }

    fn caller(&self) -> Caller {
        Caller {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            host: self.host,
            request_no: "TEST-1".to_owned(),
            holder: self.holder.clone(),
        }
    }

    fn keep(&self, page: &Page) {
        let mut jar = self.jar.borrow_mut();
        for line in &page.set_cookies {
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            if line.contains("Max-Age=0") {
                jar.cookies.remove(name);
            } else {
                jar.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let token = page.html.rsplit_once("name=\"csrf\" value=\"");
        if let Some(token) = token.and_then(|(_, rest)| rest.split('"').next()) {
            token.clone_into(&mut jar.csrf);
        }
    }
}

/// Without the marks that only say where a line may break.
pub fn running(html: &str) -> String {
    let html = html.replace("<wbr>", "").replace("</time>", "");
    let mut parts = html.split("<time ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    plain.extend(parts.map(|part| part.split_once('>').map_or(part, |(_, rest)| rest)));
    plain
}

impl Page {
    /// Fails unless the page answers with `status` and holds every one of `words`.
    #[track_caller]
    pub fn says(&self, status: u16, words: &[&str]) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}{}", self.location, self.words());
        let html = running(&self.html);
        for word in words {
            assert!(html.contains(word), "{word:?} is missing in:\n{}", self.words());
        }
        self
    }

    /// Fails if the page holds `word`.
    #[track_caller]
    pub fn hides(&self, word: &str) -> &Self {
        assert!(!running(&self.html).contains(word), "{word:?} is in:\n{}", self.words());
        self
    }

    /// Fails unless the answer leads to `path`.
    #[track_caller]
    pub fn leads_to(&self, path: &str) -> &Self {
        let (status, location) = (self.status.as_u16(), self.location.as_str());
        assert_eq!((status, location), (303, path), "{}", self.words());
        self
    }

    /// The message at the field `name`, if there is one.
    pub fn mistake_at(&self, name: &str) -> Option<String> {
        let (_, rest) = self.html.split_once(&format!("id=\"{name}-mistake\">"))?;
        let (text, _) = rest.split_once("</p>")?;
        Some(strip(text).trim().trim_start_matches("エラー：").to_owned())
    }

    /// The page without its tags, for messages.
    fn words(&self) -> String {
        let lines = strip(&self.html);
        lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

/// The text between tags.
fn strip(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

fn frame(app: &App) -> Frame {
    Frame {
        service_name: app.config.service.name.clone(),
        portal_url: app.config.portal_url(),
        enroll_url: app.config.enroll_url(),
        request_no: "TEST-1".to_owned(),
        ..Frame::default()
    }
}

/// Reads an RFC 3339 instant.
pub fn moment(text: &str) -> Moment {
    Moment::parse(text).expect("an instant")
}
