//! 一斉積立事務: what a union saves for all its members at once, as it came by file.
//!
//! Words: a [`Saving`] is one reception (「014 サンプル1 2012年10月14日 臨時作成」) of an
//! 入金グループ; its lines tell who saves how much on which account. 内訳明細表: all lines of
//! the file; 変更明細表: what differs from the reception before of the same 積立番号.

pub mod demo;
pub mod information;
mod lists;
mod pages;
pub mod receive;
mod store;
mod words;

pub use pages::router;
pub use store::newest;

use crate::base::{Day, Moment};
use crate::db::{Error, FromRow, Row};
use crate::deduction::rules::Movement;

/// A reception of 一斉積立.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// Our id.
    pub id: String,
    /// 積立番号, three digits.
    pub no: String,
    /// 積立名.
    pub name: String,
    /// 作成年月日.
    pub made_on: Day,
    /// 作成区分.
    pub timing: Timing,
    /// Lines of the file.
    pub line_count: i64,
    /// Their sum, yen.
    pub amount: i64,
    /// Lines that differ from the reception before.
    pub changed_count: i64,
    /// Their sum, yen.
    pub changed_amount: i64,
    /// When it came.
    pub received_at: Moment,
}

/// 作成区分.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// 定例作成.
    Regular,
    /// 臨時作成.
    Extra,
}

impl Timing {
    /// Both, with what files and pages call them.
    pub const WORDS: [(&str, Self); 2] = [("定例作成", Self::Regular), ("臨時作成", Self::Extra)];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Extra => "extra",
        }
    }

    /// 「臨時作成」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Regular => "定例作成",
            Self::Extra => "臨時作成",
        }
    }
}

impl Saving {
    /// 「014 サンプル1 2012年10月14日 臨時作成」 (R004-115).
    #[must_use]
    pub fn label(&self) -> String {
        let (day, timing) = (self.made_on.ja_padded(), self.timing.ja());
        format!("{} {} {day} {timing}", self.no, self.name)
    }
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 口座番号.
    pub account_no: String,
    /// 積立額, yen.
    pub amount: i64,
    /// That of the reception before, where the line was in it.
    pub amount_before: Option<i64>,
    /// What became of it since.
    pub movement: Movement,
}

impl FromRow for Saving {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let is_extra = row.get::<String>("timing")? == Timing::Extra.word();
        Ok(Self {
            id: row.get("id")?,
            no: row.get("no")?,
            name: row.get("name")?,
            made_on: row.get("made_on")?,
            timing: if is_extra { Timing::Extra } else { Timing::Regular },
            line_count: row.get("line_count")?,
            amount: row.get("amount")?,
            changed_count: row.get("changed_count")?,
            changed_amount: row.get("changed_amount")?,
            received_at: row.get("received_at")?,
        })
    }
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, Error> {
        // The database holds no other words.
        let movement = Movement::parse(&row.get::<String>("movement")?);
        Ok(Self {
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            account_no: row.get("account_no")?,
            amount: row.get("amount")?,
            amount_before: row.get("amount_before")?,
            movement: movement.unwrap_or(Movement::None),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R004-115
    #[test]
    fn a_reception_is_called_by_number_name_day_and_kind() {
        let saving = Saving {
            id: "s".into(),
            no: "014".into(),
            name: "サンプル1".into(),
            made_on: Day::parse("2012-10-04").expect("a day"),
            timing: Timing::Extra,
            line_count: 0,
            amount: 0,
            changed_count: 0,
            changed_amount: 0,
            received_at: Moment::from_ms(0),
        };
        assert_eq!(saving.label(), "014 サンプル1 2012年10月04日 臨時作成");
        for (word, timing) in Timing::WORDS {
            assert_eq!(timing.ja(), word);
        }
    }
}
