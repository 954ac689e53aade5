//! The database: SQL text and values in, rows out; two engines, one SQL text.
//!
//! Words: a [`Conn`] runs single statements, each its own transaction; a [`Tx`] is a
//! transaction that ends with `commit`, or as if it had never been; [`params!`] binds
//! `$1`, `$2`, … by number; a row turns into a type with [`FromRow`].
//! Invariants: no async thread ever waits for a file or a lock of SQLite; a connection
//! whose state is in doubt (a dropped future, a lost transaction) is never lent again;
//! after a failed statement a transaction can only be given up; errors name neither
//! values nor passwords. A `Conn` keeps a connection of the pool while it lives: drop
//! it before `begin`. What waits longer than ten seconds fails as `Unavailable`.

mod conn;
mod error;
mod migrate;
mod postgres;
mod row;
mod sqlite;
mod statement;
mod value;
mod wait;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::base::{Moment, Secret};

pub use crate::params;
pub use conn::{Conn, Tx};
pub use error::Error;
pub use migrate::{Migration, Migrations};
pub use row::{Cell, FromRow, FromValue, Row};
pub use value::{Kind, ToValue, Value, Values};

use conn::Link;

/// Where the data lies.
#[derive(Clone, Debug)]
pub enum Target {
    /// This file, made (readable by its owner only) when it is not there.
    Sqlite(PathBuf),
    /// A `postgres://user:password@host/name` URL.
    Postgres(Secret),
}

/// Which engine a [`Db`] talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The one that several gateways share.
    Postgres,
}

/// A database, open; clones share its connections.
#[derive(Clone)]
pub struct Db(Source);

#[derive(Clone)]
enum Source {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(Arc<postgres::Postgres>),
}

impl Db {
    /// Opens the database and proves that it answers; leaves its schema alone.
    ///
    /// Call it on the runtime that lives longest: connections to PostgreSQL are driven
    /// there, whatever runtime their users are on.
    pub async fn open(target: &Target) -> Result<Self, Error> {
        let runtime = Handle::try_current()
            .map_err(|_| Error::unavailable("it must be opened inside a tokio runtime"))?;
        Ok(Self(match target {
            Target::Sqlite(path) => {
                Source::Sqlite(Arc::new(sqlite::Sqlite::open(path.clone(), runtime).await?))
            }
            Target::Postgres(url) => {
                Source::Postgres(Arc::new(postgres::Postgres::open(url, runtime).await?))
            }
        }))
    }

    /// Applies what is missing of the embedded migrations; the names of those applied.
    pub async fn migrate(&self, now: Moment) -> Result<Vec<String>, Error> {
        Migrations::embedded().apply(self, now).await
    }

    /// Fails unless the schema is exactly the one this program knows.
    pub async fn check_schema(&self) -> Result<(), Error> {
        Migrations::embedded().check(self).await
    }

    /// A connection for single statements, each of them its own transaction.
    pub async fn conn(&self) -> Result<Conn, Error> {
        Ok(Conn::alone(match &self.0 {
            Source::Sqlite(db) => Link::Sqlite(Arc::clone(db)),
            Source::Postgres(db) => Link::Postgres(Box::new(db.lend().await?)),
        }))
    }

    /// Begins a transaction: `BEGIN IMMEDIATE` on SQLite, where writers take turns in
    /// the order they came; `READ COMMITTED` on PostgreSQL.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(Tx::begun(match &self.0 {
            Source::Sqlite(db) => Link::SqliteTurn(db.begin().await?),
            Source::Postgres(db) => Link::Postgres(Box::new(db.begin().await?)),
        }))
    }

    /// What time it is where the database runs; `None` when that is this process.
    pub async fn clock(&self) -> Result<Option<Moment>, Error> {
        match &self.0 {
            Source::Sqlite(_) => Ok(None),
            Source::Postgres(db) => db.clock_ms().await.map(Moment::from_ms).map(Some),
        }
    }

    /// What the statements cost so far, in steps of SQLite's machine: the same on every
    /// computer, however busy. `None`: PostgreSQL keeps a count of its own.
    #[must_use]
    pub fn steps(&self) -> Option<u64> {
        match &self.0 {
            Source::Sqlite(db) => Some(db.steps()),
            Source::Postgres(_) => None,
        }
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Source::Sqlite(_) => Engine::Sqlite,
            Source::Postgres(_) => Engine::Postgres,
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}
