//! PostgreSQL: a pool of connections, statement by statement.
//!
//! A connection goes back to the pool only when nothing is open on it: no transaction,
//! no statement that nobody waited for. Any other is closed, which makes the server roll
//! back. Sockets and their tasks live on the runtime the database was opened on.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls};

use super::conn::Outcome;
use super::error::Error;
use super::row::{Cell, Row};
use super::value::{Value, Values};
use super::wait::{PATIENCE, inside, within};
use crate::base::Secret;

const CONNECTIONS: usize = 10;
/// The server's clock, in milliseconds since 1970.
const CLOCK: &str = "SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)";
/// Proves that a connection lives.
const PROBE: &str = "";
/// What SQLite does, as near as PostgreSQL comes, whatever the server's defaults are.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// A server's database with its connections.
pub(super) struct Postgres {
    pool: Pool,
    runtime: Handle,
}

impl Postgres {
    pub async fn open(url: &Secret, runtime: Handle) -> Result<Self, Error> {
        let config = read(url)?;
        let connect = Here(runtime.clone());
        let recycle = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(config, connect, recycle);
        let pool = Pool::builder(manager).max_size(CONNECTIONS).build();
        let pool = pool.map_err(|_| Error::unavailable("its pool cannot be made"))?;
        let postgres = Self { pool, runtime };
        let encoding = "SHOW server_encoding";
        let found = postgres.lend().await?.run(encoding, &Values::default(), true).await?;
        match found.rows.first().map(|row| row.at::<String>(0)).transpose()?.as_deref() {
            Some("UTF8") => Ok(postgres),
            _ => Err(Error::unavailable("its encoding must be UTF8")),
        }
    }

    /// A connection that lives.
    pub async fn lend(&self) -> Result<Lent, Error> {
        let mut lent = self.checkout(PROBE).await?;
        lent.clean = true;
        Ok(lent)
    }

    /// A connection on which a transaction was begun.
    pub async fn begin(&self) -> Result<Lent, Error> {
        let mut lent = self.checkout(BEGIN).await?;
        lent.in_transaction = true;
        Ok(lent)
    }

    /// What time it is on the server, in milliseconds since 1970.
    pub async fn clock_ms(&self) -> Result<i64, Error> {
        let found = self.lend().await?.run(CLOCK, &Values::default(), true).await?;
        found.rows.first().map_or_else(|| Err(Error::missing("the clock")), |row| row.at(0))
    }

    /// Takes connections until one answers `first`: the others died while they lay idle.
    async fn checkout(&self, first: &str) -> Result<Lent, Error> {
        let mut tried = 0;
        loop {
            let object = within(&self.runtime, self.pool.get()).await;
            let object = object
                .ok_or_else(|| Error::unavailable("no connection came free in ten seconds"))?
                .map_err(|error| pool_error(&error))?;
            let lent = Lent { object: Some(object), clean: false, in_transaction: false };
            tried += 1;
            match within(&self.runtime, lent.client()?.batch_execute(first)).await {
                Some(Ok(())) => return Ok(lent),
                Some(Err(error)) if is_lost(&error) && tried <= CONNECTIONS => drop(lent),
                Some(Err(error)) => return Err(Error::postgres(&error, first)),
                None => return Err(Error::unavailable("no answer in ten seconds")),
            }
        }
    }
}

/// A connection of the pool. Only a clean one goes back, any other is closed.
pub(super) struct Lent {
    object: Option<Object>,
    clean: bool,
    in_transaction: bool,
}

impl Lent {
    pub async fn run(&mut self, sql: &str, values: &Values, rows: bool) -> Result<Outcome, Error> {
        self.clean = false;
        let client = self.client()?;
        let bound: Vec<_> = values.all().iter().map(typed).collect();
        let result = if rows {
            let rows = client.query_typed(sql, &bound).await;
            rows.map(|rows| (rows, 0))
        } else {
            let count = client.execute_typed(sql, &bound).await;
            count.map(|count| (Vec::new(), count))
        };
        self.clean = !self.in_transaction;
        let (rows, count) = result.map_err(|error| Error::postgres(&error, sql))?;
        Ok(Outcome { rows: take_in(&rows)?, count })
    }

