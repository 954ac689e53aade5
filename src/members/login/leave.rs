//! 「ログアウト」: at once, or after 「はい」 where the contract's preset asks (R003-40).

use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::enter;
use super::words;
use crate::app::App;
use crate::base::Secret;
use crate::identity::sessions::Found;
use crate::identity::{terms, users};
use crate::web::visit::Rejection;
use crate::web::{self, Arrived, Form, Frame, Jar, Shell, Visit};

#[derive(Template)]
#[template(path = "members/login/pages/leave.html")]
struct LeavePage {
    shell: Shell,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/login/pages/out.html")]
struct OutPage {
    shell: Shell,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LeaveForm {
    /// `yes` from 「はい」.
    sure: String,
}

/// The confirmation as a page: for whoever has no script, or comes by the address.
pub(super) async fn show_leave(
    arrived: Result<Arrived, Rejection>,
) -> Result<Response, web::Error> {
    match arrived {
        Ok(person) => {
            let csrf = person.csrf();
            let shell = person.bare_shell(words::LEAVE_TITLE, "");
            web::page(&leave_page(shell, csrf))
        }
        Err(Rejection::Elsewhere(response)) => Ok(response),
        Err(Rejection::Failed(error)) => Err(error),
    }
}

pub(super) async fn submit_leave(
    State(app): State<App>,
    visit: Visit,
    form: Result<Form<LeaveForm>, web::Error>,
) -> Result<Response, web::Error> {
    let mut to = "/logged-out";
    // A second window may have ended the session: then one is out already.
    if let Some(token) = &visit.session {
        let Form(form) = form?;
        if asks(&app, token).await? {
            if form.sure != "yes" {
                return Ok(Redirect::to("/logout").into_response());
            }
            to = "/login?ended=logout";
        }
        enter::leave(&app, &visit, token).await?;
    }
    Ok(([(SET_COOKIE, Jar::Session.clear())], Redirect::to(to)).into_response())
}

/// Whether the contract of whose session it is wants to be asked.
async fn asks(app: &App, token: &Secret) -> Result<bool, web::Error> {
    let Found::Live(session) = app.sessions.find(token, app.clock.now()).await? else {
        return Ok(false);
    };
    let mut conn = app.db.conn().await?;
    let Some(user) = users::find(&mut conn, &session.user_id).await? else { return Ok(false) };
    Ok(terms::of(&mut conn, &user.contract_no).await?.preset.asks_before_logout())
}

pub(super) async fn show_logged_out(visit: Visit) -> Result<Response, web::Error> {
    web::page(&out_page(&visit.frame))
}

fn leave_page(shell: Shell, csrf: String) -> LeavePage {
    LeavePage { shell: shell.narrow(), csrf }
}

fn out_page(frame: &Frame) -> OutPage {
    OutPage { shell: Shell::new(frame, words::OUT_TITLE).success(words::OUT).narrow() }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::members::samples::signed_in;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let shell = Shell { menu: Vec::new(), ..signed_in(frame, words::LEAVE_TITLE, "") };
        vec![
            ("members-out", out_page(frame).render().expect("renders")),
            ("members-leave", leave_page(shell, "token".into()).render().expect("renders")),
        ]
    }
}
