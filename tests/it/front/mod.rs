//! The whole server in this process, as `serve` starts it: what it opens and shuts,
//! asked over TLS.

mod crowd;
mod fresh;
pub mod gate;
pub mod sessions;
mod shut;
mod strangers;
