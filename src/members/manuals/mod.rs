//! マニュアル照会: papers for people to read and print, by audience and role (R004-157..160,
//! R003-43, R002-50).
//!
//! - `pages`: what people see at `/settings/manuals`. `console`: the operator's list and
//!   form. `kinds`: which files are taken. `rules`: what is typed. `store`: the table.
//!
//! Invariants: a file is what its name says, by its first bytes; it leaves with its own
//! media type and nosniff; whoever it is not for does not find it.

mod console;
mod kinds;
mod pages;
mod rules;
mod store;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::app::App;

pub use store::{Manual, insert};

/// Where the operator's list is.
const LIST: &str = "/operator/manuals";
/// Where people's list is.
const SHELF: &str = "/settings/manuals";

/// `/settings/manuals/…` and `/operator/manuals/…`; a file may be as large as the
/// settings say.
pub fn router() -> Router<App> {
    let files = Router::new()
        .route("/operator/manuals/new", get(console::edit_new).post(console::submit_new))
        .route("/operator/manuals/{id}", get(console::edit_manual).post(console::submit_manual))
        // `Upload` bounds what it takes.
        .layer(DefaultBodyLimit::disable());
    Router::new()
        .route(SHELF, get(pages::show_manuals))
        .route("/settings/manuals/{id}", get(pages::show_manual))
        .route("/settings/manuals/{id}/file", get(pages::download_file))
        .route(LIST, get(console::show_manuals))
        .route(
            "/operator/manuals/{id}/withdraw",
            get(console::edit_withdraw).post(console::submit_withdraw),
        )
        .merge(files)
}
