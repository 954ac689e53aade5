//! Rows for one table, inserted many at a time.

use crate::db::{Error, ToValue, Tx, Value, Values};

/// Rows of one statement.
const ROWS: usize = 200;

/// Rows that wait to be inserted.
pub struct Rows {
    into: &'static str,
    rows: Vec<Vec<Value>>,
}

impl Rows {
    /// None yet; `into` is the table and its columns.
    pub fn of(into: &'static str) -> Self {
        Self { into, rows: Vec::new() }
    }

    pub fn add(&mut self, row: &[&dyn AnyValue]) {
        self.rows.push(row.iter().map(|value| value.value()).collect());
    }

    pub async fn insert(self, tx: &mut Tx) -> Result<(), Error> {
        let mut rows = self.rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<_> = rows.by_ref().take(ROWS).collect();
            let sql = format!("INSERT INTO {} VALUES {}", self.into, places(&some));
            let values: Vec<Value> = some.into_iter().flatten().collect();
            tx.execute(&sql, Values::from(values)).await?;
        }
        Ok(())
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

/// What can stand in a row, whatever its type.
pub trait AnyValue {
    fn value(&self) -> Value;
}

impl<T: ToValue> AnyValue for T {
    fn value(&self) -> Value {
        self.to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_through_all_rows() {
        let rows = vec![vec![1_i64.to_value(), 2_i64.to_value()], vec![3_i64.to_value()]];
        assert_eq!(places(&rows), "($1, $2), ($3)");
    }
}
