//! What would change, and changing it: each one statement over the items of a type, which
//! the index by type finds.

use super::rules::{Order, Rule};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::base::secret::sha256_hex;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Tx, Value, Values, params};
use crate::deduction::items::form::MOST;
use crate::deduction::ledger::sums;
use crate::deduction::period::Kind;
use crate::deduction::scope::Key;

/// Changed rows that are shown.
pub const SHOWN: i64 = 50;

/// What an order would do to the items of its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All items of the type.
    pub all: i64,
    /// 変更.
    pub changed: i64,
    /// What the changed come to before.
    pub before: i64,
    /// What they come to after.
    pub after: i64,
    /// 変更なし: they have the amount already.
    pub same: i64,
    /// 対象外, because they are cancelled.
    pub cancelled: i64,
    /// 対象外, because the conditions do not fit.
    pub others: i64,
    /// 対象外, because the new amount cannot be.
    pub impossible: i64,
}

/// A row that would change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// 職員番号.
    pub employee_no: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 職場.
    pub workplace: String,
    /// The amount now.
    pub before: i64,
    /// The amount then.
    pub after: i64,
}

/// One that was done.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was wanted.
    pub summary: String,
    /// How many items were changed.
    pub changed: i64,
}

impl FromRow for Counts {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            all: row.get("n_all")?,
            changed: row.get("n_changed")?,
            before: row.get("y_before")?,
            after: row.get("y_after")?,
            same: row.get("n_same")?,
            cancelled: row.get("n_cancelled")?,
            others: row.get("n_others")?,
            impossible: row.get("n_impossible")?,
        })
    }
}

impl FromRow for Changed {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            employee_no: row.get("employee_no")?,
            kanji_name: row.get("kanji_name")?,
            workplace: row.get("workplace")?,
            before: row.get("before_yen")?,
            after: row.get("after_yen")?,
        })
    }
}

/// The pieces of an order's statements; every one uses all of the values.
struct Sql {
    values: Vec<Value>,
    amount: String,
    new: String,
    of_type: String,
    chosen: String,
    fits: String,
}

impl Sql {
    fn of(key: Key<'_>, order: &Order) -> Self {
        let mut values: Vec<Value> = vec![
            key.contract_no.to_value(),
            key.group_no.to_value(),
            order.type_code.to_value(),
            order.value.to_value(),
        ];
        let amount = format!("i.amount_{}", order.kind.word());
        let new = match order.rule {
            Rule::Set => "CAST($4 AS BIGINT)".to_owned(),
            Rule::Raise => format!("({amount} + $4)"),
            Rule::Lower => format!("({amount} - $4)"),
        };
        // The words of the partial index.
        let of_type = "i.contract_no = $1 AND i.group_no = $2 AND i.type_code = $3 \
                       AND i.state <> 'ended'"
            .to_owned();
        let mut chosen = "i.state <> 'cancelled'".to_owned();
        if order.rule != Rule::Set {
            chosen.extend([format!(" AND {amount} > 0")]);
        }
        if let Some(only) = order.only {
            values.push(only.to_value());
            chosen.extend([format!(" AND {amount} = ${}", values.len())]);
        }
        if !order.workplace.is_empty() {
            values.push(order.workplace.to_value());
            chosen.extend([format!(
                " AND i.member_id IN (SELECT w.member_id FROM members w WHERE \
                 w.contract_no = $1 AND w.group_no = $2 AND w.workplace = ${})",
                values.len()
            )]);
        }
        let others: Vec<_> = Kind::ALL
            .into_iter()
            .filter(|kind| *kind != order.kind)
            .map(|kind| format!("i.amount_{}", kind.word()))
            .collect();
        // Nothing at all is no item: it is cancelled instead.
        let fits = format!("{new} BETWEEN 0 AND {MOST} AND {new} + {} > 0", others.join(" + "));
        Self { values, amount, new, of_type, chosen, fits }
    }

