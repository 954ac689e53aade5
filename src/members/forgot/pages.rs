//! `/password/forgot` and what follows it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::begin::{self, Asked, Judged};
use super::words;
use crate::app::App;
use crate::base::Secret;
use crate::identity::flows::{self, Flow, Kind, LIFE_MINUTES, Step};
use crate::identity::policy::{self, Policy};
use crate::identity::rules::{self, Mistake};
use crate::identity::terms::Preset;
use crate::identity::users::User;
use crate::members::fields::{obey, take};
use crate::web::{self, Field, Form, Frame, Jar, Mistakes, Shell, Visit, csrf_of, must_be_open};

const START: &str = "/password/forgot";
const RESET: &str = "/password/forgot/reset";
const DONE: &str = "/password/forgot/done";

/// `/password/forgot` and what follows it.
pub fn router() -> Router<App> {
    Router::new()
        .route(START, get(show_start).post(submit_start))
        .route(RESET, get(show_reset).post(submit_reset))
        .route(DONE, get(show_done))
}

#[derive(Template)]
#[template(path = "members/forgot/pages/start.html")]
struct StartPage {
    shell: Shell,
    mistakes: Mistakes,
    user_id: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/forgot/pages/reset.html")]
struct ResetPage {
    shell: Shell,
    mistakes: Mistakes,
    lead: String,
    policy: Policy,
    /// Whether the code is still to be typed.
    asks_code: bool,
    code: Field,
    password: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/forgot/pages/done.html")]
struct DonePage {
    shell: Shell,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StartForm {
    user_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ResetForm {
    code: String,
    password: Secret,
}

async fn show_start(visit: Visit) -> Result<Response, web::Error> {
    let (token, cookie) = visit.flow_or_new();
    let page = start_page(&visit.frame, "", Mistakes::default(), csrf_of(&token));
    Ok((cookie, web::page(&page)?).into_response())
}

async fn submit_start(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<StartForm>,
) -> Result<Response, web::Error> {
    let typed = rules::login_key(&form.user_id);
    let mut mistakes = Mistakes::default();
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if typed.is_empty() {
        mistakes.add("user_id", words::USER_ID, Mistake::Missing.ja(words::USER_ID));
    } else if typed.chars().count() > 100 {
        mistakes.add("user_id", words::USER_ID, words::TOO_LONG);
    } else {
        let said = match begin::ask(&app, &visit, &typed).await? {
            Asked::Sent(token) => {
                let cookie = Jar::Flow.set(&token, Some(LIFE_MINUTES * 60));
                return Ok(([(SET_COOKIE, cookie)], Redirect::to(RESET)).into_response());
            }
            Asked::Waits(until) => words::waits(until, app.clock.now()),
            Asked::Exhausted => words::CODES_EXHAUSTED.to_owned(),
        };
        mistakes.add_general(said);
        status = StatusCode::TOO_MANY_REQUESTS;
    }
    let csrf = visit.csrf().unwrap_or_default();
    web::page_with(status, &start_page(&visit.frame, form.user_id.trim(), mistakes, csrf))
}

async fn show_reset(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    let (_, flow) = find(&app, &visit).await?.ok_or_else(from_the_start)?;
    let page = match flow.step {
        Step::Code => reset_page(&visit, "", Mistakes::default()),
        Step::Verified => {
            let (_, policy) = person(&app, &flow).await?;
            verified(&visit, &policy, Mistakes::default())
        }
        step => return Err(stale(step)),
    };
    web::page(&page)
}

async fn submit_reset(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<ResetForm>,
) -> Result<Response, web::Error> {
    let (token, flow) = find(&app, &visit).await?.ok_or_else(from_the_start)?;
    let user = match flow.step {
        Step::Code => match code(&app, &visit, (&token, &flow), &form).await? {
            Ok(user) => user,
            Err((status, mistakes)) => {
                let page = reset_page(&visit, form.code.trim(), mistakes);
                return web::page_with(status, &page);
            }
        },
        Step::Verified => person(&app, &flow).await?.0,
        // The second click of a form that was taken already.
        Step::Done => return Ok(Redirect::to(DONE).into_response()),
        step => return Err(stale(step)),
    };
    let mut conn = app.db.conn().await?;
    // Only now: before, nobody may learn whose contract is closed.
    must_be_open(&app, &mut conn, &user.contract_no, user.kind).await?;
    let policy = policy::of(&mut conn, &user.contract_no).await?;
    drop(conn);
    let mut mistakes = Mistakes::default();
    let new = ("password", words::PASSWORD);
    obey(&mut mistakes, new, &policy, &form.password, Some(&user.login_id));
    if mistakes.is_empty() && app.was_used(&user, &policy, &form.password).await? {
        let reused = Mistake::PasswordReused(policy.reuse_block);
        mistakes.add(new.0, new.1, reused.ja(new.1));
    }
    if !mistakes.is_empty() {
        let page = verified(&visit, &policy, mistakes);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    if begin::finish(&app, &visit, &token, (&user, &form.password)).await? {
        Ok(Redirect::to(DONE).into_response())
    } else {
        Err(from_the_start())
    }
}

/// Whose code it is, or what is wrong. What can be seen without knowing anybody is said
/// before an entry of the code is counted.
async fn code(
    app: &App,
    visit: &Visit,
    (token, flow): (&Secret, &Flow),
    form: &ResetForm,
) -> Result<Result<User, (StatusCode, Mistakes)>, web::Error> {
    let mut mistakes = Mistakes::default();
    let code = take(&mut mistakes, "code", words::CODE, rules::code(&form.code));
    if code.as_ref().is_some_and(|code| code.len() != begin::digits()) {
        mistakes.add("code", words::CODE, Mistake::Code.ja(words::CODE));
    }
    obey(&mut mistakes, ("password", words::PASSWORD), &Policy::LEAST, &form.password, None);
    let Some(code) = code.filter(|_| mistakes.is_empty()) else {
        return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, mistakes)));
    };
    let sentence = match begin::judge(app, visit, (token, flow), &code).await? {
        Some(Judged::Right(user)) => return Ok(Ok(*user)),
        Some(Judged::Wrong(left)) if left > 0 => words::wrong_code(left),
        Some(Judged::Wrong(_) | Judged::Over) => words::CODE_OVER.to_owned(),
        Some(Judged::Waits(until)) => {
            mistakes.add_general(words::waits(until, app.clock.now()));
            return Ok(Err((StatusCode::TOO_MANY_REQUESTS, mistakes)));
        }
        None => return Err(stale(Step::Verified)),
    };
    mistakes.add("code", words::CODE, sentence);
    Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, mistakes)))
}

