//! The way to a certificate through the browser (DC586101 and on): user ID and
//! password, mailed code, 「発行」, a page that waits, the file, how to import it.
//!
//! Each step is a row in `flows`; going back, a second click and a restart find the
//! step that is true now. The file is made beside the request (`making`) and waits
//! in memory for its download; what a stop loses is made again on the same way.

mod auth;
mod code;
mod making;
mod result;
mod words;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{any, get, post};

use super::refused;
use crate::app::App;
use crate::base::Secret;
use crate::db::Conn;
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::web::{Error, Visit};

/// The steps, as the pages name them.
const STEPS: &[&str] = &["ユーザー認証", "認証コードの入力", "電子証明書の発行", "取り込み"];

/// Life of the way's cookie: as long as the way.
const COOKIE_SECONDS: i64 = flows::LIFE_MINUTES * 60;

/// The pages of this way.
pub fn router() -> Router<App> {
    Router::new()
        .route("/certificate", get(auth::show_auth).post(auth::submit_auth))
        .route("/certificate/code", get(code::show_code).post(code::submit_code))
        .route("/certificate/code/again", post(code::submit_again))
        .route("/certificate/issue", get(making::show_issue).post(making::submit_issue))
        .route("/certificate/issuing", get(making::show_issuing))
        .route("/certificate/result", get(result::show_result))
        .route("/certificate/file", get(result::fetch_file))
        .route("/certificate/close", post(result::submit_close))
        .route("/certificate/closed", get(result::show_closed))
        // Who has shown a certificate, or cannot be asked again, needs no second question.
        .route(refused::RETRY, any(async || Redirect::to("/")))
}

/// The way this browser is on, or the page that leads to its beginning.
async fn current(app: &App, visit: &Visit, conn: &mut Conn) -> Result<(Secret, Flow), Error> {
    let token = visit.flow.clone().ok_or_else(from_the_start)?;
    let flow = flows::find(conn, &token, Kind::Certificate, app.clock.now()).await?;
    Ok((token, flow.ok_or_else(from_the_start)?))
}

/// The page of the step that is true now.
fn way_on(step: Step) -> Error {
    let (label, href) = match step {
        Step::Code => ("認証コードの入力へ進む", "/certificate/code"),
        Step::Verified => ("電子証明書の発行へ進む", "/certificate/issue"),
        Step::Issuing => ("発行の状況を見る", "/certificate/issuing"),
        Step::Issued => ("発行結果を見る", "/certificate/result"),
        Step::Authenticated | Step::Registered | Step::Done => return from_the_start(),
    };
    Error::stale(label, href)
}

fn from_the_start() -> Error {
    Error::stale("電子証明書発行を最初から行う", "/certificate")
}
