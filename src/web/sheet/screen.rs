//! The list on screen: a page of lines, with everything around them.

use super::{At, Cell, Encoding, Head, Line, MOST_COUNTED, Sheet, Totals, words};
use crate::base::money::{Yen, group};
use crate::db::Conn;
use crate::web::{Error, Pager, Place, Sort};

/// Lines on a page.
pub const PAGE: i64 = 50;

/// A page of a list; the macro `sheet` of `web/pages/sheet.html` shows it.
#[derive(Debug)]
pub struct View {
    /// The title, for those who do not see the table.
    pub title: String,
    /// 「5,000」.
    pub count: String,
    /// The same as a number.
    pub counted: i64,
    /// Whether there are more than that, which were not counted.
    pub more: bool,
    /// The headings.
    pub heads: Vec<ViewHead>,
    /// The lines of this page.
    pub rows: Vec<ViewRow>,
    /// The last row: sums of the whole list, where something is summed.
    pub totals: Vec<ViewCell>,
    /// Its neighbours.
    pub pager: Pager,
    /// In place of an empty list: the sentence, and a way to its first line.
    pub empty: (String, String, String),
    /// The list's files.
    pub files: Files,
}

/// A heading.
#[derive(Debug)]
pub struct ViewHead {
    /// Its words.
    pub label: String,
    /// Whether numbers stand below.
    pub number: bool,
    /// Set where the list can be sorted by it.
    pub sort: Option<Sort>,
}

/// A line.
#[derive(Debug)]
pub struct ViewRow {
    /// The line's key.
    pub key: String,
    /// What stands in it.
    pub cells: Vec<ViewCell>,
    /// Words and address of what can be done with it.
    pub ways: Vec<(String, String)>,
}

/// What stands in a cell.
#[derive(Debug)]
pub struct ViewCell {
    /// Its words.
    pub text: String,
    /// Whether it stands on the right.
    pub number: bool,
}

/// Where the list's files are.
#[derive(Debug)]
pub struct Files {
    /// Where CSV is asked for.
    pub csv: String,
    /// Where PDF is asked for, with the filters.
    pub pdf: String,
    /// The filters, for a form that asks.
    pub query: Vec<(&'static str, String)>,
    /// The encodings: word, label, whether it is the one last taken.
    pub encodings: Vec<(&'static str, &'static str, bool)>,
}

impl View {
    /// The page of `sheet` that begins at `at`; `encoding`: that of the files, as last
    /// taken ([`remembered`](super::remembered)).
    ///
    /// # Errors
    /// The database's; a stale step where the page is gone.
    pub async fn read(
        sheet: &dyn Sheet,
        conn: &mut Conn,
        (place, at): (&Place, &At),
        encoding: Encoding,
    ) -> Result<Self, Error> {
        let totals = sheet.bounded(conn).await?;
        let lines = sheet.lines(conn, at, PAGE + 1).await?;
        if lines.is_empty() && *at != At::First {
            let first = place.with(&[("after", ""), ("before", "")]);
            return Err(Error::stale(words::TO_FIRST, first));
        }
        let Some(totals) = totals else {
            let most = Totals { count: MOST_COUNTED, sums: Vec::new() };
            let view = Self::of(sheet, &most, (place, at), (lines, encoding));
            return Ok(Self { more: true, totals: Vec::new(), ..view });
        };
        Ok(Self::of(sheet, &totals, (place, at), (lines, encoding)))
    }

    /// A page of lines that were read already: up to one more than [`PAGE`], which tells that
    /// there is a neighbour.
    #[must_use]
    pub fn of(
        sheet: &dyn Sheet,
        totals: &Totals,
        (place, at): (&Place, &At),
        (lines, encoding): (Vec<Line>, Encoding),
    ) -> Self {
        let (lines, pager) = page(lines, at, place);
        let heads = sheet.heads();
        let numbers = super::numbers(&heads, &lines);
        let head = |(head, number): (&Head, &bool)| ViewHead {
            label: head.label.to_owned(),
            number: *number,
            sort: None,
        };
        Self {
            title: sheet.title().to_owned(),
            count: group(totals.count),
            counted: totals.count,
            more: false,
            totals: sums(&heads, &lines, totals),
            heads: heads.iter().zip(&numbers).map(head).collect(),
            rows: lines.into_iter().map(ViewRow::of).collect(),
            pager,
            empty: (sheet.empty().to_owned(), String::new(), String::new()),
            files: Files::of(place, encoding),
        }
    }

