//! The integration tests: one binary, real parts.

// What a test cannot go on without fails it; skipped parts are told.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stderr)]

mod conformance;
mod support;
