//! 財形貯蓄事務 of an employer (事業主), as the data came by file: no groups, the contract's.
//!
//! Words: a [`Batch`] is one reception of a document (預入依頼書, 加入者残高一覧表, 奨励金) for
//! a timing; its lines are people's plans (一般, 住宅, 年金) with 積立額, 残高 or 奨励金.
//! 預入依頼書 are compared with the one before and held to the law: what breaks it is an alarm
//! (財形アラーム明細). Invariant: of each document and timing the newest three are kept.

mod alarms;
pub mod demo;
pub mod information;
mod lists;
mod pages;
pub mod receive;
mod store;
mod words;

pub use pages::router;
pub use store::all;

use crate::base::{Day, Moment};
use crate::db::{Error, FromRow, Row};
use crate::deduction::rules::{Movement, PlanKind};
use crate::identity::rights::Action;

/// A reception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Our id.
    pub id: String,
    /// 帳票.
    pub document: Document,
    /// 区分.
    pub timing: Timing,
    /// 作成基準日.
    pub base_on: Day,
    /// Lines of the file.
    pub line_count: i64,
    /// Their sum, yen.
    pub amount: i64,
    /// Lines that differ from the reception before.
    pub changed_count: i64,
    /// Their sum, yen.
    pub changed_amount: i64,
    /// Alarms of its lines.
    pub alarm_count: i64,
    /// When it came.
    pub received_at: Moment,
}

/// 帳票.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// 預入依頼書.
    Deposit,
    /// 加入者残高一覧表.
    Balance,
    /// 奨励金.
    Incentive,
}

/// 区分.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// 月例.
    Monthly,
    /// 夏季一時金.
    Summer,
    /// 年末一時金.
    Winter,
    /// 一時金, of 奨励金.
    Bonus,
    /// Of what has none.
    None,
}

impl Document {
    /// All of them, in the order of the first page.
    pub const ALL: [Self; 3] = [Self::Deposit, Self::Balance, Self::Incentive];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Balance => "balance",
            Self::Incentive => "incentive",
        }
    }

    /// 「預入依頼書」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Deposit => "預入依頼書",
            Self::Balance => "加入者残高一覧表",
            Self::Incentive => "奨励金",
        }
    }

    /// What one must be allowed to, to see it.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Deposit => Action::ZaikeiView,
            Self::Balance => Action::ZaikeiBalanceView,
            Self::Incentive => Action::ZaikeiIncentiveView,
        }
    }

    /// Its timings, with what files and pages call them.
    #[must_use]
    pub const fn timings(self) -> &'static [(&'static str, Timing)] {
        match self {
            Self::Deposit => &[
                ("月例", Timing::Monthly),
                ("夏季一時金", Timing::Summer),
                ("年末一時金", Timing::Winter),
            ],
            Self::Balance => &[("", Timing::None)],
            Self::Incentive => &[("月例", Timing::Monthly), ("一時金", Timing::Bonus)],
        }
    }
}

impl Timing {
    const ALL: [Self; 5] = [Self::Monthly, Self::Summer, Self::Winter, Self::Bonus, Self::None];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Summer => "summer",
            Self::Winter => "winter",
            Self::Bonus => "bonus",
            Self::None => "none",
        }
    }

    /// 「夏季一時金」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Monthly => "月例",
            Self::Summer => "夏季一時金",
            Self::Winter => "年末一時金",
            Self::Bonus => "一時金",
            Self::None => "",
        }
    }
}

impl Batch {
    /// 「預入依頼書（月例）」.
    #[must_use]
    pub fn name(&self) -> String {
        match self.timing {
            Timing::None => self.document.ja().to_owned(),
            timing => format!("{}（{}）", self.document.ja(), timing.ja()),
        }
    }

    /// 「預入依頼書（月例） 2026年10月20日」.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.name(), self.base_on.ja_padded())
    }
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file.
    pub line_no: i64,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 生年月日.
    pub birth_on: Day,
    /// 財形種類.
    pub kind: PlanKind,
    /// 口座番号.
    pub account_no: String,
    /// 契約日.
    pub opened_on: Day,
    /// 非課税申告額, yen.
    pub limit_amount: Option<i64>,
    /// 積立額, 残高 or 奨励金, yen.
    pub amount: i64,
    /// That of the reception before, where the line was in it.
    pub amount_before: Option<i64>,
    /// What became of it since.
    pub movement: Movement,
    /// 残高, yen.
    pub balance: Option<i64>,
}

impl FromRow for Batch {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let (document, timing): (String, String) = (row.get("document")?, row.get("timing")?);
        // The database holds no other words.
        let document = Document::ALL.into_iter().find(|one| one.word() == document);
        let timing = Timing::ALL.into_iter().find(|one| one.word() == timing);
        Ok(Self {
            id: row.get("id")?,
            document: document.unwrap_or(Document::Deposit),
            timing: timing.unwrap_or(Timing::None),
            base_on: row.get("base_on")?,
            line_count: row.get("line_count")?,
            amount: row.get("amount")?,
            changed_count: row.get("changed_count")?,
            changed_amount: row.get("changed_amount")?,
            alarm_count: row.get("alarm_count")?,
            received_at: row.get("received_at")?,
        })
    }
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let (kind, movement): (String, String) = (row.get("kind")?, row.get("movement")?);
        Ok(Self {
            line_no: row.get("line_no")?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            birth_on: row.get("birth_on")?,
            kind: PlanKind::parse(&kind).unwrap_or(PlanKind::General),
            account_no: row.get("account_no")?,
            opened_on: row.get("opened_on")?,
            limit_amount: row.get("limit_amount")?,
            amount: row.get("amount")?,
            amount_before: row.get("amount_before")?,
            movement: Movement::parse(&movement).unwrap_or(Movement::None),
            balance: row.get("balance")?,
        })
    }
}
