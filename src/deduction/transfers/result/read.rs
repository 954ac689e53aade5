//! The employer's rows, judged and staged a piece at a time.

use std::collections::HashMap;

use super::rules::{self, Answer, Line};
use super::{COLUMNS, apply};
use crate::base::csv::{self, Record, Unreadable};
use crate::base::money::{Yen, group};
use crate::base::secret::sha256_hex;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Value, Values, params};
use crate::deduction::period::{self, Period};
use crate::deduction::requests::employer;
use crate::deduction::rules::{Verdict, judge};
use crate::deduction::scope::Key;
use crate::deduction::transfers::staged::{CHUNK, Halt, Reading, places};
use crate::deduction::transfers::table::{self, Refused};
use crate::deduction::transfers::work::{self, Found};
use crate::deduction::transfers::{Findings, Transfer};
use crate::deduction::zengin::{self, Entry, Flaw, Header};

/// The staging table with its columns.
pub const STAGING: (&str, &str) = (
    "result_staging",
    "row_no, line_no, op, result, cause, kana_reported, kana_differs, place, reason",
);

/// Lines without a row are staged from here on.
const BEYOND: i64 = 1_000_000_000;

struct Whole<'a> {
    key: Key<'a>,
    period: Period,
    digest: String,
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            line_no: row.get("line_no")?,
            employee_no: row.get("employee_no")?,
            kana: row.get("kana_name")?,
            account_no: row.get("account_no")?,
            amount: row.get("amount")?,
            erroneous: row.get::<Option<String>>("error_code")?.is_some(),
        })
    }
}

/// What is known of the request when a piece of the file is judged.
struct Known {
    lines: HashMap<i64, Line>,
    members: HashMap<String, Vec<Line>>,
}

/// Reads the file.
pub async fn read(
    reading: &Reading<'_>,
    transfer: &Transfer,
    content: Vec<u8>,
) -> Result<Found, Halt> {
    let group_no = transfer.group_no.as_deref().unwrap_or_default();
    let key = Key { contract_no: &transfer.contract_no, group_no };
    let id = transfer.period_id.as_deref().unwrap_or_default();
    let period = period::store::find(&mut reading.app.db.conn().await?, key, id).await?;
    let period = period.ok_or_else(|| Error::missing("transfers.period_id"))?;
    // Before the lines are looked at: what changes from now on is noticed.
    let basis = apply::basis(&mut reading.app.db.conn().await?, key, &period).await?;
    let mut whole = Whole { key, period, digest: String::new() };
    // A header record of 預金口座振替; no table of ours begins so.
    let whole_read = if content.starts_with(b"191") {
        records(reading, &mut whole, content).await?
    } else {
        rows(reading, &mut whole, content).await?
    };
    if whole_read {
        finish(reading, &whole).await?;
    }
    let findings = Findings { basis, ..findings(reading, &whole).await? };
    Ok(Found { findings, digest: whole.digest, added: 0, action: None })
}

async fn rows(
    reading: &Reading<'_>,
    whole: &mut Whole<'_>,
    content: Vec<u8>,
) -> Result<bool, Halt> {
    let text = work::text(reading, content).await?;
    let below =
        text.as_ref().map_err(Clone::clone).and_then(|(text, _)| table::below(text, &COLUMNS));
    let mut rows = match below {
        Ok(rows) => rows,
        Err(refused) => {
            reading.stage(STAGING, vec![refusal(&refused)], 0).await?;
            return Ok(false);
        }
    };
    let mut row = 1;
    loop {
        let piece: Vec<_> = rows.by_ref().take(CHUNK).map(unguarded).collect();
        if piece.is_empty() {
            return Ok(true);
        }
        let first = row + 1;
        row += i64::try_from(piece.len()).unwrap_or(i64::MAX);
        let staged = judge_piece(reading, whole, (first, piece)).await?;
        reading.stage(STAGING, staged, row - 1).await?;
    }
}

