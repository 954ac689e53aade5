//! Lets an HTTP/1 parser see only messages whose end nobody can dispute.
//!
//! hyper drops a `Content-Length` that comes with `Transfer-Encoding`, joins equal
//! lengths, and takes a bare LF for a line's end; after it nobody can tell. This
//! stream stands before it: it holds a header back until it is whole, checks it
//! against RFC 9112, and then passes exactly the body that the header announced.
//! A header that will not do is replaced by a request with a method of our own,
//! so that an ordinary answer goes out and the connection is closed.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::limits::Limits;
use super::message::{Chunks, Ended, Framing, Scan, parse_head, scan_head};

/// What the methods of our own begin with. No client can send one: methods with
/// lower-case letters are themselves refused here, and on HTTP/2 not served.
const OURS: &str = "sekisho-";

/// Bytes taken from the stream below at once.
const PIECE: usize = 8 * 1024;

/// The status with which a replaced header asks to be answered.
pub(super) fn complaint(method: &Method) -> Option<StatusCode> {
    method.as_str().strip_prefix(OURS)?.parse().ok()
}

/// A stream of which only undisputed messages can be read.
#[derive(Debug)]
pub(super) struct Strict<S> {
    inner: S,
    bounds: Bounds,
    /// Read from below; `passed` of it was read above, `ready` of it may be.
    held: Vec<u8>,
    passed: usize,
    ready: usize,
    state: State,
    waiting: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, Debug)]
struct Bounds {
    header_bytes: usize,
    uri_bytes: usize,
    header: Duration,
    stall: Duration,
}

/// What the bytes after `ready` belong to.
#[derive(Clone, Copy, Debug)]
enum State {
    /// A header, of which so much was looked at.
    Head(usize),
    /// A body with so much to come.
    Body(u64),
    /// A body in chunks.
    Chunked(Chunks),
    /// Nothing that will ever be passed on.
    Spoiled,
}

impl<S> Strict<S> {
    pub(super) fn new(inner: S, limits: &Limits) -> Self {
        let bounds = Bounds {
            header_bytes: limits.header_bytes,
            uri_bytes: limits.uri_bytes,
            header: limits.header,
            stall: limits.stall,
        };
        let state = State::Head(0);
        Self { inner, bounds, held: Vec::new(), passed: 0, ready: 0, state, waiting: None }
    }

    /// Whether the client may still be sending something that was not read.
    pub(super) fn is_mid_message(&self) -> bool {
        !matches!(self.state, State::Head(_)) || self.passed < self.held.len()
    }

    pub(super) fn into_inner(self) -> S {
        self.inner
    }

    /// Looks at what is held; moves `ready` and the state as far as it goes.
    fn examine(&mut self) {
        let rest = &self.held[self.ready..];
        match self.state {
            State::Head(seen) => match scan_head(rest, seen) {
                Scan::Whole(length) => self.head(length),
                Scan::Malformed => self.spoil(StatusCode::BAD_REQUEST),
                Scan::Partial if rest.len() > self.bounds.header_bytes => {
                    let in_target = !rest[..rest.len().min(self.bounds.uri_bytes)].contains(&b'\n');
                    self.spoil(if in_target {
                        StatusCode::URI_TOO_LONG
                    } else {
                        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
                    });
                }
                Scan::Partial => self.state = State::Head(rest.len()),
            },
            State::Body(left) => {
                let here = u64::try_from(rest.len()).unwrap_or(u64::MAX).min(left);
                self.ready += usize::try_from(here).unwrap_or(0);
                self.state = after_body(left - here);
            }
            State::Chunked(mut chunks) => {
                let (taken, ended) = chunks.take(rest);
                self.ready += taken;
                self.state = State::Chunked(chunks);
                match ended {
                    Some(Ended::Well) => self.state = State::Head(0),
                    Some(Ended::Badly) => self.spoil_body(),
                    None => {}
                }
            }
            State::Spoiled => {}
        }
    }

    /// Takes the header that lies in the next `length` bytes.
    fn head(&mut self, length: usize) {
        let head = &self.held[self.ready..self.ready + length];
        if length > self.bounds.header_bytes {
            return self.spoil(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
        match parse_head(head, self.bounds.uri_bytes) {
            Ok(framing) => {
                self.waiting = None;
                self.ready += length;
                self.state = match framing {
                    Framing::Length(length) => after_body(length),
                    Framing::Chunked => State::Chunked(Chunks::default()),
                };
            }
            Err(status) => self.spoil(status),
        }
    }

    /// Puts a request of our own in the place of what came.
    fn spoil(&mut self, status: StatusCode) {
        self.held.truncate(self.ready);
        let ours = format!("{OURS}{} / HTTP/1.1\r\n\r\n", status.as_str());
        self.held.extend_from_slice(ours.as_bytes());
        self.ready = self.held.len();
        self.state = State::Spoiled;
    }

    /// Puts bytes in the place of what came that no reader of chunks can take for
    /// one, wherever it stands.
    fn spoil_body(&mut self) {
        self.held.truncate(self.ready);
        self.held.extend_from_slice(b"!\r!");
        self.ready = self.held.len();
        self.state = State::Spoiled;
    }

    /// Hands out what may be read; forgets it when all of it was.
    fn pass(&mut self, buf: &mut ReadBuf<'_>) {
        let count = buf.remaining().min(self.ready - self.passed);
        buf.put_slice(&self.held[self.passed..self.passed + count]);
        self.passed += count;
        if self.passed == self.ready {
            self.held.drain(..self.passed);
            (self.passed, self.ready) = (0, 0);
            if self.held.is_empty() {
                // An idle connection holds no memory.
                self.held = Vec::new();
            }
        }
    }

    /// Whether the wait for the rest of what has begun was too long.
    fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let patience = match self.state {
            State::Head(0) | State::Spoiled => return Poll::Pending,
            State::Head(_) => self.bounds.header,
            State::Body(_) | State::Chunked(_) => self.bounds.stall,
        };
        self.waiting.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(cx)
    }
}

fn after_body(left: u64) -> State {
    if left == 0 { State::Head(0) } else { State::Body(left) }
}

impl<S: AsyncRead + Unpin> Strict<S> {
    /// Reads from below into what is held; `Ok(false)` at the stream's end.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut piece = [0; PIECE];
        let mut piece = ReadBuf::new(&mut piece);
        if Pin::new(&mut self.inner).poll_read(cx, &mut piece)?.is_pending() {
            ready!(self.poll_overdue(cx));
            self.waiting = None;
            if matches!(self.state, State::Head(_)) {
                self.spoil(StatusCode::REQUEST_TIMEOUT);
                return Poll::Ready(Ok(true));
            }
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if !matches!(self.state, State::Head(_)) {
            // A body that moves is not stalled; a header's time runs from its
            // first byte, or it could be spun out for ever.
            self.waiting = None;
        }
        self.held.extend_from_slice(piece.filled());
        Poll::Ready(Ok(!piece.filled().is_empty()))
    }

