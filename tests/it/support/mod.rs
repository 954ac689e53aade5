//! What the tests stand on: external programs, a mail server, a browser, and a
//! front (`stage`) with a throw-away CA (`papers`) and a client for it (`dial`).
//!
//! Everything here is a real part, started by the test that needs it and
//! stopped when the value is dropped. What is missing fails the test with the
//! name of the Debian package that has it: a skipped check proves nothing.

pub mod browser;
pub mod chromium;
pub mod clerk;
pub mod crawl;
pub mod db;
pub mod dial;
pub mod filled;
pub mod forge;
pub mod html;
pub mod papers;
pub mod postgres;
pub mod screens;
pub mod server;
pub mod site;
pub mod smtp;
pub mod source;
pub mod stage;
pub mod tool;
pub mod tools;
pub mod window;
