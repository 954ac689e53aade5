//! A file is checked, and its lines are taken: told against the reception before.

use std::collections::HashMap;

use super::{Before, Failure, Received, Refusal, Refusals, Rows, Source};
use crate::db::{Tx, Value};
use crate::deduction::rules::Movement;

/// The column that tells a member's lines apart.
pub const ACCOUNT_NO: &str = "口座番号";

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<H, M = ()> {
    /// The line of the file, from 1.
    pub line: usize,
    /// What it is of.
    pub head: H,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 口座番号.
    pub account_no: String,
    /// Yen.
    pub amount: i64,
    /// What else it says.
    pub more: M,
}

/// What every row of a file says alike.
pub trait Common: Clone {
    /// The first column in which rows of one file differ though they may not.
    fn differs(&self, other: &Self) -> Option<&'static str>;
}

/// Reads the whole file: what it is of, how many lines it has, and their sum.
///
/// # Errors
/// All that is wrong with it, by row and column.
pub fn check<H: Common, M>(
    entries: impl Iterator<Item = Result<Entry<H, M>, Refusal>>,
) -> Result<(H, i64, i64), Refusals> {
    let mut refusals = Refusals::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let (mut head, mut count, mut amount) = (None::<H>, 0, 0);
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(refusal) => {
                refusals.add(refusal);
                continue;
            }
        };
        let line = entry.line;
        let mut refuse = |column: &str, reason: String| {
            refusals.add(Refusal { line, column: column.to_owned(), reason });
        };
        if let Some(column) = head.as_ref().and_then(|head| head.differs(&entry.head)) {
            refuse(column, "ファイルの中で同じ内容にしてください。".to_owned());
        }
        let whose = format!("{}\u{0}{}", entry.employee_no, entry.account_no);
        if let Some(other) = seen.insert(whose, line) {
            refuse(ACCOUNT_NO, format!("{other}行目と同じ職員番号と口座番号です。"));
        }
        head.get_or_insert(entry.head);
        count += 1;
        amount += entry.amount;
    }
    match head {
        _ if refusals.count > 0 => Err(refusals),
        Some(head) => Ok((head, count, amount)),
        None => {
            let reason = "明細が1件もありません。".to_owned();
            Err(Refusal { line: 2, column: String::new(), reason }.into())
        }
    }
}

/// Contract, reception and number of a line.
pub type Place<'a> = (&'a str, &'a str, i64);
/// How a line moved, and from which amount.
pub type Moved = (Movement, Option<i64>);

/// Where lines are put.
pub struct Lines<H, M = ()> {
    /// The table and its columns.
    pub into: &'static str,
    /// Their values for a row of the file.
    pub values: fn(Place<'_>, &Entry<H, M>, Moved) -> Vec<Value>,
    /// What a line keeps when it is gone.
    pub copied: &'static str,
}

/// Writes the lines of a reception that is there, and counts in `received` what moved
/// against `earlier` (with its count of lines); the sum of the lines that moved.
///
/// # Errors
/// A row that cannot be taken; the database's.
pub async fn write<H: Send, M: Send>(
    tx: &mut Tx,
    contract_no: &str,
    entries: impl Iterator<Item = Result<Entry<H, M>, Refusal>> + Send,
    (received, earlier): (&mut Received, Option<(Source, i64)>),
    lines: &Lines<H, M>,
) -> Result<i64, Failure> {
    let mut before = Before::read(tx, earlier.as_ref()).await?;
    let (mut rows, mut line_no, mut moved) = (Rows::of(lines.into), 0, 0);
    for entry in entries {
        let entry = entry.map_err(Refusals::from)?;
        let whose = (&*entry.employee_no, &*entry.account_no);
        let (movement, was) = before.take(whose, entry.amount);
        received.count_moved(movement);
        moved += if movement == Movement::None { 0 } else { entry.amount };
        line_no += 1;
        let of = (contract_no, &*received.id, line_no);
        let values = (lines.values)(of, &entry, (movement, was));
        rows.add(tx, values).await?;
    }
    rows.flush(tx).await?;
    if let Some((source, _)) = &earlier {
        let of = (&*received.id, received.count);
        received.removed += before.copy_left(tx, source, of, lines.copied).await?;
    }
    Ok(moved)
}
