//! `/settings/second-factor` and the pairing of an app.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::change::{self, SCREEN};
use super::picture::{self, Picture};
use super::words;
use crate::app::{App, Try};
use crate::base::Secret;
use crate::identity::flows::LIFE_MINUTES;
use crate::identity::users::SecondFactor;
use crate::identity::{rules, second_factor, totp};
use crate::members::fields::need;
use crate::members::login::rules::Refusal;
use crate::web::{self, Field, Form, Jar, Mistakes, Shell, SignedIn};

const FORM: &str = "/settings/second-factor";
const APP: &str = "/settings/second-factor/app";

/// `/settings/second-factor` and `/settings/second-factor/app`.
pub fn router() -> Router<App> {
    Router::new()
        .route(FORM, get(show_form).post(submit_form))
        .route(APP, get(show_app).post(submit_app))
}

#[derive(Template)]
#[template(path = "members/factor/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    now: &'static str,
    required: bool,
    factor: Field,
    choices: Vec<(&'static str, &'static str)>,
    password: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/factor/pages/app.html")]
struct AppPage {
    shell: Shell,
    mistakes: Mistakes,
    code: Field,
    /// The secret in groups of four.
    secret: String,
    picture: Option<Picture>,
    csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    saved: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FactorForm {
    factor: String,
    password: Secret,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CodeForm {
    code: String,
}

async fn show_form(
    State(app): State<App>,
    person: SignedIn,
    Query(before): Query<Before>,
) -> Result<Response, web::Error> {
    let required = required(&app, &person).await?;
    let factor = person.0.user.second_factor;
    let mut shell = shell(&person, words::TITLE);
    if before.saved == "1" {
        shell = shell.success(words::SAVED);
    }
    let typed = factor.map_or("off", SecondFactor::word);
    let page = form_page(shell, (factor, required), typed, Mistakes::default());
    web::page(&FormPage { csrf: person.0.csrf(), ..page })
}

async fn submit_form(
    State(app): State<App>,
    person: SignedIn,
    Form(form): Form<FactorForm>,
) -> Result<Response, web::Error> {
    let required = required(&app, &person).await?;
    let mut mistakes = Mistakes::default();
    match form.factor.as_str() {
        "off" if required => mistakes.add("factor", words::CHOICE, words::REQUIRED),
        "off" | "mail" | "totp" => {}
        _ => mistakes.add("factor", words::CHOICE, words::NOT_CHOSEN),
    }
    need(&mut mistakes, "password", words::PASSWORD, &form.password);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if mistakes.is_empty() {
        let event = person.0.event("second-factor", SCREEN);
        let now = app.clock.now();
        match app.try_user(Some(person.0.user.clone()), &form.password, &event).await? {
            Try::Right(tried) if form.factor == "totp" => {
                let token = change::begin(&app, &tried).await?;
                let cookie = Jar::Flow.set(&token, Some(LIFE_MINUTES * 60));
                return Ok(([(SET_COOKIE, cookie)], Redirect::to(APP)).into_response());
            }
            Try::Right(tried) => {
                let to = SecondFactor::parse(&form.factor);
                if change::set(&app, &person.0, &tried, to).await? {
                    return Ok(saved());
                }
                mistakes.add("password", words::PASSWORD, words::WRONG_PASSWORD);
            }
            Try::Wrong => mistakes.add("password", words::PASSWORD, words::WRONG_PASSWORD),
            Try::Locked(until) => {
                mistakes.add_general(Refusal::Locked(until).ja(now));
                status = StatusCode::FORBIDDEN;
            }
            Try::Closed => {
                mistakes.add_general(Refusal::Closed.ja(now));
                status = StatusCode::FORBIDDEN;
            }
        }
    }
    let factor = person.0.user.second_factor;
    let page = form_page(shell(&person, words::TITLE), (factor, required), &form.factor, mistakes);
    web::page_with(status, &FormPage { csrf: person.0.csrf(), ..page })
}

async fn show_app(State(app): State<App>, person: SignedIn) -> Result<Response, web::Error> {
    web::page(&app_page(&app, &person, "", Mistakes::default()).await?)
}

async fn submit_app(
    State(app): State<App>,
    person: SignedIn,
    Form(form): Form<CodeForm>,
) -> Result<Response, web::Error> {
    let sentence = match rules::code(&form.code) {
        Err(mistake) => mistake.ja(words::CODE),
        Ok(code) => match change::pair(&app, &person.0, &code).await? {
            Some(true) => return Ok(saved()),
            Some(false) => words::WRONG_CODE.to_owned(),
            None => return Err(from_the_start()),
        },
    };
    let mut mistakes = Mistakes::default();
    mistakes.add("code", words::CODE, sentence);
    let page = app_page(&app, &person, form.code.trim(), mistakes).await?;
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn saved() -> Response {
    Redirect::to("/settings/second-factor?saved=1").into_response()
}

async fn required(app: &App, person: &SignedIn) -> Result<bool, web::Error> {
    let mut conn = app.db.conn().await?;
    Ok(second_factor::is_required(&mut conn, person.contract_no()).await?)
}

fn from_the_start() -> web::Error {
    web::Error::stale(words::TO_FORM, FORM)
}

/// The manuals give these pages no number.
fn shell(person: &SignedIn, title: &str) -> Shell {
    let shell = person.shell(title, "", "/settings");
    shell
        .crumb("トップページ", "/home")
        .crumb(words::SETTINGS_TITLE, "/settings")
        .crumb_here()
        .narrow()
}

fn form_page(
    shell: Shell,
    (now, required): (Option<SecondFactor>, bool),
    typed: &str,
    mistakes: Mistakes,
) -> FormPage {
    let mut choices = vec![words::MAIL, words::TOTP];
    if !required {
        choices.insert(0, words::OFF);
    }
    FormPage {
        shell,
        now: words::now(now),
        required,
        factor: mistakes.field("factor", typed),
        choices,
        password: mistakes.secret("password"),
        mistakes,
        csrf: String::new(),
    }
}

async fn app_page(
    app: &App,
    person: &SignedIn,
    typed: &str,
    mistakes: Mistakes,
) -> Result<AppPage, web::Error> {
    let secret = change::pairing(app, &person.0).await?.ok_or_else(from_the_start)?;
    let (issuer, account) = (&app.config.service.name, &person.0.user.login_id);
    let page = paired(shell(person, words::APP_TITLE), (issuer, account), &secret, mistakes);
    let code = page.mistakes.field("code", typed);
    Ok(AppPage { code, csrf: person.0.csrf(), ..page })
}

fn paired(
    shell: Shell,
    (issuer, account): (&str, &str),
    secret: &Secret,
    mistakes: Mistakes,
) -> AppPage {
    let groups: Vec<String> =
        secret.expose().as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into()).collect();
    AppPage {
        shell,
        code: mistakes.field("code", ""),
        mistakes,
        secret: groups.join(" "),
        picture: picture::of(&totp::uri(issuer, account, secret)),
        csrf: String::new(),
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::members::samples::signed_in;
    use crate::web::Frame;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let shell = |title| {
            signed_in(frame, title, "/settings")
                .crumb("トップページ", "/home")
                .crumb_here()
                .narrow()
        };
        let form = |now, required, typed, mistakes| {
            form_page(shell(words::TITLE), (now, required), typed, mistakes)
        };
        let mut wrong = Mistakes::default();
        wrong.add("password", words::PASSWORD, words::WRONG_PASSWORD);
        let secret = Secret::from("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        let app = |mistakes| {
            paired(shell(words::APP_TITLE), (&frame.service_name, "rokin12"), &secret, mistakes)
        };
        let mut code = Mistakes::default();
        code.add("code", words::CODE, words::WRONG_CODE);
        let mut saved = form(Some(SecondFactor::Mail), true, "mail", Mistakes::default());
        saved.shell = saved.shell.success(words::SAVED);
        let render =
            |name, page: &dyn askama::DynTemplate| (name, page.dyn_render().expect("renders"));
        vec![
            render("members-factor", &form(None, false, "off", Mistakes::default())),
            render("members-factor-required", &saved),
            render("members-factor-wrong", &form(None, false, "totp", wrong)),
            render("members-factor-app", &app(Mistakes::default())),
            render("members-factor-app-wrong", &app(code)),
        ]
    }
}
