//! 更新履歴 as a list: on screen, as CSV, as PDF.

use super::Entry;
use crate::db::{Conn, Error, ToValue, Value, Values};
use crate::deduction::items::{Book, list};
use crate::web::sheet::{At, Cell, Column, Head, Line, Reading, Sheet, Totals, cells_of, heads_of};

/// 更新履歴 of a group's book, newest first; of one 職員番号 when given.
#[derive(Clone, Debug)]
pub struct History {
    /// 「労金控除明細更新履歴」.
    pub title: &'static str,
    /// Whose.
    pub contract_no: String,
    /// Of which group.
    pub group_no: String,
    /// Of which book.
    pub book: Book,
    /// Of this 職員番号 only; empty for all.
    pub employee_no: String,
    /// Whether all rows are counted, as paper needs; else up to `list::MOST_COUNTED`.
    pub exact: bool,
}

const COLUMNS: &[Column<Entry>] = &[
    column("更新日時", 17, |row| Cell::Moment(row.at)),
    column("区分", 9, |row| Cell::Text(row.op_ja())),
    column("職員番号", 9, |row| Cell::text(&*row.employee_no)),
    column("カナ氏名", 15, |row| Cell::text(&*row.kana_name)),
    column("漢字氏名", 12, |row| Cell::text(&*row.kanji_name)),
    column("種目", 10, |row| Cell::text(&*row.label)),
    column("口座番号", 8, |row| Cell::text(&*row.account_no)),
    column("月例（前）", 10, |row| yen(row.old[0])),
    column("月例（後）", 10, |row| yen(row.new[0])),
    column("夏季（前）", 10, |row| yen(row.old[1])),
    column("夏季（後）", 10, |row| yen(row.new[1])),
    column("年末（前）", 10, |row| yen(row.old[2])),
    column("年末（後）", 10, |row| yen(row.new[2])),
    column("更新者", 15, |row| Cell::text(&*row.actor)),
];

const fn column(head: &'static str, width: u16, cell: fn(&Entry) -> Cell) -> Column<Entry> {
    Column { head, width, cell, summed: false }
}

fn yen(amount: Option<i64>) -> Cell {
    amount.map_or(Cell::Blank, Cell::Yen)
}

impl History {
    fn conditions(&self) -> &'static str {
        if self.employee_no.is_empty() {
            "contract_no = $1 AND group_no = $2 AND book = $3"
        } else {
            "contract_no = $1 AND group_no = $2 AND book = $3 AND employee_no = $4"
        }
    }

    fn values(&self, more: impl IntoIterator<Item = Value>) -> Values {
        let mut values = vec![
            self.contract_no.to_value(),
            self.group_no.to_value(),
            self.book.word().to_value(),
        ];
        if !self.employee_no.is_empty() {
            values.push(self.employee_no.to_value());
        }
        values.extend(more);
        Values::from(values)
    }

    /// The number of the first value after those of the conditions.
    fn next(&self) -> usize {
        if self.employee_no.is_empty() { 4 } else { 5 }
    }

    async fn count(&self, conn: &mut Conn) -> Result<Totals, Error> {
        let found = self.conditions();
        let most = if self.exact { i64::MAX } else { list::MOST_COUNTED + 1 };
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM item_history WHERE {found} \
             LIMIT ${}) found",
            self.next()
        );
        let count = conn.one(&sql, self.values([most.to_value()])).await?.unwrap_or(0);
        Ok(Totals { count, sums: Vec::new() })
    }

    async fn read(&self, conn: &mut Conn, at: &At, most: i64) -> Result<Vec<Entry>, Error> {
        let (found, next) = (self.conditions(), self.next());
        let (from, way, id) = match at {
            At::First => (String::new(), "DESC", None),
            At::After(id) => (format!(" AND id < ${}", next + 1), "DESC", Some(id)),
            At::Before(id) => (format!(" AND id > ${}", next + 1), "ASC", Some(id)),
        };
        let sql = format!(
            "SELECT * FROM item_history WHERE {found}{from} ORDER BY id {way} LIMIT ${next}"
        );
        let values = self.values([most.to_value()].into_iter().chain(id.map(ToValue::to_value)));
        let mut rows = conn.query(&sql, values).await?;
        if matches!(at, At::Before(_)) {
            rows.reverse();
        }
        Ok(rows)
    }
}

impl Sheet for History {
    fn title(&self) -> &str {
        self.title
    }

    fn heads(&self) -> Vec<Head> {
        heads_of(COLUMNS)
    }

    fn empty(&self) -> &'static str {
        "更新の記録はありません。"
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(self.count(conn))
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let rows = self.read(conn, at, most).await?;
            let line = |row: &Entry| Line { key: row.id.clone(), cells: cells_of(COLUMNS, row) };
            Ok(rows.iter().map(line).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_on_paper_across() {
        let width: u16 = COLUMNS.iter().map(|column| column.width).sum();
        assert!(width <= 155, "{width}");
    }
}
