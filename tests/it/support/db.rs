//! Empty databases on both engines, and tests that run on both.

use std::path::PathBuf;

use sekisho::base::{Moment, Secret};
use sekisho::db::{Db, Engine, Target};

use super::postgres::new_database;
use super::tool::Folder;

/// An empty database, gone when dropped.
pub struct Fresh {
    pub db: Db,
    pub target: Target,
    _folder: Option<Folder>,
}

/// A new database without tables.
pub async fn fresh(engine: Engine) -> Fresh {
    let (target, folder) = match engine {
        Engine::Sqlite => {
            let folder = Folder::new();
            (Target::Sqlite(folder.path().join("sekisho.db")), Some(folder))
        }
        Engine::Postgres => (Target::Postgres(Secret::new(new_database().await)), None),
    };
    let db = Db::open(&target).await.expect("an empty database opens");
    Fresh { db, target, _folder: folder }
}

impl Fresh {
    /// Opens it once more, as another process would.
    pub async fn again(&self) -> Db {
        Db::open(&self.target).await.expect("it opens twice")
    }

    /// The file of one on SQLite.
    pub fn file(&self) -> PathBuf {
        match &self.target {
            Target::Sqlite(path) => path.clone(),
            Target::Postgres(_) => panic!("PostgreSQL has no file"),
        }
    }
}

impl From<&Fresh> for Db {
    fn from(fresh: &Fresh) -> Self {
        fresh.db.clone()
    }
}

/// An instant for whatever needs one.
pub fn now() -> Moment {
    Moment::parse("2026-11-21T00:00:00Z").expect("an instant")
}

/// Writes each test once and runs it as `name::sqlite` and `name::postgres`; it takes a
/// `Db` or a `&Fresh`.
macro_rules! both_engines {
    ($($(#[$note:meta])* async fn $name:ident($db:ident: $kind:ty) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$note])*
            #[allow(clippy::needless_pass_by_value, reason = "a test may take it over")]
            async fn holds($db: $kind) $body

            #[tokio::test]
            async fn sqlite() {
                let fresh = $crate::support::db::fresh(sekisho::db::Engine::Sqlite).await;
                holds((&fresh).into()).await;
            }

            #[tokio::test]
            async fn postgres() {
                let fresh = $crate::support::db::fresh(sekisho::db::Engine::Postgres).await;
                holds((&fresh).into()).await;
            }
        }
    )+};
}

pub(crate) use both_engines;
