//! The lines as they will be printed: words, how many lines each takes, sums.
//!
//! They are kept packed, because the number of pages stands on the first: 10,000 lines take
//! two or three megabytes.

use super::layout::Layout;
use super::setting::Setting;
use super::{Failure, Lacking, List};
use crate::web::sheet::{Cell, Line};

/// Characters that are told one by one.
const MOST_TOLD: usize = 20;

pub(super) struct Rows<'a> {
    setting: &'a Setting<'a>,
    list: &'a List,
    layout: &'a Layout,
    packed: Packed,
    lacking: (Vec<Lacking>, u64),
}

/// All lines.
pub(super) struct Packed {
    columns: usize,
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// Lines of words in each row.
    tall: Vec<u16>,
    /// Whether the column stands on the right.
    pub(super) numbers: Vec<bool>,
    /// One for each summed column, in order.
    pub(super) sums: Vec<i64>,
    pub(super) has_yen: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(setting: &'a Setting<'a>, list: &'a List, layout: &'a Layout) -> Self {
        let packed = Packed {
            columns: list.heads.len(),
            text: String::new(),
            ends: Vec::new(),
            tall: Vec::new(),
            numbers: list.heads.iter().map(|head| head.number).collect(),
            sums: vec![0; list.heads.iter().filter(|head| head.summed).count()],
            has_yen: false,
        };
        let mut rows = Self { setting, list, layout, packed, lacking: (Vec::new(), 0) };
        for words in layout.head.words() {
            rows.check((0, ""), words);
        }
        for head in &list.heads {
            rows.check((0, head.label), head.label);
        }
        rows.check((0, ""), &list.empty);
        rows
    }

    pub(super) fn count(&self) -> u64 {
        self.packed.tall.len() as u64
    }

    pub(super) fn add(&mut self, lines: &[Line]) {
        for line in lines {
            self.add_line(line);
        }
    }

    /// The lines, if the font has every character of them.
    pub(super) fn checked(self) -> Result<Packed, Failure> {
        let (listed, count) = self.lacking;
        if count == 0 { Ok(self.packed) } else { Err(Failure::Lacking(listed, count)) }
    }

    fn add_line(&mut self, line: &Line) {
        let mut tall = 1;
        let mut summed = 0;
        for (at, head) in self.list.heads.iter().enumerate() {
            let cell = line.cells.get(at).unwrap_or(&Cell::Blank);
            let words = printable(&cell.paper());
            self.packed.has_yen |= matches!(cell, Cell::Yen(_));
            if let Some(amount) = cell.amount() {
                self.packed.numbers[at] = true;
                if head.summed {
                    let sum = &mut self.packed.sums[summed];
                    *sum = sum.saturating_add(amount);
                }
            } else {
                tall = tall
                    .max(self.setting.wrap(&words, self.layout.size, self.layout.inner(at)).len());
                self.check((self.count() + 1, head.label), &words);
            }
            summed += usize::from(head.summed);
            self.packed.text.push_str(&words);
            self.packed.ends.push(self.packed.text.len());
        }
        self.packed.tall.push(u16::try_from(tall).unwrap_or(u16::MAX));
    }

    fn check(&mut self, (row, column): (u64, &str), words: &str) {
        for c in self.setting.lacking(words) {
            self.lacking.1 += 1;
            if self.lacking.0.len() < MOST_TOLD {
                let (column, text) = (column.to_owned(), words.to_owned());
                self.lacking.0.push(Lacking { row, column, text, c });
            }
        }
    }
}

impl Packed {
    pub(super) fn len(&self) -> usize {
        self.tall.len()
    }

    /// How many lines of words the row takes.
    pub(super) fn tall(&self, row: usize) -> usize {
        usize::from(self.tall[row])
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.columns + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }
}

/// Line ends of all systems are one; a tab is a space.
fn printable(words: &str) -> String {
    words.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ")
}
