//! A file while it is read: rows whose cells are found by the name of their column.

use std::borrow::Cow;

use crate::base::csv::{self, Flaw, Records, Unreadable};
use crate::base::date::Day;

/// Refusals that are told one by one.
const MOST_TOLD: usize = 100;
/// Digits of the largest amount.
const DIGITS: usize = 11;

/// Why a row is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the file, from 1.
    pub line: usize,
    /// The column's name; empty for the row as a whole.
    pub column: String,
    /// A sentence.
    pub reason: String,
}

/// All that is wrong with a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// How many rows cannot be taken.
    pub count: usize,
    /// The first of them.
    pub told: Vec<Refusal>,
}

impl Refusals {
    /// One more.
    pub fn add(&mut self, refusal: Refusal) {
        self.count += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(refusal);
        }
    }
}

impl From<Refusal> for Refusals {
    fn from(refusal: Refusal) -> Self {
        Self { count: 1, told: vec![refusal] }
    }
}

/// The rows of a file behind its head.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    heads: &'static [&'static str],
    records: Records<'a>,
}

/// A row of it.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    /// The line of the file that it begins on, from 1.
    pub line: usize,
    heads: &'static [&'static str],
    row: Vec<Cow<'a, str>>,
}

impl<'a> Table<'a> {
    /// The rows of `text`, whose first row must be one of `forms`; which it is, too.
    ///
    /// # Errors
    /// The first row is none of them.
    pub fn open(
        text: &'a str,
        forms: &[&'static [&'static str]],
    ) -> Result<(usize, Self), Refusal> {
        let mut records = csv::records(text);
        let refusal = |line, reason: String| Refusal { line, column: String::new(), reason };
        let first = match records.next() {
            None => return Err(refusal(1, "ファイルに何も書かれていません。".to_owned())),
            Some(Err(flaw)) => return Err(unreadable(flaw, &[])),
            Some(Ok(first)) => first,
        };
        let is = |form: &&'static [&'static str]| {
            let cells = first.cells.iter().map(|cell| cell.trim());
            form.len() == first.cells.len() && form.iter().copied().eq(cells)
        };
        let found = forms.iter().enumerate().find(|(_, form)| is(form));
        let Some((form, heads)) = found else {
            let wanted: Vec<_> = forms.iter().map(|form| form.join(",")).collect();
            let wanted = wanted.join("」または「");
            return Err(refusal(
                first.line,
                format!("1行目の見出しを「{wanted}」にしてください。"),
            ));
        };
        Ok((form, Self { heads, records }))
    }
}

impl<'a> Iterator for Table<'a> {
    type Item = Result<Cells<'a>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let heads = self.heads;
        let record = self.records.next()?;
        Some(match record {
            Ok(record) => Ok(Cells { line: record.line, heads, row: record.cells }),
            Err(flaw) => Err(unreadable(flaw, heads)),
        })
    }
}

fn unreadable(Unreadable { line, flaw }: Unreadable, heads: &[&str]) -> Refusal {
    let name = |column: usize| heads.get(column.saturating_sub(1)).copied().unwrap_or_default();
    let (column, reason) = match flaw {
        Flaw::Unclosed { column } => {
            (name(column), "「\"」で始まる項目が閉じられていません。".to_owned())
        }
        Flaw::StrayQuote { column } => {
            (name(column), "「\"」の位置が正しくありません。".to_owned())
        }
        Flaw::Cells { found, wanted } => {
            ("", format!("項目が{wanted}個必要ですが、{found}個あります。"))
        }
    };
    Refusal { line, column: column.to_owned(), reason }
}

