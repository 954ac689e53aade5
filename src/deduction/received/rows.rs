//! Rows for one table, inserted many at a time.

use crate::db::{Error, Tx, Value, Values};

/// Rows of one statement.
const ROWS: usize = 500;

/// Rows that wait to be inserted; never more than one statement takes.
pub struct Rows {
    into: &'static str,
    rows: Vec<Vec<Value>>,
}

impl Rows {
    /// None yet; `into` is the table and its columns.
    #[must_use]
    pub fn of(into: &'static str) -> Self {
        Self { into, rows: Vec::new() }
    }

    /// One more; those that wait are inserted when they are enough.
    ///
    /// # Errors
    /// The database's.
    pub async fn add(&mut self, tx: &mut Tx, row: Vec<Value>) -> Result<(), Error> {
        self.rows.push(row);
        if self.rows.len() < ROWS { Ok(()) } else { self.flush(tx).await }
    }

    /// Inserts those that wait.
    ///
    /// # Errors
    /// The database's.
    pub async fn flush(&mut self, tx: &mut Tx) -> Result<(), Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let sql = format!("INSERT INTO {} VALUES {}", self.into, places(&self.rows));
        let values: Vec<Value> = self.rows.drain(..).flatten().collect();
        tx.execute(&sql, Values::from(values)).await.map(drop)
    }
}

/// `($1, $2), ($3, $4)` for two rows of two values.
fn places(rows: &[Vec<Value>]) -> String {
    let mut next = 1..;
    let row = |row: &Vec<Value>| {
        let places: Vec<_> = next.by_ref().take(row.len()).map(|n| format!("${n}")).collect();
        format!("({})", places.join(", "))
    };
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

/// `row![a, &b, Some(c)]`: values of any type in a row.
macro_rules! row {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::db::ToValue::to_value(&$value)),*]
    };
}
pub(in crate::deduction) use row;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_through_all_rows() {
        let rows = vec![row![1_i64, 2_i64], row![3_i64]];
        assert_eq!(places(&rows), "($1, $2), ($3)");
    }
}
