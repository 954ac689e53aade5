//! What a reception changes, against the one before.

use std::collections::HashMap;

use super::Source;
use crate::db::{Conn, Error, Tx, params};
use crate::deduction::rules::Movement;

/// Lines that are read at once.
const CHUNK: i64 = 1_000;

/// The lines of the reception before that have not come again yet: number and account, with
/// their amount. Without a reception before, nothing moves.
#[derive(Clone, Debug, Default)]
pub struct Before {
    is_first: bool,
    lines: HashMap<String, (i64, i64)>,
}

impl Before {
    /// Reads the reception before with its count of lines; `None`: there was none.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(conn: &mut Conn, earlier: Option<&(Source, i64)>) -> Result<Self, Error> {
        let Some((source, count)) = earlier else {
            return Ok(Self { is_first: true, ..Self::default() });
        };
        let sql = format!(
            "SELECT line_no, employee_no, account_no, amount FROM {} WHERE contract_no = $1 \
             AND {} = $2 AND line_no > $3 AND line_no <= $4 ORDER BY line_no LIMIT {CHUNK}",
            source.table, source.owner
        );
        let (mut before, mut last) = (Self::default(), 0);
        loop {
            let values = params![&source.contract_no, &source.id, last, *count];
            let lines: Vec<(i64, String, String, i64)> = conn.query(&sql, values).await?;
            let Some((line_no, ..)) = lines.last() else { return Ok(before) };
            last = *line_no;
            for (line_no, employee_no, account_no, amount) in &lines {
                before.add((employee_no, account_no), *line_no, *amount);
            }
        }
    }

    /// A line of it.
    fn add(&mut self, of: (&str, &str), line_no: i64, amount: i64) {
        self.lines.insert(key(of), (line_no, amount));
    }

    /// What a line of now is, and its amount before; the line has come again now.
    pub fn take(&mut self, of: (&str, &str), amount: i64) -> (Movement, Option<i64>) {
        let before = self.lines.remove(&key(of)).map(|(_, amount)| amount);
        let movement =
            if self.is_first { Movement::None } else { Movement::of(before, Some(amount)) };
        (movement, before)
    }

    /// The numbers of the lines that did not come again, though they had an amount.
    fn left(&self) -> Vec<i64> {
        let had = self.lines.values().filter(|(_, amount)| *amount > 0);
        let mut left: Vec<_> = had.map(|(line_no, _)| *line_no).collect();
        left.sort_unstable();
        left
    }

    /// Puts the lines of `earlier` that did not come again behind the lines of the reception
    /// `(id, count)`, as cancelled, with the columns `copied`; how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn copy_left(
        &self,
        tx: &mut Tx,
        earlier: &Source,
        (id, count): (&str, i64),
        copied: &str,
    ) -> Result<i64, Error> {
        let Source { table, owner, contract_no, id: from } = earlier;
        let mut next = count;
        for some in self.left().chunks(500) {
            let numbers: Vec<_> = some.iter().map(ToString::to_string).collect();
            let numbers = numbers.join(", ");
            let sql = format!(
                "INSERT INTO {table} (contract_no, {owner}, line_no, {copied}, amount, \
                 amount_before, movement) \
                 SELECT contract_no, $3, $4 + ROW_NUMBER() OVER (ORDER BY line_no), {copied}, 0, \
                 amount, 'cancelled' FROM {table} \
                 WHERE contract_no = $1 AND {owner} = $2 AND line_no IN ({numbers})"
            );
            tx.execute(&sql, params![contract_no, from, id, next]).await?;
            next += i64::try_from(some.len()).unwrap_or(i64::MAX);
        }
        Ok(next - count)
    }
}

/// What nothing else in a file may be: whose line it is, for which account.
fn key((employee_no, account_no): (&str, &str)) -> String {
    format!("{employee_no}\u{0}{account_no}")
}

/// 「新規」; nothing for a line that stays as it was.
#[must_use]
pub const fn movement_ja(movement: Movement) -> &'static str {
    match movement {
        Movement::None => "",
        Movement::New => "新規",
        Movement::Changed => "変更",
        Movement::Cancelled => "中止",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_moves_against_the_reception_before() {
        let mut before = Before::default();
        for (line_no, account, amount) in
            [(1, "1", 3_000), (2, "2", 3_000), (3, "3", 3_000), (4, "4", 500), (5, "5", 0)]
        {
            before.add(("10", account), line_no, amount);
        }
        assert_eq!(before.take(("10", "1"), 3_000), (Movement::None, Some(3_000)));
        assert_eq!(before.take(("10", "2"), 4_000), (Movement::Changed, Some(3_000)));
        assert_eq!(before.take(("10", "3"), 0), (Movement::Cancelled, Some(3_000)));
        assert_eq!(before.take(("11", "1"), 1), (Movement::New, None));
        assert_eq!(before.left(), [4]);
    }

    #[test]
    fn nothing_moves_in_the_first_reception() {
        let mut before = Before { is_first: true, ..Before::default() };
        assert_eq!(before.take(("10", "1"), 3_000), (Movement::None, None));
    }
}
