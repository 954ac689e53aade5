//! The deduction module (控除): what is taken from people's pay for the institution.
//!
//! Everything here belongs to one contract, most of it to one of its groups, and every
//! query names them: what is another's is not there.

pub mod demo;
pub mod deposit;
pub mod desk;
pub mod files;
pub mod groups;
pub mod information;
pub mod items;
pub mod ledger;
mod names;
pub mod period;
pub mod received;
pub mod requests;
pub mod rokin;
pub mod rules;
pub mod savings;
pub mod scope;
pub mod sums;
pub mod transfers;
pub mod zaikei;
pub mod zengin;

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::web::menu::{deduction, group_page, group_page_with};
use crate::web::{Error, SignedIn};

/// Every page of the module.
pub fn router() -> Router<App> {
    Router::new()
        .merge(groups::router())
        .merge(menus())
        .merge(rokin::router())
        .merge(ledger::router())
        .merge(requests::router())
        .merge(savings::router())
        .merge(zaikei::router())
        .merge(deposit::router())
        .merge(desk::router())
        .merge(transfers::router())
}

/// Files of the ledger come and go: their history is found there, too.
fn ledger_page(person: &SignedIn) -> Result<Response, Error> {
    group_page_with(&deduction::LEDGER, &[&deduction::TRANSFERS], person)
}

/// The pages that the menu's entries lead to.
fn menus() -> Router<App> {
    Router::new()
        .route("/deduction/rokin", get(async |person| group_page(&deduction::ROKIN, &person)))
        .route("/deduction/ledger", get(async |person| ledger_page(&person)))
        .route("/deduction/savings", get(async |person| group_page(&deduction::SAVINGS, &person)))
        .route("/deduction/zaikei", get(async |person| group_page(&deduction::ZAIKEI, &person)))
}
