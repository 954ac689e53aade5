//! Connections and transactions, the same for both engines.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::error::Error;
use super::postgres::Lent;
use super::row::{FromRow, Row};
use super::sqlite::{Sqlite, Turn};
use super::statement;
use super::value::Values;

/// Runs statements. One that is not inside a [`Tx`] is a transaction of its own.
pub struct Conn {
    link: Link,
    state: State,
}

/// How statements reach the engine.
pub(super) enum Link {
    /// Any free connection, chosen anew for each statement.
    Sqlite(Arc<Sqlite>),
    /// The writing connection, held.
    SqliteTurn(Turn),
    Postgres(Box<Lent>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Alone,
    InTransaction,
    /// A statement of the transaction failed, or nobody waited for its end.
    Broken,
}

/// One statement on its way.
pub(super) struct Order {
    pub sql: String,
    pub values: Values,
}

/// What a statement did.
pub(super) struct Outcome {
    pub rows: Vec<Row>,
    pub count: u64,
}

impl Conn {
    pub(super) fn alone(link: Link) -> Self {
        Self { link, state: State::Alone }
    }

    /// Every row; also of `… RETURNING`.
    pub async fn query<T: FromRow>(&mut self, sql: &str, values: Values) -> Result<Vec<T>, Error> {
        let outcome = self.run(sql, values, true).await?;
        outcome.rows.iter().map(T::from_row).collect()
    }

    /// The first row, if there is one; also of `… RETURNING`.
    pub async fn one<T: FromRow>(&mut self, sql: &str, values: Values) -> Result<Option<T>, Error> {
        let outcome = self.run(sql, values, true).await?;
        outcome.rows.first().map(T::from_row).transpose()
    }

    /// How many rows were written.
    pub async fn execute(&mut self, sql: &str, values: Values) -> Result<u64, Error> {
        Ok(self.run(sql, values, false).await?.count)
    }

    async fn run(&mut self, sql: &str, values: Values, rows: bool) -> Result<Outcome, Error> {
        if self.state == State::Broken {
            return Err(Error::Aborted);
        }
        statement::check(sql, &values)?;
        let before = self.state;
        if before == State::InTransaction {
            // Stays so when the statement fails or this future is dropped: PostgreSQL
            // would answer a later COMMIT with a silent rollback.
            self.state = State::Broken;
        }
        let outcome = match &mut self.link {
            Link::Sqlite(db) => db.run(order(sql, values), rows).await?,
            Link::SqliteTurn(turn) => turn.run(order(sql, values)).await?,
            Link::Postgres(lent) => lent.run(sql, &values, rows).await?,
        };
        self.state = before;
        Ok(outcome)
    }
}

fn order(sql: &str, values: Values) -> Order {
    Order { sql: statement::numbered(sql), values }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conn")
    }
}

/// A transaction. Dropped without `commit` it leaves nothing behind; on PostgreSQL that
/// closes its connection, so a way that is walked often should call `rollback`.
///
/// After a failed statement nothing but giving up is possible ([`Error::Aborted`]), on
/// both engines: where a conflict is expected, write `ON CONFLICT`.
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx(Conn);

impl Tx {
    pub(super) fn begun(link: Link) -> Self {
        Self(Conn { link, state: State::InTransaction })
    }

    /// Makes it lasting.
    ///
    /// On PostgreSQL an error ([`Error::Unavailable`]) means that the outcome is **not
    /// known**: the server may have committed before the connection was lost. The same
    /// holds when this future is dropped, on both engines. Whoever tries again must look
    /// first, or write so that twice is once.
    pub async fn commit(mut self) -> Result<(), Error> {
        if self.0.state != State::InTransaction {
            return Err(Error::Aborted);
        }
        match &mut self.0.link {
            Link::Sqlite(_) => Ok(()),
            Link::SqliteTurn(turn) => turn.commit().await,
            Link::Postgres(lent) => lent.commit().await,
        }
    }

    /// Gives it up and waits until that is done.
    pub async fn rollback(mut self) -> Result<(), Error> {
        match &mut self.0.link {
            Link::Sqlite(_) => Ok(()),
            Link::SqliteTurn(turn) => turn.rollback().await,
            Link::Postgres(lent) => lent.rollback().await,
        }
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}
