//! An opened list: its lines from the database, page by page.

use std::sync::Arc;

use super::catalogue::List;
use super::line::{COLUMNS, Requested, Stored};
use super::words;
use crate::db::{Conn, Error, params};
use crate::deduction::period::Period;
use crate::deduction::scope::Key;
use crate::deduction::sums::{self, Book, Sums};
use crate::web::sheet::{At, Head, Line, Reading, Sheet, Totals, cells_of, heads_of, sums_of};

/// More lines than one person ever has in a period.
const MOST_OF_ONE: i64 = 1_000;

/// A list of a period.
pub struct Opened {
    list: &'static List,
    contract_no: String,
    period: Arc<Period>,
    /// Of one 職員番号 only; empty: of all.
    number: String,
}

/// From which line, and which way.
#[derive(Clone, Copy)]
enum From {
    After(i64),
    Before(i64),
}

impl From {
    /// `None` for what is no key of ours.
    fn of(at: &At) -> Option<Self> {
        match at {
            At::First => Some(Self::After(0)),
            At::After(key) => key.parse().ok().map(Self::After),
            At::Before(key) => key.parse().ok().map(Self::Before),
        }
    }
}

impl Opened {
    pub(super) fn new(
        list: &'static List,
        key: Key<'_>,
        period: &Arc<Period>,
        number: &str,
    ) -> Self {
        Self {
            list,
            contract_no: key.contract_no.to_owned(),
            period: period.clone(),
            number: number.to_owned(),
        }
    }

    /// Up to `most` lines from `at` on, in the list's order.
    pub(super) async fn read(
        &self,
        conn: &mut Conn,
        at: &At,
        most: i64,
    ) -> Result<Vec<Requested>, Error> {
        let Some(from) = From::of(at) else { return Ok(Vec::new()) };
        // Of both books each is asked for itself, so that each has its index.
        let mut lines = Vec::new();
        for book in self.list.books() {
            lines.extend(self.of_book(conn, *book, (from, most)).await?);
        }
        lines.sort_by_key(|line| line.line_no);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        match from {
            From::After(_) => lines.truncate(most),
            From::Before(_) => drop(lines.drain(..lines.len().saturating_sub(most))),
        }
        let with_period = |line| Requested { period: self.period.clone(), line };
        Ok(lines.into_iter().map(with_period).collect())
    }

    async fn of_book(
        &self,
        conn: &mut Conn,
        book: Book,
        (from, most): (From, i64),
    ) -> Result<Vec<Stored>, Error> {
        let (than, order, line_no) = match from {
            From::After(line_no) => (">", "ASC", line_no),
            From::Before(line_no) => ("<", "DESC", line_no),
        };
        let which = self.list.part.condition();
        let of_all = self.number.is_empty();
        // Of one person the index by number is meant: the book is hidden from the planner.
        let book_is = if of_all { "book = $3" } else { "COALESCE(book, '') = $3" };
        let number_is = if of_all { "" } else { " AND employee_no = $6" };
        let sql = format!(
            "SELECT {COLUMNS} FROM request_lines WHERE contract_no = $1 AND period_id = $2 \
             AND {book_is} AND {which} AND line_no {than} $4{number_is} \
             ORDER BY line_no {order} LIMIT $5"
        );
        let (contract_no, period_id) = (&self.contract_no, &self.period.id);
        let values = if of_all {
            params![contract_no, period_id, book.word(), line_no, most]
        } else {
            params![contract_no, period_id, book.word(), line_no, most, &self.number]
        };
        conn.query(&sql, values).await
    }

    fn line(&self, of: &Requested) -> Line {
        Line { key: of.line.line_no.to_string(), cells: cells_of(self.list.columns, of) }
    }
}

impl Sheet for Opened {
    fn title(&self) -> &str {
        self.list.title
    }

    fn heads(&self) -> Vec<Head> {
        heads_of(self.list.columns)
    }

    fn empty(&self) -> &str {
        use super::catalogue::{Listed as _, Of};
        let awaited = self.list.of() == Of::Results && self.period.results_at.is_none();
        if awaited { words::NO_RESULTS } else { words::EMPTY }
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async move {
            if !self.number.is_empty() {
                let lines = self.read(conn, &At::First, MOST_OF_ONE).await?;
                let lines: Vec<_> = lines.iter().map(|line| self.line(line)).collect();
                let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
                return Ok(Totals { count, sums: sums_of(&self.heads(), &lines) });
            }
            let mut all = Sums::default();
            for book in self.list.books() {
                all = all + sums::of(conn, &self.contract_no, &self.period.id, *book).await?;
            }
            Ok(self.list.totals(&all))
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let lines = self.read(conn, at, most).await?;
            Ok(lines.iter().map(|line| self.line(line)).collect())
        })
    }
}

/// The list of a period that was not said: empty.
pub(super) struct Nothing(pub(super) &'static str);

impl Sheet for Nothing {
    fn title(&self) -> &str {
        self.0
    }

    fn heads(&self) -> Vec<Head> {
        Vec::new()
    }

    fn totals<'a>(&'a self, _: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async { Ok(Totals::default()) })
    }

    fn lines<'a>(&'a self, _: &'a mut Conn, _: &'a At, _: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}
