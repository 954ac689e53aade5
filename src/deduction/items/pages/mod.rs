//! The pages of the items of either book: `list` (照会, on screen, as CSV and as PDF),
//! `add` (新規登録), `item` (詳細・変更), `cancel` (解除 and taking it back), `member` (who it
//! is deducted from). Each handler
//! is of a kind of item; what the books say differently is in their `BookItem`.

mod add;
mod cancel;
mod item;
mod list;
mod member;

pub use add::{edit_new, submit_new};
pub use cancel::{edit_cancel, submit_cancel, submit_restore};
pub use item::{show_item, submit_item};
pub use list::{download_csv, download_pdf, show_items};
pub use member::{edit_member, submit_member};

#[cfg(test)]
pub use {
    add::{NewForm, new_page},
    cancel::CancelPage,
    item::{Subject, item_page},
    list::{dressed, list_page},
    member::member_page,
};

use axum::response::{IntoResponse, Redirect, Response};

use super::book::BookPages;
use crate::deduction::scope::Scope;
use crate::web::Shell;

/// A page below the list.
fn shell_below(scope: &Scope, of: &BookPages, title: &str) -> Shell {
    let shell = scope.person.shell(title, "", of.menu.href).crumb("トップページ", "/home");
    shell.crumb(of.menu.label, of.menu.href).crumb(of.title, of.list).crumb_here()
}

/// Back to the item, which tells what was done.
fn to(of: &BookPages, id: &str, done: &str) -> Response {
    Redirect::to(&format!("{}?done={done}", of.path_of(id))).into_response()
}
