//! The deduction module (控除): what is taken from people's pay for the institution.
//!
//! So far the items of 労金控除. Everything here belongs to one contract, and every
//! query names it: what is another contract's is not there.

pub mod rokin;
pub mod rules;
pub mod zengin;

use axum::Router;

use crate::app::App;
use crate::base::Moment;
use crate::db::{Conn, Error, Tx};

/// Every page of the module.
pub fn router() -> Router<App> {
    rokin::router()
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