    fn changes(&self) -> String {
        let Self { amount, new, chosen, fits, .. } = self;
        format!("{chosen} AND {fits} AND {new} <> {amount}")
    }

    /// The amounts since: 月例, 夏季一時金, 年末一時金.
    fn since(&self, kind: Kind) -> [String; 3] {
        Kind::ALL.map(|one| {
            if one == kind { self.new.clone() } else { format!("i.amount_{}", one.word()) }
        })
    }

    fn bind(&mut self, value: impl ToValue) -> String {
        self.values.push(value.to_value());
        format!("${}", self.values.len())
    }
}

/// What the order would do.
pub async fn counts(conn: &mut Conn, key: Key<'_>, order: &Order) -> Result<Counts, Error> {
    let sql = Sql::of(key, order);
    let (changes, Sql { amount, new, of_type, chosen, fits, .. }) = (sql.changes(), &sql);
    let sum = |which: &str, what: &str, name: &str| {
        format!(
            "CAST(COALESCE(SUM(CASE WHEN {which} THEN {what} ELSE 0 END), 0) AS BIGINT) AS {name}"
        )
    };
    let parts = [
        sum(&changes, "1", "n_changed"),
        sum(&changes, amount, "y_before"),
        sum(&changes, new, "y_after"),
        sum(&format!("{chosen} AND {fits} AND {new} = {amount}"), "1", "n_same"),
        sum("i.state = 'cancelled'", "1", "n_cancelled"),
        sum(&format!("i.state <> 'cancelled' AND NOT ({chosen})"), "1", "n_others"),
        sum(&format!("{chosen} AND NOT ({fits})"), "1", "n_impossible"),
    ];
    let text = format!(
        "SELECT COUNT(*) AS n_all, {} FROM ledger_items i WHERE {of_type}",
        parts.join(", ")
    );
    Ok(conn.one(&text, Values::from(sql.values)).await?.unwrap_or_default())
}

/// The first rows that would change.
pub async fn changed(conn: &mut Conn, key: Key<'_>, order: &Order) -> Result<Vec<Changed>, Error> {
    let sql = Sql::of(key, order);
    let (changes, Sql { amount, new, of_type, .. }) = (sql.changes(), &sql);
    let text = format!(
        "SELECT i.employee_no, m.kanji_name, m.workplace, {amount} AS before_yen, \
         {new} AS after_yen FROM ledger_items i \
         LEFT JOIN members m ON m.contract_no = i.contract_no AND m.member_id = i.member_id \
         WHERE {of_type} AND {changes} ORDER BY i.employee_no, i.id LIMIT {SHOWN}"
    );
    conn.query(&text, Values::from(sql.values)).await
}

/// What the order and the items come to that it is about. While the same periods are open
/// no item leaves its type and each change raises a version: so equal counts and sums of
/// versions mean equal items.
pub async fn digest(
    conn: &mut Conn,
    key: Key<'_>,
    order: &Order,
    token: &str,
) -> Result<String, Error> {
    let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(version), 0) AS BIGINT), \
               CAST(COALESCE(SUM(amount_monthly + amount_summer + amount_winter), 0) AS BIGINT), \
               COALESCE(MAX(id), '') FROM ledger_items \
               WHERE contract_no = $1 AND group_no = $2 AND type_code = $3 AND state <> 'ended'";
    let values = params![key.contract_no, key.group_no, &order.type_code];
    let items: Option<(i64, i64, i64, String)> = conn.one(sql, values).await?;
    let mut members: Option<(i64, i64)> = None;
    if !order.workplace.is_empty() {
        let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM members \
                   WHERE contract_no = $1 AND group_no = $2";
        members = conn.one(sql, params![key.contract_no, key.group_no]).await?;
    }
    Ok(sha256_hex(format!("{order:?} {token} {items:?} {members:?}").as_bytes()))
}

