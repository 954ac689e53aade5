//! The contract module (契約): what a client of the institution is billed.
//!
//! So far its invoices. Everything here belongs to one contract, and every query
//! names it: what is another contract's is not there.

pub mod invoices;

use axum::Router;

use crate::app::App;
use crate::base::Moment;
use crate::db::{Conn, Error, Tx};

/// Every page of the module.
pub fn router() -> Router<App> {
    invoices::router()
}

/// Fills the contract with sample rows, once: `has_demo` tells whether it has them.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    invoices::demo(tx, contract_no, now).await
}

/// Whether the contract holds rows of this module already.
pub async fn has_demo(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    invoices::any(conn, contract_no).await
}
