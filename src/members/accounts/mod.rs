//! Accounts (アカウント, R002-07..16): the first login ties a person to one of the
//! contract's, the 管理者 looks after them.
//!
//! - `tie`: 紐づけ, before anything else is open (`web::pending`).
//! - `manage`: アカウント一覧, and undoing a tie. `handover`: another person becomes 管理者.
//!
//! Invariants: one person an account and one account a person; the first 管理者's tie
//! stays; a contract has one 管理者 at any time. Deleting somebody's login information is
//! of `certificates::leaving`, because the certificate ends with it.

mod demo;
mod handover;
mod manage;
mod store;
mod tie;
mod words;

pub use demo::demo;

#[cfg(test)]
pub(super) mod samples;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// アカウント管理.
const LIST: &str = "/members/accounts";
/// 管理者の引き継ぎ.
const HANDOVER: &str = "/members/accounts/handover";
/// What is said after it.
const HANDED: &str = "/members/accounts/handed";

/// `/account`, `/members/accounts` and what lies below it.
pub fn router() -> Router<App> {
    Router::new()
        .route(crate::web::pending::ACCOUNT, get(tie::show_tie).post(tie::submit_tie))
        .route(LIST, get(manage::show_list))
        .route("/members/accounts/manual", get(manage::download_manual))
        .route(
            "/members/accounts/{account_id}/untie",
            get(manage::edit_untie).post(manage::submit_untie),
        )
        .route(HANDOVER, get(handover::edit_handover).post(handover::submit_handover))
        .route(HANDED, get(handover::show_handed))
}