/// Writes a history row for every item that changes, and changes it; how many. The group
/// is held.
pub async fn apply(
    tx: &mut Tx,
    key: Key<'_>,
    (order, label): (&Order, &str),
    (actor, now): (&str, Moment),
) -> Result<u64, Error> {
    let written = write_history(tx, key, (order, label), (actor, now)).await?;
    let mut sql = Sql::of(key, order);
    let changes = sql.changes();
    let at = sql.bind(now);
    let [monthly, summer, winter] = sql.since(order.kind);
    let Sql { new, of_type, .. } = &sql;
    let text = format!(
        "UPDATE ledger_items AS i SET amount_{} = {new}, updated_at = {at}, \
         version = i.version + 1, state = CASE WHEN i.base_monthly IS NULL THEN 'new' \
         WHEN i.base_monthly = {monthly} AND i.base_summer = {summer} \
         AND i.base_winter = {winter} THEN 'active' ELSE 'changed' END \
         WHERE {of_type} AND {changes}",
        order.kind.word()
    );
    let done = tx.execute(&text, Values::from(sql.values)).await?;
    sums::count(tx, key).await?;
    if done == written { Ok(done) } else { Err(Error::missing("item_history")) }
}

async fn write_history(
    tx: &mut Tx,
    key: Key<'_>,
    (order, label): (&Order, &str),
    (actor, now): (&str, Moment),
) -> Result<u64, Error> {
    let mut sql = Sql::of(key, order);
    let changes = sql.changes();
    // Ids in order of time; the list is newest first, so the numbers go backwards.
    let id = sql.bind(new_id(now));
    let (label, actor, at) = (sql.bind(label), sql.bind(actor), sql.bind(now));
    let since = sql.since(order.kind).join(", ");
    let of_type = &sql.of_type;
    let text = format!(
        "INSERT INTO item_history (contract_no, group_no, book, id, item_id, op, way, \
         employee_no, kana_name, kanji_name, label, account_no, old_monthly, old_summer, \
         old_winter, new_monthly, new_summer, new_winter, actor, at) \
         SELECT i.contract_no, i.group_no, 'ledger', {id} || '-' || \
         substr(CAST(1000000000 + ROW_NUMBER() OVER (ORDER BY i.employee_no DESC, i.id DESC) \
         AS TEXT), 2), i.id, 'change', 'bulk', i.employee_no, m.kana_name, m.kanji_name, \
         {label}, '', i.amount_monthly, i.amount_summer, i.amount_winter, {since}, {actor}, {at} \
         FROM ledger_items i \
         LEFT JOIN members m ON m.contract_no = i.contract_no AND m.member_id = i.member_id \
         WHERE {of_type} AND {changes}"
    );
    tx.execute(&text, Values::from(sql.values)).await
}

/// The one that was done with this key in the group.
pub async fn find_done(conn: &mut Conn, key: Key<'_>, id: &str) -> Result<Option<Done>, Error> {
    let sql = "SELECT summary, changed FROM ledger_bulks \
               WHERE contract_no = $1 AND id = $3 AND group_no = $2";
    let row: Option<(String, i64)> =
        conn.one(sql, params![key.contract_no, key.group_no, id]).await?;
    Ok(row.map(|(summary, changed)| Done { summary, changed }))
}

/// Notes that it was done with this key; `false` when it was before.
pub async fn note(
    tx: &mut Tx,
    key: Key<'_>,
    (id, summary, counts): (&str, &str, &Counts),
    (actor, now): (&str, Moment),
) -> Result<bool, Error> {
    let sql = "INSERT INTO ledger_bulks (contract_no, id, group_no, summary, changed, \
               amount_before, amount_after, done_at, done_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               ON CONFLICT (contract_no, id) DO NOTHING";
    let values = params![
        key.contract_no,
        id,
        key.group_no,
        summary,
        counts.changed,
        counts.before,
        counts.after,
        now,
        actor
    ];
    Ok(tx.execute(sql, values).await? > 0)
}
