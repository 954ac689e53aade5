//! The closing: what was entered for a period becomes its request (依頼データ受信), and the
//! next period opens.
//!
//! All of it is one transaction of a few statements: a kill leaves a period either as it
//! was or fixed, and a second node finds nothing to do.

use super::{Kind, Period, entry, next, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::calendar::Calendar;
use crate::base::id::new_id;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx, params};
use crate::deduction::rokin::Product;
use crate::deduction::scope::Key;
use crate::deduction::{ledger, sums};

/// Fixes every period whose closing day is over; how many.
pub async fn close_due(app: &App) -> Result<usize, Error> {
    let today = Day::of(app.clock.now());
    let due = store::due(&mut app.db.conn().await?, today).await?;
    let mut fixed = 0;
    for (contract_no, group_no, id) in due {
        let key = Key { contract_no: &contract_no, group_no: &group_no };
        match close_one(app, key, &id).await {
            Ok(done) => fixed += usize::from(done),
            // The others must not wait for this one.
            Err(error) => {
                tracing::error!(contract = contract_no, group = group_no, period = id, %error,
                    "a period is not closed");
            }
        }
    }
    Ok(fixed)
}

async fn close_one(app: &App, key: Key<'_>, id: &str) -> Result<bool, Error> {
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    let calendar = &app.opening.plan().calendar;
    let done = close(&mut tx, key, id, ("system", calendar), now).await?;
    if done {
        tx.commit().await?;
        tracing::info!(contract = key.contract_no, group = key.group_no, "a period closed");
    }
    Ok(done)
}

/// Fixes the request of the period `id`, if its closing day is over at `now` and it was
/// not fixed before; whether it was done.
pub async fn close(
    tx: &mut Tx,
    key: Key<'_>,
    id: &str,
    (actor, calendar): (&str, &Calendar),
    now: Moment,
) -> Result<bool, Error> {
    // In the order of `entry`: the group first, so that no change comes between.
    entry::hold_group(tx, key).await?;
    let Some(period) = store::hold(tx, key, id).await? else { return Ok(false) };
    if !period.has_closed(now) || period.requested_at.is_some() {
        return Ok(false);
    }
    write_lines(tx, key, &period).await?;
    sums::count(tx, key.contract_no, &period.id).await?;
    store::fix(tx, key.contract_no, &period.id, now).await?;
    if period.kind == Kind::Monthly {
        settle_items(tx, key).await?;
    }
    end_items(tx, key).await?;
    ledger::sums::count(tx, key).await?;
    open_next(tx, key, &period, calendar, now).await?;
    let target = format!("{} {}", key.group_no, period.ja());
    let event = Event {
        actor,
        action: "deduction-close",
        contract_no: Some(key.contract_no),
        target: Some(&target),
        ..Event::default()
    };
    audit::record(tx, now, &event).await?;
    Ok(true)
}

/// One line for each item from which something is deducted, and for each that was requested
/// in the period before and is not any more. What was requested before, with the movements,
/// is what is requested now: an erroneous line is not requested, so where it was before its
/// movement is `cancelled`.
async fn write_lines(tx: &mut Tx, key: Key<'_>, period: &Period) -> Result<(), Error> {
    let before = "SELECT id FROM periods WHERE contract_no = $1 AND group_no = $2 AND kind = $3 \
                  AND requested_at IS NOT NULL AND deduct_ym < $4 \
                  ORDER BY deduct_ym DESC LIMIT 1";
    let kind = period.kind.word();
    let values = params![key.contract_no, key.group_no, kind, &period.deduct_ym];
    let before: Option<String> = tx.one(before, values).await?;
    let sql = lines_sql(period.kind);
    let labels = Product::ALL.map(Product::ja);
    let values = params![
        key.contract_no,
        &period.id,
        key.group_no,
        before.unwrap_or_default(),
        &period.deduct_ym,
        period.close_on,
        labels[0],
        labels[1],
        labels[2],
        labels[3]
    ];
    tx.execute(&sql, values).await.map(drop)
}

