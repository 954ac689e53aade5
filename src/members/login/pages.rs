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
use super::enter::{SCREEN, enter, leave};
use super::rules::Refusal;
use super::words;
use crate::app::App;
use crate::base::{Moment, Secret};
use crate::identity::{Bearer, Holder};
use crate::members::fields::need;
use crate::web::visit::CHANGE_PASSWORD;
use crate::web::{self, Arrived, Field, Form, Frame, Jar, Mistakes, Shell, Visit, csrf_of};

/// `/login`, `/logout`, `/logged-out`, `/session`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/login", get(show_login).post(submit_login))
        .route("/logout", post(submit_logout))
        .route("/logged-out", get(show_logged_out))
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
}

#[derive(Template)]
#[template(path = "members/login/pages/out.html")]
struct OutPage {
    shell: Shell,
}

/// Why one is led here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reason {
    ended: String,
}

/// The sign-out form has nothing but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn show_login(
    State(app): State<App>,
    visit: Visit,
    Query(reason): Query<Reason>,
) -> Result<Response, web::Error> {
    let holder = holder(&visit)?;
    let info = (reason.ended == "idle").then(|| words::idle(app.config.idle_minutes));
    let Bearer::Person { login_id, .. } = &holder.bearer else {
        return company::show(&visit, &holder, info);
    };
    let (token, cookie) = visit.flow_or_new();
    let mut page = login_page(&visit.frame, login_id, Mistakes::default());
    page.csrf = csrf_of(&token);
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
            Ok((token, user)) => return Ok(welcome(&token, user.password_temporary)),
            Err(refusal) => (status, mistakes) = refused(refusal, app.clock.now()),
        }
    }
    let mut page = login_page(&visit.frame, login_id, mistakes);
    page.csrf = visit.csrf().unwrap_or_default();
    web::page_with(status, &page)
}

/// A temporary password opens the page where it is changed, and nothing else (R004-95).
pub(super) fn welcome(token: &Secret, temporary: bool) -> Response {
    let to = if temporary { CHANGE_PASSWORD } else { "/home" };
    ([(SET_COOKIE, Jar::Session.set(token, None))], Redirect::to(to)).into_response()
}

async fn submit_logout(
    State(app): State<App>,
    visit: Visit,
    form: Result<Form<Nothing>, web::Error>,
) -> Result<Response, web::Error> {
    // A second window may have ended the session: then one is out already.
    if let Some(token) = &visit.session {
        form?;
        leave(&app, &visit, token).await?;
    }
    let out = Redirect::to("/logged-out");
    Ok(([(SET_COOKIE, Jar::Session.clear())], out).into_response())
}

async fn show_logged_out(visit: Visit) -> Result<Response, web::Error> {
    web::page(&out_page(&visit.frame))
}

/// The guard has noted the operation; there is nothing to show.
async fn keep_session(_: Arrived) -> StatusCode {
    StatusCode::NO_CONTENT
}

fn holder(visit: &Visit) -> Result<Arc<Holder>, web::Error> {
    visit.caller.holder.clone().ok_or(web::Error::Forbidden)
}

fn refused(refusal: Refusal, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    let status = match refusal {
        Refusal::Wrong => {
            mistakes.add("password", words::PASSWORD, refusal.ja(now));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::Locked(_) | Refusal::Closed | Refusal::Waits(_) => {
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
    }
}

fn out_page(frame: &Frame) -> OutPage {
    OutPage { shell: Shell::new(frame, words::OUT_TITLE).success(words::OUT).narrow() }
}

#[cfg(test)]
pub mod samples {
    use super::*;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let now = Moment::from_unix(1_795_000_000);
        let page = |mistakes| login_page(frame, "rokin12", mistakes);
        let mut idle = page(Mistakes::default());
        idle.shell = idle.shell.info(words::idle(60));
        let refused = |refusal| page(refused(refusal, now).1).render().expect("renders");
        let own = vec![
            ("members-login", page(Mistakes::default()).render().expect("renders")),
            ("members-login-idle", idle.render().expect("renders")),
            ("members-login-wrong", refused(Refusal::Wrong)),
            ("members-login-locked", refused(Refusal::Locked(now.plus_minutes(60)))),
            ("members-login-closed", refused(Refusal::Closed)),
            ("members-out", out_page(frame).render().expect("renders")),
        ];
        [own, company::samples::pages(frame)].concat()
    }
}