/// 職員番号 and カナ氏名 without what our own lists put before what looks like a formula.
fn unguarded(row: Result<Record<'_>, Unreadable>) -> Result<Record<'_>, Unreadable> {
    row.map(|mut record| {
        for cell in record.cells.iter_mut().skip(3).take(2) {
            let plain = csv::unguarded(cell);
            if plain.len() < cell.len() {
                *cell = plain.to_owned().into();
            }
        }
        record
    })
}

async fn judge_piece(
    reading: &Reading<'_>,
    whole: &mut Whole<'_>,
    (first, piece): (i64, Vec<Result<Record<'_>, Unreadable>>),
) -> Result<Vec<Vec<Value>>, Halt> {
    let (mut numbers, mut people) = (Vec::new(), Vec::new());
    for record in piece.iter().filter_map(|row| row.as_ref().ok()) {
        match record.cells[2].trim() {
            "" => people.push(record.cells[3].trim().to_owned()),
            number => numbers.extend(number.parse::<i64>()),
        }
    }
    let known = known(&mut reading.app.db.conn().await?, whole, (numbers, people)).await?;
    let mut staged = Vec::with_capacity(piece.len());
    let mut said = whole.digest.clone();
    for (row, record) in (first..).zip(&piece) {
        let record = match record {
            Ok(record) => record,
            Err(unreadable) => {
                staged.push(refusal(&table::unreadable_at(row, *unreadable)));
                continue;
            }
        };
        let line = record.cells[2].trim().parse().ok().and_then(|no: i64| known.lines.get(&no));
        let answers = known
            .of_member(record.cells[3].trim())
            .and_then(|of_member| rules::answers(&record.cells, &whole.period, line, &of_member));
        match answers {
            Ok(answers) => staged.extend(answers.iter().map(|one| answered(row, one, &mut said))),
            Err((column, reason)) => {
                let no = line.map_or(0, |line| line.line_no);
                staged.push(refused_line(&Refused::at(row, column, reason), no));
            }
        }
    }
    whole.digest = sha256_hex(said.as_bytes());
    Ok(staged)
}

/// The requested lines with these numbers, and all lines of these people.
async fn known(
    conn: &mut Conn,
    whole: &Whole<'_>,
    (numbers, people): (Vec<i64>, Vec<String>),
) -> Result<Known, Error> {
    let mut known = Known { lines: HashMap::new(), members: HashMap::new() };
    let numbers = numbers.iter().map(ToValue::to_value).collect();
    for line in lines(conn, whole, "line_no", numbers).await? {
        known.lines.insert(line.line_no, line);
    }
    let exact = people.iter().map(ToValue::to_value).collect();
    known.add(lines(conn, whole, "employee_no", exact).await?);
    // Without the zeros that a spreadsheet took away; no index helps, so only where it must be.
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let lost = people.iter().filter(|one| is_number(one) && !known.members.contains_key(*one));
    let lost = lost.map(|one| one.trim_start_matches('0').to_value()).collect();
    known.add(lines(conn, whole, "ltrim(employee_no, '0')", lost).await?);
    Ok(known)
}

/// The requested lines whose `column` has one of the values.
async fn lines(
    conn: &mut Conn,
    whole: &Whole<'_>,
    column: &str,
    wanted: Vec<Value>,
) -> Result<Vec<Line>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT line_no, employee_no, kana_name, account_no, amount, error_code \
         FROM request_lines WHERE contract_no = $1 AND period_id = $2 AND {column} IN ({}) \
         ORDER BY line_no",
        places(3, wanted.len())
    );
    let key = [whole.key.contract_no.to_value(), whole.period.id.to_value()];
    conn.query(&sql, Values::from(key.into_iter().chain(wanted).collect::<Vec<_>>())).await
}

impl Known {
    fn add(&mut self, lines: Vec<Line>) {
        for line in lines {
            self.members.entry(line.employee_no.clone()).or_default().push(line);
        }
    }

    /// All lines of whoever has this number: exactly, or the only one who may.
    fn of_member(&self, number: &str) -> Result<Vec<&Line>, rules::Wrong> {
        if let Some(exact) = self.members.get(number) {
            return Ok(exact.iter().collect());
        }
        let alike = |there: &&String| table::same_number(there, number);
        let mut alike: Vec<_> = self.members.keys().filter(alike).collect();
        alike.sort();
        match alike[..] {
            [] => Ok(Vec::new()),
            [one] => Ok(self.members.get(one).into_iter().flatten().collect()),
            [one, other, ..] => Err((
                COLUMNS[3],
                format!(
                    "職員番号「{number}」にあてはまる方が2人以上います（{one}、{other}）。先頭の0が消えていないか確かめて、{}",
                    rules::AS_SENT
                ),
            )),
        }
    }
}

