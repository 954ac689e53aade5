//! The file's rows, judged and staged a piece at a time.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::rules::{self, Type, Wish};
use super::{COLUMNS, Member, STORED, Stored, Terms};
use crate::base::csv::Record;
use crate::base::encoding::Encoding;
use crate::base::id::new_id;
use crate::base::secret::sha256_hex;
use crate::db::{Conn, Error, FromRow, Row, ToValue as _, Value, Values, params};
use crate::deduction::period::entry;
use crate::deduction::scope::Key;
use crate::deduction::transfers::staged::{CHUNK, Halt, Reading, places};
use crate::deduction::transfers::table::{self, Refused};
use crate::deduction::transfers::work::{self, Found};
use crate::deduction::transfers::{Findings, Transfer};

/// The staging table with its columns.
pub const STAGING: (&str, &str) = (
    "ledger_staging",
    "row_no, op, item_id, version, member_id, type_code, amount_monthly, amount_summer, \
     amount_winter, start_ym, end_ym, note, place, reason",
);

/// Rows that the file lacks are staged from here on.
const BEYOND: i64 = 1_000_000_000;

/// What is known of the ledger when a piece of the file is judged.
struct Known {
    items: HashMap<String, Stored>,
    members: HashMap<String, Member>,
    /// Member and type that have an item.
    taken: HashSet<(String, String)>,
}

/// What goes through all pieces.
struct Whole<'a> {
    key: Key<'a>,
    types: Vec<Type>,
    open: String,
    encoding: Encoding,
    findings: Findings,
    digest: String,
}

/// Reads the file.
pub async fn read(
    reading: &Reading<'_>,
    transfer: &Transfer,
    content: Vec<u8>,
) -> Result<Found, Halt> {
    let group_no = transfer.group_no.as_deref().unwrap_or_default();
    let key = Key { contract_no: &transfer.contract_no, group_no };
    let mut whole = begin(reading, key).await?;
    match work::text(reading, content).await? {
        Err(refused) => reading.stage(STAGING, vec![refusal(&refused)], 0).await?,
        Ok((text, encoding)) => {
            whole.encoding = encoding;
            match table::below(&text, &COLUMNS) {
                Err(refused) => reading.stage(STAGING, vec![refusal(&refused)], 0).await?,
                Ok(mut rows) => {
                    let mut row = 1;
                    loop {
                        let piece: Vec<_> = rows.by_ref().take(CHUNK).collect();
                        if piece.is_empty() {
                            break;
                        }
                        let first = row + 1;
                        row += i64::try_from(piece.len()).unwrap_or(i64::MAX);
                        let staged = judge_piece(reading, &mut whole, (first, piece)).await?;
                        reading.stage(STAGING, staged, row - 1).await?;
                    }
                }
            }
        }
    }
    finish(reading, &mut whole, transfer.options.cancel_missing).await?;
    Ok(Found { findings: whole.findings, digest: whole.digest, added: 0, action: None })
}

async fn begin<'a>(reading: &Reading<'_>, key: Key<'a>) -> Result<Whole<'a>, Halt> {
    let mut conn = reading.app.db.conn().await?;
    let sql = "SELECT code, name, used_from, active FROM ledger_types WHERE contract_no = $1";
    let types = conn.query(sql, params![key.contract_no]).await?;
    // Closing or closed: the preview is made all the same, and the applying asks again.
    let open = entry::look(&mut conn, key, reading.app.clock.now()).await?;
    let open = open.map(|open| open.earliest().to_owned()).unwrap_or_default();
    let sql = "SELECT CAST(COALESCE(SUM(amount_monthly), 0) AS BIGINT), \
               CAST(COALESCE(SUM(amount_summer), 0) AS BIGINT), \
               CAST(COALESCE(SUM(amount_winter), 0) AS BIGINT) FROM ledger_items \
               WHERE contract_no = $1 AND group_no = $2 AND state NOT IN ('ended', 'cancelled')";
    let sums: Option<(i64, i64, i64)> =
        conn.one(sql, params![key.contract_no, key.group_no]).await?;
    let (monthly, summer, winter) = sums.unwrap_or_default();
    let before = [monthly, summer, winter];
    let findings = Findings { before, after: before, ..Findings::default() };
    Ok(Whole { key, types, open, encoding: Encoding::Utf8, findings, digest: String::new() })
}

type Piece<'t> = Vec<Result<Record<'t>, crate::base::csv::Unreadable>>;