async fn show_done(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    let (_, flow) = find(&app, &visit).await?.ok_or_else(from_the_start)?;
    if flow.step != Step::Done {
        return Err(stale(flow.step));
    }
    web::page(&done_page(&visit.frame))
}

/// The way this browser is on, with its token.
async fn find(app: &App, visit: &Visit) -> Result<Option<(Secret, Flow)>, web::Error> {
    let Some(token) = visit.flow.clone() else { return Ok(None) };
    let mut conn = app.db.conn().await?;
    let flow = flows::find(&mut conn, &token, Kind::Forgot, app.clock.now()).await?;
    Ok(flow.map(|flow| (token, flow)))
}

/// Whose code was right, and the policy of their contract.
async fn person(app: &App, flow: &Flow) -> Result<(User, Policy), web::Error> {
    let mut conn = app.db.conn().await?;
    let typed = flow.typed.as_deref().unwrap_or_default();
    let user = begin::find(&mut conn, typed).await?.ok_or_else(from_the_start)?;
    let policy = policy::of(&mut conn, &user.contract_no).await?;
    Ok((user, policy))
}

fn stale(step: Step) -> web::Error {
    match step {
        Step::Code | Step::Verified => web::Error::stale(words::TO_RESET, RESET),
        Step::Done => web::Error::stale(words::TO_DONE, DONE),
        _ => from_the_start(),
    }
}

fn from_the_start() -> web::Error {
    web::Error::stale(words::TO_START, START)
}

fn start_page(frame: &Frame, user_id: &str, mistakes: Mistakes, csrf: String) -> StartPage {
    StartPage {
        shell: Shell::new(frame, words::TITLE).steps(1, &words::STEPS).narrow(),
        user_id: mistakes.field("user_id", user_id),
        mistakes,
        csrf,
    }
}

/// Before the code was taken: the same for everybody.
fn reset_page(visit: &Visit, code: &str, mistakes: Mistakes) -> ResetPage {
    let shell = Shell::new(&visit.frame, words::RESET_TITLE).steps(2, &words::STEPS).narrow();
    ResetPage {
        shell,
        lead: words::lead(begin::digits(), &Preset::Portal.policy()),
        policy: Preset::Portal.policy(),
        asks_code: true,
        code: mistakes.field("code", code),
        password: mistakes.secret("password"),
        mistakes,
        csrf: visit.csrf().unwrap_or_default(),
    }
}

/// After it: what the contract's passwords must be like.
fn verified(visit: &Visit, policy: &Policy, mistakes: Mistakes) -> ResetPage {
    let page = reset_page(visit, "", mistakes);
    ResetPage {
        shell: page.shell.success(words::CODE_TAKEN),
        lead: words::lead(begin::digits(), policy),
        policy: *policy,
        asks_code: false,
        ..page
    }
}

fn done_page(frame: &Frame) -> DonePage {
    let shell = Shell::new(frame, words::DONE_TITLE).steps(3, &words::STEPS);
    DonePage { shell: shell.success(words::DONE).narrow() }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::members::samples::visit;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let visit = visit(frame);
        let mut exhausted = Mistakes::default();
        exhausted.add_general(words::CODES_EXHAUSTED);
        let mut wrong = Mistakes::default();
        wrong.add("code", words::CODE, words::wrong_code(3));
        let mut weak = Mistakes::default();
        let office = Preset::Office.policy();
        obey(&mut weak, ("password", words::PASSWORD), &office, &"abcdefgh".into(), None);
        let render =
            |name, page: &dyn askama::DynTemplate| (name, page.dyn_render().expect("renders"));
        let start = |mistakes| start_page(frame, "human5@human.example.jp", mistakes, "t".into());
        vec![
            render("members-forgot", &start_page(frame, "", Mistakes::default(), "t".into())),
            render("members-forgot-exhausted", &start(exhausted)),
            render("members-forgot-reset", &reset_page(&visit, "", Mistakes::default())),
            render("members-forgot-wrong", &reset_page(&visit, "123456", wrong)),
            render("members-forgot-weak", &verified(&visit, &office, weak)),
            render("members-forgot-done", &done_page(frame)),
        ]
    }
}
