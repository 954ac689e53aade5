//! 賃控元帳事務 (R004-129 to R004-139): what unions deduct besides 労金控除, by 種目.
//!
//! - `types`: 種目, the contract's. `items`: 明細: search, register, change, cancel.
//! - `bulk`: 一括更新. `checks`: 確認リスト. `rules`: what is typed of months and amounts.
//!   `sums`: what the items come to. `words`: labels that several of these pages share.

pub mod bulk;
pub mod checks;
pub mod items;
mod rules;
#[cfg(test)]
mod samples;
pub mod sums;
pub mod types;
mod words;

use axum::Router;

use super::items::Book;
use super::items::history_page::{self, Told};
use super::scope::Scope;
use crate::app::App;
use crate::web::Shell;
use crate::web::menu::deduction::LEDGER;

static HISTORY: Told = Told {
    book: Book::Ledger,
    path: "/deduction/ledger/history",
    menu: &LEDGER,
    title: "賃控元帳明細更新履歴照会",
    paper: "賃控元帳明細更新履歴",
};

/// Every page of 賃控元帳事務 but the menu.
pub fn router() -> Router<App> {
    Router::new()
        .merge(types::router())
        .merge(items::router())
        .merge(bulk::router())
        .merge(checks::router())
        .route("/deduction/ledger/history", history_page::shown(&HISTORY))
        .route("/deduction/ledger/history.csv", history_page::as_csv(&HISTORY))
        .route("/deduction/ledger/history.pdf", history_page::as_pdf(&HISTORY))
}

/// A page below the one that `parent` (label and path) is.
fn shell_below(scope: &Scope, title: &str, parent: (&str, &str)) -> Shell {
    let shell = scope.person.shell(title, "", LEDGER.href).crumb("トップページ", "/home");
    shell.crumb(LEDGER.label, LEDGER.href).crumb(parent.0, parent.1).crumb_here()
}
