//! 更新履歴 of both books (R004-119, R004-133): written with every change, listed newest
//! first.

mod sheet;

pub use sheet::History;

use super::{Amounts, Book, Member};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::base::money::Yen;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Tx, Value, Values, params};
use crate::deduction::scope::Key;

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

impl Entry {
    /// 「5,000円 → 6,000円」 for each amount; one alone where it did not change.
    #[must_use]
    pub fn amounts_ja(&self) -> [String; 3] {
        let words = |at: usize| match (self.old[at], self.new[at]) {
            (Some(old), Some(new)) if old != new => {
                format!("{} → {}", Yen(old).ja(), Yen(new).ja())
            }
            (Some(only), _) | (_, Some(only)) => Yen(only).ja(),
            (None, None) => String::new(),
        };
        [words(0), words(1), words(2)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_otherwise_than_on_the_page_says_how() {
        let ja = |op: Op, way: Way| format!("{}{}", op.ja(), way.ja());
        assert_eq!(ja(Op::Add, Way::Page), "登録");
        assert_eq!(ja(Op::Change, Way::Bulk), "変更（一括更新）");
    }
}
