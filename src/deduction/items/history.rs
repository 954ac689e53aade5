//! 更新履歴 of both books (R004-119, R004-133): written with every change, listed newest
//! first.

use super::{Amounts, Book, Member};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Tx, Value, Values, params};
use crate::deduction::scope::Key;
use crate::web::sheet::{At, Cell, Column, Head, Line, Reading, Sheet, Totals, cells_of, heads_of};

/// Rows in one statement.
const ROWS: usize = 200;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// 登録.
    Add,
    /// 変更.
    Change,
    /// 解除.
    Cancel,
    /// 解除の取り消し.
    Restore,
}

/// How it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// On the item's page.
    Page,
    /// By 一括更新.
    Bulk,
    /// By a file.
    File,
    /// At the counter.
    Counter,
}

/// A change of an item, to be written.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Of which book.
    pub book: Book,
    /// The item's id.
    pub item_id: &'a str,
    /// What was done.
    pub op: Op,
    /// How.
    pub way: Way,
    /// Whose item it is.
    pub member: &'a Member,
    /// 種目.
    pub label: &'a str,
    /// 口座番号; empty for 賃控元帳.
    pub account_no: &'a str,
    /// The amounts before; `None` when it was added or restored.
    pub old: Option<Amounts>,
    /// The amounts since; `None` when it was cancelled.
    pub new: Option<Amounts>,
}

/// A change as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Our id: later ones are greater.
    pub id: String,
    /// When.
    pub at: Moment,
    /// What was done.
    pub op: Op,
    /// How.
    pub way: Way,
    /// 職員番号 at that time.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 種目.
    pub label: String,
    /// 口座番号.
    pub account_no: String,
    /// The amounts before: 月例, 夏季一時金, 年末一時金.
    pub old: [Option<i64>; 3],
    /// The amounts since.
    pub new: [Option<i64>; 3],
    /// Who: 「組合　花子（hanako02）」.
    pub actor: String,
}

impl Op {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Add, Self::Change, Self::Cancel, Self::Restore];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Cancel => "cancel",
            Self::Restore => "restore",
        }
    }

    /// 「登録」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Add => "登録",
            Self::Change => "変更",
            Self::Cancel => "解除",
            Self::Restore => "解除の取消",
        }
    }
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Page, Self::Bulk, Self::File, Self::Counter];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Bulk => "bulk",
            Self::File => "file",
            Self::Counter => "counter",
        }
    }

    /// 「（一括更新）」; nothing for what was done on the item's page.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Page => "",
            Self::Bulk => "（一括更新）",
            Self::File => "（取込）",
            Self::Counter => "（窓口）",
        }
    }
}

impl Entry {
    /// 「変更（一括更新）」.
    #[must_use]
    pub fn op_ja(&self) -> String {
        format!("{}{}", self.op.ja(), self.way.ja())
    }
}

impl FromRow for Entry {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let (op, way): (String, String) = (row.get("op")?, row.get("way")?);
        let op = Op::ALL.into_iter().find(|one| one.word() == op);
        let way = Way::ALL.into_iter().find(|one| one.word() == way);
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            op: op.ok_or_else(|| Error::missing("item_history.op"))?,
            way: way.ok_or_else(|| Error::missing("item_history.way"))?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            label: row.get("label")?,
            account_no: row.get("account_no")?,
            old: [row.get("old_monthly")?, row.get("old_summer")?, row.get("old_winter")?],
            new: [row.get("new_monthly")?, row.get("new_summer")?, row.get("new_winter")?],
            actor: row.get("actor")?,
        })
    }
}

/// Writes down a change that `actor` (`Scope::who`) made, in the change's transaction.
pub async fn write(
    tx: &mut Tx,
    key: Key<'_>,
    change: &Change<'_>,
    (actor, now): (&str, Moment),
) -> Result<(), Error> {
    write_all(tx, key, std::slice::from_ref(change), (actor, now)).await
}

/// The same for many changes, 200 in a statement.
pub async fn write_all(
    tx: &mut Tx,
    key: Key<'_>,
    changes: &[Change<'_>],
    (actor, now): (&str, Moment),
) -> Result<(), Error> {
    for some in changes.chunks(ROWS) {
        let (mut values, mut places): (Vec<Value>, Vec<String>) = (Vec::new(), Vec::new());
        for change in some {
            let first = values.len() + 1;
            values.extend(row_of(key, change, actor, now));
            let of_row: Vec<_> = (first..=values.len()).map(|at| format!("${at}")).collect();
            places.push(format!("({})", of_row.join(", ")));
        }
        let sql = format!(
            "INSERT INTO item_history (contract_no, group_no, book, id, item_id, op, way, \
             employee_no, kana_name, kanji_name, label, account_no, old_monthly, old_summer, \
             old_winter, new_monthly, new_summer, new_winter, actor, at) VALUES {}",
            places.join(", ")
        );
        tx.execute(&sql, Values::from(values)).await?;
    }
    Ok(())
}

fn row_of(key: Key<'_>, change: &Change<'_>, actor: &str, now: Moment) -> Vec<Value> {
    let amounts = |amounts: Option<Amounts>| {
        let of = |amount: fn(Amounts) -> i64| amounts.map(amount).to_value();
        [of(|one| one.monthly), of(|one| one.summer), of(|one| one.winter)]
    };
    let member = change.member;
    let mut row = vec![
        key.contract_no.to_value(),
        key.group_no.to_value(),
        change.book.word().to_value(),
        new_id(now).to_value(),
        change.item_id.to_value(),
        change.op.word().to_value(),
        change.way.word().to_value(),
        member.employee_no.to_value(),
        member.kana_name.to_value(),
        member.kanji_name.to_value(),
        change.label.to_value(),
        change.account_no.to_value(),
    ];
    row.extend(amounts(change.old));
    row.extend(amounts(change.new));
    row.extend([actor.to_value(), now.to_value()]);
    row
}

/// The newest `most` changes of an item of the group, the newest first.
pub async fn of_item(
    conn: &mut Conn,
    key: Key<'_>,
    item_id: &str,
    most: i64,
) -> Result<Vec<Entry>, Error> {
    let sql = "SELECT * FROM item_history WHERE contract_no = $1 AND group_no = $2 \
               AND item_id = $3 ORDER BY id DESC LIMIT $4";
    conn.query(sql, params![key.contract_no, key.group_no, item_id, most]).await
}

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
        let most = if self.exact { i64::MAX } else { super::list::MOST_COUNTED + 1 };
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

    fn empty(&self) -> &str {
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

    #[test]
    fn what_was_done_otherwise_than_on_the_page_says_how() {
        let ja = |op: Op, way: Way| format!("{}{}", op.ja(), way.ja());
        assert_eq!(ja(Op::Add, Way::Page), "登録");
        assert_eq!(ja(Op::Change, Way::Bulk), "変更（一括更新）");
    }
}
