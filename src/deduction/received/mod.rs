//! What comes by file and is only looked at: 一斉積立 and 財形貯蓄 share this.
//!
//! Words: a *reception* is one file that came; its lines are numbered as in the file, from 1.
//! A line beyond its count was in the reception before and is in this one no more. A
//! [`Listing`] is a list of a reception's lines; a [`Table`] is the file while it is read.
//! Invariants: a file is taken whole or not at all; sums are kept with the reception, so no
//! page adds up; every query names the contract.

mod asked;
mod listing;
mod movement;
pub mod pages;
mod rows;
mod table;
pub mod taking;

pub use asked::{Asked, Filter};
pub use listing::{Listing, Part, Source};
pub use movement::{Before, movement_ja};
pub(in crate::deduction) use rows::{Rows, row};
pub use table::{Cells, Refusal, Refusals, Table};

use crate::base::date::Day;
use crate::deduction::rules::Movement;

/// What a reception came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The reception's id.
    pub id: String,
    /// Lines of the file.
    pub count: i64,
    /// Their sum, yen.
    pub amount: i64,
    /// Lines that were not in the reception before.
    pub added: i64,
    /// Lines with another amount.
    pub changed: i64,
    /// Lines that came to nothing, or are there no more.
    pub removed: i64,
    /// Alarms of its lines.
    pub alarms: i64,
}

impl Received {
    /// Counts a line.
    pub fn count_moved(&mut self, movement: Movement) {
        match movement {
            Movement::None => {}
            Movement::New => self.added += 1,
            Movement::Changed => self.changed += 1,
            Movement::Cancelled => self.removed += 1,
        }
    }

    /// How many lines differ from the reception before.
    #[must_use]
    pub fn moved(&self) -> i64 {
        self.added + self.changed + self.removed
    }
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Rows that cannot be taken.
    #[error("{} rows cannot be taken", .0.count)]
    Refused(Refusals),
    /// The database.
    #[error(transparent)]
    Db(#[from] crate::db::Error),
}

impl From<Refusals> for Failure {
    fn from(refusals: Refusals) -> Self {
        Self::Refused(refusals)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

/// Why a file is not taken after a newer one, of `day`.
#[must_use]
pub fn older_than(day: Day) -> String {
    format!(
        "{}の、より新しいファイルを取り込んでいます。古いファイルは取り込めません。正しいファイルを選び直してください。",
        day.ja_padded()
    )
}
