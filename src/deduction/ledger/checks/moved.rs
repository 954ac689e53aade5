//! 異動分リスト: what is new, changed or cancelled since the last monthly close.

use super::Check;
use super::sheets::{heads, yen};
use crate::db::{Conn, Error, FromRow, Row, ToValue, Value, Values, params};
use crate::deduction::items::list::MOST_COUNTED;
use crate::deduction::items::listed::column;
use crate::deduction::items::{Amounts, State};
use crate::deduction::ledger::items::{Item, TABLE};
use crate::deduction::period::Kind;
use crate::web::sheet::{At, Cell, Column, Head, Line, Reading, Sheet, Totals, cells_of};

/// The list of a group.
pub(super) struct Moved {
    pub(super) contract_no: String,
    pub(super) group_no: String,
    pub(super) exact: bool,
}

/// The states in it. Each is a range of the index by state, so that few moved items are
/// found among many.
const STATES: [State; 3] = [State::New, State::Changed, State::Cancelled];

const COLUMNS: &[Column<Item>] = &[
    column("職員番号", 10, |item| Cell::text(&*item.member.employee_no)),
    column("カナ氏名", 18, |item| Cell::text(&*item.member.kana_name)),
    column("漢字氏名", 14, |item| Cell::text(&*item.member.kanji_name)),
    column("職場", 14, |item| Cell::text(&*item.member.workplace)),
    column("種目", 18, |item| Cell::text(item.type_ja())),
    column("区分", 6, |item| Cell::text(item.state.ja())),
    yen("月例（前）", |item| Cell::Yen(base(item).monthly)),
    yen("月例（後）", |item| Cell::Yen(item.deducted().monthly)),
    yen("夏季（前）", |item| Cell::Yen(base(item).summer)),
    yen("夏季（後）", |item| Cell::Yen(item.deducted().summer)),
    yen("年末（前）", |item| Cell::Yen(base(item).winter)),
    yen("年末（後）", |item| Cell::Yen(item.deducted().winter)),
];

fn base(item: &Item) -> Amounts {
    item.base.unwrap_or_default()
}

/// Number and sums, before and after.
struct Both(Totals);

impl FromRow for Both {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let mut sums = Vec::new();
        for kind in Kind::ALL {
            for when in ["before", "after"] {
                sums.push(row.get(&format!("{}_{when}", kind.word()))?);
            }
        }
        Ok(Self(Totals { count: row.get("items")?, sums }))
    }
}

impl Moved {
    /// One query for each state, put together.
    fn union(of_state: impl Fn(&str) -> String) -> String {
        let parts = STATES.map(|state| {
            format!("SELECT * FROM ({}) {}_items", of_state(state.word()), state.word())
        });
        parts.join(" UNION ALL ")
    }

    async fn sums(&self, conn: &mut Conn) -> Result<Totals, Error> {
        let of_group = "contract_no = $1 AND group_no = $2";
        if !self.exact {
            let some = Self::union(|state| {
                format!(
                    "SELECT 1 AS one FROM ledger_items WHERE {of_group} AND state = '{state}' LIMIT $3"
                )
            });
            let sql = format!("SELECT COUNT(*) FROM (SELECT * FROM ({some}) a LIMIT $3) b");
            let values = params![&self.contract_no, &self.group_no, MOST_COUNTED + 1];
            let count = conn.one(&sql, values).await?.unwrap_or(0);
            return Ok(Totals { count, sums: Vec::new() });
        }
        let sum = |what: &str| format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT)");
        let of = |kind: &str| {
            let now = format!("CASE WHEN state = 'cancelled' THEN 0 ELSE amount_{kind} END");
            let before = format!("COALESCE(base_{kind}, 0)");
            format!("{} AS {kind}_before, {} AS {kind}_after", sum(&before), sum(&now))
        };
        let sql = format!(
            "SELECT COUNT(*) AS items, {}, {}, {} FROM ledger_items WHERE {of_group} \
             AND state IN ('new', 'changed', 'cancelled')",
            of("monthly"),
            of("summer"),
            of("winter")
        );
        let row: Option<Both> = conn.one(&sql, params![&self.contract_no, &self.group_no]).await?;
        Ok(row.map(|Both(totals)| totals).unwrap_or_default())
    }

    async fn read(&self, conn: &mut Conn, at: &At, most: i64) -> Result<Vec<Item>, Error> {
        let mut values: Vec<Value> =
            vec![self.contract_no.to_value(), self.group_no.to_value(), most.to_value()];
        let mut from = String::new();
        let backwards = matches!(at, At::Before(_));
        let (sign, way) = if backwards { ("<", " DESC") } else { (">", "") };
        if let At::After(id) | At::Before(id) = at {
            let sql = "SELECT employee_no FROM ledger_items WHERE contract_no = $1 AND id = $3 \
                       AND group_no = $2 AND state <> 'ended'";
            let of = params![&self.contract_no, &self.group_no, id];
            let Some(number) = conn.one::<String>(sql, of).await? else { return Ok(Vec::new()) };
            values.extend([number.to_value(), id.to_value()]);
            from = format!(" AND (i.employee_no, i.id) {sign} ($4, $5)");
        }
        let some = Self::union(|state| {
            format!(
                "{} WHERE i.contract_no = $1 AND i.group_no = $2 AND i.state = '{state}'{from} \
                 ORDER BY i.employee_no{way}, i.id{way} LIMIT $3",
                TABLE.select
            )
        });
        let sql = format!("SELECT * FROM ({some}) a ORDER BY employee_no{way}, id{way} LIMIT $3");
        let mut rows = conn.query(&sql, Values::from(values)).await?;
        if backwards {
            rows.reverse();
        }
        Ok(rows)
    }
}

impl Sheet for Moved {
    fn title(&self) -> &str {
        Check::Moved.title()
    }

    fn heads(&self) -> Vec<Head> {
        heads(COLUMNS, self.exact)
    }

    fn empty(&self) -> &'static str {
        "前回の締切のあとに、登録・変更・解除した明細はありません。"
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(self.sums(conn))
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let rows = self.read(conn, at, most).await?;
            let line = |item: &Item| Line { key: item.id.clone(), cells: cells_of(COLUMNS, item) };
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
