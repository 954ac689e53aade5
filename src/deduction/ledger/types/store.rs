//! The table of types.

use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// A 賃控元帳種目.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerType {
    /// コード: one to four digits and capital letters.
    pub code: String,
    /// 種目名.
    pub name: String,
    /// カナ.
    pub kana: String,
    /// 標準の控除金額, which a new item is filled in with.
    pub default_amount: i64,
    /// 並び順.
    pub position: i64,
    /// 使用開始年月, `YYYY-MM`.
    pub used_from: String,
    /// 使用中, or 停止.
    pub active: bool,
    /// Counts changes.
    pub version: i64,
}

impl FromRow for LedgerType {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            code: row.get("code")?,
            name: row.get("name")?,
            kana: row.get("kana")?,
            default_amount: row.get("default_amount")?,
            position: row.get("position")?,
            used_from: row.get("used_from")?,
            active: row.get("active")?,
            version: row.get("version")?,
        })
    }
}

const COLUMNS: &str = "code, name, kana, default_amount, position, used_from, active, version";

/// The contract's types, in their order.
pub async fn list(conn: &mut Conn, contract_no: &str) -> Result<Vec<LedgerType>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ledger_types WHERE contract_no = $1 ORDER BY position, code"
    );
    conn.query(&sql, params![contract_no]).await
}

/// The type with this code.
pub async fn find(
    conn: &mut Conn,
    contract_no: &str,
    code: &str,
) -> Result<Option<LedgerType>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM ledger_types WHERE contract_no = $1 AND code = $2");
    conn.one(&sql, params![contract_no, code]).await
}

/// As `find`, and holds the row until `tx` ends: after the group, where that is held too.
pub async fn hold(tx: &mut Tx, contract_no: &str, code: &str) -> Result<Option<LedgerType>, Error> {
    let sql = format!(
        "UPDATE ledger_types SET code = code WHERE contract_no = $1 AND code = $2 \
         RETURNING {COLUMNS}"
    );
    tx.one(&sql, params![contract_no, code]).await
}

/// Adds a type; `false` when its code is there already.
pub async fn insert(tx: &mut Tx, contract_no: &str, new: &LedgerType) -> Result<bool, Error> {
    let sql = "INSERT INTO ledger_types (contract_no, code, name, kana, default_amount, \
               position, used_from, active, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) \
               ON CONFLICT (contract_no, code) DO NOTHING";
    let values = params![
        contract_no,
        &new.code,
        &new.name,
        &new.kana,
        new.default_amount,
        new.position,
        &new.used_from,
        new.active
    ];
    Ok(tx.execute(sql, values).await? > 0)
}

/// Changes the type that is still at `new.version`; `false` when it is not.
pub async fn update(tx: &mut Tx, contract_no: &str, new: &LedgerType) -> Result<bool, Error> {
    let sql = "UPDATE ledger_types SET name = $4, kana = $5, default_amount = $6, position = $7, \
               used_from = $8, active = $9, version = version + 1 \
               WHERE contract_no = $1 AND code = $2 AND version = $3";
    let values = params![
        contract_no,
        &new.code,
        new.version,
        &new.name,
        &new.kana,
        new.default_amount,
        new.position,
        &new.used_from,
        new.active
    ];
    Ok(tx.execute(sql, values).await? > 0)
}

/// How many items that have not ended use the type, in all groups.
pub async fn uses(conn: &mut Conn, contract_no: &str, code: &str) -> Result<i64, Error> {
    // By way of the groups, because the index of the types begins with them.
    let sql = "SELECT COUNT(*) FROM deposit_groups g JOIN ledger_items i \
               ON i.contract_no = g.contract_no AND i.group_no = g.group_no \
               WHERE g.contract_no = $1 AND i.type_code = $2 AND i.state <> 'ended'";
    Ok(conn.one(sql, params![contract_no, code]).await?.unwrap_or(0))
}

/// Deletes the type and what items of it have ended; their history and the lines that were
/// requested for them stay. No item that has not ended may use it.
pub async fn delete(tx: &mut Tx, contract_no: &str, code: &str) -> Result<(), Error> {
    let ended = "DELETE FROM ledger_items WHERE contract_no = $1 AND type_code = $2 \
                 AND state = 'ended'";
    tx.execute(ended, params![contract_no, code]).await?;
    let sql = "DELETE FROM ledger_types WHERE contract_no = $1 AND code = $2";
    tx.execute(sql, params![contract_no, code]).await.map(drop)
}
