//! The one state that everything is handed: clock, database, configuration, CA,
//! sessions, mail, and the places where work goes.
//!
//! `App` is cheap to clone. Opening it fails closed: a missing CA, a wrong
//! passphrase or a schema of another version is an error, never a half-open app.

mod attempt;
pub mod ca;
mod checks;
mod factor_key;
mod fence;
mod guesses;
mod handovers;
mod opening;
mod parcels;
pub mod people;
mod post;
mod skew;
mod strangers;
mod tasks;
mod told;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};

use crate::base::{Clock, Secret};
use crate::config::{Config, Database};
use crate::db::{self, Db, Target};
use crate::identity::changes::Temporary;
use crate::identity::hours::Opening;
use crate::identity::policy::Policy;
use crate::identity::sessions::Sessions;
use crate::identity::users::User;
use crate::identity::{lockout, passwords};
use crate::mail::{self, Mailer};

pub use attempt::{Try, Typed};
pub use ca::{Ca, CaError, Folder, Generation, LiveCa, ServerIdentity, issuing_name};
pub use checks::{Check, Checks, Ended};
pub use factor_key::make_factor_key;
pub use fence::{Door, Fenced};
pub use guesses::{Guesses, MOST as MOST_GUESSES, Slot, Source};
pub use handovers::{Handover, Handovers};
pub use parcels::{Parcel, Parcels, Progress};
pub use post::Post;
pub use skew::Skew;
pub use strangers::Strangers;
pub use tasks::Tasks;
pub use told::Told;

/// How long work waits for its turn before it is given up: a flood of tries
/// must not make a queue without end.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much that needs a CA's key is done at once: a token does one thing at a time.
const KEY_TURNS: usize = 2;

/// Everything a request or a job may need.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an `App`.
pub struct Parts {
    /// What time it is.
    pub clock: Clock,
    /// The main database.
    pub db: Db,
    /// What the operator set.
    pub config: Config,
    /// The certificate authority.
    pub ca: LiveCa,
    /// When the service is open.
    pub opening: Arc<Opening>,
    /// Who has signed in.
    pub sessions: Sessions,
    /// The way out for mail.
    pub mailer: Mailer,
    /// Files made and waiting for their one download.
    pub parcels: Parcels,
    /// Files and passwords waiting for the operator who had them made.
    pub handovers: Handovers,
    /// Wrong guesses that nobody's own count stops.
    pub guesses: Guesses,
    /// What is told to whoever types an ID.
    pub told: Told,
    /// Queues mails with secrets in them.
    pub post: Post,
    factor_key: Secret,
    /// The verification of the audit chain.
    pub checks: Checks,
    /// Refusals of people nobody knows.
    pub strangers: Strangers,
    /// Tasks beside requests.
    pub tasks: Tasks,
    /// Rung when a job was queued in this process.
    pub jobs_waiting: Notify,
    /// Rung when one was queued that takes long.
    pub long_jobs_waiting: Notify,
    heavy: Arc<Semaphore>,
    ca_keys: Arc<Semaphore>,
}

