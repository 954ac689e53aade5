//! What can go wrong, and whose fault it is; never with values or passwords in it.

use std::fmt::Write as _;

use rusqlite::ErrorCode;
use tokio_postgres::error::{DbError, SqlState};

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached or read, is locked, or took too long: the operator's, or later.
    #[error("the database cannot be used now: {0}")]
    Unavailable(String),
    /// The disk it lies on is full: the operator's.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// Migrations are missing.
    #[error(
        "the database is at schema {found}, this program needs {known}: run `sekisho db migrate`"
    )]
    SchemaOlder {
        /// The last migration before the first missing one; 0 for none.
        found: i64,
        /// The last one this program knows.
        known: i64,
    },
    /// A newer program was here.
    #[error("the database is at schema {found}, this program knows {known}: run the newer program")]
    SchemaNewer {
        /// The last migration in the database.
        found: i64,
        /// The last one this program knows.
        known: i64,
    },
    /// An applied migration reads differently in this program.
    #[error("migration {name} was changed after it was applied: run the program that applied it")]
    SchemaChanged {
        /// Its name.
        name: String,
    },
    /// A migration failed; nothing of it was kept.
    #[error("migration {name} failed at its statement {statement}, and was undone: {cause}")]
    Migration {
        /// Its name.
        name: String,
        /// Which statement, from 1.
        statement: usize,
        /// Why.
        #[source]
        cause: Box<Error>,
    },
    /// A value that may be there once is there already; what was violated.
    #[error("the database has this already: {0}")]
    Unique(String),
    /// The engine refused the statement: this program's.
    #[error("the database refused a statement of this program: {reason}, in: {statement}")]
    Query {
        /// The beginning of its text.
        statement: String,
        /// Why.
        reason: String,
    },
    /// A text holds NUL, which no database takes: whoever sent it.
    #[error("the text of ${0} holds a NUL")]
    Nul(usize),
    /// The rows are not what this program expects: this program's, or someone changed them.
    #[error("the database holds something this program does not expect: {0}")]
    Answer(String),
    /// The transaction was used on after one of its statements failed: nothing was kept.
    #[error("an earlier statement of this transaction failed, nothing of it was kept")]
    Aborted,
}

impl Error {
    /// Whether a `UNIQUE` or `PRIMARY KEY` said no.
    #[must_use]
    pub const fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Unique(_))
    }

    /// Whether the same may succeed later without anybody changing this program.
    #[must_use]
    pub const fn will_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Full(_))
    }

    /// Something that must be there is not: `what` names it, as in `audit_head`.
    #[must_use]
    pub fn missing(what: &str) -> Self {
        Self::Answer(format!("{what} is missing"))
    }

    pub(super) fn unavailable(why: impl Into<String>) -> Self {
        Self::Unavailable(why.into())
    }

    pub(super) fn query(sql: &str, reason: impl Into<String>) -> Self {
        Self::Query { statement: shown(sql), reason: reason.into() }
    }

    /// What SQLite said about `sql`.
    pub(super) fn sqlite(error: &rusqlite::Error, sql: &str) -> Self {
        let reason = told(error);
        let Some(code) = error.sqlite_error() else { return Self::query(sql, reason) };
        match (code.code, code.extended_code) {
            (ErrorCode::DiskFull, _) => Self::Full(reason),
            (ErrorCode::ConstraintViolation, extended) if is_unique(extended) => {
                Self::Unique(reason)
            }
            (
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::NotADatabase
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::SystemIoFailure
                | ErrorCode::OutOfMemory
                | ErrorCode::FileLockingProtocolFailed,
                _,
            ) => Self::Unavailable(reason),
            _ => Self::query(sql, reason),
        }
    }

    /// What PostgreSQL, or the way to it, said about `sql`.
    pub(super) fn postgres(error: &tokio_postgres::Error, sql: &str) -> Self {
        let Some(db) = error.as_db_error() else { return Self::Unavailable(chain(error)) };
        let reason = reason(db);
        match db.code() {
            state if *state == SqlState::DISK_FULL => Self::Full(reason),
            state if *state == SqlState::UNIQUE_VIOLATION => Self::Unique(reason),
            state if is_passing(state) => Self::Unavailable(reason),
            _ => Self::query(sql, reason),
        }
    }
}

fn is_unique(extended: i32) -> bool {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    matches!(extended, SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY)
}

/// States that are no fault of the statement: connection, authorization, no such database,
/// resources, shutdown, locks, deadlock, a server that only reads, time limits.
fn is_passing(state: &SqlState) -> bool {
    let code = state.code();
    ["08", "28", "3D", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
        || *state == SqlState::LOCK_NOT_AVAILABLE
        || *state == SqlState::READ_ONLY_SQL_TRANSACTION
}

/// What SQLite says; it names tables and columns, never values.
fn told(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// What PostgreSQL says, without what may hold values: its detail, and its message about
/// data (classes 22 and 23, and whatever is not known to be about something else).
fn reason(db: &DbError) -> String {
    let code = db.code().code();
    let plain = ["08", "25", "28", "3D", "40", "42", "53", "55", "57", "58"];
    let mut reason = format!("SQLSTATE {code}");
    if plain.iter().any(|class| code.starts_with(class)) {
        let _ = write!(reason, " ({})", db.message());
    }
    let names = [("constraint", db.constraint()), ("table", db.table()), ("column", db.column())];
    for (what, name) in names {
        if let Some(name) = name {
            let _ = write!(reason, " {what} {name}");
        }
    }
    reason
}

fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    text
}

/// The beginning of a statement on one line.
fn shown(sql: &str) -> String {
    const LENGTH: usize = 120;
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
