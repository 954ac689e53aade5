//! Items of 賃控元帳 (賃控元帳明細): what is deducted from a member for a 種目, from which
//! month to which (R004-129, R004-130).
//!
//! Looked at by `list` and `item`, changed by `add`, `item` and `cancel` through `changes`,
//! each change asking first what is open (R004-147). Invariants: a member has one item of a
//! type that has not ended; 開始年月 and 終了年月 never reach back into a closed period.

mod add;
mod cancel;
mod changes;
mod item;
mod list;
mod rules;
pub mod store;
mod words;

pub use store::{Item, TABLE, Terms};
#[cfg(test)]
pub(super) use {add::samples as add_samples, item::samples as item_samples};

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// Where the list is; each item lies below.
const LIST: &str = "/deduction/ledger/items";
const NEW: &str = "/deduction/ledger/items/new";

/// `/deduction/ledger/items/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(list::show_items))
        .route("/deduction/ledger/items.csv", get(list::download_csv))
        .route("/deduction/ledger/items.pdf", get(list::download_pdf))
        .route(NEW, get(add::edit_new).post(add::submit_new))
        .route("/deduction/ledger/items/{id}", get(item::show_item).post(item::submit_item))
        .route(
            "/deduction/ledger/items/{id}/cancel",
            get(cancel::edit_cancel).post(cancel::submit_cancel),
        )
        .route("/deduction/ledger/items/{id}/restore", post(cancel::submit_restore))
}

/// Where an item is.
fn path_of(id: &str) -> String {
    format!("{LIST}/{id}")
}
