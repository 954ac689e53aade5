//! Who asks for a page: the guards that handlers name in their arguments.
//!
//! `Visit` is anybody. `Arrived` has a good certificate and a session bound to it.
//! `SignedIn` has also done what comes first (`Pending`). A handler that takes one of them
//! cannot run without it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};

use super::cookies::Jar;
use super::ending::{Ending, Presented, ending};
use super::menu;
use super::pending::Pending;
use super::{Error, Frame, Shell, Visitor, closed};
use crate::app::App;
use crate::audit::Event;
use crate::base::clock::DAY_MS;
use crate::base::secret::new_token;
use crate::base::{Moment, Secret};
use crate::db::Conn;
use crate::identity::contracts::{self, Contract, Service};
use crate::identity::groups;
use crate::identity::lockout::Gate;
use crate::identity::policy::{self, InForce};
use crate::identity::rights::{self, Action, Actor, Resource};
use crate::identity::sessions::{Found, Session, Sessions};
use crate::identity::terms::{self, Hours};
use crate::identity::users::{self, Kind, User};
use crate::identity::{Caller, Holder, seal};

/// Where a session's end sends one.
const LOGIN: &str = "/login";
pub use super::pending::CHANGE_PASSWORD;

/// Anybody.
#[derive(Clone, Debug)]
pub struct Visit {
    /// What the gateway knows of the caller.
    pub caller: Caller,
    /// What stands around every page.
    pub frame: Frame,
    /// The token of a registration under way.
    pub flow: Option<Secret>,
    /// The token of a session.
    pub session: Option<Secret>,
    /// Where the request came from, as text.
    pub ip: String,
}

/// Somebody with a session, perhaps still with a temporary password.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The request.
    pub visit: Visit,
    /// The certificate's holder.
    pub holder: Arc<Holder>,
    /// The session.
    pub session: Arc<Session>,
    /// The person.
    pub user: User,
    /// The person's contract.
    pub contract: Contract,
    /// The person as decisions see them.
    pub actor: Actor,
    /// The policy for the contract's passwords.
    pub in_force: InForce,
    idle_seconds: u32,
    ending: Option<Ending>,
    bulletin: Vec<String>,
}

/// Why the password must be changed before anything else opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forced {
    /// 仮のパスワード (R004-95).
    Temporary,
    /// It was in force for so many days already (R001-12).
    Expired(i64),
}

/// Somebody with a session who has nothing else to do first.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Arrived);

/// Somebody signed in who runs the service (運営者); for anybody else the page is
/// forbidden.
#[derive(Clone, Debug)]
pub struct Operator(pub SignedIn);

/// Why a guard lets nobody through.
pub enum Rejection {
    /// One has to go elsewhere first.
    Elsewhere(Response),
    /// It failed.
    Failed(Error),
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::Elsewhere(response) => response,
            Self::Failed(error) => error.into_response(),
        }
    }
}

impl<E: Into<Error>> From<E> for Rejection {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Visit {
    /// The token that forms on this page carry; a registration's before a
    /// session's. `None` without either cookie.
    #[must_use]
    pub fn csrf(&self) -> Option<String> {
        self.flow.as_ref().or(self.session.as_ref()).map(csrf_of)
    }

    /// Whether `sent` is the token of one of this browser's cookies.
    #[must_use]
    pub fn knows_csrf(&self, sent: &str) -> bool {
        [&self.flow, &self.session]
            .into_iter()
            .flatten()
            .any(|token| crate::base::secret::equal(csrf_of(token).as_bytes(), sent.as_bytes()))
    }

    /// The registration's token, made now if there is none; with the cookie to set.
    #[must_use]
    pub fn flow_or_new(&self) -> (Secret, HeaderMap) {
        let mut headers = HeaderMap::new();
        let token = self.flow.clone().unwrap_or_else(|| {
            let token = new_token();
            headers.append(SET_COOKIE, Jar::Flow.set(&token, None));
            token
        });
        (token, headers)
    }

