//! 契約ユーザー情報: the master's list of the contract's people (DM493101), one of them
//! (DM492101), and adding one (R004-83..92).
//!
//! `rules`, `chosen`: what the forms must hold. `list`, `edit`, `add`: the pages. `store`: reads.
//! Invariants: another contract's people are nobody here; an empty field changes
//! nothing; two who change the same person notice; a change ends what it takes away in
//! the same transaction. Who leaves is deleted with the certificates: `certificates`.

pub(super) mod add;
mod chosen;
pub(super) mod edit;
pub(super) mod list;
pub mod rules;
mod store;
pub(super) mod words;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::web::Shell;

/// Where the list is.
const LIST: &str = "/members/users";
/// Where the form for another person is.
const NEW: &str = "/members/users/new";
/// The menu entry that these pages lie under.
const MENU: &str = "/members";

/// `/members/users/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(list::show_users))
        .route(NEW, get(add::edit_new).post(add::submit_new))
        .route("/members/users/{login_id}", get(edit::edit_user).post(edit::submit_user))
        .route("/members/users/{login_id}/added", get(add::show_added))
}

/// `/members/users/{login_id}`; an address may hold what a path may not.
fn path_of(login_id: &str) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    format!("{LIST}/{}", utf8_percent_encode(login_id, NON_ALPHANUMERIC))
}

/// A page below the list.
fn below(shell: Shell) -> Shell {
    shell.crumb("トップページ", "/home").crumb(words::LIST_TITLE, LIST).crumb_here()
}
