//! Start and orderly stop.
//!
//! Start: open everything, take the ports, then serve; whatever is missing or does
//! not fit ends the start. Stop (SIGTERM, SIGINT): no new connections, requests in
//! flight end, tasks end, what only memory knows is written down.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::app::{App, Skew};
use crate::care::{self, Care};
use crate::certificates::notice::words::Letters;
use crate::certificates::roster::Roster;
use crate::config::Problem;
use crate::db;
use crate::gateway::{self, Front, Listeners, RefusalEvent};
use crate::pki::trust;
use crate::{site, work};

/// Refusals that may wait to be written down; more are dropped with a warning.
const REFUSALS: usize = 1_024;

/// Why serving did not start, or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A port, or a thread of the front.
    #[error(transparent)]
    Gateway(#[from] gateway::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The certificates to serve with.
    #[error(transparent)]
    Care(#[from] care::Error),
    /// The words of the mails about a certificate's end.
    #[error("the mails' words in notice.templates cannot be used")]
    Words(Vec<Problem>),
    /// This machine's clock is too far from the database's; milliseconds, positive when
    /// ours is ahead.
    #[error("this machine's clock and the database's are {} s apart", .0.abs() / 1_000)]
    Clock(i64),
    /// Signals cannot be waited for.
    #[error("signals cannot be waited for: {0}")]
    Signal(io::Error),
}

/// Ports that are taken and everything that answers on them; serving has not begun.
pub struct Ready {
    app: App,
    front: Front,
    listeners: Listeners,
    plain: std::net::TcpListener,
    admin: std::net::TcpListener,
}

impl Ready {
    /// Opens and binds everything.
    pub async fn prepare(app: &App) -> Result<Self, Error> {
        Letters::load(&app.config).map_err(Error::Words)?;
        let server = &app.config.server;
        let listeners = Listeners::bind(server.listen, server.threads)?;
        let plain = gateway::bind(server.plain_listen)?;
        let admin = gateway::bind(server.admin_listen)?;
        let roster = Roster::load(app).await?;
        app.tasks.spawn(roster.clone().follow());
        let (refusals, received) = mpsc::channel(REFUSALS);
        let care = Care::begin(app).await?;
        let front = Front {
            tls: care.live(),
            lookup: roster,
            classify: classify(app),
            site: site::site(app),
            on_refusal: Arc::new(move |event| pass_on(&refusals, event)),
            opening: app.opening.clone(),
            clock: app.clock.clone(),
            limits: limits(app),
        };
        // Only now, when nothing is left that could end the start.
        work::start(app, received);
        app.tasks.spawn(care.keep(app.clone()));
        Ok(Self { app: app.clone(), front, listeners, plain, admin })
    }

    /// Where TLS is served; tells the port where the configuration said 0.
    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.listeners.address()
    }

    /// Serves until `stop` resolves, then stops in order.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let app = self.app;
        let limits = self.front.limits.clone();
        let (say_stop, stopped) = watch::channel(false);
        let wait = |mut stopped: watch::Receiver<bool>| async move {
            // An error means that the sender is gone, which is a stop too.
            _ = stopped.wait_for(|stop| *stop).await;
        };
        for (listener, router) in [(self.plain, site::plain(&app)), (self.admin, site::admin(&app))]
        {
            let until = wait(stopped.clone());
            let limits = limits.clone();
            app.tasks.spawn(async move {
                if let Err(error) = gateway::serve_plain(listener, router, limits, until).await {
                    tracing::error!(%error, "a plain listener ended");
                }
            });
        }
        let served = gateway::serve(self.front, self.listeners, stop).await;
        say_stop.send_replace(true);
        app.tasks.stop();
        let grace = Duration::from_secs(app.config.limits.grace_seconds + 5);
        if tokio::time::timeout(grace, app.tasks.ended()).await.is_err() {
            tracing::warn!("some tasks did not end in time");
        }
        work::finish(&app).await;
        served.map_err(Error::from)
    }
}

/// Fails when this machine's clock is more than ten seconds from that of the database,
/// which other nodes may share; warns from two seconds on.
pub async fn check_clock(app: &App) -> Result<(), Error> {
    match Skew::look(&app.db, &app.clock).await? {
        Skew::TooLarge(ms) => return Err(Error::Clock(ms)),
        Skew::Large(ahead_ms) => {
            tracing::warn!(ahead_ms, "this machine's clock does not go with the database's");
        }
        Skew::Small(_) | Skew::Alone => {}
    }
    Ok(())
}

/// What resolves on SIGTERM or SIGINT. From this call on neither ends the program by itself.
pub fn asked_to_stop() -> Result<impl Future<Output = ()>, Error> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Signal)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn pass_on(refusals: &mpsc::Sender<RefusalEvent>, event: RefusalEvent) {
    if refusals.try_send(event).is_err() {
        tracing::warn!("refusals come faster than they can be written down");
    }
}

fn limits(app: &App) -> gateway::Limits {
    let set = app.config.limits;
    gateway::Limits {
        connections: set.connections,
        per_address: set.connections_per_address,
        handshake: Duration::from_secs(set.handshake_seconds),
        header: Duration::from_secs(set.header_seconds),
        grace: Duration::from_secs(set.grace_seconds),
        body_bytes: set.body_bytes,
        file_bytes: crate::web::upload::most_bytes(set.upload_bytes),
        ..gateway::Limits::default()
    }
}

/// Judges a certificate that is not in the roster: is it at least from our CA?
fn classify(app: &App) -> gateway::peer::Classify {
    let app = app.clone();
    Arc::new(move |chain| {
        let Some((leaf, above)) = chain.split_first() else {
            return gateway::peer::Trust::Foreign;
        };
        let above: Vec<&[u8]> = above.iter().map(AsRef::as_ref).collect();
        let anchors = app.ca.get().anchors();
        let anchors: Vec<&[u8]> = anchors.iter().map(Vec::as_slice).collect();
        match trust::check_chain(leaf, &above, &anchors) {
            trust::Trust::Ours => gateway::peer::Trust::Ours,
            trust::Trust::WrongPurpose => gateway::peer::Trust::WrongPurpose,
            trust::Trust::Foreign(_) => gateway::peer::Trust::Foreign,
        }
    })
}
