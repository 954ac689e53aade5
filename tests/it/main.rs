//! The integration tests: one binary, real parts.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on panics")]

mod architecture;
mod support;