    /// Reads a body of known length without holding it.
    fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
        left: u64,
    ) -> Poll<io::Result<()>> {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buf.remaining());
        let mut piece = ReadBuf::new(buf.initialize_unfilled_to(most));
        if Pin::new(&mut self.inner).poll_read(cx, &mut piece)?.is_pending() {
            ready!(self.poll_overdue(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.waiting = None;
        let count = piece.filled().len();
        buf.advance(count);
        self.state = after_body(left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX)));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        // The only request that may follow a message is the one the client sent:
        // at most one header is handed out at a time.
        while this.passed == this.ready {
            if this.ready < this.held.len() {
                this.examine();
                if this.passed < this.ready {
                    break;
                }
            }
            match this.state {
                State::Spoiled => return Poll::Pending,
                State::Body(left) if this.held.is_empty() => return this.poll_body(cx, buf, left),
                _ => {
                    if !ready!(this.poll_fill(cx))? {
                        return Poll::Ready(Ok(()));
                    }
                }
            }
        }
        this.pass(buf);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const GOOD: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n\
        POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe\r\nl\
        POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
        c\r\nGET / HTTP/1\r\n0\r\n\r\n\
        POST /c HTTP/1.1\r\nContent-Length: 0\r\n\r\n";

    /// What comes out above when `sent` comes in below in pieces of `piece` bytes
    /// and is read in pieces of `taken`.
    async fn passed(sent: &str, piece: usize, taken: usize) -> String {
        let (mut client, server) = duplex(64);
        let mut strict = Strict::new(server, &Limits::default());
        let sending = async move {
            for bytes in sent.as_bytes().chunks(piece) {
                if client.write_all(bytes).await.is_err() {
                    return;
                }
            }
        };
        let reading = async move {
            let mut all = Vec::new();
            let mut buffer = vec![0; taken];
            // Nothing follows a request of our own, not even an end.
            while !matches!(strict.state, State::Spoiled) || strict.passed < strict.ready {
                match strict.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(count) => all.extend_from_slice(&buffer[..count]),
                }
            }
            String::from_utf8(all).expect("UTF-8")
        };
        tokio::join!(sending, reading).1
    }

    #[tokio::test]
    async fn good_messages_pass_unchanged_however_they_are_cut() {
        for piece in 1..40 {
            for taken in [1, 7, 4096] {
                assert_eq!(passed(GOOD, piece, taken).await, GOOD, "{piece} {taken}");
            }
        }
    }

    #[tokio::test]
    async fn what_follows_a_bad_header_never_passes() {
        let bad = "POST /d HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx";
        let ours = "sekisho-400 / HTTP/1.1\r\n\r\n";
        for piece in 1..40 {
            let all = passed(&format!("{GOOD}{bad}{GOOD}"), piece, 4096).await;
            assert_eq!(all, format!("{GOOD}{ours}"), "{piece}");
        }
    }

    #[tokio::test]
    async fn what_follows_a_bad_chunk_never_passes() {
        let begun = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
        for piece in 1..40 {
            let all = passed(&format!("{begun}3;x\r\nabc\r\n0\r\n\r\n{GOOD}"), piece, 4096).await;
            assert_eq!(all, format!("{begun}3!\r!"), "{piece}");
        }
    }

    #[tokio::test]
    async fn at_most_one_header_is_handed_out_at_a_time() {
        let (mut client, server) = duplex(4096);
        client.write_all(GOOD.as_bytes()).await.expect("sent");
        let mut strict = Strict::new(server, &Limits::default());
        let mut buffer = [0; 4096];
        let count = strict.read(&mut buffer).await.expect("read");
        assert_eq!(&buffer[..count], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    #[test]
    fn only_our_own_methods_are_complaints() {
        let status =
            |method: &str| complaint(&Method::from_bytes(method.as_bytes()).expect("token"));
        assert_eq!(status("sekisho-431"), Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        assert_eq!(status("GET"), None);
        assert_eq!(status("sekisho-x"), None);
    }
}