async fn judge_piece(
    reading: &Reading<'_>,
    whole: &mut Whole<'_>,
    (first, piece): (i64, Piece<'_>),
) -> Result<Vec<Vec<Value>>, Halt> {
    let readable = || piece.iter().filter_map(|row| row.as_ref().ok());
    let known = known(&mut reading.app.db.conn().await?, whole.key, readable()).await?;
    let mut staged = Vec::with_capacity(piece.len());
    let mut said = whole.digest.clone();
    for (row, record) in (first..).zip(&piece) {
        let values = match record {
            Err(unreadable) => refusal(&table::unreadable_at(row, *unreadable)),
            Ok(record) => judge(reading, whole, (&known, row), &record.cells, &mut said),
        };
        staged.push(values);
    }
    whole.digest = sha256_hex(said.as_bytes());
    Ok(staged)
}

/// The staged row; adds what it changes to what was `said`, and to the sums.
fn judge(
    reading: &Reading<'_>,
    whole: &mut Whole<'_>,
    (known, row): (&Known, i64),
    cells: &[Cow<'_, str>],
    said: &mut String,
) -> Vec<Value> {
    let id = cells[0].trim();
    let wrong = |(column, reason): rules::Wrong| refusal(&Refused::at(row, column, reason));
    if id.is_empty() {
        let member = known.members.get(cells[1].as_ref());
        let of_type = match rules::type_of(&whole.types, &cells[4]) {
            Ok(of_type) => of_type,
            Err(refused) => return wrong(refused),
        };
        let taken = member.zip(of_type).is_some_and(|(member, of_type)| {
            known.taken.contains(&(member.id.clone(), of_type.code.clone()))
        });
        let made = rules::of_new(cells, (member, of_type), taken, &whole.open);
        let terms = match made {
            Ok(terms) => terms,
            Err(refused) => return wrong(refused),
        };
        let (Some(member), Some(of_type)) = (member, of_type) else { return Vec::new() };
        whole.findings.add(&terms.amounts, &[0; 3]);
        let new = Stored {
            id: new_id(reading.app.clock.now()),
            member: member.clone(),
            type_code: of_type.code.clone(),
            terms,
            ..Stored::default()
        };
        said.extend([format!("\nadd {} {} {:?}", new.member.id, new.type_code, new.terms)]);
        return staged_row(row, "add", &new, &new.terms);
    }
    let Some(item) = known.items.get(id) else {
        let reason =
            "この明細番号の明細はありません。新しい明細のときは、明細番号を空にしてください。";
        return wrong((COLUMNS[0], reason.to_owned()));
    };
    match rules::of_item(cells, item, &whole.open, whole.encoding) {
        Err(refused) => wrong(refused),
        Ok(Wish::Same) => staged_row(row, "same", item, &Terms::default()),
        Ok(Wish::Change(terms)) => {
            whole.findings.add(&terms.amounts, &item.terms.amounts);
            said.extend([format!("\nchange {} {} {terms:?}", item.id, item.version)]);
            staged_row(row, "change", item, &terms)
        }
    }
}

/// What the ledger has of the people and items that these rows name.
async fn known<'r, 't: 'r>(
    conn: &mut Conn,
    key: Key<'_>,
    rows: impl Iterator<Item = &'r Record<'t>>,
) -> Result<Known, Error> {
    let (mut ids, mut numbers) = (Vec::new(), Vec::new());
    for record in rows {
        match record.cells[0].trim() {
            "" => numbers.push(record.cells[1].to_value()),
            id => ids.push(id.to_value()),
        }
    }
    let of = |sql: &str, column: &str, values: Vec<Value>| {
        let sql = format!("{sql} AND {column} IN ({})", places(3, values.len()));
        let all = [key.contract_no.to_value(), key.group_no.to_value()].into_iter().chain(values);
        (sql, Values::from(all.collect::<Vec<_>>()))
    };
    let mut items = Vec::new();
    if !ids.is_empty() {
        let (sql, values) = of(STORED, "i.id", ids);
        items = conn.query::<Stored>(&sql, values).await?;
    }
    let (mut members, mut taken) = (Vec::new(), Vec::new());
    if !numbers.is_empty() {
        let sql = "SELECT member_id, employee_no, kana_name, kanji_name FROM members \
                   WHERE contract_no = $1 AND group_no = $2";
        let (sql, values) = of(sql, "employee_no", numbers.clone());
        members = conn.query::<Member>(&sql, values).await?;
        let sql = "SELECT member_id, type_code FROM ledger_items \
                   WHERE contract_no = $1 AND group_no = $2 AND state <> 'ended'";
        let (sql, values) = of(sql, "employee_no", numbers);
        taken = conn.query::<(String, String)>(&sql, values).await?;
    }
    Ok(Known {
        items: items.into_iter().map(|item| (item.id.clone(), item)).collect(),
        members: members.into_iter().map(|one| (one.employee_no.clone(), one)).collect(),
        taken: taken.into_iter().collect(),
    })
}

/// What only the whole file tells: rows that contradict each other, items that it lacks.
async fn finish(reading: &Reading<'_>, whole: &mut Whole<'_>, cancel: bool) -> Result<(), Halt> {
    let refuse = |which: &str| {
        format!(
            "UPDATE ledger_staging SET op = 'refuse', place = $2, reason = $3 \
             WHERE transfer_id = $1 AND op <> 'refuse' AND {which}"
        )
    };
    let doubled = "item_id IN (SELECT item_id FROM ledger_staging WHERE transfer_id = $1 \
                   AND op <> 'refuse' GROUP BY item_id HAVING COUNT(*) > 1)";
    let reason = "同じ明細番号の行が、ファイルに2つ以上あります。1つだけ残してください。";
    let more = || vec![COLUMNS[0].to_value(), reason.to_value()];
    reading.settle(&refuse(doubled), more()).await?;
    let doubled = "row_no IN (SELECT row_no FROM (SELECT row_no, COUNT(*) OVER \
                   (PARTITION BY member_id, type_code) AS n FROM ledger_staging \
                   WHERE transfer_id = $1 AND op = 'add') x WHERE n > 1)";
    let reason = "同じ方・同じ種目の新しい行が、ファイルに2つ以上あります。1つだけ残してください。";
    let more = vec![COLUMNS[4].to_value(), reason.to_value()];
    reading.settle(&refuse(doubled), more).await?;
    let lacking = "i.contract_no = $2 AND i.group_no = $3 \
                   AND i.state NOT IN ('ended', 'cancelled') AND NOT EXISTS \
                   (SELECT 1 FROM ledger_staging s WHERE s.transfer_id = $1 AND s.item_id = i.id)";
    let key = || vec![whole.key.contract_no.to_value(), whole.key.group_no.to_value()];
    if !cancel {
        let sql = format!("SELECT COUNT(*) FROM ledger_items i WHERE {lacking}");
        let values = [reading.id.to_value()].into_iter().chain(key()).collect::<Vec<_>>();
        let mut conn = reading.app.db.conn().await?;
        whole.findings.absent = conn.one(&sql, Values::from(values)).await?.unwrap_or(0);
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO ledger_staging (transfer_id, {}) SELECT $1, \
         {BEYOND} + ROW_NUMBER() OVER (ORDER BY i.employee_no, i.id), 'remove', i.id, i.version, \
         i.member_id, i.type_code, i.amount_monthly, i.amount_summer, i.amount_winter, \
         i.start_ym, i.end_ym, i.note, '', '' FROM ledger_items i WHERE {lacking}",
        STAGING.1
    );
    reading.settle(&sql, key()).await?;
    cancelled(reading, whole).await
}

/// Takes what will be cancelled from the sums, and says it in the digest.
async fn cancelled(reading: &Reading<'_>, whole: &mut Whole<'_>) -> Result<(), Halt> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT), \
               CAST(COALESCE(SUM(amount_monthly), 0) AS BIGINT), \
               CAST(COALESCE(SUM(amount_summer), 0) AS BIGINT), \
               CAST(COALESCE(SUM(amount_winter), 0) AS BIGINT), \
               CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM ledger_staging \
               WHERE transfer_id = $1 AND op = 'remove'";
    let mut conn = reading.app.db.conn().await?;
    let sums: Option<(i64, i64, i64, i64, i64)> = conn.one(sql, params![reading.id]).await?;
    let (_, monthly, summer, winter, _) = sums.unwrap_or_default();
    whole.findings.add(&[0; 3], &[monthly, summer, winter]);
    whole.digest = sha256_hex(format!("{} {sums:?}", whole.digest).as_bytes());
    Ok(())
}

