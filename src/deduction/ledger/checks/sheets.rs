//! 内訳リスト and 種目合計リスト.

use super::Check;
use crate::db::{Conn, Error, params};
use crate::deduction::items::list::{self, Wanted};
use crate::deduction::items::listed::column;
use crate::deduction::items::search::{Column as By, Search, Sorting};
use crate::deduction::ledger::items::{Item, TABLE};
use crate::deduction::ledger::sums::{self, TypeSum};
use crate::deduction::scope::Key;
use crate::web::sheet::{At, Cell, Column, Head, Line, Reading, Sheet, Totals, cells_of, heads_of};

/// Every item, by 職員番号.
pub(super) struct Breakdown {
    pub(super) contract_no: String,
    pub(super) group_no: String,
    pub(super) exact: bool,
}

const ITEM: &[Column<Item>] = &[
    column("職員番号", 10, |item| Cell::text(&*item.member.employee_no)),
    column("カナ氏名", 20, |item| Cell::text(&*item.member.kana_name)),
    column("漢字氏名", 16, |item| Cell::text(&*item.member.kanji_name)),
    column("職場", 16, |item| Cell::text(&*item.member.workplace)),
    column("コード", 6, |item| Cell::text(&*item.type_code)),
    column("種目", 16, |item| Cell::text(&*item.type_name)),
    yen("月例", |item| Cell::Yen(item.deducted().monthly)),
    yen("夏季一時金", |item| Cell::Yen(item.deducted().summer)),
    yen("年末一時金", |item| Cell::Yen(item.deducted().winter)),
    column("状態", 6, |item| Cell::text(item.state.ja())),
    column("開始年月", 11, |item| Cell::Month(item.terms.start_ym.clone())),
    column("終了年月", 11, |item| item.terms.end_ym.clone().map_or(Cell::Blank, Cell::Month)),
];

/// A column of yen, summed.
pub(super) const fn yen<R>(head: &'static str, cell: fn(&R) -> Cell) -> Column<R> {
    Column { head, width: 12, cell, summed: true }
}

/// The heads, summed only where that was asked for.
pub(super) fn heads<R>(columns: &[Column<R>], exact: bool) -> Vec<Head> {
    let mut heads = heads_of(columns);
    for head in &mut heads {
        head.summed &= exact;
    }
    heads
}

impl Breakdown {
    fn key(&self) -> Key<'_> {
        Key { contract_no: &self.contract_no, group_no: &self.group_no }
    }

    async fn sums(&self, conn: &mut Conn) -> Result<Totals, Error> {
        if !self.exact {
            let count = list::count(conn, &TABLE, self.key(), &Search::default()).await?;
            return Ok(Totals { count, sums: Vec::new() });
        }
        let sum = |column: &str| {
            format!(
                "CAST(COALESCE(SUM(CASE WHEN state = 'cancelled' THEN 0 ELSE {column} END), 0) \
                 AS BIGINT)"
            )
        };
        let sql = format!(
            "SELECT COUNT(*), {}, {}, {} FROM ledger_items \
             WHERE contract_no = $1 AND group_no = $2 AND state <> 'ended'",
            sum("amount_monthly"),
            sum("amount_summer"),
            sum("amount_winter")
        );
        let row: Option<(i64, i64, i64, i64)> =
            conn.one(&sql, params![&self.contract_no, &self.group_no]).await?;
        let (count, monthly, summer, winter) = row.unwrap_or_default();
        Ok(Totals { count, sums: vec![monthly, summer, winter] })
    }
}

impl Sheet for Breakdown {
    fn title(&self) -> &str {
        Check::Breakdown.title()
    }

    fn heads(&self) -> Vec<Head> {
        heads(ITEM, self.exact)
    }

    fn empty(&self) -> &'static str {
        "賃控元帳の明細はまだありません。"
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(self.sums(conn))
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let sorting = Sorting { column: By::EmployeeNo, descending: false };
            let wanted = Wanted { search: Search::default(), sorting };
            let rows: Vec<Item> = list::rows(conn, &TABLE, self.key(), &wanted, (at, most)).await?;
            let line = |item: &Item| Line { key: item.id.clone(), cells: cells_of(ITEM, item) };
            Ok(rows.iter().map(line).collect())
        })
    }
}

/// A line a type.
pub(super) struct ByType {
    pub(super) contract_no: String,
    pub(super) group_no: String,
}

const TYPE: &[Column<TypeSum>] = &[
    column("コード", 8, |row| Cell::text(&*row.code)),
    column("種目", 22, |row| Cell::text(&*row.name)),
    count("明細数", |row| Cell::Count(row.count)),
    count("うち解除", |row| Cell::Count(row.cancelled)),
    sum("月例", |row| Cell::Yen(row.amounts[0])),
    sum("夏季一時金", |row| Cell::Yen(row.amounts[1])),
    sum("年末一時金", |row| Cell::Yen(row.amounts[2])),
];

const fn count(head: &'static str, cell: fn(&TypeSum) -> Cell) -> Column<TypeSum> {
    Column { head, width: 10, cell, summed: true }
}

const fn sum(head: &'static str, cell: fn(&TypeSum) -> Cell) -> Column<TypeSum> {
    Column { head, width: 16, cell, summed: true }
}

impl ByType {
    async fn read(&self, conn: &mut Conn) -> Result<Vec<TypeSum>, Error> {
        sums::by_type(conn, Key { contract_no: &self.contract_no, group_no: &self.group_no }).await
    }
}

impl Sheet for ByType {
    fn title(&self) -> &str {
        Check::Types.title()
    }

    fn heads(&self) -> Vec<Head> {
        heads_of(TYPE)
    }

    fn empty(&self) -> &'static str {
        "賃控元帳の明細はまだありません。"
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async move {
            let rows = self.read(conn).await?;
            let of = |one: fn(&TypeSum) -> i64| rows.iter().map(one).sum();
            let sums = vec![
                of(|row| row.count),
                of(|row| row.cancelled),
                of(|row| row.amounts[0]),
                of(|row| row.amounts[1]),
                of(|row| row.amounts[2]),
            ];
            Ok(Totals { count: i64::try_from(rows.len()).unwrap_or(i64::MAX), sums })
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let rows = self.read(conn).await?;
            let line = |row: &TypeSum| Line { key: row.code.clone(), cells: cells_of(TYPE, row) };
            let lines: Vec<Line> = rows.iter().map(line).collect();
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            let place = |code: &String| lines.iter().position(|line| line.key == *code);
            // There are as many lines as types: few.
            Ok(match at {
                At::First => lines.into_iter().take(most).collect(),
                At::After(code) => match place(code) {
                    Some(at) => lines.into_iter().skip(at + 1).take(most).collect(),
                    None => Vec::new(),
                },
                At::Before(code) => match place(code) {
                    Some(at) => lines[at.saturating_sub(most)..at].to_vec(),
                    None => Vec::new(),
                },
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_on_paper_across() {
        let widths = [
            ITEM.iter().map(|column| column.width).sum::<u16>(),
            TYPE.iter().map(|column| column.width).sum::<u16>(),
        ];
        assert!(widths.iter().all(|width| *width <= 155), "{widths:?}");
    }
}
