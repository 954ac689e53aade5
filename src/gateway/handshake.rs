//! From a TCP connection to a TLS one of which we know what was presented.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustls::server::Acceptor;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use super::paced::Paced;
use super::parting::Required;
use super::peer::Peer;
use super::site::Front;
use super::switch::Switch;
use crate::identity::Host;
use crate::tls::{Choice, can_require_certificate};

/// A connection's stream.
pub(super) type Stream = TlsStream<Paced<TcpStream>>;

/// What is true of a connection for as long as it lives.
#[derive(Debug)]
pub(super) struct Link {
    /// Where it comes from.
    pub(super) ip: IpAddr,
    /// The host it asked for.
    pub(super) host: Host,
    /// The name that its requests must bear.
    pub(super) authority: Arc<str>,
    /// What was presented on it.
    pub(super) peer: Peer,
    /// Ends it.
    pub(super) switch: Arc<Switch>,
    /// Has it end with `certificate_required`; none where that cannot be said.
    pub(super) required: Option<Required>,
    /// Requests being answered.
    pub(super) busy: AtomicUsize,
    /// Goes up with every request and every piece of an answer that is taken.
    pub(super) moves: AtomicUsize,
}

impl Link {
    /// Counts a request until what is returned is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        self.moved();
        Busy(Arc::clone(self))
    }

    /// Whether a certificate can be asked for again on it.
    pub(super) fn can_ask_again(&self) -> bool {
        self.required.is_some()
    }

    /// Has it end with `certificate_required` instead of what is answered next.
    pub(super) fn ask_again(&self) {
        if let Some(required) = &self.required {
            required.store(true, Ordering::Relaxed);
        }
    }

    /// Notes that something went on.
    pub(super) fn moved(&self) {
        self.moves.fetch_add(1, Ordering::Relaxed);
    }
}

/// A request being answered.
#[derive(Debug)]
pub(super) struct Busy(Arc<Link>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Shakes hands; `None` when the other end would not, could not, or was too slow.
pub(super) async fn shake(front: &Front, tcp: TcpStream, ip: IpAddr) -> Option<(Stream, Link)> {
    match timeout(front.limits.handshake, negotiate(front, tcp, ip)).await {
        Ok(Ok(done)) => Some(done),
        Ok(Err(error)) => {
            tracing::debug!(%ip, %error, "no TLS connection came about");
            None
        }
        Err(_) => {
            tracing::debug!(%ip, "the TLS handshake took too long");
            None
        }
    }
}

async fn negotiate(front: &Front, tcp: TcpStream, ip: IpAddr) -> std::io::Result<(Stream, Link)> {
    tcp.set_nodelay(true)?;
    let paced = Paced::new(tcp, front.limits.stall);
    let hello = LazyConfigAcceptor::new(Acceptor::default(), paced).await?;
    let (host, authority, config) = {
        let servers = front.tls.get();
        match servers.choose(hello.client_hello().server_name()) {
            Choice::Enroll(config) => (Host::Enroll, servers.enroll_name(), config),
            // Nobody's has no certificate to show and ends the handshake with an alert.
            Choice::Portal(config) | Choice::Nobody(config) => {
                (Host::Portal, servers.portal_name(), config)
            }
        }
    };
    let stream = hello.into_stream(config).await?;
    let tls = stream.get_ref().1;
    let peer = Peer::of(tls.peer_certificates());
    let can_ask = host == Host::Portal && can_require_certificate(tls);
    let required = can_ask.then(|| Arc::new(AtomicBool::new(false)));
    let link = Link {
        ip,
        host,
        authority,
        peer,
        switch: Arc::new(Switch::default()),
        required,
        busy: AtomicUsize::new(0),
        moves: AtomicUsize::new(0),
    };
    Ok((stream, link))
}
