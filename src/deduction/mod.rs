//! The deduction module (控除): what is taken from people's pay for the institution.
//!
//! Everything here belongs to one contract, most of it to one of its groups, and every
//! query names them: what is another's is not there.

pub mod groups;
pub mod information;
pub mod items;
pub mod period;
pub mod rokin;
pub mod rules;
pub mod scope;
pub mod sums;
pub mod transfers;
pub mod zengin;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::base::Moment;
use crate::db::{Conn, Error, Tx};
use crate::web::SignedIn;
use crate::web::menu::{deduction, group_page};

/// Every page of the module.
pub fn router() -> Router<App> {
    Router::new()
        .merge(groups::router())
        .merge(menus())
        .merge(rokin::router())
        .merge(transfers::router())
}

/// The pages that the menu's entries lead to.
fn menus() -> Router<App> {
    let mut router = Router::new();
    for group in [&deduction::ROKIN, &deduction::LEDGER, &deduction::SAVINGS, &deduction::ZAIKEI] {
        let show = async |person: SignedIn| group_page(group, &person);
        router = router.route(group.href, get(show));
    }
    router
}

/// Fills the contract with at least `items` sample items, once: `has_demo` tells
/// whether it has them.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment, items: usize) -> Result<(), Error> {
    rokin::demo(tx, contract_no, now, items).await
}

/// Whether the contract holds rows of this module already.
pub async fn has_demo(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    rokin::any(conn, contract_no).await
}
