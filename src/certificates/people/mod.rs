//! People of all contracts (利用者), as the operator finds and helps them.
//!
//! - `pages`: the list and one person. `acts`: lifting a lock, a new 仮のパスワード and
//!   its sheet, the deletion. `changes`: what requests on paper do alike.
//!
//! Invariants: a password is never looked up, only replaced (R004-100); a new one is told
//! once, to whoever made it; each change is one transaction with its audit row.

mod acts;
pub mod changes;
mod pages;
mod store;
mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// Where the list is.
pub const LIST: &str = "/operator/users";

/// `/operator/users/…`, but for what revokes certificates.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(pages::show_users))
        .route("/operator/users/{id}", get(pages::show_user))
        .route("/operator/users/{id}/unlock", post(acts::submit_unlock))
        .route(
            "/operator/users/{id}/password",
            get(acts::edit_password).post(acts::submit_password),
        )
        .route("/operator/users/{id}/sheet", get(acts::show_sheet))
        .route("/operator/users/{id}/sheet/done", post(acts::submit_sheet_done))
        .route("/operator/users/{id}/delete", get(acts::edit_delete).post(acts::submit_delete))
}
