//! Sekisho: a gateway that lets a person in only on a registered PC.
//!
//! The map of this crate is `docs/architecture.md`; who may import whom is
//! held by `tests/it/architecture.rs`.

pub mod base;
pub mod config;
pub mod db;
pub mod pki;
pub mod web;
