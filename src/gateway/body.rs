//! Bodies that must move: what a client sends, and what it takes.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::Limited;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::handshake::Link;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// `incoming` as the site reads it: at most `most` bytes, with no pause longer than
/// `stall` while it is being read.
pub(super) fn upload(incoming: Incoming, most: usize, stall: Duration) -> Body {
    Body::new(Upload { inner: Limited::new(incoming, most), stall, waiting: None })
}

/// `body`, which tells `link` of every piece that is taken.
pub(super) fn download(body: Body, link: &Arc<Link>) -> Body {
    if body.is_end_stream() {
        return body;
    }
    Body::new(Download { inner: body, link: Arc::clone(link) })
}

struct Upload {
    inner: Limited<Incoming>,
    stall: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(cx);
        if frame.is_ready() {
            self.waiting = None;
            return frame;
        }
        let stall = self.stall;
        ready!(self.waiting.get_or_insert_with(|| Box::pin(sleep(stall))).as_mut().poll(cx));
        Poll::Ready(Some(Err("the client stopped sending".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

struct Download {
    inner: Body,
    link: Arc<Link>,
}

impl HttpBody for Download {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.link.moved();
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
