//! The tables of まとめ入金, and 入金中止 among the lines of a request.

use super::Deposit;
use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::deduction::period::Period;
use crate::deduction::rules::{Marks, Stage};
use crate::deduction::sums::Sum;

/// The part of a deposit that one 種目 is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// 種目.
    pub label: String,
    /// Its lines and yen.
    pub sum: Sum,
}

impl FromRow for Part {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let sum = Sum { count: row.get("count")?, amount: row.get("amount")? };
        Ok(Self { label: row.get("label")?, sum })
    }
}

/// The deposit that stands for the period.
pub async fn standing(
    conn: &mut Conn,
    contract_no: &str,
    period_id: &str,
) -> Result<Option<Deposit>, Error> {
    let sql = "SELECT * FROM deposits WHERE contract_no = $1 AND period_id = $2 \
               AND undone_at IS NULL";
    conn.one(sql, params![contract_no, period_id]).await
}

/// How far the period is, with the deposit that stands for it.
pub async fn stage(
    conn: &mut Conn,
    contract_no: &str,
    period: &Period,
) -> Result<(Stage, Option<Deposit>), Error> {
    let standing = standing(conn, contract_no, &period.id).await?;
    let marks = Marks {
        requested_at: period.requested_at,
        results_at: period.results_at,
        confirmed_at: standing.as_ref().map(|deposit| deposit.confirmed_at),
        sent_at: standing.as_ref().and_then(|deposit| deposit.sent_at),
    };
    Ok((Stage::of(&marks), standing))
}

/// The deposit `id`, be it undone.
pub async fn find(conn: &mut Conn, contract_no: &str, id: &str) -> Result<Option<Deposit>, Error> {
    let sql = "SELECT * FROM deposits WHERE contract_no = $1 AND id = $2";
    conn.one(sql, params![contract_no, id]).await
}

/// Everything that was ever confirmed for the period, the newest first.
pub async fn of_period(
    conn: &mut Conn,
    contract_no: &str,
    period_id: &str,
) -> Result<Vec<Deposit>, Error> {
    let sql = "SELECT * FROM deposits WHERE contract_no = $1 AND period_id = $2 \
               ORDER BY document_no DESC";
    conn.query(sql, params![contract_no, period_id]).await
}

/// What the deposit is made of, by 種目.
pub async fn parts(
    conn: &mut Conn,
    contract_no: &str,
    deposit_id: &str,
) -> Result<Vec<Part>, Error> {
    let sql = "SELECT label, count, amount FROM deposit_products \
               WHERE contract_no = $1 AND deposit_id = $2 ORDER BY code";
    conn.query(sql, params![contract_no, deposit_id]).await
}

/// Adds a deposit, and what it is made of, counted from the lines that are paid.
pub async fn insert(tx: &mut Tx, contract_no: &str, deposit: &Deposit) -> Result<(), Error> {
    let sql = "INSERT INTO deposits (contract_no, id, period_id, document_no, count, amount, \
               stopped_count, stopped_amount, confirmed_at, confirmed_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = params![
        contract_no,
        &deposit.id,
        &deposit.period_id,
        &deposit.document_no,
        deposit.paid.count,
        deposit.paid.amount,
        deposit.stopped.count,
        deposit.stopped.amount,
        deposit.confirmed_at,
        &deposit.confirmed_by
    ];
    tx.execute(sql, values).await?;
    let sql = "INSERT INTO deposit_products (contract_no, deposit_id, code, label, count, amount) \
               SELECT $1, $3, code, MIN(label), COUNT(*), CAST(SUM(amount) AS BIGINT) \
               FROM request_lines WHERE contract_no = $1 AND period_id = $2 AND book = 'rokin' \
               AND result = 'ok' AND NOT stopped GROUP BY code";
    tx.execute(sql, params![contract_no, &deposit.period_id, &deposit.id]).await.map(drop)
}

/// Takes the deposit back, unless it was sent or taken back before; whether it was done.
pub async fn undo(
    tx: &mut Tx,
    (contract_no, id): (&str, &str),
    (who, now): (&str, Moment),
) -> Result<bool, Error> {
    let sql = "UPDATE deposits SET undone_at = $3, undone_by = $4 \
               WHERE contract_no = $1 AND id = $2 AND undone_at IS NULL AND sent_at IS NULL";
    Ok(tx.execute(sql, params![contract_no, id, now, who]).await? > 0)
}

/// Notes that the deposit was sent, unless it was before or is undone; whether it was done.
pub async fn mark_sent(
    tx: &mut Tx,
    (contract_no, id): (&str, &str),
    (who, now): (&str, Moment),
) -> Result<bool, Error> {
    let sql = "UPDATE deposits SET sent_at = $3, sent_by = $4 \
               WHERE contract_no = $1 AND id = $2 AND undone_at IS NULL AND sent_at IS NULL";
    Ok(tx.execute(sql, params![contract_no, id, now, who]).await? > 0)
}

/// Stops the payment of a deducted line that is still at `version`, or lets it go on;
/// `None` when the line is not so any more, else its yen. The sums follow.
pub async fn set_stopped(
    tx: &mut Tx,
    (contract_no, period_id, line_no): (&str, &str, i64),
    (version, stop): (i64, bool),
    (who, now): (&str, Moment),
) -> Result<Option<i64>, Error> {
    let sql = "UPDATE request_lines SET stopped = $5, stopped_by = $6, stopped_at = $7, \
               version = version + 1 \
               WHERE contract_no = $1 AND period_id = $2 AND line_no = $3 AND version = $4 \
               AND book = 'rokin' AND result = 'ok' AND stopped <> $5 RETURNING amount";
    let (by, at) = (stop.then_some(who), stop.then_some(now));
    let values = params![contract_no, period_id, line_no, version, stop, by, at];
    let Some(amount) = tx.one::<i64>(sql, values).await? else { return Ok(None) };
    let sign = if stop { 1 } else { -1 };
    let sql = "UPDATE period_sums SET stopped_count = stopped_count + $3, \
               stopped_amount = stopped_amount + $4 \
               WHERE contract_no = $1 AND period_id = $2 AND book = 'rokin'";
    tx.execute(sql, params![contract_no, period_id, sign, sign * amount]).await?;
    Ok(Some(amount))
}