/// The 全銀 form; its records are the rows.
async fn records(
    reading: &Reading<'_>,
    whole: &mut Whole<'_>,
    content: Vec<u8>,
) -> Result<bool, Halt> {
    let parse = move || zengin::parse(&content, zengin::Kind::Result);
    let file = match reading.app.tasks.blocking(parse).await {
        Some(Ok(file)) => file,
        flaws => {
            let flaws = flaws.and_then(Result::err).unwrap_or_default();
            // One record may have several: each is a row of its own.
            let numbered = (0..).zip(&flaws);
            let rows = numbered.map(|(at, flaw)| refused_line(&flaw_at(flaw), at)).collect();
            reading.stage(STAGING, rows, 0).await?;
            return Ok(false);
        }
    };
    if let Err((field, reason)) = of_period(&file.header, whole) {
        reading.stage(STAGING, vec![refusal(&Refused::at(1, field, reason))], 0).await?;
        return Ok(false);
    }
    let mut record = 1;
    for piece in file.entries.chunks(CHUNK) {
        let line_no = |entry: &Entry| employer::line_no(&whole.period, &entry.customer_no);
        let numbers = piece.iter().filter_map(line_no).collect();
        let known = known(&mut reading.app.db.conn().await?, whole, (numbers, Vec::new())).await?;
        let mut staged = Vec::with_capacity(piece.len());
        let mut said = whole.digest.clone();
        for entry in piece {
            record += 1;
            let line = employer::line_no(&whole.period, &entry.customer_no)
                .and_then(|no| known.lines.get(&no));
            staged.push(match entry_of(entry, line, &whole.period) {
                Ok(answer) => answered(record, &answer, &mut said),
                Err((field, reason)) => {
                    let no = line.map_or(0, |line| line.line_no);
                    refused_line(&Refused::at(record, field, reason), no)
                }
            });
        }
        whole.digest = sha256_hex(said.as_bytes());
        reading.stage(STAGING, staged, record - 1).await?;
    }
    Ok(true)
}

/// Whether the file is of this group and of this payday.
fn of_period(header: &Header, whole: &Whole<'_>) -> Result<(), rules::Wrong> {
    let (group_no, other) = (whole.key.group_no, rules::OTHER_FILE);
    if header.consignor_code != employer::consignor_code(group_no) {
        let reason = format!("入金グループ{group_no}の結果ではありません。{other}");
        return Err(("委託者コード", reason));
    }
    let (_, month, day) = whole.period.pay_on.parts();
    if header.deduct_mmdd != format!("{month:02}{day:02}") {
        let period = whole.period.ja();
        let reason = format!("{period}分の支給日（{month}月{day}日）ではありません。{other}");
        return Err(("引落日", reason));
    }
    Ok(())
}

fn entry_of(entry: &Entry, line: Option<&Line>, period: &Period) -> Result<Answer, rules::Wrong> {
    let as_sent = rules::AS_SENT;
    let Some(line) = line.filter(|line| line.is_requested()) else {
        let period = period.ja();
        let reason = format!("この顧客番号の明細は、{period}分では依頼していません。{as_sent}");
        return Err(("顧客番号", reason));
    };
    if entry.account.number != employer::account_digits(&line.account_no) {
        let reason =
            format!("依頼した明細（明細番号{}）の口座番号と違います。{as_sent}", line.line_no);
        return Err(("口座番号", reason));
    }
    if entry.amount != line.amount {
        let reason = format!("依頼した金額は{}です。{as_sent}", Yen(line.amount).ja());
        return Err(("引落金額", reason));
    }
    let Some(outcome) = entry.result else {
        let reason = "結果がありません。結果の入ったファイルを選び直してください。";
        return Err(("振替結果コード", reason.to_owned()));
    };
    let deducted = if outcome.is_done() { line.amount } else { 0 };
    let verdict = judge(line.amount, deducted);
    Ok(Answer {
        line_no: line.line_no,
        verdict: Some(verdict.map_err(|wrong| ("引落金額", rules::words(wrong)))?),
        cause: (!outcome.is_done()).then(|| outcome.label().to_owned()),
        kana: rules::differing(line, &entry.holder_kana),
    })
}

fn flaw_at(flaw: &Flaw) -> Refused {
    let row = i64::try_from(flaw.record).unwrap_or(i64::MAX);
    let reason = match flaw.why {
        zengin::Why::Empty => "ファイルに何も書かれていません。".to_owned(),
        zengin::Why::Length { found } => {
            format!("レコードが{found}バイトです。120バイトでなければなりません。")
        }
        zengin::Why::Total { says, counted } => format!(
            "合計が合いません。トレーラーは{}、データの合計は{}です。",
            group(says),
            group(counted)
        ),
        zengin::Why::Ebcdic => "文字コードがEBCDICです。JISで作成してください。".to_owned(),
        _ => "全銀協の形式に合っていません。企業に確かめて、作り直したファイルを選んでください。"
            .to_owned(),
    };
    Refused::at(row, flaw.field, reason)
}

