//! What was staged becomes the results of a period: one transaction.

use super::super::progress::Steps;
use super::super::{State, Transfer, store, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::db::{Conn, Error, Tx, params};
use crate::deduction::deposit;
use crate::deduction::period::{self, Period};
use crate::deduction::rules::{Refusal, may_receive};
use crate::deduction::scope::Key;
use crate::deduction::sums;

/// Applies the transfer, if it still is `applying` and the period is not confirmed. Where the
/// request is not as it was when the file was read, nothing is written and it is read anew.
pub async fn apply(app: &App, id: &str) -> Result<(), Error> {
    let mut steps = Steps::new(id, 4);
    let mut tx = app.db.begin().await?;
    let Some(transfer) = store::hold(&mut tx, id).await? else { return Ok(()) };
    if transfer.state != State::Applying {
        return Ok(());
    }
    let group_no = transfer.group_no.clone().unwrap_or_default();
    let key = Key { contract_no: &transfer.contract_no, group_no: &group_no };
    let period_id = transfer.period_id.as_deref().unwrap_or_default();
    // まとめ入金 holds the same row: one of the two comes first.
    let held = period::store::hold(&mut tx, key, period_id).await?;
    let period = held.ok_or_else(|| Error::missing("transfers.period_id"))?;
    let (stage, _) = deposit::store::stage(&mut tx, key.contract_no, &period).await?;
    match may_receive(stage) {
        Err(refusal) => {
            store::put_off(&mut tx, &transfer, &refused(refusal, &period)).await?;
        }
        Ok(()) if basis(&mut tx, key, &period).await? != transfer.findings.basis => {
            let told = (words::RESULTS_CHANGED, transfer.options.token.as_str());
            store::read_anew(&mut tx, &transfer, told, app.clock.now()).await?;
        }
        Ok(()) => write(&mut tx, key, (&transfer, &period, app.clock.now()), &mut steps).await?,
    }
    tx.commit().await
}

/// What tells whether a request is as it was: other results and each 入金中止 change it.
pub async fn basis(conn: &mut Conn, key: Key<'_>, period: &Period) -> Result<String, Error> {
    let sql = "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM request_lines \
               WHERE contract_no = $1 AND period_id = $2";
    let sum: Option<i64> = conn.one(sql, params![key.contract_no, &period.id]).await?;
    Ok(format!("{} {}", period.version, sum.unwrap_or_default()))
}

/// Why no results can be received now.
#[must_use]
pub fn refused(refusal: Refusal, period: &Period) -> String {
    let period = period.ja();
    match refusal {
        Refusal::NoRequest => {
            format!(
                "{period}分は、まだ依頼データを作成していません。締切日のあとにお試しください。"
            )
        }
        Refusal::AlreadySent => {
            format!("{period}分は、まとめ入金依頼書を送信したため、結果を取り込めません。")
        }
        _ => format!(
            "{period}分は、まとめ入金を確定したため、結果を取り込めません。確定を解除してから、もう一度お試しください。"
        ),
    }
}

async fn write(
    tx: &mut Tx,
    key: Key<'_>,
    (transfer, period, now): (&Transfer, &Period, Moment),
    steps: &mut Steps,
) -> Result<(), Error> {
    steps.step();
    let sql = "UPDATE request_lines SET result = s.result, reason = s.cause, \
               kana_reported = s.kana_reported, kana_differs = s.kana_differs, \
               stopped = CASE WHEN s.result = 'unable' THEN FALSE ELSE request_lines.stopped END, \
               stopped_by = CASE WHEN s.result = 'unable' THEN NULL \
               ELSE request_lines.stopped_by END, \
               stopped_at = CASE WHEN s.result = 'unable' THEN NULL \
               ELSE request_lines.stopped_at END, \
               version = request_lines.version + 1 FROM result_staging s \
               WHERE request_lines.contract_no = $2 AND request_lines.period_id = $3 \
               AND request_lines.line_no = s.line_no AND s.transfer_id = $1 AND s.op = 'change'";
    tx.execute(sql, params![&transfer.id, key.contract_no, &period.id]).await?;
    steps.step();
    sums::count(tx, key.contract_no, &period.id).await?;
    steps.step();
    let sql = "UPDATE periods SET results_at = $3, version = version + 1 \
               WHERE contract_no = $1 AND id = $2";
    tx.execute(sql, params![key.contract_no, &period.id, now]).await?;
    store::turn(tx, &transfer.id, (State::Applying, State::Done), now).await?;
    let target = format!("{} {}", key.group_no, period.ja());
    let figures = transfer.findings.figures.iter().skip(1);
    let detail: Vec<_> = figures.map(|(name, figure)| format!("{name} {figure}")).collect();
    let (by, detail) = (transfer.by(), detail.join(" "));
    let event = Event {
        contract_no: Some(key.contract_no),
        target: Some(&target),
        detail: &detail,
        ..by.event("result-receive")
    };
    audit::record(tx, now, &event).await?;
    steps.step();
    Ok(())
}
