//! Two years of periods that are over.
//!
//! Who belongs to a period follows from the 職員番号 alone: the unions have grown from a
//! third to all of their members, and amounts have risen by 100 yen a year, so that each
//! period's 異動 fits the one before.

use crate::base::calendar::Calendar;
use crate::base::clock::MINUTE_MS;
use crate::base::id::new_id;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx, params};
use crate::deduction::period::next::{Rule, dates, parts};
use crate::deduction::period::{Kind, Period, store};
use crate::deduction::rokin::Product;
use crate::deduction::scope::Key;
use crate::deduction::sums::{self, Book};

const HOUR: i64 = 60 * MINUTE_MS;
/// Months back.
const MONTHS: i64 = 24;

/// Writes the periods before those that are open, up to [`MONTHS`] back.
pub async fn fill(
    tx: &mut Tx,
    key: Key<'_>,
    calendar: &Calendar,
    now: Moment,
) -> Result<(), Error> {
    for open in store::unfixed(tx, key).await? {
        let rule = Rule::usual(open.kind);
        let Some(begin) = parts(&open.deduct_ym) else { continue };
        let step = if open.kind == Kind::Monthly { 1 } else { 12 };
        for back in (1..=MONTHS / step).rev().map(|n| n * step) {
            let Some(dates) = dates(months_before(begin, back), &rule, calendar) else { continue };
            let requested_at = dates.close_on.plus_days(1).starts_at().plus_ms(HOUR);
            let answered_at = dates.pay_on.plus_days(3).starts_at().plus_ms(10 * HOUR);
            let period = Period {
                id: new_id(requested_at),
                group_no: key.group_no.to_owned(),
                kind: open.kind,
                deduct_ym: dates.deduct_ym,
                close_on: dates.close_on,
                pay_on: dates.pay_on,
                requested_at: Some(requested_at),
                results_at: (answered_at < now).then_some(answered_at),
                version: 1,
            };
            store::insert(tx, key.contract_no, &period).await?;
            write_lines(tx, key, &period, back).await?;
            sums::count(tx, key.contract_no, &period.id).await?;
            // The newest answer still waits for its 確定.
            if period.results_at.is_some() && (back > 2 * step) {
                pay(tx, key, &period).await?;
            }
        }
    }
    Ok(())
}

fn months_before((year, month): (i32, u8), back: i64) -> (i32, u8) {
    let months = i64::from(year) * 12 + i64::from(month) - 1 - back;
    let year = i32::try_from(months.div_euclid(12)).unwrap_or(year);
    (year, u8::try_from(months.rem_euclid(12) + 1).unwrap_or(1))
}

/// The lines of a period that lies `$5` months back (`$6`: the one before it).
async fn write_lines(tx: &mut Tx, key: Key<'_>, period: &Period, back: i64) -> Result<(), Error> {
    let kind = period.kind.word();
    let step = if period.kind == Kind::Monthly { 1 } else { 12 };
    let sql = format!(
        "INSERT INTO request_lines (contract_no, period_id, line_no, book, item_id, member_id, \
         employee_no, kana_name, kanji_name, workplace, code, label, account_no, amount, \
         amount_before, movement, at_counter, result, reason, kana_reported, kana_differs, \
         stopped, version) \
         SELECT $1, $2, ROW_NUMBER() OVER (ORDER BY y.employee_no, y.book DESC, y.code, y.id), \
         y.book, y.id, y.member_id, y.employee_no, m.kana_name, m.kanji_name, m.workplace, \
         y.code, y.label, y.account_no, y.amount, y.amount_before, \
         CASE WHEN y.amount_before IS NULL THEN 'new' WHEN y.amount_before <> y.amount \
         THEN 'changed' ELSE 'none' END, y.at_counter, \
         CASE WHEN NOT $4 THEN NULL WHEN (y.h * 7 + $5) % 53 = 0 THEN 'unable' ELSE 'ok' END, \
         CASE WHEN $4 AND (y.h * 7 + $5) % 53 = 0 THEN '支給額不足' ELSE NULL END, \
         CASE WHEN NOT $4 THEN NULL WHEN (y.h + $5) % 211 = 0 \
         THEN substr(m.kana_half, 1, length(m.kana_half) - 1) ELSE m.kana_half END, \
         $4 AND (y.h + $5) % 211 = 0, FALSE, 1 FROM (\
         SELECT x.*, x.base - 100 * (($5 - 1 + x.h % 12) / 12) AS amount, \
         CASE WHEN x.h % 36 >= 37 - $6 THEN NULL \
         ELSE x.base - 100 * (($6 - 1 + x.h % 12) / 12) END AS amount_before FROM (\
         SELECT 'rokin' AS book, i.id, i.member_id, i.employee_no, i.product AS code, \
         CASE i.product WHEN 'saving' THEN $7 WHEN 'loan' THEN $8 WHEN 'share' THEN $9 \
         ELSE $10 END AS label, i.account_no, i.base_{kind} AS base, \
         i.source = 'counter' AS at_counter, CAST(i.employee_no AS BIGINT) / 37 AS h \
         FROM rokin_items i WHERE i.contract_no = $1 AND i.group_no = $3 AND i.base_{kind} > 0 \
         UNION ALL SELECT 'ledger', i.id, i.member_id, i.employee_no, i.type_code, t.name, '', \
         i.base_{kind}, FALSE, CAST(i.employee_no AS BIGINT) / 37 FROM ledger_items i \
         JOIN ledger_types t ON t.contract_no = i.contract_no AND t.code = i.type_code \
         WHERE i.contract_no = $1 AND i.group_no = $3 AND i.base_{kind} > 0) x \
         WHERE x.h % 36 < 37 - $5) y \
         JOIN members m ON m.contract_no = $1 AND m.member_id = y.member_id"
    );
    let labels = Product::ALL.map(Product::ja);
    let values = params![
        key.contract_no,
        &period.id,
        key.group_no,
        period.results_at.is_some(),
        back,
        back + step,
        labels[0],
        labels[1],
        labels[2],
        labels[3]
    ];
    tx.execute(&sql, values).await.map(drop)
}

/// まとめ入金 of the period, confirmed and sent.
async fn pay(tx: &mut Tx, key: Key<'_>, period: &Period) -> Result<(), Error> {
    let sums = sums::of(tx, key.contract_no, &period.id, Book::Rokin).await?;
    let Some(answered) = period.results_at.filter(|_| sums.requested.count > 0) else {
        return Ok(());
    };
    let sql = "INSERT INTO deposits (contract_no, id, period_id, document_no, count, amount, \
               stopped_count, stopped_amount, confirmed_at, confirmed_by, sent_at, sent_by) \
               VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10)";
    let at = match period.kind {
        Kind::Monthly => 1,
        Kind::Summer => 2,
        Kind::Winter => 3,
    };
    let month = period.deduct_ym.replace('-', "");
    let paid = sums.paid();
    let values = params![
        key.contract_no,
        new_id(answered),
        &period.id,
        format!("{}-{month}-{at}-01", key.group_no),
        paid.count,
        paid.amount,
        answered.plus_ms(3 * HOUR),
        "労金　太郎（master01）",
        Day::of(answered).plus_days(1).starts_at().plus_ms(9 * HOUR),
        "operator01"
    ];
    tx.execute(sql, values).await.map(drop)
}