    /// Says this in place of an empty list, with the way to its first line.
    #[must_use]
    pub fn empty(mut self, sentence: &str, href: &str, label: &str) -> Self {
        self.empty = (sentence.to_owned(), href.to_owned(), label.to_owned());
        self
    }

    /// Sorts by the column that is headed `sort.label`, when its heading is followed.
    #[must_use]
    pub fn sorted(mut self, sort: Sort) -> Self {
        if let Some(head) = self.heads.iter_mut().find(|head| head.label == sort.label) {
            head.sort = Some(sort);
        }
        self
    }

    /// Adds to each line what can be done with it: `label`, and where it leads for the
    /// line with a key (`None`: not for this one).
    #[must_use]
    pub fn way(mut self, label: &str, href: impl Fn(&str) -> Option<String>) -> Self {
        for row in &mut self.rows {
            row.ways.extend(href(&row.key).map(|href| (label.to_owned(), href)));
        }
        self
    }

    /// Whether something can be done with a line.
    #[must_use]
    pub fn has_ways(&self) -> bool {
        self.rows.iter().any(|row| !row.ways.is_empty())
    }
}

impl ViewRow {
    fn of(line: Line) -> Self {
        let cells = line.cells.iter().map(ViewCell::of).collect();
        Self { key: line.key, cells, ways: Vec::new() }
    }
}

impl ViewCell {
    fn of(cell: &Cell) -> Self {
        Self { text: cell.screen(), number: cell.amount().is_some() }
    }
}

impl Files {
    fn of(place: &Place, encoding: Encoding) -> Self {
        let choice = |one: Encoding| (one.word(), one.label(), one == encoding);
        Self {
            csv: place.file("csv"),
            pdf: place.file_with("pdf", &[]),
            query: place.filters(),
            encodings: Encoding::ALL.map(choice).to_vec(),
        }
    }
}

/// One line more than a page was asked for: it tells whether there is a neighbour.
fn page(mut lines: Vec<Line>, at: &At, place: &Place) -> (Vec<Line>, Pager) {
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = lines.len() > most;
    let (earlier, later) = match at {
        At::First => (false, more),
        At::After(_) => (true, more),
        At::Before(_) => (more, true),
    };
    if more && matches!(at, At::Before(_)) {
        lines.remove(0);
    }
    lines.truncate(most);
    let key = |line: Option<&Line>, there: bool| line.filter(|_| there).map(|l| l.key.clone());
    let (first, last) = (key(lines.first(), earlier), key(lines.last(), later));
    let pager = place.pager(first.as_deref(), last.as_deref());
    (lines, pager)
}

/// The row of sums; none where nothing is summed.
fn sums(heads: &[Head], lines: &[Line], totals: &Totals) -> Vec<ViewCell> {
    if !heads.iter().any(|head| head.summed) {
        return Vec::new();
    }
    let mut sums = totals.sums.iter();
    let cell = |(at, head): (usize, &Head)| {
        let sum = if head.summed { sums.next() } else { None };
        let is_yen = |line: &Line| matches!(line.cells.get(at), Some(Cell::Yen(_)));
        let text = match sum {
            Some(sum) if lines.iter().any(is_yen) => Yen(*sum).ja(),
            Some(sum) => group(*sum),
            None if at == 0 => words::TOTAL.to_owned(),
            None => String::new(),
        };
        ViewCell { text, number: sum.is_some() }
    };
    heads.iter().enumerate().map(cell).collect()
}
