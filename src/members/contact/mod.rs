//! お問い合わせ without a login (R002-39, R001-103), and where the operator reads them.
//!
//! Invariants: a form sent twice is kept once; who sends very many waits; what was
//! written reaches the operator by the list, and by mail where an address is set.

mod desk;
mod pages;
pub mod rules;
mod store;
mod words;

pub use words::mail;

#[cfg(test)]
pub(super) mod samples;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The form.
const FORM: &str = "/help/contact";
/// What is said after it.
const THANKS: &str = "/help/contact/thanks";
/// The operator's list.
const DESK: &str = "/operator/contacts";

/// `/help/contact` for everybody, `/operator/contacts` for the operator.
pub fn router() -> Router<App> {
    Router::new()
        .route(FORM, get(pages::show_form).post(pages::submit_form))
        .route(THANKS, get(pages::show_thanks))
        .route(DESK, get(desk::show_list))
        .route("/operator/contacts/{id}", get(desk::show_contact))
        .route("/operator/contacts/{id}/done", post(desk::submit_done))
}
