//! `/activate` and what follows it.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::begin::{self, Judged};
use super::rules::Refusal;
use super::words;
use crate::app::App;
use crate::base::{Moment, Secret};
use crate::identity::flows::{self, Flow, Kind, LIFE_MINUTES, Step};
use crate::identity::policy::{self, Policy};
use crate::identity::rules::{self, Mistake};
use crate::identity::users::{self, User};
use crate::identity::{contracts, invitations};
use crate::members::fields::{need, obey};
use crate::web::{self, Field, Form, Frame, Jar, Mistakes, Shell, Visit, csrf_of};

/// Where it begins.
pub const START: &str = "/activate";
const CODE: &str = "/activate/code";
const PASSWORD: &str = "/activate/password";
const DONE: &str = "/activate/done";

/// `/activate` and what follows it.
pub fn router() -> Router<App> {
    Router::new()
        .route(START, get(show_start).post(submit_start))
        .route(CODE, get(show_code).post(submit_code))
        .route(PASSWORD, get(show_password).post(submit_password))
        .route(DONE, get(show_done))
}

#[derive(Template)]
#[template(path = "members/activate/pages/start.html")]
struct StartPage {
    shell: Shell,
    mistakes: Mistakes,
    user_id: Field,
    password: Field,
    csrf: String,
    /// Where and how to go on with a way that was left: label and link.
    resume: Option<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "members/activate/pages/code.html")]
