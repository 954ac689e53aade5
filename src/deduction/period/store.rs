//! The table of periods.

use super::{Kind, Period};
use crate::base::{Day, Moment};
use crate::db::{Conn, Error, Tx, params};
use crate::deduction::scope::Key;

const COLUMNS: &str = "id, group_no, kind, deduct_ym, close_on, pay_on, requested_at, \
                       results_at, version";

/// The period `id` of the group.
pub async fn find(conn: &mut Conn, key: Key<'_>, id: &str) -> Result<Option<Period>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM periods WHERE contract_no = $1 AND id = $3 AND group_no = $2"
    );
    conn.one(&sql, params![key.contract_no, key.group_no, id]).await
}

/// As `find`, and holds the row until `tx` ends.
pub async fn hold(tx: &mut Tx, key: Key<'_>, id: &str) -> Result<Option<Period>, Error> {
    let sql = format!(
        "UPDATE periods SET id = id WHERE contract_no = $1 AND id = $3 AND group_no = $2 \
         RETURNING {COLUMNS}"
    );
    tx.one(&sql, params![key.contract_no, key.group_no, id]).await
}

/// The periods that are not fixed yet, one of a kind at most.
pub async fn unfixed(conn: &mut Conn, key: Key<'_>) -> Result<Vec<Period>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM periods WHERE contract_no = $1 AND group_no = $2 \
         AND requested_at IS NULL ORDER BY kind, deduct_ym"
    );
    conn.query(&sql, params![key.contract_no, key.group_no]).await
}

/// The newest `most` periods of a kind, the newest first.
pub async fn newest(
    conn: &mut Conn,
    key: Key<'_>,
    kind: Kind,
    most: i64,
) -> Result<Vec<Period>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM periods WHERE contract_no = $1 AND group_no = $2 AND kind = $3 \
         ORDER BY deduct_ym DESC LIMIT $4"
    );
    conn.query(&sql, params![key.contract_no, key.group_no, kind.word(), most]).await
}

/// The newest `most` periods whose request is fixed, the newest first: for choosers.
pub async fn fixed(conn: &mut Conn, key: Key<'_>, most: i64) -> Result<Vec<Period>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM periods WHERE contract_no = $1 AND group_no = $2 \
         AND requested_at IS NOT NULL ORDER BY requested_at DESC, deduct_ym DESC, kind LIMIT $3"
    );
    conn.query(&sql, params![key.contract_no, key.group_no, most]).await
}

/// The contracts and periods of all groups whose closing day lies before `today`, and
/// which are not fixed yet.
pub async fn due(conn: &mut Conn, today: Day) -> Result<Vec<(String, String, String)>, Error> {
    let sql = "SELECT contract_no, group_no, id FROM periods \
               WHERE requested_at IS NULL AND close_on < $1 ORDER BY close_on, id";
    conn.query(sql, params![today]).await
}

/// Puts a new period in the schedule.
pub async fn insert(tx: &mut Tx, contract_no: &str, period: &Period) -> Result<(), Error> {
    let sql = "INSERT INTO periods (contract_no, id, group_no, kind, deduct_ym, close_on, pay_on, \
               requested_at, results_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = params![
        contract_no,
        &period.id,
        &period.group_no,
        period.kind.word(),
        &period.deduct_ym,
        period.close_on,
        period.pay_on,
        period.requested_at,
        period.results_at,
        period.version
    ];
    tx.execute(sql, values).await.map(drop)
}

/// Moves the dates of a period that is not fixed yet and still has `version`; whether it
/// was so.
pub async fn move_dates(
    tx: &mut Tx,
    contract_no: &str,
    (id, version): (&str, i64),
    (close_on, pay_on): (Day, Day),
) -> Result<bool, Error> {
    let sql = "UPDATE periods SET close_on = $4, pay_on = $5, version = version + 1 \
               WHERE contract_no = $1 AND id = $2 AND version = $3 AND requested_at IS NULL";
    Ok(tx.execute(sql, params![contract_no, id, version, close_on, pay_on]).await? > 0)
}

/// Notes that the request was fixed; whether it was not before.
pub async fn fix(tx: &mut Tx, contract_no: &str, id: &str, now: Moment) -> Result<bool, Error> {
    let sql = "UPDATE periods SET requested_at = $3, version = version + 1 \
               WHERE contract_no = $1 AND id = $2 AND requested_at IS NULL";
    Ok(tx.execute(sql, params![contract_no, id, now]).await? > 0)
}