impl Cells<'_> {
    /// Why this row is not taken.
    pub fn refuse(&self, column: &str, reason: impl Into<String>) -> Refusal {
        Refusal { line: self.line, column: column.to_owned(), reason: reason.into() }
    }

    /// What stands in the column, without blanks around it; empty where there is none.
    #[must_use]
    pub fn maybe(&self, column: &str) -> &str {
        let at = self.heads.iter().position(|head| *head == column);
        at.and_then(|at| self.row.get(at)).map_or("", |cell| cell.trim())
    }

    /// Words of up to `longest` characters.
    ///
    /// # Errors
    /// None, too many, or control characters.
    pub fn text(&self, column: &str, longest: usize) -> Result<&str, Refusal> {
        let text = self.maybe(column);
        if text.is_empty() {
            return Err(self.refuse(column, "入力されていません。"));
        }
        if text.chars().count() > longest {
            return Err(self.refuse(column, format!("{longest}文字以内にしてください。")));
        }
        if text.chars().any(char::is_control) {
            return Err(self.refuse(column, "改行などの使えない文字が含まれています。"));
        }
        Ok(text)
    }

    /// A number that is no quantity: half-width letters, figures, hyphens.
    ///
    /// # Errors
    /// None, too long, or other characters.
    pub fn number(&self, column: &str, longest: usize) -> Result<&str, Refusal> {
        let text = self.text(column, longest)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if !text.starts_with('-') && text.bytes().all(plain) {
            Ok(text)
        } else {
            Err(self
                .refuse(column, "半角の英字・数字・ハイフンにしてください（先頭は英字か数字）。"))
        }
    }

    /// Yen.
    ///
    /// # Errors
    /// Not figures alone, or too many.
    pub fn yen(&self, column: &str) -> Result<i64, Refusal> {
        let text = self.text(column, usize::MAX)?;
        let figures = text.len() <= DIGITS && text.bytes().all(|b| b.is_ascii_digit());
        figures.then(|| text.parse().ok()).flatten().ok_or_else(|| {
            let reason = format!("0以上の円の金額を、半角数字{DIGITS}桁以内にしてください。");
            self.refuse(column, reason)
        })
    }

    /// Yen, or nothing.
    ///
    /// # Errors
    /// As [`yen`](Self::yen).
    pub fn maybe_yen(&self, column: &str) -> Result<Option<i64>, Refusal> {
        if self.maybe(column).is_empty() { Ok(None) } else { self.yen(column).map(Some) }
    }

    /// A day: `2026-10-14`, `2026/10/14` or `20261014`.
    ///
    /// # Errors
    /// No day of the calendar.
    pub fn day(&self, column: &str) -> Result<Day, Refusal> {
        let text = self.text(column, usize::MAX)?;
        day(text).ok_or_else(|| {
            self.refuse(column, "日付を「2026/10/14」または「20261014」の形にしてください。")
        })
    }

    /// What one of `words` stands for.
    ///
    /// # Errors
    /// None of them.
    pub fn one_of<T: Copy>(&self, column: &str, words: &[(&str, T)]) -> Result<T, Refusal> {
        let text = self.text(column, usize::MAX)?;
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.refuse(column, format!("「{}」のどれかにしてください。", words.join("」「")))
        })
    }
}

fn day(text: &str) -> Option<Day> {
    let parts: Vec<&str> = match text.split(['/', '-']).collect::<Vec<_>>() {
        whole if whole.len() == 1 && text.len() == 8 && text.is_ascii() => {
            vec![&text[..4], &text[4..6], &text[6..]]
        }
        parts => parts,
    };
    let [year, month, date] = parts[..] else { return None };
    let figures = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !(figures(year) && figures(month) && figures(date)) {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, date.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: &[&str] = &["番号", "金額", "日"];

    fn first(row: &str) -> Cells<'static> {
        let text = format!("番号,金額,日\r\n{row}\r\n").leak();
        let (_, mut table) = Table::open(text, &[HEADS]).expect("the heads are right");
        table.next().expect("a row").expect("readable")
    }

    #[test]
    fn cells_are_read_by_the_name_of_their_column() {
        let row = first(" A-1 ,1200,2026/3/4");
        assert_eq!((row.line, row.number("番号", 8)), (2, Ok("A-1")));
        assert_eq!(row.yen("金額"), Ok(1_200));
        for written in ["2026/3/4", "2026-03-04", "20260304"] {
            let day = first(&format!("1,1,{written}")).day("日").expect("a day");
            assert_eq!(day.to_string(), "2026-03-04", "{written}");
        }
        assert_eq!(first("1,,1").maybe_yen("金額"), Ok(None));
        assert_eq!(row.one_of("番号", &[("B", 1), ("A-1", 2)]), Ok(2));
    }

    #[test]
    fn what_cannot_be_taken_is_named_by_line_and_column() {
        let row = first("Ａ1,-5,2026/2/30");
        let told = [
            row.number("番号", 8).expect_err("not half width"),
            row.yen("金額").expect_err("less than nothing"),
            row.day("日").expect_err("not in the calendar"),
            row.text("番号", 1).expect_err("too long"),
            row.one_of("日", &[("定例", 1)]).expect_err("another word"),
            first("1,123456789012,1").yen("金額").expect_err("too much"),
            first("1, ,1").yen("金額").expect_err("nothing"),
        ];
        assert!(told.iter().all(|one| one.line == 2 && !one.reason.is_empty()), "{told:?}");
        assert_eq!(
            told.map(|one| one.column),
            ["番号", "金額", "日", "番号", "日", "金額", "金額"]
        );
    }

    #[test]
    fn another_head_or_a_broken_row_is_told() {
        for text in ["", "番号,金額\r\n", "番号,日,金額\r\n1,2,3\r\n"] {
            let refusal = Table::open(text, &[HEADS]).expect_err("not ours");
            assert_eq!((refusal.line, &*refusal.column), (1, ""), "{text}");
        }
        let text = "番号,金額,日\r\n1,2\r\n1,\"2,3\r\n";
        let (form, table) = Table::open(text, &[&["番号"], HEADS]).expect("ours");
        let told: Vec<_> = table.map(|row| row.expect_err("broken")).collect();
        assert_eq!(form, 1);
        assert_eq!((told[0].line, &*told[0].column), (2, ""));
        assert_eq!((told[1].line, &*told[1].column), (3, "金額"));
    }

    #[test]
    fn a_thousand_refusals_are_counted_and_the_first_are_told() {
        let mut refusals = Refusals::default();
        for line in 0..1_000 {
            refusals.add(Refusal { line, column: String::new(), reason: String::new() });
        }
        assert_eq!((refusals.count, refusals.told.len()), (1_000, MOST_TOLD));
    }
}
