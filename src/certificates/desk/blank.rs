//! `/help/request-form`: the empty 依頼書 on one sheet of A4, for anybody to print.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::words;
use crate::app::App;
use crate::web::{self, Error, Frame, Shell, Visit};

/// The page with the empty form.
pub fn router() -> Router<App> {
    Router::new().route("/help/request-form", get(show_form))
}

#[derive(Template)]
#[template(path = "certificates/desk/pages/blank.html")]
struct BlankPage {
    shell: Shell,
}

async fn show_form(visit: Visit) -> Result<Response, Error> {
    web::page(&blank_page(&visit.frame))
}

fn blank_page(frame: &Frame) -> BlankPage {
    let shell = Shell::new(frame, words::FORM_NAME);
    BlankPage { shell: shell.crumb("トップページ", "/").crumb_here() }
}
