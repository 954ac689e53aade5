//! What the operator looks at across contracts.

use crate::db::{Conn, Error, Tx, params};
use crate::identity::groups::{self, Group};

/// Contracts on one page of the list.
pub const ROWS_A_PAGE: usize = 50;

/// Number, name and number of groups of the open contracts that include something of
/// 賃金控除, after the one given; whether there are more.
pub async fn contracts(
    conn: &mut Conn,
    after: &str,
) -> Result<(Vec<(String, String, i64)>, bool), Error> {
    let sql = "SELECT c.contract_no, c.name, (SELECT COUNT(*) FROM deposit_groups g \
               WHERE g.contract_no = c.contract_no) FROM contracts c \
               WHERE c.closed_at IS NULL AND c.contract_no > $1 AND EXISTS \
               (SELECT 1 FROM contract_services s WHERE s.contract_no = c.contract_no \
               AND s.service IN ('rokin', 'ledger', 'bulk_saving', 'zaikei')) \
               ORDER BY c.contract_no LIMIT $2";
    let most = i64::try_from(ROWS_A_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows: Vec<(String, String, i64)> = conn.query(sql, params![after, most]).await?;
    let more = rows.len() > ROWS_A_PAGE;
    rows.truncate(ROWS_A_PAGE);
    Ok((rows, more))
}

/// Changes the terms of a group.
pub async fn set_terms(tx: &mut Tx, contract_no: &str, group: &Group) -> Result<(), Error> {
    let sql = "UPDATE deposit_groups SET name = $3, kana = $4, branch = $5, number_digits = $6, \
               kana_limit = $7 WHERE contract_no = $1 AND group_no = $2";
    let Group { group_no, name, kana, branch, number_digits, kana_limit, services } = group;
    let values = params![contract_no, group_no, name, kana, branch, *number_digits, *kana_limit];
    tx.execute(sql, values).await?;
    groups::set_services(tx, contract_no, group_no, services).await
}

/// Holds the group's row until `tx` ends, as changes and closings do.
pub async fn hold(tx: &mut Tx, contract_no: &str, group_no: &str) -> Result<(), Error> {
    let sql = "UPDATE deposit_groups SET group_no = group_no \
               WHERE contract_no = $1 AND group_no = $2";
    tx.execute(sql, params![contract_no, group_no]).await.map(drop)
}

/// The groups that the person was given; empty: all of the contract.
pub async fn given(conn: &mut Conn, user_id: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT group_no FROM user_deposit_groups WHERE user_id = $1 ORDER BY group_no";
    conn.query(sql, params![user_id]).await
}

/// Contract and group of the period `id`.
pub async fn place_of(conn: &mut Conn, id: &str) -> Result<Option<(String, String)>, Error> {
    let sql = "SELECT contract_no, group_no FROM periods WHERE id = $1";
    conn.one(sql, params![id]).await
}