/// What only the whole file tells: lines answered twice, lines without an answer.
async fn finish(reading: &Reading<'_>, whole: &Whole<'_>) -> Result<(), Halt> {
    let doubled = "UPDATE result_staging SET op = 'refuse', place = $2, reason = $3 \
                   WHERE transfer_id = $1 AND op <> 'refuse' AND line_no IN \
                   (SELECT line_no FROM result_staging WHERE transfer_id = $1 \
                   AND op <> 'refuse' GROUP BY line_no HAVING COUNT(*) > 1)";
    let reason = "同じ明細の結果が、ファイルに2つ以上あります。1つだけ残してください。";
    reading.settle(doubled, vec![COLUMNS[2].to_value(), reason.to_value()]).await?;
    let lacking = format!(
        "INSERT INTO result_staging (transfer_id, {}) \
         SELECT $1, {BEYOND} + l.line_no, l.line_no, 'refuse', NULL, NULL, NULL, FALSE, $4, \
         'ファイルに結果がありません。明細番号 ' || CAST(l.line_no AS TEXT) || '、職員番号 ' \
         || l.employee_no || '、依頼額 ' || CAST(l.amount AS TEXT) || '円' FROM request_lines l \
         WHERE l.contract_no = $2 AND l.period_id = $3 AND l.amount > 0 \
         AND l.error_code IS NULL AND NOT EXISTS (SELECT 1 FROM result_staging s \
         WHERE s.transfer_id = $1 AND s.line_no = l.line_no)",
        STAGING.1
    );
    let of = [whole.key.contract_no.to_value(), whole.period.id.to_value()];
    let more = of.into_iter().chain([COLUMNS[2].to_value()]).collect();
    reading.settle(&lacking, more).await?;
    Ok(())
}

/// The figures of the preview.
async fn findings(reading: &Reading<'_>, whole: &Whole<'_>) -> Result<Findings, Halt> {
    let parts = [
        ("控除済", "s.result = 'ok'"),
        ("控除不能", "s.result = 'unable'"),
        ("カナ氏名不一致", "s.kana_differs"),
        ("入金中止の取り消し（控除不能になるため）", "s.result = 'unable' AND l.stopped"),
    ];
    let mut findings = Findings::default();
    let mut conn = reading.app.db.conn().await?;
    for (name, which) in parts {
        let sql = format!(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) \
             FROM result_staging s JOIN request_lines l ON l.contract_no = $2 \
             AND l.period_id = $3 AND l.line_no = s.line_no \
             WHERE s.transfer_id = $1 AND s.op = 'change' AND {which}"
        );
        let values = params![reading.id, whole.key.contract_no, &whole.period.id];
        let (count, amount): (i64, i64) = conn.one(&sql, values).await?.unwrap_or_default();
        let words = format!("{}件　{}", group(count), Yen(amount).ja());
        findings.figures.push((name.to_owned(), words));
    }
    findings.figures.insert(0, ("控除年月".to_owned(), whole.period.ja()));
    Ok(findings)
}

fn answered(row: i64, answer: &Answer, said: &mut String) -> Vec<Value> {
    let op = if answer.verdict.is_some() { "change" } else { "same" };
    said.extend([format!("\n{answer:?}")]);
    vec![
        row.to_value(),
        answer.line_no.to_value(),
        op.to_value(),
        answer.verdict.map(Verdict::word).to_value(),
        answer.cause.to_value(),
        answer.kana.to_value(),
        answer.kana.is_some().to_value(),
        "".to_value(),
        "".to_value(),
    ]
}

/// A staged row that cannot be taken.
pub fn refusal(refused: &Refused) -> Vec<Value> {
    refused_line(refused, 0)
}

fn refused_line(refused: &Refused, line_no: i64) -> Vec<Value> {
    vec![
        refused.row.to_value(),
        line_no.to_value(),
        "refuse".to_value(),
        None::<String>.to_value(),
        None::<String>.to_value(),
        None::<String>.to_value(),
        false.to_value(),
        refused.column.to_value(),
        refused.reason.to_value(),
    ]
}
