//! What a file says of the request, to look at: what was not deducted, and whose kana differs.

use crate::base::money::{Yen, group};
use crate::db::{Conn, Error, FromRow, Row, params};
use crate::deduction::transfers::Transfer;
use crate::deduction::transfers::one::Sample;

/// Rows of each kind that are shown.
const MOST: i64 = 50;

const HEADS: [&str; 8] =
    ["行", "職員番号", "カナ氏名", "氏名", "種目", "依頼額", "結果", "企業のカナ氏名"];

struct Staged(Vec<String>);

/// The first rows that are not simply deducted.
pub async fn samples(conn: &mut Conn, transfer: &Transfer) -> Result<Vec<Sample>, Error> {
    let mut samples = Vec::new();
    for (title, which) in
        [("控除不能", "s.result = 'unable'"), ("カナ氏名不一致", "s.kana_differs")]
    {
        let sql = format!(
            "SELECT s.row_no, l.employee_no, l.kana_name, l.kanji_name, l.label, l.amount, \
             s.result, s.cause, s.kana_reported FROM result_staging s \
             JOIN request_lines l ON l.contract_no = $2 AND l.period_id = $3 \
             AND l.line_no = s.line_no WHERE s.transfer_id = $1 AND s.op = 'change' AND {which} \
             ORDER BY s.row_no, s.line_no LIMIT $4"
        );
        let values = params![&transfer.id, &transfer.contract_no, &transfer.period_id, MOST];
        let rows = conn.query::<Staged>(&sql, values).await?;
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

impl FromRow for Staged {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let unable = row.get::<Option<String>>("result")?.as_deref() == Some("unable");
        let cause = row.get::<Option<String>>("cause")?;
        let said = match (unable, cause) {
            (true, Some(cause)) => format!("控除不能（{cause}）"),
            (true, None) => "控除不能".to_owned(),
            (false, _) => "控除済".to_owned(),
        };
        Ok(Self(vec![
            row.get::<i64>("row_no")?.to_string(),
            row.get("employee_no")?,
            row.get("kana_name")?,
            row.get("kanji_name")?,
            row.get("label")?,
            Yen(row.get("amount")?).ja(),
            said,
            row.get::<Option<String>>("kana_reported")?.unwrap_or_default(),
        ]))
    }
}
