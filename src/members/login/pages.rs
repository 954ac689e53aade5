//! DC582101, the way out, and the sign of life that a page sends.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::company::{self, LoginForm};
use super::enter::{Opened, SCREEN, enter};
use super::rules::Refusal;
use super::{leave, second, words};
use crate::app::App;
use crate::base::Moment;
use crate::identity::flows::LIFE_MINUTES;
use crate::identity::{Bearer, Holder, terms};
use crate::members::fields::need;
use crate::web::visit::CHANGE_PASSWORD;
use crate::web::{self, Arrived, Field, Form, Frame, Jar, Mistakes, Shell, Visit, csrf_of};

/// `/login`, `/login/code`, `/logout`, `/logged-out`, `/session`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/login", get(show_login).post(submit_login))
        .route(second::PATH, get(second::show_code).post(second::submit_code))
        .route("/login/code/again", post(second::submit_again))
        .route("/logout", get(leave::show_leave).post(leave::submit_leave))
        .route("/logged-out", get(leave::show_logged_out))
        .route("/session", get(keep_session))
}

#[derive(Template)]
#[template(path = "members/login/pages/login.html")]
struct LoginPage {
    shell: Shell,
    mistakes: Mistakes,
    login_id: String,
    password: Field,
    csrf: String,
    resets_by_mail: bool,
}

/// Why one is led here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reason {
    ended: String,
}

async fn show_login(
    State(app): State<App>,
    visit: Visit,
    Query(reason): Query<Reason>,
) -> Result<Response, web::Error> {
    let holder = holder(&visit)?;
    let info = match reason.ended.as_str() {
        "idle" => Some(words::idle(app.config.idle_minutes)),
        "logout" => Some(words::OUT.to_owned()),
        _ => None,
    };
    let resets = resets_by_mail(&app, &holder).await?;
    let Bearer::Person { login_id, .. } = &holder.bearer else {
        return company::show(&visit, &holder, resets, info);
    };
    let (token, cookie) = visit.flow_or_new();
    let mut page = login_page(&visit.frame, login_id, Mistakes::default());
    page.csrf = csrf_of(&token);
    page.resets_by_mail = resets;
    if let Some(info) = info {
        page.shell = page.shell.info(info);
    }
    Ok((cookie, web::page(&page)?).into_response())
}

async fn submit_login(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<LoginForm>,
) -> Result<Response, web::Error> {
    let holder = holder(&visit)?;
    let Bearer::Person { user_id, login_id } = &holder.bearer else {
        return company::submit(&app, &visit, &holder, &form).await;
    };
    let mut mistakes = Mistakes::default();
    need(&mut mistakes, "password", words::PASSWORD, &form.password);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if mistakes.is_empty() {
        match enter(&app, &visit, (&holder, user_id), &form.password).await? {
            Ok(opened) => return Ok(welcome(&opened)),
            Err(Refusal::NotActivated) => return Ok(to_activation(&visit.frame)),
            Err(refusal) => (status, mistakes) = refused(refusal, app.clock.now()),
        }
    }
    let mut page = login_page(&visit.frame, login_id, mistakes);
    page.csrf = visit.csrf().unwrap_or_default();
    page.resets_by_mail = resets_by_mail(&app, &holder).await?;
    web::page_with(status, &page)
}

/// Whether the contract's people set a forgotten password anew by themselves (R000-25).
pub(super) async fn resets_by_mail(app: &App, holder: &Holder) -> Result<bool, web::Error> {
    let mut conn = app.db.conn().await?;
    Ok(terms::of(&mut conn, &holder.contract_no).await?.preset.resets_by_mail())
}

/// Who was invited goes through 本登録 first.
pub(super) fn to_activation(frame: &Frame) -> Response {
    Redirect::to(&format!("{}/activate?from=login", frame.enroll_url)).into_response()
}

/// A temporary password opens the page where it is changed, and nothing else (R004-95).
pub(super) fn welcome(opened: &Opened) -> Response {
    let (cookie, to) = match opened {
        Opened::Session(token, user) if user.password_temporary => {
            (Jar::Session.set(token, None), CHANGE_PASSWORD)
        }
        Opened::Session(token, _) => (Jar::Session.set(token, None), "/home"),
        Opened::Code(token) => (Jar::Flow.set(token, Some(LIFE_MINUTES * 60)), second::PATH),
    };
    ([(SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// The guard has noted the operation; there is nothing to show.
async fn keep_session(_: Arrived) -> StatusCode {
    StatusCode::NO_CONTENT
}

pub(super) fn holder(visit: &Visit) -> Result<Arc<Holder>, web::Error> {
    visit.caller.holder.clone().ok_or(web::Error::Forbidden)
}

pub(super) fn refused(refusal: Refusal, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    let status = match refusal {
        Refusal::Wrong => {
            mistakes.add("password", words::PASSWORD, refusal.ja(now));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::CodesExhausted => {
            mistakes.add_general(refusal.ja(now));
            StatusCode::TOO_MANY_REQUESTS
        }
        _ => {
            mistakes.add_general(refusal.ja(now));
            StatusCode::FORBIDDEN
        }
    };
    (status, mistakes)
}

fn login_page(frame: &Frame, login_id: &str, mistakes: Mistakes) -> LoginPage {
    LoginPage {
        shell: Shell::new(frame, words::TITLE).screen(SCREEN).narrow(),
        login_id: login_id.to_owned(),
        password: mistakes.secret("password"),
        mistakes,
        csrf: String::new(),
        resets_by_mail: false,
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let now = Moment::from_unix(1_795_000_000);
        let page = |mistakes| login_page(frame, "rokin12", mistakes);
        let mut idle = page(Mistakes::default());
        idle.shell = idle.shell.info(words::idle(60));
        let portal = LoginPage { resets_by_mail: true, ..page(Mistakes::default()) };
        let refused = |refusal| page(refused(refusal, now).1).render().expect("renders");
        let own = vec![
            ("members-login", page(Mistakes::default()).render().expect("renders")),
            ("members-login-idle", idle.render().expect("renders")),
            ("members-login-wrong", refused(Refusal::Wrong)),
            ("members-login-locked", refused(Refusal::Locked(now.plus_minutes(60)))),
            ("members-login-closed", refused(Refusal::Closed)),
            ("members-login-not-yet", refused(Refusal::NotYet(now.plus_minutes(10)))),
            ("members-login-portal", portal.render().expect("renders")),
        ];
        [
            own,
            company::samples::pages(frame),
            second::samples::pages(frame),
            leave::samples::pages(frame),
        ]
        .concat()
    }
}
