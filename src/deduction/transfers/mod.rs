//! Files that come and go: 取込・出力履歴.
//!
//! A transfer is a row of `transfers`. Its file is kept with it, read by a job piece by piece
//! into a staging table (`reading`), shown (`ready`, or `refused` when any row cannot be
//! taken), and applied by a second job in one transaction (`applying`, `done`). Invariants:
//! all of a file or nothing; what is applied is what the preview promised (`digest`), or the
//! file is read anew; a job done twice does nothing twice; a kill leaves a whole step.
//! `ledger`, `result`: what the files say. `acts`: what people do. `work`: the jobs.
//! `desk`: the operator's side.

pub mod acts;
pub mod desk;
pub mod ledger;
pub mod one;
mod pages;
pub mod print;
mod progress;
mod received;
pub mod result;
mod staged;
pub mod store;
mod table;
pub mod words;
pub mod work;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::base::Moment;
use crate::db::{Error, FromRow, Row};
use crate::identity::rights::Action;

/// The pages.
pub fn router() -> Router<App> {
    // A file may be larger than a form: `Upload` keeps its limit.
    let files = ledger::router().merge(desk::router()).layer(DefaultBodyLimit::disable());
    pages::router().merge(files)
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 賃控元帳明細データインポート.
    Ledger,
    /// 控除結果: what the employer deducted.
    Result,
    /// 一斉積立, to be looked at.
    Savings,
    /// 財形貯蓄, to be looked at.
    Zaikei,
    /// A long list, made as PDF.
    Print,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The file is read.
    Reading,
    /// It was read and can be applied.
    Ready,
    /// Rows of it cannot be taken.
    Refused,
    /// It is applied.
    Applying,
    /// The file is made.
    Making,
    /// It was.
    Done,
    /// Somebody gave it up.
    Dropped,
    /// It could not be read for a reason of ours.
    Failed,
}

/// What was chosen with the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Items that the file lacks are cancelled.
    pub cancel_missing: bool,
    /// The periods for which the preview was made (`period::entry::Open::token`).
    pub token: String,
    /// Of a printed list: its page with its filters.
    pub asked: String,
}

/// What the preview says besides the counts. Sums of 月例, 夏季一時金, 年末一時金, in yen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Findings {
    /// What the person has to be told.
    pub told: String,
    /// The group's items as they are.
    pub before: [i64; 3],
    /// As they will be.
    pub after: [i64; 3],
    /// Items that the file lacks and that stay.
    pub absent: i64,
    /// What tells whether what it was compared with is as it was.
    pub basis: String,
    /// Figures with their names and units.
    pub figures: Vec<(String, String)>,
}

/// A file that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Our id.
    pub id: String,
    /// 契約番号.
    pub contract_no: String,
    /// 入金グループ番号, where it is of a group.
    pub group_no: Option<String>,
    /// The period whose results it brings.
    pub period_id: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub file_name: String,
    /// What was chosen.
    pub options: Options,
    /// How far it is.
    pub state: State,
    /// Rows read.
    pub done_rows: i64,
    /// Rows in all.
    pub total_rows: i64,
    /// What it does.
    pub counts: Counts,
    /// What the preview says besides.
    pub findings: Findings,
    /// Over what will be changed.
    pub digest: String,
    /// Who sent it (our id); `None`: the operator.
    pub user_id: Option<String>,
    /// Who sent it, in words.
    pub actor: String,
    /// Who confirmed it.
    pub confirmed: Option<acts::By>,
    /// What one must be allowed to, to see it: what the printed list asks for, or the document
    /// of 財形貯蓄. `None`: what its kind says.
    pub action: Option<Action>,
    /// When it came.
    pub created_at: Moment,
    /// When it was applied or given up.
    pub ended_at: Option<Moment>,
}

/// Rows of a file by what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// 追加.
    pub added: i64,
    /// 変更.
    pub changed: i64,
    /// 解除.
    pub removed: i64,
    /// 変更なし.
    pub unchanged: i64,
    /// 取り込めない行.
    pub refused: i64,
}

impl Counts {
    /// Whether anything will be written.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.added + self.changed + self.removed == 0
    }
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Ledger, Self::Result, Self::Savings, Self::Zaikei, Self::Print];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Result => "result",
            Self::Savings => "savings",
            Self::Zaikei => "zaikei",
            Self::Print => "print",
        }
    }

    /// Of whose pages it is: one of these lets a person see that it is there, where it has no
    /// `action` of its own.
    #[must_use]
    pub const fn seen_with(self) -> &'static [Action] {
        match self {
            Self::Ledger => &[Action::LedgerView],
            Self::Result => &[Action::RokinView, Action::LedgerView],
            Self::Savings => &[Action::BulkSavingView],
            Self::Zaikei => {
                &[Action::ZaikeiView, Action::ZaikeiBalanceView, Action::ZaikeiIncentiveView]
            }
            Self::Print => &[],
        }
    }

    /// What a person of the contract needs to apply it; `None`: the operator's alone.
    #[must_use]
    pub const fn applied_with(self) -> Option<Action> {
        match self {
            Self::Ledger => Some(Action::LedgerChange),
            Self::Result | Self::Savings | Self::Zaikei | Self::Print => None,
        }
    }

    /// Where its rows wait.
    const fn staging(self) -> &'static str {
        match self {
            Self::Ledger => "ledger_staging",
            // Of the last ones, only what is wrong waits.
            Self::Result | Self::Savings | Self::Zaikei | Self::Print => "result_staging",
        }
    }
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Reading,
        Self::Ready,
        Self::Refused,
        Self::Applying,
        Self::Making,
        Self::Done,
        Self::Dropped,
        Self::Failed,
    ];

    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Ready => "ready",
            Self::Refused => "refused",
            Self::Applying => "applying",
            Self::Making => "making",
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
        }
    }

    /// Whether a job is at work.
    #[must_use]
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Reading | Self::Applying | Self::Making)
    }

    /// Whether somebody may give it up.
    #[must_use]
    pub const fn may_drop(self) -> bool {
        matches!(self, Self::Reading | Self::Ready | Self::Refused)
    }
}

impl FromRow for Transfer {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
        let (options, findings): (String, String) = (row.get("options")?, row.get("findings")?);
        let kind = Kind::ALL.into_iter().find(|one| one.word() == kind);
        let state = State::ALL.into_iter().find(|one| one.word() == state);
        Ok(Self {
            id: row.get("id")?,
            contract_no: row.get("contract_no")?,
            group_no: row.get("group_no")?,
            period_id: row.get("period_id")?,
            kind: kind.ok_or_else(|| Error::missing("transfers.kind"))?,
            file_name: row.get("file_name")?,
            options: serde_json::from_str(&options).unwrap_or_default(),
            state: state.ok_or_else(|| Error::missing("transfers.state"))?,
            done_rows: row.get("done_rows")?,
            total_rows: row.get("total_rows")?,
            counts: Counts {
                added: row.get("added")?,
                changed: row.get("changed")?,
                removed: row.get("removed")?,
                unchanged: row.get("unchanged")?,
                refused: row.get("refused")?,
            },
            findings: serde_json::from_str(&findings).unwrap_or_default(),
            digest: row.get("digest")?,
            user_id: row.get("user_id")?,
            actor: row.get("actor")?,
            confirmed: row
                .get::<Option<String>>("confirmed_by")?
                .and_then(|by| serde_json::from_str(&by).ok()),
            action: row.get::<Option<String>>("action")?.as_deref().and_then(Action::parse),
            created_at: row.get("created_at")?,
            ended_at: row.get("ended_at")?,
        })
    }
}
