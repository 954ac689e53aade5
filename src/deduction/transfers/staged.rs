//! The rows that wait in a staging table: what every kind of file does with them.

use super::Kind;
use super::store;
use super::table::Refused;
use crate::app::App;
use crate::db::{Conn, Error, FromRow, Row, ToValue as _, Tx, Value, Values, params};

/// Rows that are read, looked up and staged at once.
pub const CHUNK: usize = 1_000;
/// Rows in one statement.
const MOST_ROWS: usize = 500;
/// Rows that are deleted at once, so that no writer waits long.
const SWEPT: i64 = 5_000;

/// One reading of one transfer. Whoever takes the reading over begins another turn.
pub struct Reading<'a> {
    /// The app.
    pub app: &'a App,
    /// The transfer.
    pub id: &'a str,
    /// What tells this reading from another.
    pub turn: i64,
}

/// What ends a reading early.
#[derive(Debug)]
pub enum Halt {
    /// The database.
    Db(Error),
    /// It was given up, or somebody else reads it.
    Over,
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Db(error)
    }
}

impl Reading<'_> {
    /// Stages `rows` of values in `columns` (`transfer_id` is put before them), and notes that
    /// `done` rows of the file are read.
    pub async fn stage(
        &self,
        (table, columns): (&str, &str),
        rows: Vec<Vec<Value>>,
        done: i64,
    ) -> Result<(), Halt> {
        let mut tx = self.app.db.begin().await?;
        if !store::advance(&mut tx, (self.id, self.turn), done).await? {
            return Err(Halt::Over);
        }
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut values = vec![self.id.to_value()];
            let mut places = Vec::new();
            for row in rows.by_ref().take(MOST_ROWS) {
                let from = values.len() + 1;
                values.extend(row);
                let of_row = (from..=values.len()).map(|at| format!("${at}"));
                places.push(format!("($1, {})", of_row.collect::<Vec<_>>().join(", ")));
            }
            let sql = format!(
                "INSERT INTO {table} (transfer_id, {columns}) VALUES {}",
                places.join(", ")
            );
            tx.execute(&sql, Values::from(values)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A statement about the staged rows whose `$1` is the transfer; how many rows it changed.
    pub async fn settle(&self, sql: &str, more: Vec<Value>) -> Result<u64, Halt> {
        let mut values = vec![self.id.to_value()];
        values.extend(more);
        let mut tx = self.app.db.begin().await?;
        let count = tx.execute(sql, Values::from(values)).await?;
        tx.commit().await?;
        Ok(count)
    }
}

/// Forgets the staged rows of a transfer, a few at a time.
pub async fn sweep(app: &App, kind: Kind, id: &str) -> Result<(), Error> {
    let table = kind.staging();
    let sql = format!(
        "DELETE FROM {table} WHERE transfer_id = $1 AND row_no IN \
         (SELECT row_no FROM {table} WHERE transfer_id = $1 LIMIT $2)"
    );
    loop {
        let gone = app.db.conn().await?.execute(&sql, params![id, SWEPT]).await?;
        if gone == 0 {
            return Ok(());
        }
    }
}

/// How many rows there are of each op.
pub async fn counts(tx: &mut Tx, kind: Kind, id: &str) -> Result<Vec<(String, i64)>, Error> {
    let sql =
        format!("SELECT op, COUNT(*) FROM {} WHERE transfer_id = $1 GROUP BY op", kind.staging());
    tx.query(&sql, params![id]).await
}

impl FromRow for Refused {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { row: row.get("row_no")?, column: row.get("place")?, reason: row.get("reason")? })
    }
}

/// A refusal and its place among those of its row.
struct Placed(Refused, (i64, i64));

impl FromRow for Placed {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let at = (row.get("row_no")?, row.get("nth")?);
        Ok(Self(Refused::from_row(row)?, at))
    }
}

/// Where the first refused row is looked for.
pub const FIRST: (i64, i64) = (0, -1);

/// Up to `most` refusals behind `after`, in the file's order, and where the last of them is: a
/// row may have several.
pub async fn refused(
    conn: &mut Conn,
    (kind, id): (Kind, &str),
    after: (i64, i64),
    most: i64,
) -> Result<(Vec<Refused>, (i64, i64)), Error> {
    let nth = if kind == Kind::Ledger { "0" } else { "line_no" };
    let sql = format!(
        "SELECT row_no, {nth} AS nth, place, reason FROM {} WHERE transfer_id = $1 \
         AND op = 'refuse' AND (row_no, {nth}) > ($2, $3) ORDER BY row_no, nth LIMIT $4",
        kind.staging()
    );
    let found: Vec<Placed> = conn.query(&sql, params![id, after.0, after.1, most]).await?;
    let last = found.last().map_or(after, |Placed(_, at)| *at);
    Ok((found.into_iter().map(|Placed(one, _)| one).collect(), last))
}

/// `$2, $3, …` for values that begin at `from`.
pub fn places(from: usize, count: usize) -> String {
    (from..from + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
}
