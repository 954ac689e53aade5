//! What the tests stand on: external programs, a mail server, a browser.
//!
//! Everything here is a real part, started by the test that needs it and
//! stopped when the value is dropped. What is missing fails the test with the
//! name of the Debian package that has it: a skipped check proves nothing.

pub mod browser;
pub mod chromium;
pub mod db;
pub mod forge;
pub mod postgres;
pub mod screens;
pub mod smtp;
pub mod source;
pub mod tool;
pub mod tools;
