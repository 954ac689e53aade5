//! Items of 賃控元帳 (賃控元帳明細): what is deducted from a member for a 種目, from which
//! month to which (R004-129, R004-130).
//!
//! `item` says what is particular to them, `rules` what may be typed (R004-147); pages and
//! changes are those of `deduction::items`. Invariants: a member has one item of a type that
//! has not ended; 開始年月 and 終了年月 never reach back into a closed period.

mod item;
mod rules;
#[cfg(test)]
pub(super) mod samples;
pub mod store;
mod words;

pub use store::{Item, TABLE, Terms};

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::deduction::items::pages;

/// Where the list is; each item lies below.
const LIST: &str = "/deduction/ledger/items";
const NEW: &str = "/deduction/ledger/items/new";
const MEMBERS: &str = "/deduction/ledger/members";

/// `/deduction/ledger/items/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(pages::show_items::<Item>))
        .route("/deduction/ledger/items.csv", get(pages::download_csv::<Item>))
        .route("/deduction/ledger/items.pdf", get(pages::download_pdf::<Item>))
        .route(NEW, get(pages::edit_new::<Item>).post(pages::submit_new::<Item>))
        .route(
            "/deduction/ledger/items/{id}",
            get(pages::show_item::<Item>).post(pages::submit_item::<Item>),
        )
        .route(
            "/deduction/ledger/items/{id}/cancel",
            get(pages::edit_cancel::<Item>).post(pages::submit_cancel::<Item>),
        )
        .route("/deduction/ledger/items/{id}/restore", post(pages::submit_restore::<Item>))
        .route(
            "/deduction/ledger/members/{id}",
            get(pages::edit_member::<Item>).post(pages::submit_member::<Item>),
        )
}
