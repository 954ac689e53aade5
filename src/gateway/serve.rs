//! The front's threads: one runtime each, its own listener, its own connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::door::Door;
use super::drive::{Stop, connection, stopped};
use super::listen::Listeners;
use super::register::Register;
use super::site::Front;
use super::warden;

/// Why the front does not start, or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program has the port.
    #[error("another program already listens on {address}")]
    Taken {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The system does not give us the port.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system does not give us a thread, or its reactor.
    #[error("cannot start a thread of the front: {0}")]
    Start(io::Error),
    /// A thread of the front ended although nobody stopped it.
    #[error("a thread of the front has ended by itself")]
    Ended,
}

impl Error {
    pub(super) fn listen(address: SocketAddr, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::AddrInUse {
            Self::Taken { address }
        } else {
            Self::Listen { address, source }
        }
    }
}

/// Serves `front` on `listeners` until `shutdown` resolves and the requests then in
/// flight have ended, or their time is up.
pub async fn serve(
    front: Front,
    listeners: Listeners,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let front = Arc::new(front);
    let register = Register::default();
    tokio::select! {
        outcome = supervise(Arc::clone(&front), &register, listeners, shutdown) => outcome,
        never = warden::watch(&front, &register) => match never {},
    }
}

async fn supervise(
    front: Arc<Front>,
    register: &Register,
    listeners: Listeners,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let (say_stop, stop) = watch::channel(false);
    let (end, mut ended) = mpsc::unbounded_channel::<Result<(), Error>>();
    let door = Door::new(front.limits.connections, front.limits.per_address);
    let mut started = Ok(());
    for (number, socket) in listeners.into_sockets().into_iter().enumerate() {
        let ground =
            Ground { front: Arc::clone(&front), register: register.clone(), door: door.clone() };
        let stop = stop.clone();
        let end = Ending(Some(end.clone()));
        let thread = thread::Builder::new().name(format!("front-{number}"));
        let spawned = thread.spawn(move || end.say(run(socket, ground, stop)));
        if let Err(source) = spawned {
            started = Err(Error::Start(source));
            break;
        }
    }
    drop(end);
    let mut outcome = started;
    if outcome.is_ok() {
        tokio::select! {
            () = shutdown => {}
            early = ended.recv() => outcome = early.unwrap_or(Ok(())).and(Err(Error::Ended)),
        }
    }
    say_stop.send_replace(true);
    while let Some(end) = ended.recv().await {
        outcome = outcome.and(end);
    }
    outcome
}

/// Tells of a thread's end, also when it panics.
struct Ending(Option<mpsc::UnboundedSender<Result<(), Error>>>);

impl Ending {
    fn say(mut self, outcome: Result<(), Error>) {
        if let Some(end) = self.0.take() {
            let _nobody_waits = end.send(outcome);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            let _nobody_waits = end.send(Err(Error::Ended));
        }
    }
}

/// What all threads share.
struct Ground {
    front: Arc<Front>,
    register: Register,
    door: Door,
}

/// One thread's life.
fn run(socket: std::net::TcpListener, ground: Ground, stop: Stop) -> Result<(), Error> {
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
    let outcome = runtime.block_on(async {
        let listener = TcpListener::from_std(socket).map_err(Error::Start)?;
        work(listener, ground, stop).await;
        Ok(())
    });
    runtime.shutdown_background();
    outcome
}

async fn work(listener: TcpListener, ground: Ground, mut stop: Stop) {
    let Ground { front, register, door } = ground;
    let mut open = JoinSet::new();
    let begin = |open: &mut JoinSet<()>, tcp: TcpStream, address: SocketAddr, stop: &Stop| {
        let Some(place) = door.enter(address.ip()) else {
            tracing::debug!(ip = %address.ip(), "turned away: too many connections");
            return;
        };
        let (front, register) = (Arc::clone(&front), register.clone());
        let stop = stop.clone();
        open.spawn(async move {
            connection(front, register, tcp, stop).await;
            drop(place);
        });
    };
    let wait = stop.clone();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            Some(_) = open.join_next() => {}
            accepted = accept(&listener) => match accepted {
                Some((tcp, address)) => begin(&mut open, tcp, address, &wait),
                None => sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if timeout(front.limits.grace, all).await.is_err() {
        tracing::warn!("requests were cut off because the time to stop was up");
    }
}

/// The next connection; `None` when the system has none to give just now, as when
/// files run out.
async fn accept(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    match listener.accept().await {
        Ok(accepted) => Some(accepted),
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            None
        }
    }
}
