//! Taking the ports, before any thread starts.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

use super::serve::Error;

/// Connections that may wait to be accepted, on each listener.
const BACKLOG: i32 = 1_024;

/// The front's port, taken once for each thread.
#[derive(Debug)]
pub struct Listeners {
    address: SocketAddr,
    sockets: Vec<TcpListener>,
}

impl Listeners {
    /// Takes `address` for `threads` threads (0: one for each core); port 0 takes a
    /// free one.
    pub fn bind(address: SocketAddr, threads: usize) -> Result<Self, Error> {
        let first = bind(address)?;
        let address = first.local_addr().map_err(|source| Error::listen(address, source))?;
        let threads = match threads {
            0 => std::thread::available_parallelism().map_or(1, Into::into),
            some => some,
        };
        let mut sockets = vec![first];
        while sockets.len() < threads {
            let next = open(address, true).map_err(|source| Error::listen(address, source))?;
            sockets.push(next);
        }
        Ok(Self { address, sockets })
    }

    /// Where they listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn into_sockets(self) -> Vec<TcpListener> {
        self.sockets
    }
}

/// Takes `address`, which nobody else may have.
pub fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    open(address, false).map_err(|source| Error::listen(address, source))
}

/// Sockets of one port share what comes in. The first does not ask to share while
/// it binds, or it would quietly join another program's group; it allows others
/// to join it only then.
fn open(address: SocketAddr, join: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(join)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.set_reuse_port(true)?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }

    #[test]
    fn every_thread_gets_a_listener_on_the_same_port() {
        let listeners = Listeners::bind(any(), 3).expect("a free port");
        let address = listeners.address();
        let sockets = listeners.into_sockets();
        assert_eq!(sockets.len(), 3);
        assert!(sockets.iter().all(|s| s.local_addr().is_ok_and(|a| a == address)));
    }

    #[test]
    fn a_taken_port_is_named_in_the_error() {
        for threads in [1, 2] {
            let first = Listeners::bind(any(), threads).expect("a free port");
            let error = Listeners::bind(first.address(), 2).expect_err("taken");
            let said = error.to_string();
            assert!(said.contains(&first.address().to_string()), "{said}");
            assert!(said.contains("already"), "{said}");
        }
    }
}
