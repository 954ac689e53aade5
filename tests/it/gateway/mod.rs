//! The front from outside: real TLS over loopback, real HTTP.

mod again;
mod cut;
mod handshakes;
mod hosts;
mod limits;
mod standings;
mod wire;
