//! Times out of service (メンテナンス), as the operator announces and takes them back
//! (R004-02).
//!
//! A window that was written is not changed: it is taken back, and another one written.
//! Invariants: every write leaves its audit row, which every node follows
//! (`identity::maintenance`); the form sent twice is taken once.

mod pages;
mod rules;
#[cfg(test)]
pub mod samples;
mod words;

pub use pages::router;
