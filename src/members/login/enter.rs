//! The beginning and the end of a session in the database.

use super::rules::{self, Refusal};
use super::second;
use crate::app::{self, App, Door, Fenced, Try};
use crate::audit::{self, Event};
use crate::base::secret::{equal, sha256_hex};
use crate::base::{Moment, Secret};
use crate::db::{Error, Tx};
use crate::identity::sessions::{End, Found, Sessions};
use crate::identity::users::{self, User};
use crate::identity::{Holder, contracts, first_use, invitations, second_factor, terms};
use crate::web::Visit;

/// The screen of the login.
pub const SCREEN: &str = "DC582101";

/// How a login ended: what it opened, or why it did not.
pub type Entered = Result<Opened, Refusal>;

/// What a right password opens.
pub enum Opened {
    /// A session, and whose.
    Session(Secret, Box<User>),
    /// The way to the second factor (R002-48).
    Code(Secret),
}

/// Tries `password` for the person whose certificate it is.
pub async fn enter(
    app: &App,
    visit: &Visit,
    (holder, user_id): (&Holder, &str),
    password: &Secret,
) -> Result<Entered, Error> {
    let user = users::find(&mut app.db.conn().await?, user_id).await?;
    let event = visit.event(holder.name(), "login", SCREEN);
    let tried = app.try_user(user, password, &event).await?;
    after(app, visit, holder, tried).await
}

/// What is typed by those who come with their company's certificate.
pub struct Typed<'a> {
    /// ご契約番号.
    pub contract_no: String,
    /// ユーザID, as `rules::login_key` gives it.
    pub user_id: String,
    /// パスワード.
    pub password: &'a Secret,
}

/// Tries what was typed with the company's certificate of `holder`. The certificate
/// decides which company it is (R003-34): nobody of another one is known here, and
/// another number is as wrong as a wrong password (R003-42).
pub async fn enter_company(
    app: &App,
    visit: &Visit,
    holder: &Holder,
    typed: &Typed<'_>,
) -> Result<Entered, Error> {
    let found = users::find_by_login_id(&mut app.db.conn().await?, &typed.user_id).await?;
    let user = found.filter(|user| user.contract_no == holder.contract_no);
    let actor = user.as_ref().map_or_else(|| holder.name(), |user| &user.login_id).to_owned();
    let event = visit.event(&actor, "login", SCREEN);
    let of_company = Event {
        contract_no: Some(&holder.contract_no),
        ..visit.event(holder.name(), "login", SCREEN)
    };
    let door = Door::company(holder.fingerprint, of_company);
    let number = equal(typed.contract_no.as_bytes(), holder.contract_no.as_bytes());
    // Within one company: what another's people have typed tells nothing here.
    let id = format!("{}/{}", holder.contract_no, typed.user_id);
    let claimed = app::Typed { id: &id, user, rest: number };
    match app.try_typed(&door, claimed, typed.password, &event).await? {
        Fenced::Tried(tried) => after(app, visit, holder, tried).await,
        Fenced::Waits(until) => Ok(Err(Refusal::Waits(until))),
    }
}

async fn after(
    app: &App,
    visit: &Visit,
    holder: &Holder,
    tried: Try<User>,
) -> Result<Entered, Error> {
    match tried {
        Try::Right(user) => begin(app, visit, holder, &user).await,
        Try::Wrong => Ok(Err(Refusal::Wrong)),
        Try::Locked(until) => Ok(Err(Refusal::Locked(until))),
        Try::Closed => Ok(Err(Refusal::Closed)),
    }
}

async fn begin(app: &App, visit: &Visit, holder: &Holder, tried: &User) -> Result<Entered, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(user) = users::hold(&mut tx, &tried.id).await? else {
        return Ok(Err(Refusal::Closed));
    };
    if let Err(refusal) = admit(&mut tx, holder, &user, now).await? {
        return Ok(Err(refusal));
    }
    // Another password came into force while this one was compared.
    if user.password_hash != tried.password_hash {
        return Ok(Err(Refusal::Wrong));
    }
    if invitations::is_waited_for(&mut tx, &user).await? {
        return Ok(Err(Refusal::NotActivated));
    }
    let terms = terms::of(&mut tx, &user.contract_no).await?;
    match second_factor::asked_of(&user, &terms) {
        Some(factor) => second::ask(app, visit, tx, holder, (user, factor)).await,
        None => open(app, visit, tx, holder, user).await.map(Ok),
    }
}

/// Whether the person, whose row is held, may come in with this certificate.
pub(super) async fn admit(
    tx: &mut Tx,
    holder: &Holder,
    user: &User,
    now: Moment,
) -> Result<Result<(), Refusal>, Error> {
    let contract = contracts::find(tx, &user.contract_no).await?;
    let closed_at = contract.map_or(Some(now), |contract| contract.closed_at);
    if let Err(refusal) = rules::admit(&user.attempts, closed_at, now) {
        return Ok(Err(refusal));
    }
    if !holder.may_be(&user.id, &user.contract_no) {
        return Ok(Err(Refusal::Wrong));
    }
    Ok(rules::available(user.available_from, now))
}

/// Begins the session of a person whose row is held and who has proved everything.
pub(super) async fn open(
    app: &App,
    visit: &Visit,
    mut tx: Tx,
    holder: &Holder,
    user: User,
) -> Result<Opened, Error> {
    let now = app.clock.now();
    let old = visit.session.as_ref().map(hash_of);
    if let Some(old) = &old {
        Sessions::end(&mut tx, old, End::Replaced, now).await?;
    }
    let token = app.sessions.begin(&mut tx, &user.id, &holder.fingerprint_hex(), now).await?;
    users::note_login(&mut tx, &user.id, now).await?;
    let first = first_use::note(&mut tx, &holder.serial, now).await?;
    let detail = if first { "first use of the certificate" } else { "" };
    let event = Event { detail, ..event_of(visit, &user, "login") };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    if let Some(old) = &old {
        app.sessions.forget(old);
    }
    Ok(Opened::Session(token, Box::new(user)))
}

/// Ends the session of `token`, if it is one.
pub async fn leave(app: &App, visit: &Visit, token: &Secret) -> Result<(), Error> {
    let now = app.clock.now();
    let hash = hash_of(token);
    let user_id = match app.sessions.find(token, now).await? {
        Found::Live(session) => Some(session.user_id.clone()),
        Found::Idle | Found::None => None,
    };
    let mut tx = app.db.begin().await?;
    let end = if user_id.is_some() { End::Logout } else { End::Idle };
    Sessions::end(&mut tx, &hash, end, now).await?;
    let user = match &user_id {
        Some(id) => users::find(&mut tx, id).await?,
        None => None,
    };
    if let Some(user) = &user {
        audit::record(&mut tx, now, &event_of(visit, user, "logout")).await?;
    }
    tx.commit().await?;
    app.sessions.forget(&hash);
    Ok(())
}

pub(super) fn event_of<'a>(visit: &'a Visit, user: &'a User, action: &'a str) -> Event<'a> {
    Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        ..visit.event(&user.login_id, action, SCREEN)
    }
}

fn hash_of(token: &Secret) -> String {
    sha256_hex(token.expose().as_bytes())
}
