//! The whole server in this process, as `serve` starts it: what it opens and shuts,
//! asked over TLS.

mod fresh;
pub mod gate;
mod sessions;
mod shut;
mod strangers;
