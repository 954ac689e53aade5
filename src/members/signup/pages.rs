//! `/signup` up to the right code; `details` goes on.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::code::{self, Judged};
use super::rules::{AddressForm, Refusal};
use super::way::{self, Again, Taken};
use super::{details, words};
use crate::app::App;
use crate::base::{Moment, Secret};
use crate::identity::flows::{Flow, LIFE_MINUTES, MOST_CODES, Step};
use crate::identity::terms;
use crate::web::{self, Error, Field, Form, Frame, Jar, Mistakes, Shell, Visit, csrf_of};

const START: &str = "/signup";
const CODE: &str = "/signup/code";
pub(super) const DETAILS: &str = "/signup/details";
pub(super) const DONE: &str = "/signup/done";

/// `/signup` and what follows it.
pub fn router() -> Router<App> {
    Router::new()
        .route(START, get(show_start).post(submit_start))
        .route(CODE, get(show_code).post(submit_code))
        .route("/signup/code/again", post(submit_again))
        .route(DETAILS, get(details::show_details).post(details::submit_details))
        .route("/signup/password", post(details::submit_password))
        .route(DONE, get(details::show_done))
}

#[derive(Template)]
#[template(path = "members/signup/pages/start.html")]
pub(super) struct StartPage {
    shell: Shell,
    mistakes: Mistakes,
    email: Field,
    pub(super) csrf: String,
    /// Where and how to go on with a way that was left: label and link.
    pub(super) resume: Option<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "members/signup/pages/code.html")]
