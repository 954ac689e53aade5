//! Windows of browsers that ask a world's router as the gateway would, and the pages
//! they get.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use sekisho::app::App;
use sekisho::base::Secret;
use sekisho::identity::{Caller, Holder, Host};
use sekisho::web::{Frame, csrf_of};
use tower::ServiceExt as _;

use super::site::World;

/// A window of one browser: it keeps cookies and the token of the last form it saw.
pub struct Window<'w> {
    world: &'w World,
    host: Host,
    holder: Option<Arc<Holder>>,
    /// Where it is.
    ip: IpAddr,
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
        Window { jar: self.jar, ..Window::new(world, self.host, self.holder) }
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
    /// On `host`, presenting the certificate of `holder`.
    pub(super) fn new(world: &'w World, host: Host, holder: Option<Arc<Holder>>) -> Self {
        Self { world, host, holder, ip: Ipv4Addr::LOCALHOST.into(), jar: RefCell::default() }
    }

    /// The same browser with the cookie of a session.
    pub fn with_session(self, token: &Secret) -> Self {
        let cookie = ("__Host-sekisho-session".to_owned(), token.expose().to_owned());
        self.jar.borrow_mut().cookies.extend([cookie]);
        self.jar.borrow_mut().csrf = csrf_of(token);
        self
    }

    /// A second window of the same browser, with another certificate if given.
    pub fn beside(&self, holder: Option<&Arc<Holder>>) -> Window<'w> {
        let holder = holder.cloned().or_else(|| self.holder.clone());
        Window { ip: self.ip, jar: self.jar.clone(), ..Window::new(self.world, self.host, holder) }
    }

    /// The same window on a PC at another address.
    pub fn at(self, ip: impl Into<IpAddr>) -> Self {
        Self { ip: ip.into(), ..self }
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
        let body = to_bytes(body, 1 << 26).await.expect("a body");
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
            ip: self.ip,
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