/// Why the app does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The certificate authority.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// The way out for mail.
    #[error(transparent)]
    Mail(#[from] mail::Error),
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The database that `config` names.
#[must_use]
pub fn target(config: &Config) -> Target {
    match &config.data.database {
        Database::Sqlite => Target::Sqlite(config.data.dir.join("sekisho.db")),
        Database::Postgres(url) => Target::Postgres(url.clone()),
    }
}

impl App {
    /// Opens everything `config` names; tasks and heavy work go to `runtime`.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, OpenError> {
        let db = Db::open(&target(&config)).await?;
        db.check_schema().await?;
        let mailer = Mailer::new(&config.mail, &config.service.name)?;
        Ok(Self::with(config, clock, db, mailer)?)
    }

    /// An app on a database and a way out for mail that are open already.
    pub fn with(config: Config, clock: Clock, db: Db, mailer: Mailer) -> Result<Self, CaError> {
        let ca = LiveCa::new(Ca::open(&config)?);
        let factor_key = factor_key::load(&config.data.dir).map_err(|error| CaError::File {
            path: config.data.dir.join(factor_key::FILE),
            error,
        })?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self(Arc::new(Parts {
            opening: Arc::new(opening::opening(&config)),
            sessions: Sessions::new(db.clone(), config.idle_minutes),
            clock,
            db,
            config,
            ca,
            mailer,
            parcels: Parcels::default(),
            handovers: Handovers::default(),
            guesses: Guesses::default(),
            told: Told::default(),
            post: Post::with(&factor_key),
            factor_key,
            checks: Checks::default(),
            strangers: Strangers::default(),
            tasks: Tasks::here(),
            jobs_waiting: Notify::new(),
            long_jobs_waiting: Notify::new(),
            heavy: Arc::new(Semaphore::new(cores * 2)),
            ca_keys: Arc::new(Semaphore::new(KEY_TURNS)),
        })))
    }

    /// Runs `work` that takes long (argon2, answers, bundling) off the front's
    /// threads; at most two a core at once. `None` when it panicked, the
    /// program is stopping, or too many wait.
    pub async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.in_turn(&self.heavy, work).await
    }

    /// Runs `work` that needs a CA's key, under the same terms. It has turns of its own:
    /// the key may lie on a token that hangs, and nobody's login may wait for that.
    pub async fn with_ca_key<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.in_turn(&self.ca_keys, work).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        turns: &Arc<Semaphore>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(turns).acquire_owned());
        let turn = turn.await.ok()?.ok()?;
        // The turn is over with the work, which goes on when nobody waits for it any more.
        let done = move || {
            let _turn = turn;
            work()
        };
        self.tasks.blocking(done).await
    }

    /// The limits on wrong passwords.
    #[must_use]
    pub fn lockout(&self) -> lockout::Limits {
        people::limits(&self.config)
    }

    /// The PHC string of `password`, made on the heavy pool.
    pub async fn hash_password(&self, password: &Secret) -> Result<String, db::Error> {
        let password = password.clone();
        let hashed = self.heavy(move || crate::identity::password::hash(&password)).await;
        let busy = || db::Error::Unavailable("the password could not be hashed".to_owned());
        hashed.flatten().ok_or_else(busy)
    }

    /// `password` as it is given to somebody.
    pub async fn temporary(&self, password: Secret) -> Result<Temporary, db::Error> {
        Ok(Temporary { hash: self.hash_password(&password).await?, password })
    }

    /// Whether `password` is in force for the person, or was one of those that the policy
    /// keeps from coming back (R001-13). Where it keeps none, nothing is compared.
    pub async fn was_used(
        &self,
        user: &User,
        policy: &Policy,
        password: &Secret,
    ) -> Result<bool, db::Error> {
        if policy.reuse_block <= 0 {
            return Ok(false);
        }
        let mut conn = self.db.conn().await?;
        let mut stored = passwords::earlier(&mut conn, &user.id, policy.reuse_block).await?;
        drop(conn);
        stored.push(user.password_hash.clone());
        let typed = password.clone();
        let is_it = move |stored: &String| crate::identity::password::verify(&typed, Some(stored));
        let busy = || db::Error::Unavailable("too many passwords wait to be checked".to_owned());
        self.heavy(move || stored.iter().any(is_it)).await.ok_or_else(busy)
    }

    /// Whether `password` is the one in `stored`, checked on the heavy pool. When it
    /// could not be checked, nothing may be counted: that is an error.
    pub async fn verify_password(
        &self,
        password: &Secret,
        stored: Option<&str>,
    ) -> Result<bool, db::Error> {
        let (password, stored) = (password.clone(), stored.map(str::to_owned));
        let check = move || crate::identity::password::verify(&password, stored.as_deref());
        let busy = || db::Error::Unavailable("too many passwords wait to be checked".to_owned());
        self.heavy(check).await.ok_or_else(busy)
    }
}
