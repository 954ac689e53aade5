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
pub use pages::lists;
pub use sheet::Opened;

use axum::Router;

use crate::app::App;

/// The choosers, and the lists of 労金控除 and of both books.
pub fn router() -> Router<App> {
    choose::router()
        .merge(lists(catalogue::ROKIN, |name| catalogue::find(catalogue::ROKIN, name)))
        .merge(lists(catalogue::COMBINED, |name| catalogue::find(catalogue::COMBINED, name)))
        .merge(employer::router())
}
