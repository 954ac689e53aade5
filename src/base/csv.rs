//! Tables as text that spreadsheets read (RFC 4180).
//!
//! What is made for people to open is guarded: no cell is a formula. What is made to be read
//! again by us (R004-138) is exact: every cell comes back as it was, byte for byte.

use std::borrow::Cow;

use super::encoding::{Encoding, Unencodable};

/// What a table is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// To be opened in a spreadsheet: every cell guarded by [`cell`].
    Guarded,
    /// To be read again by [`records`]: every cell as it is.
    Exact,
}

/// Makes a table row by row, in an encoding, its lines ended by CR LF.
#[derive(Clone, Debug)]
pub struct Writer {
    encoding: Encoding,
    style: Style,
    rows: usize,
    bytes: Vec<u8>,
}

/// A character that the encoding lacks. Counted from 1; the head is row 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}, column {column}: {c:?} cannot be written in this encoding")]
pub struct Unwritable {
    /// The row of the table.
    pub row: usize,
    /// The cell in the row.
    pub column: usize,
    /// The character.
    pub c: char,
}

impl Writer {
    /// A table without rows: nothing but the encoding's mark.
    #[must_use]
    pub fn new(encoding: Encoding, style: Style) -> Self {
        Self { encoding, style, rows: 0, bytes: encoding.mark().to_vec() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The first character that the encoding lacks. The row is counted, but nothing of it is
    /// written: whoever wants to know every such row goes on.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<(), Unwritable> {
        self.rows += 1;
        let before = self.bytes.len();
        for (at, text) in cells.iter().enumerate() {
            let alone = cells.len() == 1;
            if let Err(Unencodable { c, .. }) = self.add(at, text.as_ref(), alone) {
                self.bytes.truncate(before);
                return Err(Unwritable { row: self.rows, column: at + 1, c });
            }
        }
        self.bytes.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn add(&mut self, at: usize, text: &str, alone: bool) -> Result<(), Unencodable> {
        if at > 0 {
            self.bytes.push(b',');
        }
        let cell = match self.style {
            Style::Guarded => Cow::Owned(cell(text)),
            Style::Exact => exact(text, alone),
        };
        self.bytes.extend(self.encoding.encode(&cell)?);
        Ok(())
    }

    /// The bytes made since the last time: a long table goes out in pieces.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

/// A cell that is read as it is. Spaces at its ends are quoted, because some programs cut
/// them; so is an empty cell that is its row's only one, because its line would be blank.
fn exact(text: &str, alone: bool) -> Cow<'_, str> {
    let ends = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    if ends || alone && text.is_empty() || text.contains(['"', ',', '\r', '\n']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// A row of a table as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The line of the file that it begins on, from 1. A cell may hold line ends, so this is
    /// not the number of the row.
    pub line: usize,
    /// What is in the cells, to the byte.
    pub cells: Vec<Cow<'a, str>>,
}

/// A row that cannot be read. Lines and columns count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct Unreadable {
    /// The line of the file that the row (for quotes: the cell) begins on.
    pub line: usize,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The cell is opened by a quote and never closed; nothing after it is read.
    #[error("the quote that opens cell {column} is never closed")]
    Unclosed {
        /// The cell.
        column: usize,
    },
    /// A quote where none may be (RFC 4180 §2.5, §2.7); nothing after it is read.
    #[error("cell {column} has a quote where none may be")]
    StrayQuote {
        /// The cell.
        column: usize,
    },
    /// Not as many cells as the first row has; what follows is read.
    #[error("{found} cells instead of {wanted}")]
    Cells {
        /// How many there are.
        found: usize,
        /// How many there should be.
        wanted: usize,
    },
}

/// The rows of a table, one after the other. Lines end with CR LF, LF or CR; blank lines are
/// no rows. No row is kept, and a cell without doubled quotes is a piece of `text`.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a str,
    line: usize,
    wanted: Option<usize>,
}

/// Reads `text` (without a byte order mark) as RFC 4180 has it. Every row must have as many
/// cells as the first.
#[must_use]
pub const fn records(text: &str) -> Records<'_> {
    Records { rest: text, line: 1, wanted: None }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.skip_line_end() {}
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let mut cells = Vec::with_capacity(self.wanted.unwrap_or_default());
        loop {
            let cell_line = self.line;
            match self.cell(cells.len() + 1) {
                Ok(cell) => cells.push(cell),
                Err(flaw) => {
                    self.rest = "";
                    return Some(Err(Unreadable { line: cell_line, flaw }));
                }
            }
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        self.skip_line_end();
        let wanted = *self.wanted.get_or_insert(cells.len());
        if cells.len() == wanted {
            return Some(Ok(Record { line, cells }));
        }
        let flaw = Flaw::Cells { found: cells.len(), wanted };
        Some(Err(Unreadable { line, flaw }))
    }
}