impl Findings {
    /// An item has `new` where it had `old`.
    fn add(&mut self, new: &[i64; 3], old: &[i64; 3]) {
        for (after, (new, old)) in self.after.iter_mut().zip(new.iter().zip(old)) {
            *after = after.saturating_add(new - old);
        }
    }
}

fn staged_row(row: i64, op: &str, item: &Stored, terms: &Terms) -> Vec<Value> {
    let [monthly, summer, winter] = terms.amounts;
    vec![
        row.to_value(),
        op.to_value(),
        item.id.to_value(),
        item.version.to_value(),
        item.member.id.to_value(),
        item.type_code.to_value(),
        monthly.to_value(),
        summer.to_value(),
        winter.to_value(),
        terms.start_ym.to_value(),
        terms.end_ym.to_value(),
        terms.note.to_value(),
        "".to_value(),
        "".to_value(),
    ]
}

/// A staged row that cannot be taken.
pub fn refusal(refused: &Refused) -> Vec<Value> {
    let mut row = staged_row(refused.row, "refuse", &Stored::default(), &Terms::default());
    let last = row.len();
    row[last - 2] = refused.column.to_value();
    row[last - 1] = refused.reason.to_value();
    row
}

impl FromRow for Type {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            code: row.get("code")?,
            name: row.get("name")?,
            used_from: row.get("used_from")?,
            active: row.get("active")?,
        })
    }
}

impl FromRow for Member {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("member_id")?,
            employee_no: row.get("employee_no")?,
            kana: row.get("kana_name")?,
            kanji: row.get("kanji_name")?,
        })
    }
}
