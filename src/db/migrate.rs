//! The schema and its history: numbered texts, applied once, in order, never changed.
//!
//! A new step is a file `migrations/NNNN_what.sql` and a line in `EMBEDDED`. Each is
//! applied in a transaction of its own that also records it; two programs that migrate
//! at once take turns and look again.

use super::conn::{Conn, Tx};
use super::error::Error;
use super::row::{FromRow, Row};
use super::statement::split;
use super::{Db, Engine, params};
use crate::base::Moment;
use crate::base::secret::sha256_hex;

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        &[$(Migration {
            name: $name,
            sql: include_str!(concat!("migrations/", $name, ".sql")),
        }),*]
    };
}

/// Every file of `migrations/`, oldest first.
const EMBEDDED: &[Migration] = migrations![
    "0001_core",
    "0002_contract",
    "0003_deduction",
    "0004_hr",
    "0005_certificate_life",
    "0006_who_may_enter",
    "0007_deduction_whole"
];

/// ASCII of "sekisho": who migrates a PostgreSQL database holds this advisory lock.
const LOCK: i64 = 0x0073_656b_6973_686f;

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `NNNN_what`: a number of four digits, then what it does.
    pub name: &'static str,
    /// Its statements, each ended by `;`.
    pub sql: &'static str,
}

/// The steps that a program knows, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Migrations<'a>(&'a [Migration]);

impl Migrations<'static> {
    /// Those of this program.
    #[must_use]
    pub const fn embedded() -> Self {
        Self(EMBEDDED)
    }
}

impl<'a> Migrations<'a> {
    /// The first `count` of them: what an older program knew.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        Self(&self.0[..count.min(self.0.len())])
    }

    /// These.
    #[must_use]
    pub const fn of(list: &'a [Migration]) -> Self {
        Self(list)
    }

    /// Applies what is missing; the names of those applied.
    ///
    /// Fails without applying anything when a newer program was here
    /// ([`Error::SchemaNewer`]) or an applied step reads differently
    /// ([`Error::SchemaChanged`]); a step that fails leaves those before it applied.
    pub async fn apply(&self, db: &Db, now: Moment) -> Result<Vec<String>, Error> {
        let done = history(&mut db.conn().await?, db.engine()).await?;
        self.compare(&done)?;
        let mut applied = Vec::new();
        for step in self.0 {
            if !done.iter().any(|row| row.name == step.name) && self.take(db, step, now).await? {
                applied.push(step.name.to_owned());
            }
        }
        Ok(applied)
    }

    /// Fails unless exactly these steps have been applied, as they read.
    pub async fn check(&self, db: &Db) -> Result<(), Error> {
        let done = history(&mut db.conn().await?, db.engine()).await?;
        self.compare(&done)?;
        let mut found = 0;
        for step in self.0 {
            if !done.iter().any(|row| row.name == step.name) {
                return Err(Error::SchemaOlder { found, known: self.last() });
            }
            found = step.number();
        }
        Ok(())
    }

    /// Takes one step unless someone else has taken it meanwhile.
    async fn take(&self, db: &Db, step: &Migration, now: Moment) -> Result<bool, Error> {
        let mut tx = db.begin().await?;
        if db.engine() == Engine::Postgres {
            tx.execute("SELECT pg_advisory_xact_lock($1)", params![LOCK]).await?;
        }
        let done = history(&mut tx, db.engine()).await?;
        self.compare(&done)?;
        if done.iter().any(|row| row.name == step.name) {
            tx.rollback().await?;
            return Ok(false);
        }
        match step.run(&mut tx, now).await {
            Ok(()) => tx.commit().await.map(|()| true),
            Err(error) => {
                tx.rollback().await?;
                Err(error)
            }
        }
    }

    fn compare(&self, done: &[Done]) -> Result<(), Error> {
        let known = self.last();
        for row in done {
            let step = self.0.iter().find(|step| step.number() == row.number);
            match step {
                None if row.number > known => {
                    let found = done.iter().map(|row| row.number).max().unwrap_or(known);
                    return Err(Error::SchemaNewer { found, known });
                }
                Some(step) if step.name == row.name && step.sum() == row.sha256 => {}
                _ => return Err(Error::SchemaChanged { name: row.name.clone() }),
            }
        }
        Ok(())
    }

    fn last(&self) -> i64 {
        self.0.last().map_or(0, Migration::number)
    }
}

impl Migration {
    /// The number its name begins with; 0 without one.
    fn number(&self) -> i64 {
        self.name.split('_').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    fn sum(&self) -> String {
        sha256_hex(self.sql.as_bytes())
    }

    async fn run(&self, tx: &mut Tx, now: Moment) -> Result<(), Error> {
        let table = "CREATE TABLE IF NOT EXISTS schema_migrations (\
                     number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
                     sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)";
        tx.execute(table, params![]).await?;
        for (at, statement) in split(self.sql).iter().enumerate() {
            tx.execute(statement, params![]).await.map_err(|cause| Error::Migration {
                name: self.name.to_owned(),
                statement: at + 1,
                cause: Box::new(cause),
            })?;
        }
        let row = "INSERT INTO schema_migrations (number, name, sha256, applied_at) \
                   VALUES ($1, $2, $3, $4)";
        tx.execute(row, params![self.number(), self.name, self.sum(), now]).await.map(drop)
    }
}

/// A step that was taken.
struct Done {
    number: i64,
    name: String,
    sha256: String,
}

impl FromRow for Done {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { number: row.at(0)?, name: row.at(1)?, sha256: row.at(2)? })
    }
}

async fn history(conn: &mut Conn, engine: Engine) -> Result<Vec<Done>, Error> {
    let exists = match engine {
        Engine::Sqlite => {
            "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'"
        }
        Engine::Postgres => {
            "SELECT COUNT(*) FROM pg_catalog.pg_tables \
             WHERE schemaname = current_schema() AND tablename = 'schema_migrations'"
        }
    };
    if conn.one::<i64>(exists, params![]).await? == Some(0) {
        return Ok(Vec::new());
    }
    let rows = "SELECT number, name, sha256 FROM schema_migrations ORDER BY number";
    conn.query(rows, params![]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_steps_are_numbered_from_one_and_none_is_forgotten() {
        for (at, step) in EMBEDDED.iter().enumerate() {
            assert_eq!(step.number(), i64::try_from(at).expect("few") + 1, "{}", step.name);
            assert!(step.name.len() > 5 && step.name.as_bytes()[4] == b'_', "{}", step.name);
            assert!(!split(step.sql).is_empty(), "{}", step.name);
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/migrations");
        let files = std::fs::read_dir(folder).expect("the folder").flatten();
        let mut files: Vec<_> =
            files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        files.sort();
        let listed: Vec<_> = EMBEDDED.iter().map(|step| format!("{}.sql", step.name)).collect();
        assert_eq!(files, listed);
    }
}