/// What an erroneous line is told by (`error_code`), for the item `x` of the member `m`.
const ERROR: &str = "CASE WHEN x.amount = 0 THEN NULL \
    WHEN length(m.employee_no) > g.number_digits THEN 'number' \
    WHEN length(m.kana_half) > g.kana_limit THEN 'kana' \
    WHEN x.book = 'rokin' AND length(x.account_no) <> 7 THEN 'account' \
    WHEN m.left_on IS NOT NULL AND m.left_on < $6 THEN 'left' ELSE NULL END";
/// How the line `y` stands against the request before: `rules::Movement::of` in SQL.
pub const MOVEMENT: &str = "CASE WHEN y.amount > 0 AND y.error_code IS NULL THEN \
    CASE WHEN y.amount_before IS NULL THEN 'new' \
    WHEN y.amount_before <> y.amount THEN 'changed' ELSE 'none' END \
    WHEN y.amount_before IS NULL THEN 'none' ELSE 'cancelled' END";
const STANDING: &str =
    "i.contract_no = $1 AND i.group_no = $3 AND i.state NOT IN ('ended', 'cancelled')";
/// What the group does not use any more is not requested: nobody could answer or pay it.
const USED: &str = "EXISTS (SELECT 1 FROM deposit_group_services s WHERE s.contract_no = $1 \
    AND s.group_no = $3 AND s.service = ";
const IN_TIME: &str = "i.start_ym <= $5 AND (i.end_ym IS NULL OR i.end_ym >= $5)";

/// `$1` contract, `$2` period, `$3` group, `$4` the period before, `$5` 控除年月, `$6`
/// 締切日, `$7` to `$10` the products' names.
fn lines_sql(kind: Kind) -> String {
    format!(
        "INSERT INTO request_lines (contract_no, period_id, line_no, book, item_id, member_id, \
         employee_no, kana_name, kanji_name, workplace, code, label, account_no, amount, \
         amount_before, movement, at_counter, error_code, kana_differs, stopped, version) \
         SELECT $1, $2, \
         ROW_NUMBER() OVER (ORDER BY y.employee_no, y.book DESC, y.code, y.item_id), y.book, \
         y.item_id, y.member_id, y.employee_no, y.kana_name, y.kanji_name, y.workplace, y.code, \
         y.label, y.account_no, y.amount, y.amount_before, {MOVEMENT}, y.at_counter, \
         y.error_code, FALSE, FALSE, 1 FROM (\
         SELECT x.*, m.employee_no, m.kana_name, m.kanji_name, m.workplace, \
         b.amount AS amount_before, {ERROR} AS error_code FROM ({}) x \
         JOIN members m ON m.contract_no = $1 AND m.member_id = x.member_id \
         JOIN deposit_groups g ON g.contract_no = $1 AND g.group_no = $3 \
         LEFT JOIN request_lines b ON b.contract_no = $1 AND b.period_id = $4 \
         AND b.item_id = x.item_id AND b.amount > 0 AND b.error_code IS NULL) y",
        items_sql(kind)
    )
}

/// The items of now, and those that were requested before and are none of now.
fn items_sql(kind: Kind) -> String {
    let amount = format!("i.amount_{}", kind.word());
    let gone = |book: &str, extra: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM {book}_items i WHERE {USED}'{book}') AND {STANDING} \
             AND i.id = b.item_id AND {amount} > 0 {extra})"
        )
    };
    format!(
        "SELECT 'rokin' AS book, i.id AS item_id, i.member_id, i.product AS code, \
         CASE i.product WHEN 'saving' THEN $7 WHEN 'loan' THEN $8 WHEN 'share' THEN $9 \
         ELSE $10 END AS label, i.account_no, {amount} AS amount, \
         i.source = 'counter' AS at_counter FROM rokin_items i \
         WHERE {USED}'rokin') AND {STANDING} AND {amount} > 0 \
         UNION ALL SELECT 'ledger', i.id, i.member_id, i.type_code, t.name, '', {amount}, FALSE \
         FROM ledger_items i JOIN ledger_types t \
         ON t.contract_no = i.contract_no AND t.code = i.type_code \
         WHERE {USED}'ledger') AND {STANDING} AND {IN_TIME} AND {amount} > 0 \
         UNION ALL SELECT b.book, b.item_id, b.member_id, b.code, b.label, b.account_no, \
         CAST(0 AS BIGINT), EXISTS (SELECT 1 FROM rokin_items i WHERE i.contract_no = $1 \
         AND i.id = b.item_id AND i.source = 'counter') FROM request_lines b \
         WHERE b.contract_no = $1 AND b.period_id = $4 AND b.amount > 0 \
         AND b.error_code IS NULL AND {} AND {}",
        gone("rokin", ""),
        gone("ledger", &format!("AND {IN_TIME}")),
    )
}

