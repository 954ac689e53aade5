//! Bounds on what strangers may take up.

use std::time::Duration;

/// Bounds; the defaults suit an office's portal.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once, over all threads.
    pub connections: usize,
    /// Connections at once from one address (IPv6: one /64).
    pub per_address: usize,
    /// Time for `ClientHello` and handshake together.
    pub handshake: Duration,
    /// Time from a request's first byte to the end of its header.
    pub header: Duration,
    /// Longest pause inside a request's body or while the client reads nothing.
    pub stall: Duration,
    /// Time after which a connection without requests is closed.
    pub idle: Duration,
    /// Time that requests in flight have to end when the server stops.
    pub grace: Duration,
    /// Largest header, request line included, in bytes; at least 8,192.
    pub header_bytes: usize,
    /// Longest request target in bytes.
    pub uri_bytes: usize,
    /// Largest body in bytes.
    pub body_bytes: usize,
    /// Largest body that brings a file, in bytes.
    pub file_bytes: usize,
    /// Requests at once on one HTTP/2 connection.
    pub streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            per_address: 512,
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            idle: Duration::from_mins(2),
            grace: Duration::from_secs(20),
            header_bytes: 24 * 1024,
            uri_bytes: 8 * 1024,
            body_bytes: 256 * 1024,
            file_bytes: 256 * 1024,
            streams: 100,
        }
    }
}