    pub async fn commit(&mut self) -> Result<(), Error> {
        self.end("COMMIT").await
    }

    pub async fn rollback(&mut self) -> Result<(), Error> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, how: &str) -> Result<(), Error> {
        let ended = self.client()?.batch_execute(how).await;
        ended.map_err(|error| Error::postgres(&error, how))?;
        (self.clean, self.in_transaction) = (true, false);
        Ok(())
    }

    fn client(&self) -> Result<&Client, Error> {
        let object = self.object.as_ref();
        object.map(|object| &***object).ok_or_else(|| Error::unavailable("the connection is gone"))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(object) = self.object.take()
            && !self.clean
        {
            // Out of the pool, whose slot it frees, and closed.
            drop(Object::take(object));
        }
    }
}

/// Connects as if on this runtime.
struct Here(Handle);

type Connected = Result<(Client, JoinHandle<()>), tokio_postgres::Error>;

impl Connect for Here {
    fn connect(&self, config: &Config) -> Pin<Box<dyn Future<Output = Connected> + Send + '_>> {
        let config = config.clone();
        Box::pin(async move {
            let (client, connection) = inside(&self.0, config.connect(NoTls)).await?;
            let driving = self.0.spawn(async move {
                if let Err(error) = connection.await {
                    tracing::warn!(%error, "a connection to the database was lost");
                }
            });
            Ok((client, driving))
        })
    }
}

/// Reads the URL. What is wrong with it is not told: it may be a piece of the password.
fn read(url: &Secret) -> Result<Config, Error> {
    let unreadable = "its URL cannot be read; write postgres://user:password@host/name, with \
                      % codes for @ : / ? # in the password";
    let mut config = Config::from_str(url.expose()).map_err(|_| Error::unavailable(unreadable))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(Error::unavailable("its URL asks for TLS (sslmode), which is not built in"));
    }
    if config.get_application_name().is_none() {
        config.application_name("sekisho");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(PATIENCE * 3);
    Ok(config)
}

fn pool_error(error: &deadpool_postgres::PoolError) -> Error {
    match error {
        deadpool_postgres::PoolError::Backend(error) => Error::postgres(error, "connecting"),
        _ => Error::unavailable("its pool is closed"),
    }
}

/// Whether the connection, and not what was asked, is the trouble.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_none_or(|db| db.code().code().starts_with("57P"))
}

fn typed(value: &Value) -> (&(dyn ToSql + Sync), Type) {
    match value {
        Value::Text(text) => (text, Type::TEXT),
        Value::Int(number) => (number, Type::INT8),
        Value::Bool(truth) => (truth, Type::BOOL),
        Value::Bytes(bytes) => (bytes, Type::BYTEA),
    }
}

fn take_in(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>, Error> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns: Arc<[String]> =
        first.columns().iter().map(|column| column.name().to_owned()).collect();
    let whole = rows.iter().map(|row| {
        let cells = (0..columns.len()).map(|at| cell(row, at)).collect::<Result<_, _>>()?;
        Ok(Row::new(Arc::clone(&columns), cells))
    });
    whole.collect()
}

fn cell(row: &tokio_postgres::Row, at: usize) -> Result<Cell, Error> {
    let column = &row.columns()[at];
    let read = match *column.type_() {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
            row.try_get::<_, Option<String>>(at).map(|value| value.map(Cell::Text))
        }
        Type::INT8 => row.try_get::<_, Option<i64>>(at).map(|value| value.map(Cell::Int)),
        // A plain number in the text of a statement.
        Type::INT4 => {
            row.try_get::<_, Option<i32>>(at).map(|value| value.map(|n| Cell::Int(n.into())))
        }
        Type::BOOL => row.try_get::<_, Option<bool>>(at).map(|value| value.map(Cell::Bool)),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at).map(|value| value.map(Cell::Bytes)),
        _ => {
            let (name, kind) = (column.name(), column.type_().name());
            return Err(Error::Answer(format!("column {name} is {kind}: CAST it")));
        }
    };
    let cell =
        read.map_err(|_| Error::Answer(format!("column {} is unreadable", column.name())))?;
    Ok(cell.unwrap_or(Cell::Null))
}
