//! What a group's items come to by 種目 (`ledger_sums`): kept with every change of them, so
//! that no page adds up. Whoever changes items holds the group (`period::entry`), so changes
//! take turns.

use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::deduction::scope::Key;

/// What the items of a 種目 come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeSum {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Items that have not ended.
    pub count: i64,
    /// Those of them that are cancelled.
    pub cancelled: i64,
    /// 月例, 夏季一時金, 年末一時金 of those that are not, in yen.
    pub amounts: [i64; 3],
}

impl FromRow for TypeSum {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            code: row.get("type_code")?,
            name: row.get("name")?,
            count: row.get("items")?,
            cancelled: row.get("cancelled")?,
            amounts: [row.get("monthly")?, row.get("summer")?, row.get("winter")?],
        })
    }
}

const COLUMNS: &str = "contract_no, group_no, type_code, items, cancelled, monthly, summer, winter";

/// One for each 種目 of which there are items, in their order.
pub async fn by_type(conn: &mut Conn, key: Key<'_>) -> Result<Vec<TypeSum>, Error> {
    let sql = "SELECT s.*, t.name FROM ledger_sums s JOIN ledger_types t \
               ON t.contract_no = s.contract_no AND t.code = s.type_code \
               WHERE s.contract_no = $1 AND s.group_no = $2 AND s.items > 0 \
               ORDER BY t.position, t.code";
    conn.query(sql, params![key.contract_no, key.group_no]).await
}

/// Counts the items of the group and keeps what comes out: after a change of many.
pub async fn count(tx: &mut Tx, key: Key<'_>) -> Result<(), Error> {
    let sql = "DELETE FROM ledger_sums WHERE contract_no = $1 AND group_no = $2";
    tx.execute(sql, params![key.contract_no, key.group_no]).await?;
    let sum = |what: &str| {
        format!("CAST(SUM(CASE WHEN state = 'cancelled' THEN 0 ELSE {what} END) AS BIGINT)")
    };
    let sql = format!(
        "INSERT INTO ledger_sums ({COLUMNS}) SELECT contract_no, group_no, type_code, COUNT(*), \
         CAST(SUM(CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END) AS BIGINT), {}, {}, {} \
         FROM ledger_items WHERE contract_no = $1 AND group_no = $2 AND state <> 'ended' \
         GROUP BY contract_no, group_no, type_code",
        sum("amount_monthly"),
        sum("amount_summer"),
        sum("amount_winter")
    );
    tx.execute(&sql, params![key.contract_no, key.group_no]).await.map(drop)
}

/// Adds the item `id`, as it is now, to what is kept, `times` times: -1 before it changes,
/// 1 when it has changed or is new.
pub async fn add(tx: &mut Tx, key: Key<'_>, id: &str, times: i64) -> Result<(), Error> {
    let one = |what: &str| format!("$4 * CASE WHEN state = 'cancelled' THEN 0 ELSE {what} END");
    let more = |name: &str| format!("{name} = ledger_sums.{name} + excluded.{name}");
    let sql = format!(
        "INSERT INTO ledger_sums ({COLUMNS}) SELECT contract_no, group_no, type_code, $4, \
         $4 * CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END, {}, {}, {} FROM ledger_items \
         WHERE contract_no = $1 AND group_no = $2 AND id = $3 AND state <> 'ended' \
         ON CONFLICT (contract_no, group_no, type_code) DO UPDATE SET {}",
        one("amount_monthly"),
        one("amount_summer"),
        one("amount_winter"),
        ["items", "cancelled", "monthly", "summer", "winter"].map(more).join(", ")
    );
    tx.execute(&sql, params![key.contract_no, key.group_no, id, times]).await.map(drop)
}
