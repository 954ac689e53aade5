//! A list, defined once: on screen, as CSV, as PDF.
//!
//! Words: a [`Sheet`] gives heads, totals and lines; a line's key is what a cursor carries;
//! a [`Column`] of a row type says what stands in a cell. The three forms ask for the same
//! lines in the same order, so what they show and sum is the same. A list at `/x/list` has
//! its files at `/x/list/csv` and `/x/list/pdf`, asked with the same query. A character that
//! a form cannot carry is told with its line and column, never replaced.

mod cell;
mod csv;
mod paper;
mod screen;
mod telling;
mod words;

use std::future::Future;
use std::pin::Pin;

pub use crate::base::encoding::Encoding;
use crate::base::{Day, Moment};
use crate::db::{self, Conn};

use super::{Place, Shell};

pub use csv::{csv_response, remembered};
pub use paper::{MOST_AT_ONCE, Unprinted, is_long, pdf_response, printed, unprinted_response};
pub use screen::{PAGE, View};

/// Up to how many lines are counted while somebody waits for a page.
pub const MOST_COUNTED: i64 = 1_000;

/// What stands in a cell, whatever the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Blank,
    /// Words.
    Text(String),
    /// An amount.
    Yen(i64),
    /// A number of things.
    Count(i64),
    /// A day.
    Day(Day),
    /// A month, `YYYY-MM`.
    Month(String),
    /// An instant.
    Moment(Moment),
}

/// A column of a list over rows `R`; a list is a const array of them.
#[derive(Debug)]
pub struct Column<R: 'static> {
    /// The heading.
    pub head: &'static str,
    /// How wide it is on paper, in half-width characters: 100 fill A4 upright, 155 across.
    pub width: u16,
    /// What stands in it.
    pub cell: fn(&R) -> Cell,
    /// Whether its numbers are summed at the end.
    pub summed: bool,
}

/// A column without its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The heading.
    pub label: &'static str,
    /// How wide it is on paper, in half-width characters.
    pub width: u16,
    /// Whether it stands on the right; numbers do in any case.
    pub number: bool,
    /// Whether its numbers are summed.
    pub summed: bool,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What a cursor carries.
    pub key: String,
    /// One for each head.
    pub cells: Vec<Cell>,
}

/// The whole list in a few numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many lines.
    pub count: i64,
    /// One for each summed column, in order.
    pub sums: Vec<i64>,
}

/// Where to begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum At {
    /// At the list's beginning.
    #[default]
    First,
    /// Behind the line with this key.
    After(String),
    /// Before it.
    Before(String),
}

/// Something that comes from the database.
pub type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T, db::Error>> + Send + 'a>>;

/// A list with its filters and its order.
pub trait Sheet: Send + Sync {
    /// The manual's title: 「控除依頼リスト」.
    fn title(&self) -> &str;

    /// The columns, from the left.
    fn heads(&self) -> Vec<Head>;

    /// What stands in place of the lines when there are none.
    fn empty(&self) -> &str {
        words::EMPTY
    }

    /// How many lines there are, and their sums.
    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals>;

    /// The same for a page, which does not wait for a long count; `None`: more than
    /// [`MOST_COUNTED`] lines.
    fn bounded<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Option<Totals>> {
        Box::pin(async move { self.totals(conn).await.map(Some) })
    }

    /// Up to `most` lines from `at` on; of `Before` the ones nearest to it, in the list's
    /// order.
    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>>;
}

/// What stands above a list on paper.
#[derive(Clone, Debug)]
pub struct Heading {
    /// Number and name of the 入金グループ.
    pub group: Option<(String, String)>,
    /// What the list is of: 「控除年月」「2026年11月」.
    pub facts: Vec<(String, String)>,
    /// When it was made.
    pub made_at: Moment,
}

/// A file of a list, as it is asked for.
#[derive(Debug)]
pub struct Wish {
    /// What stands around the answer when it is a page instead.
    pub shell: Shell,
    /// The list's page with its filters.
    pub place: Place,
    /// The file's name without its end: 「控除依頼リスト20261122」.
    pub name: String,
}

impl At {
    /// The place that a query's `after` and `before` name.
    #[must_use]
    pub fn of(after: &str, before: &str) -> Self {
        match (after, before) {
            ("", "") => Self::First,
            ("", before) => Self::Before(before.to_owned()),
            (after, _) => Self::After(after.to_owned()),
        }
    }
}

/// The heads of `columns`.
#[must_use]
pub fn heads_of<R>(columns: &[Column<R>]) -> Vec<Head> {
    let head = |column: &Column<R>| Head {
        label: column.head,
        width: column.width,
        number: column.summed,
        summed: column.summed,
    };
    columns.iter().map(head).collect()
}

/// What stands in the cells of `row`.
#[must_use]
pub fn cells_of<R>(columns: &[Column<R>], row: &R) -> Vec<Cell> {
    columns.iter().map(|column| (column.cell)(row)).collect()
}

/// The sums of the summed columns of some lines.
#[must_use]
pub fn sums_of(heads: &[Head], lines: &[Line]) -> Vec<i64> {
    let sum = |(at, _): (usize, &Head)| {
        lines.iter().filter_map(|line| line.cells.get(at)?.amount()).sum()
    };
    heads.iter().enumerate().filter(|(_, head)| head.summed).map(sum).collect()
}

/// Which columns stand on the right: those that say so, and those with numbers in them.
pub(crate) fn numbers(heads: &[Head], lines: &[Line]) -> Vec<bool> {
    let is_number = |(at, head): (usize, &Head)| {
        let amount = |line: &Line| line.cells.get(at).is_some_and(|cell| cell.amount().is_some());
        head.number || lines.iter().any(amount)
    };
    heads.iter().enumerate().map(is_number).collect()
}

#[cfg(test)]
mod tests;