/// What had its last month ends, but not before a bonus of that month or an earlier one was
/// requested too.
async fn end_items(tx: &mut Tx, key: Key<'_>) -> Result<(), Error> {
    let sql = "UPDATE ledger_items SET state = 'ended', version = version + 1 \
               WHERE contract_no = $1 AND group_no = $2 AND state <> 'ended' \
               AND end_ym <= (SELECT MAX(p.deduct_ym) FROM periods p WHERE p.contract_no = $1 \
               AND p.group_no = $2 AND p.kind = 'monthly' AND p.requested_at IS NOT NULL) \
               AND NOT EXISTS (SELECT 1 FROM periods p WHERE p.contract_no = $1 \
               AND p.group_no = $2 AND p.kind <> 'monthly' AND p.requested_at IS NULL \
               AND p.deduct_ym <= ledger_items.end_ym)";
    tx.execute(sql, params![key.contract_no, key.group_no]).await.map(drop)
}

/// What was requested is the base from which changes are told; what was cancelled ends.
async fn settle_items(tx: &mut Tx, key: Key<'_>) -> Result<(), Error> {
    for table in ["rokin_items", "ledger_items"] {
        let sql = format!(
            "UPDATE {table} SET base_monthly = amount_monthly, base_summer = amount_summer, \
             base_winter = amount_winter, version = version + 1, \
             state = CASE WHEN state = 'cancelled' THEN 'ended' ELSE 'active' END \
             WHERE contract_no = $1 AND group_no = $2 \
             AND state IN ('new', 'changed', 'cancelled')"
        );
        tx.execute(&sql, params![key.contract_no, key.group_no]).await?;
    }
    Ok(())
}

/// Opens the period after `period`, unless the operator has put it in the schedule already.
/// Nobody could enter for one whose closing day is over: it stays open to the next business
/// day, and is left to the operator when its pay comes before.
async fn open_next(
    tx: &mut Tx,
    key: Key<'_>,
    period: &Period,
    calendar: &Calendar,
    now: Moment,
) -> Result<(), Error> {
    let there = store::unfixed(tx, key).await?;
    if there.iter().any(|other| other.kind == period.kind) {
        return Ok(());
    }
    let Some(rule) = next::rule(tx, key, period.kind).await? else { return Ok(()) };
    let Some(mut next) = next::after(&period.deduct_ym, &rule, calendar) else { return Ok(()) };
    let today = Day::of(now);
    if next.close_on < today {
        let Some(late) = calendar.business_days_after(today, 1) else { return Ok(()) };
        next.close_on = late;
    }
    if next.close_on > next.pay_on {
        return Ok(());
    }
    let known = store::newest(tx, key, period.kind, 1).await?;
    if known.iter().any(|newest| newest.deduct_ym >= next.deduct_ym) {
        return Ok(());
    }
    let next = Period {
        id: new_id(now),
        group_no: period.group_no.clone(),
        kind: period.kind,
        deduct_ym: next.deduct_ym,
        close_on: next.close_on,
        pay_on: next.pay_on,
        requested_at: None,
        results_at: None,
        version: 1,
    };
    store::insert(tx, key.contract_no, &next).await
}
