//! SQLite: one thread a connection, fed by a channel.
//!
//! One connection writes and several read. Whoever writes waits for the writer in the
//! order of coming, inside this process; other processes are kept off by SQLite's own
//! locks. Reads outside of transactions never wait for writers (WAL).

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, StatementStatus};
use tokio::runtime::Handle;
use tokio::sync::{Mutex as Fair, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot};

use super::conn::{Order, Outcome};
use super::error::Error;
use super::row::{Cell, Row};
use super::value::Value;
use super::wait::{PATIENCE, within};

const READERS: usize = 4;
const PREPARED: usize = 256;

/// A data file with its connections.
pub(super) struct Sqlite {
    writer: Arc<Fair<Worker>>,
    readers: Arc<Mutex<Vec<Worker>>>,
    free: Arc<Semaphore>,
    runtime: Handle,
    steps: Arc<AtomicU64>,
}

impl Sqlite {
    pub async fn open(path: PathBuf, runtime: Handle) -> Result<Self, Error> {
        let writer = Worker::start("db-writer", path.clone(), open_writer).await?;
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            readers.push(Worker::start("db-reader", path.clone(), open_reader).await?);
        }
        Ok(Self {
            writer: Arc::new(Fair::new(writer)),
            readers: Arc::new(Mutex::new(readers)),
            free: Arc::new(Semaphore::new(READERS)),
            runtime,
            steps: Arc::default(),
        })
    }

    /// Steps of SQLite's machine that all statements took so far.
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// Runs a statement on its own: one that reads on any reader, one that writes on the
    /// writer. Which it is, SQLite knows; only `wants_rows` leaves the question open.
    pub async fn run(&self, order: Order, wants_rows: bool) -> Result<Outcome, Error> {
        let order = Arc::new(order);
        if wants_rows {
            let reader = self.reader().await?;
            let (worker, read) = (reader.worker.clone(), Arc::clone(&order));
            let steps = Arc::clone(&self.steps);
            let asked = worker.ask(reader, move |c| perform(c, (&read, &steps), true)).await?;
            if let Some(outcome) = asked {
                return Ok(outcome);
            }
        }
        let guard = self.turn().await?;
        let (worker, steps) = (guard.clone(), Arc::clone(&self.steps));
        let outcome = worker.ask(guard, move |c| perform(c, (&order, &steps), false)).await?;
        outcome.ok_or_else(gone)
    }

    /// Waits for the writer and begins.
    pub async fn begin(&self) -> Result<Turn, Error> {
        let turn = Turn { guard: Some(self.turn().await?), steps: Arc::clone(&self.steps) };
        turn.ask(|connection| batch(connection, "BEGIN IMMEDIATE")).await?;
        Ok(turn)
    }

    async fn turn(&self) -> Result<OwnedMutexGuard<Worker>, Error> {
        let turn = within(&self.runtime, Arc::clone(&self.writer).lock_owned()).await;
        turn.ok_or_else(|| Error::unavailable("others keep writing, no turn in ten seconds"))
    }

    async fn reader(&self) -> Result<Reader, Error> {
        let permit = within(&self.runtime, Arc::clone(&self.free).acquire_owned()).await;
        let Some(Ok(permit)) = permit else {
            return Err(Error::unavailable("all readers are busy for ten seconds"));
        };
        let worker = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let home = Arc::clone(&self.readers);
        worker.map(|worker| Reader { worker, home, _permit: permit }).ok_or_else(gone)
    }
}

/// A reader, given back when dropped.
struct Reader {
    worker: Worker,
    home: Arc<Mutex<Vec<Worker>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut readers = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        readers.push(self.worker.clone());
    }
}

/// The writer, inside a transaction; dropped, it rolls back before the next may write.
pub(super) struct Turn {
    guard: Option<OwnedMutexGuard<Worker>>,
    steps: Arc<AtomicU64>,
}

impl Turn {
    pub async fn run(&self, order: Order) -> Result<Outcome, Error> {
        let steps = Arc::clone(&self.steps);
        let done = self.ask(move |connection| perform(connection, (&order, &steps), false)).await?;
        done.ok_or_else(gone)
    }

    pub async fn commit(&mut self) -> Result<(), Error> {
        self.ask(|connection| batch(connection, "COMMIT")).await?;
        self.guard = None;
        Ok(())
    }

    pub async fn rollback(&mut self) -> Result<(), Error> {
        self.ask(roll_back).await?;
        self.guard = None;
        Ok(())
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let worker = self.guard.as_deref().cloned().ok_or_else(gone)?;
        worker.ask((), work).await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Behind whatever a dropped future left in the channel; the turn ends after it.
        if let Some(guard) = self.guard.take() {
            let worker = guard.clone();
            worker.tell(move |connection| {
                if let Err(error) = roll_back(connection) {
                    tracing::error!(%error, "a transaction could not be rolled back");
                }
                drop(guard);
            });
        }
    }
}

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The thread of one connection; it ends when nobody can send to it any more.
#[derive(Clone)]
struct Worker(mpsc::Sender<Job>);

