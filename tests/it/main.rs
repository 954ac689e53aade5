//! The integration tests: one binary, real parts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on panics, and skipped parts are told"
)]

mod architecture;
mod audit;
mod ca;
mod catalogue;
mod cli;
mod company;
mod conformance;
mod console;
mod crash;
mod db;
mod deduction;
mod desk;
mod forms;
mod front;
mod gateway;
mod guessing;
mod help;
mod hours;
mod jobs;
mod letters;
mod lists;
mod markup;
mod members;
mod notice;
mod office;
mod operator;
mod pages;
mod portal;
mod rights;
mod scan;
mod story;
mod support;