    /// An audit event that tells of this request.
    #[must_use]
    pub fn event<'a>(&'a self, actor: &'a str, action: &'a str, screen: &'a str) -> Event<'a> {
        Event {
            actor,
            action,
            ip: Some(&self.ip),
            screen: Some(screen),
            serial: self.caller.holder.as_ref().map(|holder| holder.serial.as_str()),
            ..Event::default()
        }
    }
}

/// The form token that belongs to a cookie's token.
#[must_use]
pub fn csrf_of(token: &Secret) -> String {
    seal::mac(token, "csrf", "")
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(Error::NotFound)?;
        let frame = parts.extensions.get::<Frame>().cloned().unwrap_or_default();
        Ok(Self {
            ip: caller.ip.to_string(),
            caller,
            frame,
            flow: Jar::Flow.read(&parts.headers),
            session: Jar::Session.read(&parts.headers),
        })
    }
}

impl FromRequestParts<App> for Arrived {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        if let Some(before) = parts.extensions.get::<Self>() {
            // The gate has asked already.
            return Ok(before.clone());
        }
        let visit = Visit::from_request_parts(parts, app).await?;
        let holder = visit.caller.holder.clone().ok_or(Error::Forbidden)?;
        let now = app.clock.now();
        let session = live_session(app, &visit, &holder, now).await?;
        let mut conn = app.db.conn().await?;
        let user = users::find(&mut conn, &session.user_id).await?.ok_or_else(to_login)?;
        // Of whoever comes with a company's certificate, the gate knows only the company.
        if !holder.may_be(&user.id, &user.contract_no) || user.attempts.gate(now) != Gate::Open {
            return Err(to_login());
        }
        let contract = contracts::find(&mut conn, &user.contract_no).await?;
        let open = contract.filter(|contract| contract.closed_at.is_none());
        let contract = open.ok_or_else(to_login)?;
        let mut actor = rights::load(&mut conn, &user, !holder.is_company()).await?;
        if actor.services.iter().any(|service| Service::OF_GROUPS.contains(service)) {
            let of = (&*user.contract_no, &*user.id);
            actor.place = groups::place(&mut conn, of, &session.token_hash).await?;
        }
        let in_force = policy::in_force(&mut conn, &user.contract_no).await?;
        Sessions::touch(&session, now);
        let idle_seconds = u32::try_from(app.config.idle_minutes * 60).unwrap_or(u32::MAX);
        let ending = ending(
            Presented {
                not_after: holder.not_after,
                retiring: holder.retiring,
                company: holder.is_company(),
            },
            now,
            app.config.certificate.renewal_days,
            &visit.frame.enroll_url,
        );
        let bulletin = bulletin(app, &visit.frame, &mut conn, &user).await?;
        Ok(Self {
            visit,
            holder,
            session,
            user,
            contract,
            actor,
            in_force,
            idle_seconds,
            ending,
            bulletin,
        })
    }
}

/// Fails while nobody of `kind` of the contract is served: for ways on which the contract
/// becomes known only in the middle.
pub async fn must_be_open(
    app: &App,
    conn: &mut Conn,
    contract_no: &str,
    kind: Kind,
) -> Result<(), Error> {
    match app.closed_for(conn, contract_no, kind).await? {
        None => Ok(()),
        Some(closed) => Err(Error::ClosedHours(Box::new(closed))),
    }
}

/// What is said of maintenance ahead and, shortly before it, of today's end.
async fn bulletin(
    app: &App,
    frame: &Frame,
    conn: &mut Conn,
    user: &User,
) -> Result<Vec<String>, Error> {
    let (now, plan) = (app.clock.now(), app.opening.plan());
    let mut lines = frame.outages.clone();
    // Nothing is asked of the database in the rest of the day.
    if plan.closes_soon(Hours::Business, now).is_some() && !rights::comes_at_any_hour(user.kind) {
        let hours = terms::of(conn, &user.contract_no).await?.hours;
        lines.extend(plan.closes_soon(hours, now).map(closed::soon));
    }
    Ok(lines)
}

async fn live_session(
    app: &App,
    visit: &Visit,
    holder: &Holder,
    now: Moment,
) -> Result<Arc<Session>, Rejection> {
    let Some(token) = &visit.session else { return Err(to_login()) };
    match app.sessions.find(token, now).await? {
        Found::Live(session)
            if holder.user_id().is_none_or(|id| id == session.user_id)
                && session.fingerprint == holder.fingerprint_hex() =>
        {
            Ok(session)
        }
        Found::Idle => {
            let to = Redirect::to("/login?ended=idle");
            Err(Rejection::Elsewhere(([(SET_COOKIE, Jar::Session.clear())], to).into_response()))
        }
        Found::Live(_) | Found::None => Err(to_login()),
    }
}

