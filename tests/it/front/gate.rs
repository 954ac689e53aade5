//! A running server on a fresh database, and another process beside it.

use std::net::SocketAddr;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sekisho::app::{App, Folder as CaFolder};
use sekisho::audit::{self, Event};
use sekisho::base::{Moment, Secret};
use sekisho::certificates::{issue, store};
use sekisho::config::Config;
use sekisho::db::{Tx, Values};
use sekisho::identity::contracts;
use sekisho::identity::users::User;
use sekisho::mail::{Mailer, Memory};
use sekisho::pki::bundle::{self, Format};
use sekisho::serve::Ready;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::support::db::Fresh;
use crate::support::dial::{At, Dial, Http, Line};
use crate::support::papers::Paper;
use crate::support::site::World;

/// What every test's person types.
pub const PASSWORD: &str = "Abcde1#x";
/// Within this a change must be felt (design: on every node within a second).
pub const FELT: Duration = Duration::from_secs(1);

/// A server that runs until it is dropped.
pub struct Gate {
    pub world: World,
    /// The same database and CA, opened as another process would.
    pub elsewhere: App,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: JoinSet<()>,
}

impl At for Gate {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Gate {
    /// A server at 10:00 JST with the contract `CONTRACT`.
    pub async fn open(fresh: &Fresh) -> Self {
        Self::open_with(fresh, |_| {}).await
    }

    /// The same with other settings.
    pub async fn open_with(fresh: &Fresh, set: impl FnOnce(&mut Config)) -> Self {
        let mut world = World::whole(fresh).await;
        let elsewhere = again(&world, fresh).await;
        let mut config = world.app.config.clone();
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        config.server.listen = any_port;
        config.server.plain_listen = any_port;
        config.server.admin_listen = any_port;
        config.server.threads = 2;
        set(&mut config);
        for host in [&config.server.portal_host, &config.server.enroll_host] {
            let folder = CaFolder::of(&config);
            folder.renew_server(host, world.clock.now()).expect("a server certificate");
        }
        let mailer = Mailer::to_memory(world.mail.clone()).expect("a way out");
        world.app =
            App::with(config, world.clock.clone(), fresh.db.clone(), mailer).expect("an app");
        let ready = Ready::prepare(&world.app).await.expect("it is ready");
        let address = ready.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut running = JoinSet::new();
        running.spawn(async move {
            let until = async { drop(stopped.await) };
            ready.serve(until).await.expect("serves");
        });
        Self { world, elsewhere, address, stop: Some(stop), running }
    }

    /// Stops in order.
    pub async fn close(mut self) {
        drop(self.stop.take());
        let ended = timeout(Duration::from_secs(20), self.running.join_next()).await;
        ended.expect("stops in time").expect("ran").expect("without a panic");
    }

    /// A certificate for `user`, issued in another process.
    pub async fn issue(&self, user: &User) -> Paper {
        issue_in(&self.elsewhere, user).await
    }

    /// A line on the portal, speaking `http`, that presents `paper`.
    pub async fn line(&self, paper: &Paper, http: Http) -> Line {
        Dial::to("localhost", Some(paper)).open(self, http).await
    }

    /// Changes the database in another process, with the audit row of the change.
    pub async fn change(&self, sql: &str, values: Values, event: Event<'_>) {
        let now = self.world.clock.now();
        let mut tx = self.elsewhere.db.begin().await.expect("begun");
        tx.execute(sql, values).await.expect("changed");
        audit::record(&mut tx, now, &event).await.expect("recorded");
        tx.commit().await.expect("committed");
    }

    /// Asks on fresh connections until the portal answers `/login` with `status`.
    pub async fn until(&self, paper: &Paper, status: u16) {
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            let answer = Dial::to("localhost", Some(paper)).get(self, Http::One, "/login").await;
            if answer.status == status {
                return;
            }
            assert!(Instant::now() < deadline, "{answer:?} instead of {status}");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Another process with its own connections and memory.
pub async fn again(world: &World, fresh: &Fresh) -> App {
    let mailer = Mailer::to_memory(Memory::default()).expect("a way out");
    let config = world.app.config.clone();
    App::with(config, world.clock.clone(), fresh.again().await, mailer).expect("an app")
}

/// A certificate for `user`, issued through `app`.
pub async fn issue_in(app: &App, user: &User) -> Paper {
    let mut conn = app.db.conn().await.expect("a connection");
    let contract = contracts::find(&mut conn, &user.contract_no).await.expect("asked");
    drop(conn);
    let typed = Secret::from(PASSWORD);
    let contract = contract.expect("there");
    let made = issue::prepare(app, user, &contract, &typed, Format::Modern).await.expect("made");
    let mut tx: Tx = app.db.begin().await.expect("begun");
    let event = issue::event_of_cli("cli:test");
    issue::store(app, &mut tx, &made, None, &event).await.expect("stored");
    tx.commit().await.expect("committed");
    unpack(&made.parcel.bytes, made.certificate.not_before, made.certificate.not_after)
}

/// The certificate and key of a `.p12` that opens with `PASSWORD`.
pub fn unpack(p12: &[u8], not_before: Moment, not_after: Moment) -> Paper {
    let held = bundle::read(p12, &Secret::from(PASSWORD)).expect("it opens");
    let chain = [&[held.leaf], held.chain.as_slice()].concat();
    Paper {
        chain: chain.into_iter().map(CertificateDer::from).collect(),
        key: PrivateKeyDer::try_from(held.key.to_vec()).expect("a key"),
        not_before,
        not_after,
    }
}

/// The row of `paper`.
pub async fn row(app: &App, paper: &Paper) -> store::Certificate {
    let hex = data_encoding::HEXLOWER.encode(&paper.fingerprint());
    let mut conn = app.db.conn().await.expect("a connection");
    let all = store::list(&mut conn, &store::Wanted::default(), Moment::from_ms(0)).await;
    let found = all.expect("asked").into_iter().find(|one| one.fingerprint == hex);
    found.expect("an issued certificate")
}
