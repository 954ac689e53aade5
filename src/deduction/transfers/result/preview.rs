//! What a file says of the request, to look at: what was not deducted, and whose kana differs.

use crate::base::csv::Writer;
use crate::base::money::{Yen, group};
use crate::db::{Conn, Error, FromRow, Row, params};
use crate::deduction::transfers::Transfer;
use crate::deduction::transfers::one::Sample;
use crate::web;

/// Rows of each kind that are shown.
const MOST: i64 = 50;
/// Rows that are read at once.
const CHUNK: i64 = 1_000;

const HEADS: [&str; 8] =
    ["行", "職員番号", "カナ氏名", "氏名", "種目", "依頼額", "結果", "企業のカナ氏名"];

/// The cells, and where the row stands.
struct Staged(Vec<String>, (i64, i64));

/// What is not simply deducted.
const KINDS: [(&str, &str); 2] =
    [("控除不能", "s.result = 'unable'"), ("カナ氏名不一致", "s.kana_differs")];

/// The first rows that are not simply deducted.
pub async fn samples(conn: &mut Conn, transfer: &Transfer) -> Result<Vec<Sample>, Error> {
    let mut samples = Vec::new();
    for (title, which) in KINDS {
        let rows = rows(conn, transfer, (which, (0, 0)), MOST).await?;
        if rows.is_empty() {
            continue;
        }
        samples.push(Sample {
            title: format!(
                "{title}（はじめの{}件）",
                group(i64::try_from(rows.len()).unwrap_or(i64::MAX))
            ),
            heads: HEADS.to_vec(),
            rows: rows.into_iter().map(|row| row.0).collect(),
        });
    }
    Ok(samples)
}

/// All of them, with the kind before them.
pub async fn all(
    conn: &mut Conn,
    transfer: &Transfer,
    file: &mut Writer,
) -> Result<(), web::Error> {
    let heads: Vec<_> = [&["区分"], &HEADS[..]].concat();
    file.row(&heads).map_err(web::Error::internal)?;
    for (name, which) in KINDS {
        let mut after = (0, 0);
        loop {
            let rows = rows(conn, transfer, (which, after), CHUNK).await?;
            let Some(Staged(_, last)) = rows.last() else { break };
            after = *last;
            for Staged(cells, _) in rows {
                let cells: Vec<_> = std::iter::once(name.to_owned()).chain(cells).collect();
                file.row(&cells).map_err(web::Error::internal)?;
            }
        }
    }
    Ok(())
}

async fn rows(
    conn: &mut Conn,
    transfer: &Transfer,
    (which, after): (&str, (i64, i64)),
    most: i64,
) -> Result<Vec<Staged>, Error> {
    let sql = format!(
        "SELECT s.row_no, s.line_no, l.employee_no, l.kana_name, l.kanji_name, l.label, \
         l.amount, s.result, s.cause, s.kana_reported FROM result_staging s \
         JOIN request_lines l ON l.contract_no = $2 AND l.period_id = $3 \
         AND l.line_no = s.line_no WHERE s.transfer_id = $1 AND s.op = 'change' AND {which} \
         AND (s.row_no, s.line_no) > ($5, $6) ORDER BY s.row_no, s.line_no LIMIT $4"
    );
    let (row, line) = after;
    let values = params![&transfer.id, &transfer.contract_no, &transfer.period_id, most, row, line];
    conn.query(&sql, values).await
}

impl FromRow for Staged {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let unable = row.get::<Option<String>>("result")?.as_deref() == Some("unable");
        let cause = row.get::<Option<String>>("cause")?;
        let said = match (unable, cause) {
            (true, Some(cause)) => format!("控除不能（{cause}）"),
            (true, None) => "控除不能".to_owned(),
            (false, _) => "控除済".to_owned(),
        };
        let (row_no, line_no) = (row.get::<i64>("row_no")?, row.get("line_no")?);
        let cells = vec![
            row_no.to_string(),
            row.get("employee_no")?,
            row.get("kana_name")?,
            row.get("kanji_name")?,
            row.get("label")?,
            Yen(row.get("amount")?).ja(),
            said,
            row.get::<Option<String>>("kana_reported")?.unwrap_or_default(),
        ];
        Ok(Self(cells, (row_no, line_no)))
    }
}
