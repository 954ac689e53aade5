//! DC586101 電子証明書発行 ユーザー認証: user ID and password (R004-66, R004-94).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{COOKIE_SECONDS, STEPS, code, words};
use crate::app::{App, Door, Fenced, Try, Typed};
use crate::audit;
use crate::base::secret::new_token;
use crate::base::{Moment, Secret};
use crate::certificates::rules::Refused;
use crate::certificates::{issue, store};
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::rules::{Mistake, login_key};
use crate::identity::users::{self, User};
use crate::identity::{contracts, invitations, seal};
use crate::web::{self, Error, Field, Form, Jar, Mistakes, Shell, Visit, csrf_of, must_be_open};

const SCREEN: &str = "DC586101";

#[derive(Template)]
#[template(path = "certificates/apply/pages/auth.html")]
struct AuthPage {
    shell: Shell,
    mistakes: Mistakes,
    user_id: Field,
    password: Field,
    csrf: String,
    general: bool,
    /// First day of renewal, when a valid one stands in the way.
    renewable_from: Option<String>,
}

/// Where one comes from.
#[derive(Deserialize, Default)]
pub(super) struct From {
    #[serde(default)]
    first: String,
}

#[derive(Deserialize)]
pub(super) struct AuthForm {
    #[serde(default)]
    user_id: String,
    #[serde(default)]
    password: Secret,
}

fn auth_page(visit: &Visit, csrf: String, general: bool) -> AuthPage {
    AuthPage {
        shell: Shell::new(&visit.frame, "電子証明書発行 ユーザー認証")
            .screen(SCREEN)
            .steps(1, STEPS)
            .narrow(),
        mistakes: Mistakes::default(),
        user_id: Field::new("user_id"),
        password: Field::new("password"),
        csrf,
        general,
        renewable_from: None,
    }
}

pub(super) async fn show_auth(visit: Visit, Query(from): Query<From>) -> Result<Response, Error> {
    let (token, cookie) = visit.flow_or_new();
    let page = auth_page(&visit, csrf_of(&token), from.first == "general");
    Ok((cookie, web::page(&page)?).into_response())
}

pub(super) async fn submit_auth(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<AuthForm>,
) -> Result<Response, Error> {
    let mut mistakes = Mistakes::default();
    if form.user_id.trim().is_empty() {
        mistakes.add("user_id", "ユーザーID", Mistake::Missing.ja("ユーザーID"));
    }
    if form.password.is_empty() {
        mistakes.add("password", "パスワード", Mistake::Missing.ja("パスワード"));
    }
    if !mistakes.is_empty() {
        return again(&visit, &form, StatusCode::UNPROCESSABLE_ENTITY, (mistakes, None));
    }
    let begun = match check(&app, &visit, &form).await? {
        Err(No::NotActivated) => return Ok(Redirect::to("/activate?from=login").into_response()),
        Ok(user) => begin(&app, &visit, &user, &form.password).await?,
        Err(sentence) => Err(sentence),
    };
    begun.or_else(|no| {
        let (status, sentence, renewable_from) = match no {
            No::Said(sentence) => (StatusCode::UNPROCESSABLE_ENTITY, sentence, None),
            No::NotActivated => (StatusCode::UNPROCESSABLE_ENTITY, String::new(), None),
            No::StillValid(refused) => {
                let Refused::StillValid { renewable_from } = refused;
                let from = Some(renewable_from.ja());
                (StatusCode::UNPROCESSABLE_ENTITY, words::still_valid(refused), from)
            }
            No::Waits(until) => (StatusCode::TOO_MANY_REQUESTS, words::waits(until), None),
        };
        mistakes.add_general(sentence);
        again(&visit, &form, status, (mistakes, renewable_from))
    })
}

/// Why there is no way on.
enum No {
    /// For the reason that the sentence says.
    Said(String),
    /// 本登録 comes first (R000-16..19).
    NotActivated,
    /// A valid certificate exists; the page says what can be done.
    StillValid(Refused),
    /// Too much was wrong from this address.
    Waits(Moment),
}

impl std::convert::From<&str> for No {
    fn from(sentence: &str) -> Self {
        Self::Said(sentence.to_owned())
    }
}

