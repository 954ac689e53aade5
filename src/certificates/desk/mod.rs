//! The operator's desk (運営者): all certificates of all contracts, revoking them,
//! and the requests on paper (依頼書) that ask for it (R004-10, R004-72, R004-161).
//!
//! - `list`, `detail`, `revoking`: certificates. `requests`: what came on paper.
//! - `carrying`: doing what a request asks for (R004-100..104).
//! - `blank`: the empty form, for anybody to print.
//!
//! Invariants: every page under `/operator` asks for the operator, also one that
//! forgets to; revoking twice changes nothing; a certificate, its note and the request
//! that asked for it are written in one transaction.

mod blank;
mod carrying;
mod detail;
mod list;
mod requests;
mod revoking;
pub mod rules;
mod store;
mod words;

use axum::Router;
use axum::middleware::from_extractor_with_state;
use axum::routing::{get, post};

use crate::app::App;
use crate::web::{Operator, Shell};

/// Where the list of certificates is.
const CERTIFICATES: &str = "/operator/certificates";
/// Where the list of requests is.
const REQUESTS: &str = "/operator/requests";

/// `/operator/…`, all of it for the operator alone, and the empty form for everybody.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route(CERTIFICATES, get(list::show_certificates))
        .route("/operator/certificates.csv", get(list::download_inventory))
        .route("/operator/certificates/{serial}", get(detail::show_certificate))
        .route(
            "/operator/certificates/{serial}/revoke",
            get(revoking::edit_one).post(revoking::submit_one),
        )
        .route("/operator/users/{id}/revoke", get(revoking::edit_user).post(revoking::submit_user))
        .route(REQUESTS, get(requests::show_requests))
        .route("/operator/requests/new", get(requests::edit_new).post(requests::submit_new))
        .route("/operator/requests/{id}", get(requests::show_request))
        .route("/operator/requests/{id}/done", post(requests::submit_done))
        .route(
            "/operator/requests/{id}/carry-out",
            get(carrying::edit_carry).post(carrying::submit_carry),
        )
        .route_layer(from_extractor_with_state::<Operator, App>(app.clone()))
        .merge(blank::router())
}

/// Says on the page what has just been done.
fn done(shell: Shell, word: &str) -> Shell {
    match words::done(word) {
        Some(Ok(sentence)) => shell.success(sentence),
        Some(Err(sentence)) => shell.info(sentence),
        None => shell,
    }
}