struct CodePage {
    shell: Shell,
    mistakes: Mistakes,
    code: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/activate/pages/password.html")]
struct PasswordPage {
    shell: Shell,
    mistakes: Mistakes,
    login_id: String,
    policy: Policy,
    new_password: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/activate/pages/done.html")]
struct DonePage {
    shell: Shell,
    login_id: String,
    /// Whether people come with the company's certificate, not one of their own.
    of_company: bool,
}

/// Where one comes from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    from: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StartForm {
    user_id: String,
    password: Secret,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CodeForm {
    code: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    new_password: Secret,
}

async fn show_start(
    State(app): State<App>,
    visit: Visit,
    Query(before): Query<Before>,
) -> Result<Response, web::Error> {
    let (token, cookie) = visit.flow_or_new();
    let mut page = start_page(&visit.frame, "", Mistakes::default());
    page.csrf = csrf_of(&token);
    page.resume = find(&app, &visit).await?.map(|(_, flow)| way_on(flow.step));
    if before.from == "login" {
        page.shell = page.shell.info(words::FIRST);
    }
    Ok((cookie, web::page(&page)?).into_response())
}

async fn submit_start(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<StartForm>,
) -> Result<Response, web::Error> {
    let mut mistakes = Mistakes::default();
    if form.user_id.trim().is_empty() {
        mistakes.add("user_id", words::USER_ID, Mistake::Missing.ja(words::USER_ID));
    }
    need(&mut mistakes, "password", words::FIRST_PASSWORD, &form.password);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if mistakes.is_empty() {
        let typed = rules::login_key(&form.user_id);
        match begin::prove(&app, &visit, &typed, &form.password).await? {
            Ok(token) => {
                let cookie = Jar::Flow.set(&token, Some(LIFE_MINUTES * 60));
                return Ok(([(SET_COOKIE, cookie)], Redirect::to(CODE)).into_response());
            }
            Err(refusal) => (status, mistakes) = refused(refusal, app.clock.now()),
        }
    }
    let mut page = start_page(&visit.frame, form.user_id.trim(), mistakes);
    page.csrf = visit.csrf().unwrap_or_default();
    web::page_with(status, &page)
}

async fn show_code(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    at(&app, &visit, Step::Code).await?;
    web::page(&code_page(&visit, "", Mistakes::default()))
}

async fn submit_code(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<CodeForm>,
) -> Result<Response, web::Error> {
    let (token, _) = at(&app, &visit, Step::Code).await?;
    let sentence = match rules::code(&form.code) {
        Err(mistake) => mistake.ja(words::CODE),
        Ok(code) if code.len() != invitations::DIGITS => Mistake::Code.ja(words::CODE),
        Ok(code) => match begin::judge(&app, &visit, &token, &code).await? {
            Some(Judged::Right) => return Ok(Redirect::to(PASSWORD).into_response()),
            Some(Judged::Wrong(left)) => words::wrong_code(left),
            Some(Judged::Over) => words::CODE_OVER.to_owned(),
            Some(Judged::Stale(step)) => return Err(stale(step)),
            None => return Err(from_the_start()),
        },
    };
    let mut mistakes = Mistakes::default();
    mistakes.add("code", words::CODE, sentence);
    let page = code_page(&visit, form.code.trim(), mistakes);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn show_password(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    let (_, flow) = at(&app, &visit, Step::Verified).await?;
    let (user, policy) = person(&app, &flow).await?;
    web::page(&password_page(&visit, &user, &policy, Mistakes::default()))
}

async fn submit_password(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<PasswordForm>,
) -> Result<Response, web::Error> {
    let (token, flow) = find(&app, &visit).await?.ok_or_else(from_the_start)?;
    match flow.step {
        Step::Verified => {}
        // The second click of a form that was taken already.
        Step::Done => return Ok(Redirect::to(DONE).into_response()),
        step => return Err(stale(step)),
    }
    let (user, policy) = person(&app, &flow).await?;
    let mut mistakes = Mistakes::default();
    let new = ("new_password", words::NEW);
    obey(&mut mistakes, new, &policy, &form.new_password, Some(&user.login_id));
    if flow.unseal(&token).is_some_and(|first| first.same_as(&form.new_password)) {
        mistakes.add("new_password", words::NEW, words::SAME);
    } else if mistakes.is_empty() && app.was_used(&user, &policy, &form.new_password).await? {
        let reused = Mistake::PasswordReused(policy.reuse_block);
        mistakes.add("new_password", words::NEW, reused.ja(words::NEW));
    }
    if !mistakes.is_empty() {
        let page = password_page(&visit, &user, &policy, mistakes);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    if begin::finish(&app, &visit, &token, (&user, &form.new_password)).await? {
        Ok(Redirect::to(DONE).into_response())
    } else {
        Err(from_the_start())
    }
}

async fn show_done(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    let (_, flow) = at(&app, &visit, Step::Done).await?;
    let mut conn = app.db.conn().await?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::find(&mut conn, id).await?.ok_or_else(from_the_start)?;
    if user.password_temporary {
        // The way was ended for another reason.
        return Err(from_the_start());
    }
    let contract = contracts::find(&mut conn, &user.contract_no).await?;
    let of_company = contract.is_some_and(|contract| contract.mode.is_company());
    web::page(&done_page(&visit.frame, &user.login_id, of_company))
}

/// The way this browser is on, with its token.
async fn find(app: &App, visit: &Visit) -> Result<Option<(Secret, Flow)>, web::Error> {
    let Some(token) = visit.flow.clone() else { return Ok(None) };
    let mut conn = app.db.conn().await?;
    let flow = flows::find(&mut conn, &token, Kind::Activate, app.clock.now()).await?;
    Ok(flow.map(|flow| (token, flow)))
}

/// The same if its step is `step`; else the page that leads on.
async fn at(app: &App, visit: &Visit, step: Step) -> Result<(Secret, Flow), web::Error> {
    let (token, flow) = find(app, visit).await?.ok_or_else(from_the_start)?;
    if flow.step == step { Ok((token, flow)) } else { Err(stale(flow.step)) }
}

async fn person(app: &App, flow: &Flow) -> Result<(User, Policy), web::Error> {
    let mut conn = app.db.conn().await?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::find(&mut conn, id).await?.ok_or_else(from_the_start)?;
    let policy = policy::of(&mut conn, &user.contract_no).await?;
    Ok((user, policy))
}

fn way_on(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Code => (words::TO_CODE, CODE),
        Step::Verified => (words::TO_PASSWORD, PASSWORD),
        Step::Done => (words::TO_DONE, DONE),
        _ => (words::TO_START, START),
    }
}

fn stale(step: Step) -> web::Error {
    let (label, href) = way_on(step);
    web::Error::stale(label, href)
}

fn from_the_start() -> web::Error {
    web::Error::stale(words::TO_START, START)
}

fn refused(refusal: Refusal, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    mistakes.add_general(refusal.ja(now));
    let status = match refusal {
        Refusal::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Done => StatusCode::CONFLICT,
        Refusal::Waits(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Locked(_) | Refusal::Closed => StatusCode::FORBIDDEN,
    };
    (status, mistakes)
}

fn shell(frame: &Frame, title: &str, step: usize) -> Shell {
    Shell::new(frame, title).steps(step, &words::STEPS).narrow()
}

fn start_page(frame: &Frame, user_id: &str, mistakes: Mistakes) -> StartPage {
    StartPage {
        shell: shell(frame, words::TITLE, 1),
        user_id: mistakes.field("user_id", user_id),
        password: mistakes.secret("password"),
        mistakes,
        csrf: String::new(),
        resume: None,
    }
}

fn code_page(visit: &Visit, typed: &str, mistakes: Mistakes) -> CodePage {
    CodePage {
        shell: shell(&visit.frame, words::TITLE, 2),
        code: mistakes.field("code", typed),
        mistakes,
        csrf: visit.csrf().unwrap_or_default(),
    }
}

fn password_page(visit: &Visit, user: &User, policy: &Policy, mistakes: Mistakes) -> PasswordPage {
    PasswordPage {
        shell: shell(&visit.frame, words::TITLE, 3),
        login_id: user.login_id.clone(),
        policy: *policy,
        new_password: mistakes.secret("new_password"),
        mistakes,
        csrf: visit.csrf().unwrap_or_default(),
    }
}

fn done_page(frame: &Frame, login_id: &str, of_company: bool) -> DonePage {
    let shell = shell(frame, words::DONE_TITLE, 4).success(words::DONE);
    DonePage { shell, login_id: login_id.to_owned(), of_company }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::terms::Preset;
    use crate::members::samples::{user, visit};

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let visit = visit(frame);
        let now = Moment::from_unix(1_795_000_000);
        let someone = User { login_id: "human5@human.example.jp".into(), ..user() };
        let mut start = start_page(frame, "", Mistakes::default());
        start.shell = start.shell.info(words::FIRST);
        let mut wrong = start_page(frame, &someone.login_id, refused(Refusal::Wrong, now).1);
        wrong.resume = Some((words::TO_CODE, CODE));
        let mut code = Mistakes::default();
        code.add("code", words::CODE, words::wrong_code(4));
        let policy = Preset::Portal.policy();
        let mut weak = Mistakes::default();
        weak.add("new_password", words::NEW, words::SAME);
        let render =
            |name, page: &dyn askama::DynTemplate| (name, page.dyn_render().expect("renders"));
        vec![
            render("members-activate", &start),
            render("members-activate-wrong", &wrong),
            render("members-activate-code", &code_page(&visit, "", Mistakes::default())),
            render("members-activate-code-wrong", &code_page(&visit, "123456", code)),
            render(
                "members-activate-password",
                &password_page(&visit, &someone, &policy, Mistakes::default()),
            ),
            render("members-activate-weak", &password_page(&visit, &someone, &policy, weak)),
            render("members-activate-done", &done_page(frame, &someone.login_id, false)),
            render("members-activate-company", &done_page(frame, &someone.login_id, true)),
        ]
    }
}
