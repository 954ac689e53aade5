//! Contracts (契約) as the operator opens, changes and closes them.
//!
//! - `pages`: list and one contract. `edit`: the form of a new one and of its terms
//!   (利用条件). `acts`: 初期パスワード, 閉塞, the end. `notice`: ご利用開始のお知らせ on paper.
//! - `changes`: what the command line and the pages do alike. `rules`: what is typed.
//!
//! Invariants: each change is one transaction with its audit row; a new 初期パスワード is
//! told once, to whoever made it; what was typed on an outdated page changes nothing.

mod acts;
pub mod changes;
mod edit;
mod notice;
mod pages;
pub mod rules;
mod store;
mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// Where the list is.
const LIST: &str = "/operator/contracts";

/// `/operator/contracts/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(pages::show_contracts))
        .route("/operator/contracts/new", get(edit::edit_new).post(edit::submit_new))
        .route("/operator/contracts/{contract}", get(pages::show_contract))
        .route(
            "/operator/contracts/{contract}/terms",
            get(edit::edit_terms).post(edit::submit_terms),
        )
        .route(
            "/operator/contracts/{contract}/password",
            get(acts::edit_password).post(acts::submit_password),
        )
        .route("/operator/contracts/{contract}/unblock", post(acts::submit_unblock))
        .route(
            "/operator/contracts/{contract}/close",
            get(acts::edit_close).post(acts::submit_close),
        )
        .route("/operator/contracts/{contract}/notice", get(notice::show_notice))
        .route("/operator/contracts/{contract}/notice/done", post(notice::submit_done))
}
