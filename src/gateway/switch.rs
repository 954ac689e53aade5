//! Ends a connection from outside, whatever is spoken on it.
//!
//! The switch sits between TLS and all that reads and writes, so it also holds for
//! what HTTP hands on (an upgraded stream). While nothing happens it costs one
//! atomic load, and a lock of the connection's own where it waits.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::register::Entry;

/// How far a connection's end has come; 0 is not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It ends after what is in flight.
    Ending = 1,
    /// It has ended: nothing more is read or written.
    Cut,
}

/// Who waits for a stage.
#[derive(Clone, Copy, Debug)]
enum Waiter {
    Reader,
    Writer,
    Driver,
}

/// What the connection's certificate was worth so far.
const NO_RIGHT: u8 = 0;
const RIGHT: u8 = 1;
const RIGHT_ENDED: u8 = 2;

/// One connection's switch.
#[derive(Debug, Default)]
pub(super) struct Switch {
    stage: AtomicU8,
    /// `NO_RIGHT`, `RIGHT` or `RIGHT_ENDED`.
    right: AtomicU8,
    waiting: Mutex<[Option<Waker>; 3]>,
}

impl Switch {
    /// Lets what is in flight end, and nothing begin.
    pub(super) fn end(&self) {
        self.move_to(Stage::Ending);
    }

    /// Ends everything at once.
    pub(super) fn cut(&self) {
        self.move_to(Stage::Cut);
    }

    /// Notes that the connection's certificate is good.
    pub(super) fn entitle(&self) {
        if self.right.load(Ordering::Relaxed) == NO_RIGHT {
            self.turn(NO_RIGHT, RIGHT);
        }
    }

    /// Notes that it is good no more; true the first time, and only where it ever was.
    pub(super) fn condemn(&self) -> bool {
        self.turn(RIGHT, RIGHT_ENDED)
    }

    fn turn(&self, from: u8, to: u8) -> bool {
        self.right.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Resolves when the connection's end has come so far; for the one task that
    /// drives it.
    pub(super) async fn reached(&self, stage: Stage) {
        std::future::poll_fn(|cx| self.poll_reached(stage, Waiter::Driver, cx)).await;
    }

    pub(super) fn is_at(&self, stage: Stage) -> bool {
        self.stage.load(Ordering::Acquire) >= stage as u8
    }

    fn move_to(&self, stage: Stage) {
        if self.stage.fetch_max(stage as u8, Ordering::AcqRel) >= stage as u8 {
            return;
        }
        let waiting = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *waiting)
        };
        waiting.into_iter().flatten().for_each(Waker::wake);
    }

    fn poll_reached(&self, stage: Stage, waiter: Waiter, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_at(stage) {
            return Poll::Ready(());
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut waiting[waiter as usize] {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        drop(waiting);
        // It may have been moved between the look and the lock.
        if self.is_at(stage) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// A stream that can be ended with everything that is still on its way.
pub(super) trait Sever {
    /// Has the close that follows throw away what the system has not sent yet.
    fn sever(&self);
}

/// A stream behind a switch; its place in the register lasts as long as it does.
pub(super) struct Switched<S: Sever> {
    inner: S,
    switch: Arc<Switch>,
    _entry: Option<Entry>,
}

impl<S: Sever> Switched<S> {
    pub(super) fn new(inner: S, switch: Arc<Switch>, entry: Option<Entry>) -> Self {
        Self { inner, switch, _entry: entry }
    }

    /// `polled`, or the end where it is pending and the switch has been thrown.
    fn or_cut<T>(
        &self,
        polled: Poll<io::Result<T>>,
        waiter: Waiter,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if polled.is_pending() && self.switch.poll_reached(Stage::Cut, waiter, cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        polled
    }

    fn check(&self) -> io::Result<()> {
        if self.switch.is_at(Stage::Cut) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

impl<S: Sever> Drop for Switched<S> {
    fn drop(&mut self) {
        if self.switch.is_at(Stage::Cut) {
            self.inner.sever();
        }
    }
}

impl<S: Sever + AsyncRead + Unpin> AsyncRead for Switched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.or_cut(polled, Waiter::Reader, cx)
    }
}

impl<S: Sever + AsyncWrite + Unpin> AsyncWrite for Switched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let polled = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.or_cut(polled, Waiter::Writer, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, pieces);
        self.or_cut(polled, Waiter::Writer, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        let polled = Pin::new(&mut self.inner).poll_flush(cx);
        self.or_cut(polled, Waiter::Writer, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        let polled = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.or_cut(polled, Waiter::Writer, cx)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, copy_bidirectional, duplex, split};
    use tokio::time::timeout;

    use super::*;

    impl Sever for DuplexStream {
        fn sever(&self) {}
    }

    fn switched(bytes: usize) -> (Switched<DuplexStream>, DuplexStream, Arc<Switch>) {
        let (ours, theirs) = duplex(bytes);
        let switch = Arc::new(Switch::default());
        (Switched::new(ours, Arc::clone(&switch), None), theirs, switch)
    }

    async fn in_time<T>(ending: impl Future<Output = T>) -> T {
        timeout(Duration::from_secs(10), ending).await.expect("ends in time")
    }

    // R003-36
    #[tokio::test]
    async fn a_stream_that_nobody_drives_any_more_is_cut_in_both_directions() {
        // As after an upgrade: bytes are carried to and fro until one end closes.
        let (mut ours, mut theirs, switch) = switched(64);
        let (mut behind, mut upstream) = duplex(64);
        let carrying = async { copy_bidirectional(&mut ours, &mut behind).await };
        let talking = async {
            theirs.write_all(b"hello").await.expect("open");
            let mut heard = [0; 5];
            upstream.read_exact(&mut heard).await.expect("open");
            switch.cut();
            std::future::pending::<()>().await;
        };
        let ended = in_time(async {
            tokio::select! { ended = carrying => ended, () = talking => Ok((0, 0)) }
        });
        let error = ended.await.expect_err("is cut");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn two_tasks_that_wait_on_one_stream_both_learn_of_the_cut() {
        let (ours, _theirs, switch) = switched(8);
        let (mut reading, mut writing) = split(ours);
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(async move { reading.read_u8().await.map(drop) });
        tasks.spawn(async move { writing.write_all(&[0; 64]).await });
        tokio::task::yield_now().await;
        switch.cut();
        for _ in 0..2 {
            let ended = in_time(tasks.join_next()).await.expect("two").expect("no panic");
            assert_eq!(ended.expect_err("cut").kind(), io::ErrorKind::ConnectionAborted);
        }
    }

    #[tokio::test]
    async fn an_ending_stream_still_carries_what_is_in_flight() {
        let (mut ours, mut theirs, switch) = switched(8);
        switch.end();
        in_time(switch.reached(Stage::Ending)).await;
        ours.write_all(b"the rest").await.expect("still open");
        let mut heard = [0; 8];
        theirs.read_exact(&mut heard).await.expect("open");
        switch.cut();
        switch.end();
        assert!(switch.is_at(Stage::Cut), "an end does not undo a cut");
        assert!(ours.write_all(b"more").await.is_err());
    }
}
