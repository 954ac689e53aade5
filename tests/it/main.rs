//! The integration tests: one binary, real parts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on panics, and skipped parts are told"
)]

mod architecture;
mod audit;
mod catalogue;
mod cli;
mod conformance;
mod crash;
mod db;
mod desk;
mod front;
mod gateway;
mod jobs;
mod operator;
mod pages;
mod story;
mod support;
