//! 控除依頼: every list over the lines of a period's request (`request_lines`).
//!
//! Words: a [`List`](catalogue::List) of the catalogue is a book, a condition and columns; it
//! is opened for a group and a period as a `web::sheet::Sheet`, which is the same on screen,
//! as CSV and as PDF. A [`Listed`] is anything that the pages of lists can show; a `Chooser`
//! is the page of the menu from which lists are opened. Invariants: what a list sums is
//! `period_sums`, never added up by a page; a list of a period that is not fixed is not there,
//! and another group's or contract's is as absent as what never was.

pub mod catalogue;
mod choose;
mod columns;
pub mod employer;
mod line;
pub mod pages;
mod sheet;
mod words;

pub use catalogue::{Find, Listed, Of, open};
pub use sheet::Opened;

use axum::Router;

use crate::app::App;

/// The choosers, and the lists of 労金控除 and of both books.
pub fn router() -> Router<App> {
    choose::router()
        .merge(employer::router())
        .route("/deduction/rokin/lists/{list}", pages::shown(of_rokin))
        .route("/deduction/rokin/lists/{list}/csv", pages::as_csv(of_rokin))
        .route("/deduction/rokin/lists/{list}/pdf", pages::as_pdf(of_rokin))
        .route("/deduction/ledger/lists/{list}", pages::shown(of_ledger))
        .route("/deduction/ledger/lists/{list}/csv", pages::as_csv(of_ledger))
        .route("/deduction/ledger/lists/{list}/pdf", pages::as_pdf(of_ledger))
        .route("/deduction/ledger/combined/lists/{list}", pages::shown(of_both))
        .route("/deduction/ledger/combined/lists/{list}/csv", pages::as_csv(of_both))
        .route("/deduction/ledger/combined/lists/{list}/pdf", pages::as_pdf(of_both))
}

fn of_rokin(name: &str) -> Option<&'static dyn Listed> {
    catalogue::find(catalogue::ROKIN, name)
}

fn of_ledger(name: &str) -> Option<&'static dyn Listed> {
    catalogue::find(catalogue::LEDGER, name)
}

fn of_both(name: &str) -> Option<&'static dyn Listed> {
    catalogue::find(catalogue::COMBINED, name)
}