pub(super) struct CodePage {
    shell: Shell,
    mistakes: Mistakes,
    code: Field,
    csrf: String,
    email: String,
    /// Whom the mail comes from.
    sender: String,
    rule: String,
    can_resend: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CodeForm {
    code: String,
}

#[derive(Debug, Deserialize)]
struct Nothing {}

async fn show_start(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    offered(&app).await?;
    let (token, cookie) = visit.flow_or_new();
    let found = way::find(&app, &visit).await?;
    let typed = found.as_ref().map(|(_, flow)| way::address(flow).to_owned());
    let mut page = start_page(&visit.frame, &typed.unwrap_or_default(), Mistakes::default());
    page.csrf = csrf_of(&token);
    page.resume = found.and_then(|(_, flow)| next(flow.step));
    Ok((cookie, web::page(&page)?).into_response())
}

/// Where nobody can register by themselves, there is no such page.
async fn offered(app: &App) -> Result<(), Error> {
    let offers = terms::any_signs_up(&mut app.db.conn().await?).await?;
    if offers { Ok(()) } else { Err(Error::NotFound) }
}

/// The page of a step, and what it is called.
pub(super) fn next(step: Step) -> Option<(&'static str, &'static str)> {
    match step {
        Step::Code => Some((words::TO_CODE, CODE)),
        Step::Verified => Some((words::TO_DETAILS, DETAILS)),
        Step::Registered => Some((words::TO_DONE, DONE)),
        _ => None,
    }
}

pub(super) fn elsewhere(step: Option<Step>) -> Error {
    let (label, href) = step.and_then(next).unwrap_or((words::TO_START, START));
    Error::stale(label, href)
}

async fn submit_start(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<AddressForm>,
) -> Result<Response, Error> {
    offered(&app).await?;
    let (status, mistakes) = match form.check() {
        Err(mistakes) => (StatusCode::UNPROCESSABLE_ENTITY, mistakes),
        Ok(address) => match way::begin(&app, &visit, &address).await? {
            Ok(token) => return Ok(on_the_way(&token)),
            Err(refusal) => refused(refusal, app.clock.now()),
        },
    };
    let mut page = start_page(&visit.frame, form.email.trim(), mistakes);
    page.csrf = visit.csrf().unwrap_or_default();
    web::page_with(status, &page)
}

/// Leads to the code; the cookie outlives the browser as long as the way does.
fn on_the_way(token: &Secret) -> Response {
    let cookie = Jar::Flow.set(token, Some(LIFE_MINUTES * 60));
    ([(SET_COOKIE, cookie)], Redirect::to(CODE)).into_response()
}

async fn show_code(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    match way::find(&app, &visit).await? {
        Some((_, flow)) if flow.step == Step::Code => {
            web::page(&code_page(&visit, &flow, (&rule(&app), sender(&app)), Mistakes::default()))
        }
        other => Err(elsewhere(other.map(|(_, flow)| flow.step))),
    }
}

async fn submit_code(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<CodeForm>,
) -> Result<Response, Error> {
    let (flow, judged) = match way::take(&app, &visit, &form.code).await? {
        Taken::Right => return Ok(Redirect::to(DETAILS).into_response()),
        Taken::Over => return Err(elsewhere(None)),
        Taken::Not(flow, judged) => (flow, judged),
        Taken::Refused(flow, refusal) => {
            let (status, mistakes) = refused(refusal, app.clock.now());
            let page = code_page(&visit, &flow, (&rule(&app), sender(&app)), mistakes);
            return web::page_with(status, &page);
        }
    };
    let mut mistakes = Mistakes::default();
    let said = match judged {
        Judged::Unreadable(mistake) => mistake.ja("コード"),
        Judged::Wrong if flow.code_tries > 1 => words::wrong_code(flow.code_tries - 1),
        Judged::Wrong | Judged::Over | Judged::Right => words::CODE_OVER.to_owned(),
    };
    mistakes.add("code", words::CODE, said);
    let mut page = code_page(&visit, &flow, (&rule(&app), sender(&app)), mistakes);
    form.code.trim().clone_into(&mut page.code.value);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn submit_again(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let (flow, said) = match way::send_again(&app, &visit).await? {
        Again::Sent => return Ok(Redirect::to(CODE).into_response()),
        Again::Over => {
            let found = way::find(&app, &visit).await?;
            return Err(elsewhere(found.map(|(_, flow)| flow.step)));
        }
        Again::NoMore(flow) => (flow, words::NO_MORE_CODES.to_owned()),
        Again::Refused(flow, refusal) => (flow, refusal.ja(app.clock.now())),
    };
    let mut mistakes = Mistakes::default();
    mistakes.add_general(said);
    let page = code_page(&visit, &flow, (&rule(&app), sender(&app)), mistakes);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) fn refused(refusal: Refusal, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    mistakes.add_general(refusal.ja(now));
    let status = match refusal {
        Refusal::NoMatch | Refusal::NoMoreTries => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Waits(_) | Refusal::Exhausted => StatusCode::TOO_MANY_REQUESTS,
    };
    (status, mistakes)
}

pub(super) fn start_page(frame: &Frame, email: &str, mistakes: Mistakes) -> StartPage {
    StartPage {
        shell: Shell::new(frame, words::START_TITLE).steps(1, &words::STEPS).narrow(),
        email: mistakes.field("email", email),
        mistakes,
        csrf: String::new(),
        resume: None,
    }
}

fn rule(app: &App) -> String {
    let (digits, minutes) = code::form(app);
    words::code_rule(digits, minutes)
}

fn sender(app: &App) -> &str {
    &app.config.mail.from
}

pub(super) fn code_page(
    visit: &Visit,
    flow: &Flow,
    (rule, sender): (&str, &str),
    mistakes: Mistakes,
) -> CodePage {
    CodePage {
        shell: Shell::new(&visit.frame, words::CODE_TITLE).steps(2, &words::STEPS).narrow(),
        code: mistakes.field("code", ""),
        mistakes,
        csrf: visit.csrf().unwrap_or_default(),
        email: way::address(flow).to_owned(),
        sender: sender.to_owned(),
        rule: rule.to_owned(),
        can_resend: flow.codes_sent < MOST_CODES,
    }
}
