//! The operator's side of 賃金控除: groups and their terms, schedules, what goes out.
//!
//! Words: *terms* of a group are its names, what was agreed with its employer, and which
//! services are used in it. Invariants: a date is moved only while the period is open, and
//! whoever works in the contract is told in the same transaction; what is sent was
//! confirmed, and stays so.

pub mod acts;
pub mod export;
mod groups;
mod pages;
mod people;
mod periods;
pub mod rules;
mod schedule;
mod send;
pub mod store;
mod words;

pub use send::outgoing;

use axum::Router;
use axum::routing::get;

use crate::app::App;

const HOME: &str = "/operator/deduction";

/// `/operator/deduction/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(HOME, get(pages::show_contracts))
        .route("/operator/deduction/{contract}", get(pages::show_contract))
        .route("/operator/deduction/{contract}/people", get(people::show_people))
        .route(
            "/operator/deduction/{contract}/people/{id}",
            get(people::edit_person).post(people::submit_person),
        )
        .route(
            "/operator/deduction/{contract}/groups/new",
            get(groups::edit_new).post(groups::submit_new),
        )
        .route("/operator/deduction/{contract}/{group}", get(schedule::show_group))
        .route(
            "/operator/deduction/{contract}/{group}/terms",
            get(groups::edit_terms).post(groups::submit_terms),
        )
        .route(
            "/operator/deduction/{contract}/{group}/rules/{kind}",
            get(schedule::edit_rule).post(schedule::submit_rule),
        )
        .route(
            "/operator/deduction/{contract}/{group}/periods/new",
            get(periods::edit_new).post(periods::submit_new),
        )
        .route(
            "/operator/deduction/{contract}/{group}/periods/{period}",
            get(periods::edit_period).post(periods::submit_period),
        )
        .route(
            "/operator/deduction/{contract}/{group}/periods/{period}/request",
            get(send::download_request),
        )
        .route(
            "/operator/deduction/{contract}/{group}/periods/{period}/send",
            get(send::edit_send).post(send::submit_send),
        )
        .route(
            "/operator/deduction/{contract}/{group}/periods/{period}/send/file",
            get(send::download_deposit),
        )
}
