//! A cell in its three forms.

use super::Cell;
use crate::base::csv;
use crate::base::date::{jst_seconds, month_ja};
use crate::base::money::{Yen, group};

impl Cell {
    /// Words, or nothing.
    #[must_use]
    pub fn text(words: impl Into<String>) -> Self {
        let words = words.into();
        if words.is_empty() { Self::Blank } else { Self::Text(words) }
    }

    /// What is summed.
    #[must_use]
    pub fn amount(&self) -> Option<i64> {
        match self {
            Self::Yen(n) | Self::Count(n) => Some(*n),
            _ => None,
        }
    }

    /// As it stands on a page: 「1,234円」, 「2026/11/22」, 「2026年11月」.
    #[must_use]
    pub fn screen(&self) -> String {
        match self {
            Self::Yen(n) => Yen(*n).ja(),
            other => other.paper(),
        }
    }

    /// As it is printed: as on a page, but yen without their unit.
    #[must_use]
    pub fn paper(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(words) => words.clone(),
            Self::Yen(n) | Self::Count(n) => group(*n),
            Self::Day(day) => slashed(&day.to_string()),
            Self::Month(month) => month_ja(month),
            Self::Moment(at) => jst_seconds(*at),
        }
    }

    /// As a cell of a file that spreadsheets read: plain digits, `2026/11/22`, `2026/11`;
    /// words guarded as [`csv::cell`] does.
    #[must_use]
    pub fn csv(&self) -> String {
        match self {
            Self::Yen(n) | Self::Count(n) => n.to_string(),
            Self::Month(month) => csv::cell(&slashed(month)),
            Self::Text(words) => csv::cell(words),
            other => other.paper(),
        }
    }
}

fn slashed(date: &str) -> String {
    date.replace('-', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Day, Moment};

    #[test]
    fn a_cell_has_a_form_for_each_place() {
        let day = Day::parse("2026-09-05").expect("a day");
        let at = Moment::parse("2012-10-25T04:23:30Z").expect("an instant");
        for (cell, screen, paper, csv) in [
            (Cell::Blank, "", "", ""),
            (Cell::Yen(-1_234), "-1,234円", "-1,234", "-1234"),
            (Cell::Count(5_000), "5,000", "5,000", "5000"),
            (Cell::Day(day), "2026/09/05", "2026/09/05", "2026/09/05"),
            (Cell::Month("2026-09".into()), "2026年9月", "2026年9月", "2026/09"),
            (Cell::Moment(at), "2012/10/25 13:23:30", "2012/10/25 13:23:30", "2012/10/25 13:23:30"),
            (Cell::text("=1,\"髙\""), "=1,\"髙\"", "=1,\"髙\"", "\"'=1,\"\"髙\"\"\""),
        ] {
            assert_eq!((&*cell.screen(), &*cell.paper(), &*cell.csv()), (screen, paper, csv));
        }
        assert_eq!(Cell::text(""), Cell::Blank);
    }
}
