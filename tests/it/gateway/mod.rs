//! The front from outside: real TLS over loopback, real HTTP.

mod handshakes;
mod hosts;
mod limits;
mod standings;
mod wire;