impl<'a> Records<'a> {
    /// Where a line ends, goes to the next.
    fn skip_line_end(&mut self) -> bool {
        let rest = self.rest.strip_prefix("\r\n");
        let Some(rest) = rest.or_else(|| self.rest.strip_prefix(['\r', '\n'])) else {
            return false;
        };
        self.rest = rest;
        self.line += 1;
        true
    }

    /// The next cell; `rest` begins with what ends it, or is empty.
    fn cell(&mut self, column: usize) -> Result<Cow<'a, str>, Flaw> {
        if let Some(inside) = self.rest.strip_prefix('"') {
            return self.quoted(inside, column);
        }
        let end = self.rest.find(['"', ',', '\r', '\n']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        if rest.starts_with('"') {
            return Err(Flaw::StrayQuote { column });
        }
        self.rest = rest;
        Ok(Cow::Borrowed(cell))
    }

    fn quoted(&mut self, inside: &'a str, column: usize) -> Result<Cow<'a, str>, Flaw> {
        let (mut from, mut doubled) = (0, false);
        let end = loop {
            let quote = inside[from..].find('"').ok_or(Flaw::Unclosed { column })? + from;
            if !inside[quote + 1..].starts_with('"') {
                break quote;
            }
            (from, doubled) = (quote + 2, true);
        };
        let (cell, rest) = (&inside[..end], &inside[end + 1..]);
        if !rest.is_empty() && !rest.starts_with([',', '\r', '\n']) {
            return Err(Flaw::StrayQuote { column });
        }
        self.line += line_ends(cell);
        self.rest = rest;
        Ok(if doubled { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) })
    }
}

fn line_ends(text: &str) -> usize {
    let ends = text.matches(['\r', '\n']).count();
    ends - text.matches("\r\n").count()
}

/// The table with `head` and `rows`: a byte order mark, so that Excel reads UTF-8,
/// lines ended by CR LF, every cell guarded by [`cell`].
#[must_use]
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = String::from('\u{feff}');
    line(&mut text, head.iter().copied());
    for row in rows {
        line(&mut text, row.iter().map(String::as_str));
    }
    text
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (place, one) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&cell(one));
    }
    text.push_str("\r\n");
}