/// The person, or what refuses.
async fn check(app: &App, visit: &Visit, form: &AuthForm) -> Result<Result<User, No>, Error> {
    let mut conn = app.db.conn().await?;
    // An ID that cannot exist is looked up all the same: it takes the same time.
    let typed = login_key(&form.user_id);
    let user = users::find_by_login_id(&mut conn, &typed).await?;
    drop(conn);
    let actor = user.as_ref().map_or("", |user| user.login_id.as_str()).to_owned();
    let event = visit.event(&actor, "certificate-auth", SCREEN);
    let door = Door::open(visit.caller.ip, &event);
    let typed = Typed { id: &typed, user, rest: true };
    let user = match app.try_typed(&door, typed, &form.password, &event).await? {
        Fenced::Tried(Try::Right(user)) => *user,
        Fenced::Tried(Try::Wrong) => return Ok(Err(words::WRONG_PAIR.into())),
        Fenced::Tried(Try::Locked(until)) => return Ok(Err(No::Said(words::locked(until)))),
        Fenced::Tried(Try::Closed) => return Ok(Err(words::CLOSED.into())),
        Fenced::Waits(until) => return Ok(Err(No::Waits(until))),
    };
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    must_be_open(app, &mut conn, &user.contract_no, user.kind).await?;
    if !issue::is_open(&mut conn, &user, now).await? {
        return Ok(Err(words::CLOSED.into()));
    }
    if invitations::is_waited_for(&mut conn, &user).await? {
        return Ok(Err(No::NotActivated));
    }
    let contract = contracts::find(&mut conn, &user.contract_no).await?;
    if contract.is_some_and(|contract| contract.mode.is_company()) {
        return Ok(Err(words::OF_COMPANY.into()));
    }
    let old = store::active_of(&mut conn, &user.id).await?;
    let way = own_way(app, visit, &mut conn, &user).await?;
    Ok(match issue::plan(app, old.as_ref(), way.as_ref(), now) {
        Ok(_) => Ok(user),
        Err(refused) => Err(No::StillValid(refused)),
    })
}

/// The way this browser is on, if it is this person's: starting over on it may
/// replace a file that was lost.
async fn own_way(
    app: &App,
    visit: &Visit,
    conn: &mut crate::db::Conn,
    user: &User,
) -> Result<Option<Flow>, Error> {
    let Some(token) = &visit.flow else { return Ok(None) };
    let flow = flows::find(conn, token, Kind::Certificate, app.clock.now()).await?;
    Ok(flow.filter(|flow| flow.user_id.as_deref() == Some(&user.id) && flow.step != Step::Done))
}

fn again(
    visit: &Visit,
    form: &AuthForm,
    status: StatusCode,
    (mistakes, renewable_from): (Mistakes, Option<String>),
) -> Result<Response, Error> {
    let csrf = visit.csrf().unwrap_or_default();
    let page = AuthPage {
        user_id: mistakes.field("user_id", &form.user_id),
        password: mistakes.secret("password"),
        mistakes,
        renewable_from,
        ..auth_page(visit, csrf, false)
    };
    web::page_with(status, &page)
}

/// Starts a way under a fresh token and mails its first code, in one transaction; or
/// what refuses.
async fn begin(
    app: &App,
    visit: &Visit,
    user: &User,
    password: &Secret,
) -> Result<Result<Response, No>, Error> {
    let now = app.clock.now();
    let token = new_token();
    let mut conn = app.db.conn().await?;
    let before = own_way(app, visit, &mut conn, user).await?;
    drop(conn);
    let flow = Flow {
        contract_no: Some(user.contract_no.clone()),
        user_id: Some(user.id.clone()),
        sealed: seal::seal(&token, password),
        serial: before.and_then(|way| way.serial),
        ..Flow::new(&token, Step::Code, now)
    };
    let mut tx = app.db.begin().await?;
    // Held, so that several at once are counted one after the other.
    let held = users::hold(&mut tx, &user.id).await?;
    if held.is_none_or(|held| held.password_hash != user.password_hash) {
        // Another password came into force since this one was compared.
        tx.rollback().await?;
        return Ok(Err(words::WRONG_PAIR.into()));
    }
    if flows::codes_sent_to(&mut tx, &user.id, now).await? >= flows::MOST_CODES_OF_PERSON {
        tx.rollback().await?;
        return Ok(Err(words::CODES_EXHAUSTED.into()));
    }
    flows::insert(&mut tx, Kind::Certificate, &flow, now).await?;
    code::send(app, &mut tx, &token, &flow, user).await?;
    let event = audit::Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        ..visit.event(&user.login_id, "certificate-auth", SCREEN)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    let cookie = Jar::Flow.set(&token, Some(COOKIE_SECONDS));
    Ok(Ok(([(SET_COOKIE, cookie)], Redirect::to("/certificate/code")).into_response()))
}
