//! The front: accept → peer → standing → decide → serve.
//!
//! One thread a core, each with its own listener and runtime. A connection is what
//! was presented on it (`peer`); a request is judged by one pure table (`decide`)
//! on what is true at that moment, however long its connection has been open.
//!
//! Invariants: nothing of a refused request reaches the site, and its body is not
//! read; the authority of every request is the name its connection asked for; on
//! HTTP/1 hyper sees only messages whose end nobody can dispute (`strict`).

mod body;
pub mod decide;
mod door;
mod drive;
mod handshake;
mod host;
mod hygiene;
mod judge;
mod limits;
mod listen;
mod message;
mod paced;
mod parting;
pub mod peer;
mod plain;
mod problem;
mod register;
mod respond;
mod serve;
mod site;
mod strict;
mod switch;
mod warden;

pub use decide::Access;
pub use limits::Limits;
pub use listen::{Listeners, bind};
pub use plain::serve_plain;
pub use problem::{problem, wants_json};
pub use serve::{Error, serve};
pub use site::{Fault, Front, RefusalEvent, Refused, Site};
