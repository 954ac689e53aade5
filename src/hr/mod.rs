//! The HR module (人事): the people who work for a client.
//!
//! So far the list of employees and what is known of one. Everything here belongs to
//! one contract, and every query names it: what is another contract's is not there.

pub mod employees;

use axum::Router;

use crate::app::App;
use crate::base::Moment;
use crate::db::{Conn, Error, Tx};

/// Every page of the module.
pub fn router() -> Router<App> {
    employees::router()
}

/// Fills the contract with sample rows, once: `has_demo` tells whether it has them.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    employees::demo(tx, contract_no, now).await
}

/// Whether the contract holds rows of this module already.
pub async fn has_demo(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    employees::any(conn, contract_no).await
}
