//! `/help/request-form` and `/help/initial-password-form/…`: the empty 依頼書 and
//! 初期パスワード届出書 on one sheet of A4 each, for anybody to print (R004-161).

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;

use super::words;
use crate::app::App;
use crate::web::{self, Error, Frame, Shell, Visit};

/// The page with the empty form.
pub fn router() -> Router<App> {
    Router::new()
        .route("/help/request-form", get(show_form))
        .route("/help/initial-password-form/{audience}", get(show_password_form))
}

#[derive(Template)]
#[template(path = "certificates/desk/pages/blank.html")]
struct BlankPage {
    shell: Shell,
}

async fn show_form(visit: Visit) -> Result<Response, Error> {
    web::page(&blank_page(&visit.frame))
}

#[derive(Template)]
#[template(path = "certificates/desk/pages/blank_password.html")]
struct PasswordBlankPage {
    shell: Shell,
    /// 会員向け or 事業主向け.
    for_whom: &'static str,
}

async fn show_password_form(visit: Visit, Path(audience): Path<String>) -> Result<Response, Error> {
    let for_whom = match audience.as_str() {
        "member" => "会員向け",
        "employer" => "事業主向け",
        _ => return Err(Error::NotFound),
    };
    let title = format!("{}（{for_whom}）", words::PASSWORD_FORM_NAME);
    let shell = Shell::new(&visit.frame, title).crumb("トップページ", "/").crumb_here();
    web::page(&PasswordBlankPage { shell, for_whom })
}

fn blank_page(frame: &Frame) -> BlankPage {
    let shell = Shell::new(frame, words::FORM_NAME);
    BlankPage { shell: shell.crumb("トップページ", "/").crumb_here() }
}
