//! What a file will do to the ledger, to look at: the first rows of each kind.

use super::Terms;
use crate::base::csv::Writer;
use crate::base::date::month_ja;
use crate::base::money::Yen;
use crate::db::{Conn, Error, FromRow, Row, params};
use crate::deduction::transfers::one::Sample;
use crate::deduction::transfers::{Counts, Transfer, words};
use crate::web;

/// Rows of each kind that are shown.
const MOST: i64 = 50;
/// Rows that are read at once.
const CHUNK: i64 = 1_000;

const HEADS: [&str; 10] = [
    "行",
    "職員番号",
    "氏名",
    "種目",
    "月例",
    "夏季一時金",
    "年末一時金",
    "開始年月",
    "終了年月",
    "備考",
];

struct Staged {
    row_no: i64,
    employee_no: String,
    kanji: String,
    label: String,
    old: Option<Terms>,
    new: Terms,
}

/// The first rows of each kind.
pub async fn samples(conn: &mut Conn, transfer: &Transfer) -> Result<Vec<Sample>, Error> {
    let Counts { added, changed, removed, .. } = transfer.counts;
    let mut samples = Vec::new();
    for (op, name, count) in
        [("add", "追加", added), ("change", "変更", changed), ("remove", "解除", removed)]
    {
        if count == 0 {
            continue;
        }
        let rows = rows(conn, transfer, (op, 0), MOST).await?;
        samples.push(Sample {
            title: Sample::title_of(name, count, MOST),
            heads: HEADS.to_vec(),
            rows: rows.iter().map(|row| row.cells(op == "remove")).collect(),
        });
    }
    Ok(samples)
}

/// All rows of each kind, with the kind before them.
pub async fn all(
    conn: &mut Conn,
    transfer: &Transfer,
    file: &mut Writer,
) -> Result<(), web::Error> {
    let heads: Vec<_> = [&["区分"], &HEADS[..]].concat();
    file.row(&heads).map_err(web::Error::internal)?;
    for (op, name) in [("add", "追加"), ("change", "変更"), ("remove", "解除")] {
        let mut after = 0;
        loop {
            let rows = rows(conn, transfer, (op, after), CHUNK).await?;
            let Some(last) = rows.last() else { break };
            after = last.row_no;
            for row in &rows {
                let cells: Vec<_> =
                    std::iter::once(name.to_owned()).chain(row.cells(op == "remove")).collect();
                file.row(&cells).map_err(web::Error::internal)?;
            }
        }
    }
    Ok(())
}

async fn rows(
    conn: &mut Conn,
    transfer: &Transfer,
    (op, after): (&str, i64),
    most: i64,
) -> Result<Vec<Staged>, Error> {
    let values = params![&transfer.id, &transfer.contract_no, op, most, after];
    conn.query(ROWS, values).await
}

/// `$1` transfer, `$2` contract, `$3` op, `$4` how many, `$5` behind which row.
const ROWS: &str = "SELECT s.row_no, m.employee_no, m.kanji_name, t.name AS label, \
     i.amount_monthly AS old_monthly, i.amount_summer AS old_summer, \
     i.amount_winter AS old_winter, i.start_ym AS old_start, i.end_ym AS old_end, \
     i.note AS old_note, s.amount_monthly, s.amount_summer, s.amount_winter, s.start_ym, \
     s.end_ym, s.note FROM ledger_staging s \
     JOIN members m ON m.contract_no = $2 AND m.member_id = s.member_id \
     JOIN ledger_types t ON t.contract_no = $2 AND t.code = s.type_code \
     LEFT JOIN ledger_items i ON i.contract_no = $2 AND i.id = s.item_id \
     WHERE s.transfer_id = $1 AND s.op = $3 AND s.op <> 'same' AND s.row_no > $5 \
     ORDER BY s.row_no LIMIT $4";

impl Staged {
    fn cells(&self, gone: bool) -> Vec<String> {
        let (new, old) = (&self.new, self.old.as_ref());
        let row = if gone { "－".to_owned() } else { self.row_no.to_string() };
        let mut cells = vec![row, self.employee_no.clone(), self.kanji.clone(), self.label.clone()];
        for at in 0..words::KINDS.len() {
            let before = old.map(|old| Yen(old.amounts[at]).ja());
            cells.push(moved(before, Yen(new.amounts[at]).ja()));
        }
        cells.push(moved(old.map(|old| month_ja(&old.start_ym)), month_ja(&new.start_ym)));
        let end = |terms: &Terms| terms.end_ym.as_deref().map_or("なし".to_owned(), month_ja);
        cells.push(moved(old.map(end), end(new)));
        let note = |terms: &Terms| {
            if terms.note.is_empty() { "なし".to_owned() } else { terms.note.clone() }
        };
        cells.push(moved(old.map(note), note(new)));
        cells
    }
}

/// 「1,500円 → 1,600円」; what stays stands alone.
fn moved(before: Option<String>, after: String) -> String {
    match before {
        Some(before) if before != after => format!("{before} → {after}"),
        _ => after,
    }
}

impl FromRow for Staged {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let terms = |prefix: &str, start: &str, end: &str, note: &str| {
            let amount = |kind: &str| row.get::<Option<i64>>(&format!("{prefix}_{kind}"));
            let (monthly, summer) = (amount("monthly")?, amount("summer")?);
            let (Some(monthly), Some(summer), Some(winter)) = (monthly, summer, amount("winter")?)
            else {
                return Ok::<_, Error>(None);
            };
            Ok(Some(Terms {
                amounts: [monthly, summer, winter],
                start_ym: row.get(start)?,
                end_ym: row.get(end)?,
                note: row.get(note)?,
            }))
        };
        Ok(Self {
            row_no: row.get("row_no")?,
            employee_no: row.get("employee_no")?,
            kanji: row.get("kanji_name")?,
            label: row.get("label")?,
            old: terms("old", "old_start", "old_end", "old_note")?,
            new: terms("amount", "start_ym", "end_ym", "note")?.unwrap_or_default(),
        })
    }
}
