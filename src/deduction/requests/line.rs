//! A line of a request, as lists read it.

use std::sync::Arc;

use crate::db::{Error, FromRow, Row};
use crate::deduction::period::Period;
use crate::deduction::rules::Movement;
use crate::deduction::sums::Book;

/// The columns that [`Stored`] reads.
pub(super) const COLUMNS: &str = "line_no, book, employee_no, kana_name, kanji_name, workplace, \
    label, account_no, amount, amount_before, movement, error_code, result, reason, \
    kana_reported, stopped";

/// A line with its period.
#[derive(Clone, Debug)]
pub struct Requested {
    /// Of which period.
    pub period: Arc<Period>,
    /// The line.
    pub line: Stored,
}

/// A row of `request_lines`. Amounts are yen.
#[derive(Clone, Debug)]
pub struct Stored {
    /// 明細番号: by number of the employee, from 1.
    pub line_no: i64,
    /// 種別.
    pub book: Book,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 氏名.
    pub kanji_name: String,
    /// 職場.
    pub workplace: String,
    /// 種目.
    pub label: String,
    /// 口座番号; empty in 賃控元帳.
    pub account_no: String,
    /// What the item deducts; 0: it was cancelled.
    pub amount: i64,
    /// What was requested in the period before; `None`: nothing.
    pub amount_before: Option<i64>,
    /// 異動.
    pub movement: Movement,
    /// Why it is not requested.
    pub error_code: Option<String>,
    /// Whether it was deducted; `None`: no result yet.
    pub deducted: Option<bool>,
    /// Why it was not.
    pub reason: String,
    /// The employer's カナ氏名.
    pub kana_reported: String,
    /// 入金中止.
    pub stopped: bool,
}

impl Stored {
    /// What is requested: nothing of an erroneous line.
    #[must_use]
    pub const fn requested(&self) -> i64 {
        if self.error_code.is_none() { self.amount } else { 0 }
    }
}

impl FromRow for Stored {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let text =
            |name: &str| Ok::<_, Error>(row.get::<Option<String>>(name)?.unwrap_or_default());
        let book: String = row.get("book")?;
        let movement: String = row.get("movement")?;
        let result: Option<String> = row.get("result")?;
        Ok(Self {
            line_no: row.get("line_no")?,
            book: Book::parse(&book).ok_or_else(|| Error::missing("request_lines.book"))?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            workplace: row.get("workplace")?,
            label: row.get("label")?,
            account_no: row.get("account_no")?,
            amount: row.get("amount")?,
            amount_before: row.get("amount_before")?,
            movement: Movement::parse(&movement)
                .ok_or_else(|| Error::missing("request_lines.movement"))?,
            error_code: row.get("error_code")?,
            deducted: result.map(|result| result == "ok"),
            reason: text("reason")?,
            kana_reported: text("kana_reported")?,
            stopped: row.get("stopped")?,
        })
    }
}
