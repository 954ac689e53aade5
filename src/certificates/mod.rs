//! A certificate's life (電子証明書): asked for, issued, fetched, used, revoked.
//!
//! - `state`: what becomes of it. `rules`: when one may be issued. `store`: the table.
//! - `issue`: from an order to a stored certificate and its file. `revoke`.
//! - `inventory`: all of them in lists and files. `desk`: the operator's pages.
//! - `crl`, `ocsp`: what others are told, with `fresh`: how long they may keep it.
//! - `roster`: what the gateway asks on every request, kept in memory.
//! - `apply`: the way through the browser (DC586101 and on). `company`: for all of one.
//! - `notice`: mail about its end. `people`: the operator helps whom it belongs to. `leaving`: a person is deleted with what they held.
//!
//! Invariants: at most one active certificate a user; a certificate that is not in
//! the table is worth nothing; a private key is never stored.

pub mod apply;
pub mod company;
pub mod crl;
pub mod desk;
mod fresh;
pub mod inventory;
pub mod issue;
pub mod leaving;
pub mod notice;
pub mod ocsp;
pub mod people;
pub mod refused;
pub mod revoke;
pub mod roster;
pub mod rules;
pub mod state;
pub mod store;