impl Worker {
    async fn start(
        name: &str,
        path: PathBuf,
        open: fn(&Path) -> Result<Connection, Error>,
    ) -> Result<Self, Error> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (ready, opened) = oneshot::channel();
        let run = move || match open(&path) {
            Ok(connection) => {
                let _ = ready.send(Ok(()));
                for job in queue {
                    job(&connection);
                }
            }
            Err(error) => {
                let _ = ready.send(Err(error));
            }
        };
        let started = thread::Builder::new().name(name.to_owned()).spawn(run);
        started.map_err(|error| Error::unavailable(format!("no thread for it: {error}")))?;
        opened.await.unwrap_or_else(|_| Err(gone()))?;
        Ok(Self(jobs))
    }

    /// Has `work` done, then drops `lease`, then answers; `work` is done also when nobody
    /// waits for the answer any more.
    async fn ask<T: Send + 'static>(
        &self,
        lease: impl Send + 'static,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        self.tell(move |connection| {
            let result = work(connection);
            drop(lease);
            let _ = answer.send(result);
        });
        answered.await.unwrap_or_else(|_| Err(gone()))
    }

    fn tell(&self, work: impl FnOnce(&Connection) + Send + 'static) {
        // Nobody there: the answer's other end is dropped with the job.
        let _ = self.0.send(Box::new(work));
    }
}

fn gone() -> Error {
    Error::unavailable("its thread has ended")
}

fn open_writer(path: &Path) -> Result<Connection, Error> {
    create(path)?;
    let connection = connect(path)?;
    let failed = |error| at(path, &error);
    become_wal(&connection, path)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(failed)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection, Error> {
    let connection = connect(path)?;
    let failed = |error| at(path, &error);
    connection.pragma_update(None, "foreign_keys", true).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(connection)
}

/// Makes the file, for its owner only. One that is there is not touched: closing it here
/// would take away the locks that other connections of this process hold on it.
fn create(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let text = format!("the folder {} of its file does not exist", folder.display());
        return Err(Error::Unavailable(text));
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(Error::unavailable(format!("{} cannot be made: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| at(path, &error);
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

/// The switch needs the file for itself for a moment, and SQLite does not always wait.
fn become_wal(connection: &Connection, path: &Path) -> Result<(), Error> {
    const TRIES: u32 = 100;
    let mut tried = 0;
    let mode: String = loop {
        tried += 1;
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        match mode {
            Err(error) if is_busy(&error) && tried < TRIES => {
                thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(at(path, &error)),
            Ok(mode) => break mode,
        }
    };
    if mode == "wal" {
        return Ok(());
    }
    Err(Error::unavailable(format!("{}: its file system cannot hold a log (WAL)", path.display())))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Opening failed: whatever SQLite says, it is about the file.
fn at(path: &Path, error: &rusqlite::Error) -> Error {
    match Error::sqlite(error, "") {
        Error::Full(reason) => Error::Full(reason),
        Error::Unavailable(reason) | Error::Query { reason, .. } => {
            Error::unavailable(format!("{}: {reason}", path.display()))
        }
        other => other,
    }
}

fn batch(connection: &Connection, sql: &str) -> Result<(), Error> {
    connection.execute_batch(sql).map_err(|error| Error::sqlite(&error, sql))
}

fn roll_back(connection: &Connection) -> Result<(), Error> {
    if connection.is_autocommit() { Ok(()) } else { batch(connection, "ROLLBACK") }
}

/// Runs a statement to its end; `None` if it writes and may not.
fn perform(
    connection: &Connection,
    (order, steps): (&Order, &AtomicU64),
    only_read: bool,
) -> Result<Option<Outcome>, Error> {
    let failed = |error: rusqlite::Error| Error::sqlite(&error, &order.sql);
    let mut statement = connection.prepare_cached(&order.sql).map_err(failed)?;
    let reads = statement.readonly();
    if only_read && !reads {
        return Ok(None);
    }
    for (at, value) in order.values.all().iter().enumerate() {
        statement.raw_bind_parameter(at + 1, value).map_err(failed)?;
    }
    let before = connection.total_changes();
    let rows = collect(&mut statement, &order.sql)?;
    let took = statement.reset_status(StatementStatus::VmStep);
    steps.fetch_add(u64::try_from(took).unwrap_or(0), Ordering::Relaxed);
    // The count of changes keeps its value through statements that change no rows.
    let count = match connection.total_changes() == before {
        true if reads => u64::try_from(rows.len()).unwrap_or(u64::MAX),
        true => 0,
        false => connection.changes(),
    };
    Ok(Some(Outcome { rows, count }))
}

fn collect(statement: &mut Statement<'_>, sql: &str) -> Result<Vec<Row>, Error> {
    let failed = |error: rusqlite::Error| Error::sqlite(&error, sql);
    let mut found = Vec::new();
    let mut columns: Option<Arc<[String]>> = None;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        // Asked after the first step: a changed table has changed `SELECT *` only then.
        let columns =
            columns.get_or_insert_with(|| row.as_ref().column_names().map(str::to_owned).collect());
        let cells = (0..columns.len()).map(|at| cell(row.get_ref(at).map_err(failed)?));
        found.push(Row::new(Arc::clone(columns), cells.collect::<Result<_, _>>()?));
    }
    Ok(found)
}

fn cell(value: ValueRef<'_>) -> Result<Cell, Error> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text);
            Cell::Text(text.map_err(|_| Error::Answer("text is not UTF-8".into()))?.to_owned())
        }
        ValueRef::Real(_) => return Err(Error::Answer("a fraction: CAST it".into())),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(Some(text)) => ToSqlOutput::from(text.as_str()),
            Self::Bytes(Some(bytes)) => ToSqlOutput::from(bytes.as_slice()),
            Self::Int(Some(number)) => ToSqlOutput::from(*number),
            Self::Bool(Some(truth)) => ToSqlOutput::from(*truth),
            Self::Text(None) | Self::Int(None) | Self::Bool(None) | Self::Bytes(None) => {
                ToSqlOutput::Owned(Owned::Null)
            }
        })
    }
}
