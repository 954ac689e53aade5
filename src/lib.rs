//! Sekisho: a gateway that lets a person in only on a registered PC.
//!
//! The map of this crate is `docs/architecture.md`; who may import whom is
//! held by `tests/it/architecture.rs`.

pub mod app;
pub mod audit;
pub mod base;
pub mod care;
pub mod certificates;
pub mod cli;
pub mod config;
pub mod contract;
pub mod db;
pub mod deduction;
pub mod gateway;
pub mod hr;
pub mod identity;
pub mod jobs;
pub mod mail;
pub mod members;
pub mod pki;
pub mod serve;
pub mod site;
pub mod tls;
pub mod web;
pub mod work;
