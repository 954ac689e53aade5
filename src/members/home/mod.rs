//! DC671101 インフォメーション: what one sees first after the login.
//!
//! It shows the login before this one (R004-109), the services that the contract
//! includes and no others (R004-108), and how long the certificate is good.

pub(super) mod group;
pub(super) mod pages;
pub mod rules;
mod words;

use axum::Router;

use crate::app::App;
use crate::web::Blocks;

/// `/home`, and the groups of the menu.
pub fn router(blocks: Blocks) -> Router<App> {
    pages::router(blocks).merge(group::router())
}
