//! The tables of 一斉積立. Every query names contract and group (RX-06).

use super::Saving;
use crate::base::Day;
use crate::db::{Conn, Error, params};
use crate::deduction::scope::Key;

/// Receptions that can be chosen.
const MOST: i64 = 24;

/// The newest reception of the group.
///
/// # Errors
/// The database's.
pub async fn newest(conn: &mut Conn, key: Key<'_>) -> Result<Option<Saving>, Error> {
    Ok(list(conn, key, 1).await?.into_iter().next())
}

/// The receptions that can be chosen, the newest first.
pub(super) async fn choosable(conn: &mut Conn, key: Key<'_>) -> Result<Vec<Saving>, Error> {
    list(conn, key, MOST).await
}

async fn list(conn: &mut Conn, key: Key<'_>, most: i64) -> Result<Vec<Saving>, Error> {
    let sql = "SELECT * FROM bulk_savings WHERE contract_no = $1 AND group_no = $2 \
               ORDER BY received_at DESC, id DESC LIMIT $3";
    conn.query(sql, params![key.contract_no, key.group_no, most]).await
}

/// The reception `id` of the group.
pub(super) async fn find(conn: &mut Conn, key: Key<'_>, id: &str) -> Result<Option<Saving>, Error> {
    let sql = "SELECT * FROM bulk_savings WHERE contract_no = $1 AND group_no = $2 AND id = $3";
    conn.one(sql, params![key.contract_no, key.group_no, id]).await
}

/// The newest reception of a 積立番号.
pub(super) async fn newest_of(
    conn: &mut Conn,
    key: Key<'_>,
    no: &str,
) -> Result<Option<Saving>, Error> {
    let sql = "SELECT * FROM bulk_savings WHERE contract_no = $1 AND group_no = $2 AND no = $3 \
               ORDER BY received_at DESC, id DESC LIMIT 1";
    conn.one(sql, params![key.contract_no, key.group_no, no]).await
}

/// The latest 作成年月日 of a 積立番号.
pub(super) async fn latest_made_on(
    conn: &mut Conn,
    key: Key<'_>,
    no: &str,
) -> Result<Option<Day>, Error> {
    let sql = "SELECT MAX(made_on) FROM bulk_savings WHERE contract_no = $1 AND group_no = $2 \
               AND no = $3";
    let latest = conn.one::<Option<Day>>(sql, params![key.contract_no, key.group_no, no]).await?;
    Ok(latest.flatten())
}
