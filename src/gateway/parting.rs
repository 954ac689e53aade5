//! A TLS stream that can end with the word `certificate_required`.
//!
//! A browser that once went on without a certificate goes on without one until it
//! is closed, unless a connection tells it that one is required. The handshake
//! never does, because then nobody without certificate could read a page. So the
//! one connection on which a person asks to be asked again ends with that alert
//! (RFC 8446 §6.2) instead of an answer; nobody else's is touched.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

use super::paced::Paced;
use super::switch::Sever;
use crate::tls::require_certificate;

type Wire = Paced<TcpStream>;

/// How long the other end may take to read the alert and close.
const LINGER: Duration = Duration::from_secs(2);

/// Set when the connection is to end with the alert.
pub(super) type Required = Arc<AtomicBool>;

/// Passes everything through until told to part.
pub(super) struct Parting {
    state: State,
    required: Required,
}

enum State {
    Open(Box<TlsStream<Wire>>),
    /// So much of the record is still to be sent.
    Telling(Wire, Vec<u8>),
    /// Told; what the other end still sends is thrown away, because unread bytes
    /// would make the system throw away the alert.
    Told(Wire, Pin<Box<Sleep>>),
    Gone,
}

impl Parting {
    /// `stream`, which ends with the alert once `required` is set.
    pub(super) fn new(stream: TlsStream<Wire>, required: Required) -> Self {
        Self { state: State::Open(Box::new(stream)), required }
    }

    /// Where nothing else is to be done, the stream.
    fn open(&mut self) -> Option<Pin<&mut TlsStream<Wire>>> {
        match &mut self.state {
            State::Open(tls) if !self.required.load(Ordering::Relaxed) => Some(Pin::new(tls)),
            _ => None,
        }
    }

    /// Tells the other end and closes; an error when that is done.
    fn poll_part<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        loop {
            match &mut self.state {
                State::Open(tls) => {
                    ready!(Pin::new(tls).poll_flush(cx))?;
                    let State::Open(tls) = std::mem::replace(&mut self.state, State::Gone) else {
                        continue;
                    };
                    let (wire, connection) = tls.into_inner();
                    let record = require_certificate(connection).map_err(io::Error::other)?;
                    self.state = State::Telling(wire, record);
                }
                State::Telling(wire, record) if !record.is_empty() => {
                    let count = ready!(Pin::new(wire).poll_write(cx, record))?;
                    record.drain(..count);
                }
                State::Telling(wire, _) => {
                    ready!(Pin::new(wire).poll_shutdown(cx))?;
                    let State::Telling(wire, _) = std::mem::replace(&mut self.state, State::Gone)
                    else {
                        continue;
                    };
                    self.state = State::Told(wire, Box::pin(sleep(LINGER)));
                }
                State::Told(wire, time) => {
                    let mut piece = [0; 1024];
                    let mut piece = ReadBuf::new(&mut piece);
                    match Pin::new(wire).poll_read(cx, &mut piece) {
                        Poll::Ready(Ok(())) if !piece.filled().is_empty() => {}
                        Poll::Ready(_) => self.state = State::Gone,
                        Poll::Pending => {
                            ready!(time.as_mut().poll(cx));
                            self.state = State::Gone;
                        }
                    }
                }
                State::Gone => return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            }
        }
    }
}

impl AsyncRead for Parting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.open() {
            Some(tls) => tls.poll_read(cx, buf),
            None => self.poll_part(cx),
        }
    }
}

impl AsyncWrite for Parting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.open() {
            Some(tls) => tls.poll_write(cx, bytes),
            None => self.poll_part(cx),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.open() {
            Some(tls) => tls.poll_write_vectored(cx, pieces),
            None => self.poll_part(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.open() {
            Some(tls) => tls.poll_flush(cx),
            None => self.poll_part(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.open() {
            Some(tls) => tls.poll_shutdown(cx),
            None => self.poll_part(cx),
        }
    }
}

impl Sever for Parting {
    fn sever(&self) {
        match &self.state {
            State::Open(tls) => tls.get_ref().0.sever(),
            State::Telling(wire, _) | State::Told(wire, _) => wire.sever(),
            State::Gone => {}
        }
    }
}
