//! The top page and the general user's first page.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::app::App;
use crate::identity::terms;
use crate::web::visit::Rejection;
use crate::web::{self, Arrived, Frame, Shell, Visit};

/// `/` and `/enroll/general`.
pub fn router() -> Router<App> {
    Router::new().route("/", get(show_top)).route("/enroll/general", get(show_general))
}

#[derive(Template)]
#[template(path = "members/top/pages/top.html")]
struct TopPage {
    shell: Shell,
    /// Whether people may register by themselves for some contract (R002-17).
    signs_up: bool,
}

#[derive(Template)]
#[template(path = "members/top/pages/general.html")]
struct GeneralPage {
    shell: Shell,
}

/// Who is in already goes to the first page inside: error pages and the mark lead here.
async fn show_top(
    State(app): State<App>,
    arrived: Result<Arrived, Rejection>,
    visit: Visit,
) -> Result<Response, web::Error> {
    if arrived.is_ok() {
        return Ok(Redirect::to("/home").into_response());
    }
    // Of a company's people, the first page asks who it is (R003-36).
    if visit.caller.holder.as_ref().is_some_and(|holder| holder.is_company()) {
        return Ok(Redirect::to("/login").into_response());
    }
    let signs_up = terms::any_signs_up(&mut app.db.conn().await?).await?;
    web::page(&TopPage { signs_up, ..top_page(&visit.frame) })
}

async fn show_general(visit: Visit) -> Result<Response, web::Error> {
    web::page(&general_page(&visit.frame))
}

fn top_page(frame: &Frame) -> TopPage {
    let shell = Shell::new(frame, "ログイン画面").screen("DC581101");
    TopPage { shell: shell.bulletin(frame.outages.clone()), signs_up: false }
}

fn general_page(frame: &Frame) -> GeneralPage {
    let shell = Shell::new(frame, "一般ユーザーの初期登録").crumb("トップページ", "/");
    GeneralPage { shell: shell.crumb_here().narrow() }
}

#[cfg(test)]
pub mod samples {
    use super::*;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let signup = TopPage { signs_up: true, ..top_page(frame) };
        vec![
            ("members-top", top_page(frame).render().expect("renders")),
            ("members-top-signup", signup.render().expect("renders")),
            ("members-general", general_page(frame).render().expect("renders")),
        ]
    }
}