/// One cell. A text that a spreadsheet would take for a formula gets an apostrophe
/// before it; one with commas, quotes or line ends is quoted.
#[must_use]
pub fn cell(text: &str) -> String {
    let text = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// What [`cell`] was made of, when somebody gives it back: without the apostrophe before what
/// looks like a formula.
#[must_use]
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_guarded_comes_back_as_it_was() {
        for text in ["-12", "=1", "＋1", "'a", "12", "", "'", "''-1"] {
            assert_eq!(unguarded(&cell(text)), text);
        }
    }

    #[test]
    fn a_table_is_read_by_spreadsheets() {
        let rows = vec![vec!["労金　太郎".to_owned(), "a,\"b\"".to_owned()]];
        assert_eq!(
            table(&["name", "note"], rows),
            "\u{feff}name,note\r\n労金　太郎,\"a,\"\"b\"\"\"\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for wicked in ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "＝1"] {
            assert!(cell(wicked).trim_start_matches('"').starts_with('\''), "{wicked}");
        }
        assert_eq!(cell("=A1,\"x\""), "\"'=A1,\"\"x\"\"\"");
        assert_eq!(cell("a=1"), "a=1");
    }

    fn read(text: &str) -> Vec<Result<(usize, Vec<String>), Unreadable>> {
        let plain =
            |record: Record| (record.line, record.cells.iter().map(ToString::to_string).collect());
        records(text).map(|record| record.map(plain)).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    const fn bad<T>(line: usize, flaw: Flaw) -> Result<T, Unreadable> {
        Err(Unreadable { line, flaw })
    }

    #[test]
    fn rows_are_read_with_the_line_they_begin_on() {
        let text = "a,b\r\n\"1\r\n2\n3\r4\",\" \"\"x\"\", \"\n\n\r\n,\r c ,=d";
        let rows = [
            row(1, &["a", "b"]),
            row(2, &["1\r\n2\n3\r4", " \"x\", "]),
            row(8, &["", ""]),
            row(9, &[" c ", "=d"]),
        ];
        assert_eq!(read(text), rows.map(Ok));
        assert_eq!(read(""), []);
        assert_eq!(read("\r\n\n"), []);
        assert_eq!(read("\"\"\r\nx"), [row(1, &[""]), row(2, &["x"])].map(Ok));
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named() {
        let cells = Flaw::Cells { found: 3, wanted: 2 };
        assert_eq!(
            read("a,b\n1,2,3\n4,5"),
            [Ok(row(1, &["a", "b"])), bad(2, cells), Ok(row(3, &["4", "5"]))]
        );
        let stray = Flaw::StrayQuote { column: 2 };
        assert_eq!(read("a,b\"c\"\nd,e"), [bad(1, stray)]);
        assert_eq!(read("\"x\ny\",\"b\"c\nd,e"), [bad(2, stray)]);
        let open = Flaw::Unclosed { column: 2 };
        assert_eq!(read("a,b\r\nc,\"d\r\ne,f\"\"\r\n"), [Ok(row(1, &["a", "b"])), bad(2, open)]);
    }

    #[test]
    fn a_cell_is_a_piece_of_the_text_unless_a_quote_was_doubled() {
        let record = records("a,\"b,\",\"\"\"\"").next().expect("a row").expect("good");
        let owned: Vec<_> = record.cells.iter().map(|cell| matches!(cell, Cow::Owned(_))).collect();
        assert_eq!(owned, [false, false, true]);
    }

    /// Rows of nasty cells, the same each time.
    fn nasty(columns: usize) -> Vec<Vec<String>> {
        const PIECES: [&str; 16] = [
            "", " ", "　", "\"", "\"\"", ",", "\r\n", "\n", "\r", "=1+1", "'", "\t", "髙﨑", "ﾀﾞ",
            "-", "0012",
        ];
        let mut seed = 7_u32;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            usize::try_from(seed >> 16).expect("small") % below
        };
        let mut cell = || (0..next(5)).map(|_| PIECES[next(PIECES.len())]).collect::<String>();
        (0..2_000).map(|_| (0..columns).map(|_| cell()).collect()).collect()
    }

    // R004-138
    #[test]
    fn whatever_is_written_exactly_is_read_back_as_it_was() {
        for encoding in Encoding::ALL {
            for columns in 1..=4 {
                let rows = nasty(columns);
                let mut writer = Writer::new(encoding, Style::Exact);
                let mut file = Vec::new();
                for row in &rows {
                    writer.row(row).expect("can be written");
                    file.extend(writer.take());
                }
                let (text, found) = crate::base::encoding::decode(&file).expect("text");
                assert_eq!(found, encoding);
                let back = read(&text).into_iter().map(|row| row.expect("readable").1);
                assert_eq!(back.collect::<Vec<_>>(), rows);
            }
        }
    }

    // RX-10
    #[test]
    fn a_cell_that_cannot_be_written_is_named_and_nothing_of_its_row_stays() {
        let mut writer = Writer::new(Encoding::Cp932, Style::Guarded);
        writer.row(&["番号", "氏名"]).expect("written");
        let bad = Unwritable { row: 2, column: 2, c: '𠮷' };
        assert_eq!(writer.row(&["1", "𠮷田"]), Err(bad));
        writer.row(&["=2", "髙田"]).expect("written");
        let (text, _) = crate::base::encoding::decode(&writer.take())
            .map(|(text, e)| (text.into_owned(), e))
            .expect("text");
        assert_eq!(text, "番号,氏名\r\n'=2,髙田\r\n");
    }
}
