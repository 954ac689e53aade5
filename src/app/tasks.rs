//! Tasks beside requests: started in one place, waited for when the program stops.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

/// Starts tasks on the runtime it was made in.
#[derive(Clone)]
pub struct Tasks {
    runtime: Handle,
    running: Arc<Running>,
    stop: watch::Sender<bool>,
}

#[derive(Default)]
struct Running {
    count: AtomicUsize,
    ended: Notify,
}

impl Tasks {
    /// Tasks on the current runtime. Panics outside one, as `Handle::current`.
    #[must_use]
    pub fn here() -> Self {
        let stop = watch::Sender::new(false);
        Self { runtime: Handle::current(), running: Arc::default(), stop }
    }

    /// Starts `task`.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let running = self.running.clone();
        running.count.fetch_add(1, Ordering::AcqRel);
        self.runtime.spawn(async move {
            let _leave = Leave(running);
            task.await;
        });
    }

    /// Runs `work` on a thread that may block; `None` when it panicked.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.runtime.spawn_blocking(work).await.ok()
    }

    /// Completes when the program is asked to stop.
    pub async fn stopping(&self) {
        let mut stop = self.stop.subscribe();
        // The sender lives as long as `self`, so this only ends by being told.
        _ = stop.wait_for(|stop| *stop).await;
    }

    /// Whether the program was asked to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Asks every task to stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until no task runs.
    pub async fn ended(&self) {
        loop {
            let ended = self.running.ended.notified();
            if self.running.count.load(Ordering::Acquire) == 0 {
                return;
            }
            ended.await;
        }
    }
}

/// Counts a task out, also when it panics.
struct Leave(Arc<Running>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::AcqRel);
        self.0.ended.notify_waiters();
    }
}