fn to_login() -> Rejection {
    Rejection::Elsewhere(Redirect::to(LOGIN).into_response())
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        let arrived = Arrived::from_request_parts(parts, app).await?;
        if let Some(pending) = arrived.pending() {
            return Err(Rejection::Elsewhere(Redirect::to(pending.page()).into_response()));
        }
        Ok(Self(arrived))
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        let operates = signed_in.0.actor.operates();
        if operates { Ok(Self(signed_in)) } else { Err(Error::Forbidden.into()) }
    }
}

impl Arrived {
    /// The form token of this session.
    #[must_use]
    pub fn csrf(&self) -> String {
        self.visit.session.as_ref().map(csrf_of).unwrap_or_default()
    }

    /// What the person has to do before anything else.
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        Pending::of(self.forced().is_some(), &self.actor)
    }

    /// Why the password must be changed first. Its days are counted at the login, and by
    /// the policy that was in force then: nobody is stopped in the middle of their work.
    #[must_use]
    pub fn forced(&self) -> Option<Forced> {
        if self.user.password_temporary {
            return Some(Forced::Temporary);
        }
        let (days, login) = (self.in_force.policy.rotate_days?, self.user.last_login_at?);
        let old = login.since_ms(self.user.password_set_at) >= days.saturating_mul(DAY_MS);
        (old && login > self.in_force.since).then_some(Forced::Expired(days))
    }

    /// A page for this person, without menus.
    #[must_use]
    pub fn bare_shell(&self, title: &str, screen: &'static str) -> Shell {
        let serial = self.holder.serial.get(..8).unwrap_or(&self.holder.serial);
        Shell::new(&self.visit.frame, title)
            .screen(screen)
            .session(self.idle_seconds, "/session")
            .ending(self.ending.clone())
            .bulletin(self.bulletin.clone())
            .visitor(Visitor {
                contract_name: self.contract.name.clone(),
                user_name: self.user.name.clone(),
                header_id: format!("{}_{}_{serial}", self.user.login_id, self.contract.contract_no),
                group_no: self.actor.place.group().map(|group| group.group_no.clone()),
                csrf: self.csrf(),
                asks_logout: self.in_force.preset.asks_before_logout(),
            })
    }

    /// Whether the person may do `action` with what is theirs or their contract's: for
    /// buttons and for what a page leaves out.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        rights::may(&self.actor, action, &Resource::own(&self.actor)).is_ok()
    }

    /// An audit event that tells of this person's doing.
    #[must_use]
    pub fn event<'a>(&'a self, action: &'a str, screen: &'a str) -> Event<'a> {
        Event {
            contract_no: Some(&self.user.contract_no),
            user_id: Some(&self.user.id),
            ..self.visit.event(&self.user.login_id, action, screen)
        }
    }
}

impl SignedIn {
    /// A page for this person under the menu entry that leads to `path`.
    #[must_use]
    pub fn shell(&self, title: &str, screen: &'static str, path: &str) -> Shell {
        let items = menu::items(&self.0.actor, path);
        self.0.bare_shell(title, screen).menu(items)
    }

    /// Whether the person may do `action`; if not, the page is not for them.
    pub fn needs(&self, action: Action) -> Result<(), Error> {
        if self.0.may(action) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The person's contract.
    #[must_use]
    pub fn contract_no(&self) -> &str {
        &self.0.user.contract_no
    }
}

impl Operator {
    /// The person, with session and contract.
    #[must_use]
    pub fn person(&self) -> &Arrived {
        &self.0.0
    }

    /// An audit event that tells of something the operator does to others: neither about
    /// their own contract nor about them.
    #[must_use]
    pub fn event<'a>(&'a self, action: &'a str, screen: &'a str) -> Event<'a> {
        let person = self.person();
        Event { serial: None, ..person.visit.event(&person.user.login_id, action, screen) }
    }

    /// A page for the operator under the menu entry that leads to `path`.
    #[must_use]
    pub fn shell(&self, title: &str, path: &str) -> Shell {
        let shell = self.0.shell(title, "", path).crumb("トップページ", "/home");
        let below = menu::OPERATING.leads_to(path) && path != menu::OPERATING.href;
        if below { shell.crumb(menu::OPERATING.label, menu::OPERATING.href) } else { shell }
    }
}
