//! Waiting with an end, on whatever runtime the caller is.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Duration;

use tokio::runtime::Handle;

/// How long anything here waits for a turn, a connection or a lock.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What `future` gives, or `None` after [`PATIENCE`]; the clock is that of `runtime`.
pub(super) async fn within<F: Future>(runtime: &Handle, future: F) -> Option<F::Output> {
    let waiting = {
        let _inside = runtime.enter();
        tokio::time::timeout(PATIENCE, future)
    };
    waiting.await.ok()
}

/// Polls `future` as if on `runtime`: the sockets it opens belong there and outlive the
/// caller's own runtime.
pub(super) async fn inside<F: Future>(runtime: &Handle, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _inside = runtime.enter();
        future.as_mut().poll(context)
    })
    .await
}
