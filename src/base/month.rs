//! Months of the calendar (控除年月).

use std::fmt;

use super::date::Day;

/// A month of a year from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u8,
}

impl Month {
    /// The month `year`-`month` (1 to 12), if the calendar has it.
    #[must_use]
    pub fn new(year: i32, month: u8) -> Option<Self> {
        Day::new(year, month, 1).map(Self::of)
    }

    /// The month that `day` is in.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.parts();
        Self { year, month }
    }

    /// Reads `YYYY-MM`, as fields and the database write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Day::parse(&format!("{text}-01")).map(Self::of)
    }

    /// The month `months` later (earlier when negative); `None` beyond the calendar.
    #[must_use]
    pub fn plus(self, months: i32) -> Option<Self> {
        let all = self.index().checked_add(months)?;
        Self::new(all.div_euclid(12), u8::try_from(all.rem_euclid(12) + 1).ok()?)
    }

    /// Months from `earlier` to this one.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i32 {
        self.index() - earlier.index()
    }

    /// The `day`th (1 to 31), or the last day where the month is shorter.
    #[must_use]
    pub fn day(self, day: u8) -> Option<Day> {
        (1..=day.min(31)).rev().find_map(|day| Day::new(self.year, self.month, day))
    }

    /// 「2026年9月」.
    #[must_use]
    pub fn ja(self) -> String {
        format!("{}年{}月", self.year, self.month)
    }

    const fn index(self) -> i32 {
        self.year * 12 + self.month as i32 - 1
    }
}

/// `YYYY-MM`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn months_are_counted_across_years() {
        for (from, months, to) in [
            ("2026-11", 1, "2026-12"),
            ("2026-12", 1, "2027-01"),
            ("2026-01", -1, "2025-12"),
            ("2026-06", 12, "2027-06"),
            ("2026-06", 0, "2026-06"),
        ] {
            assert_eq!(month(from).plus(months), Some(month(to)));
            assert_eq!(month(to).since(month(from)), months);
            assert_eq!(month(from).to_string(), from);
        }
        assert_eq!(month("9999-12").plus(1), None);
        assert_eq!(month("2026-09").ja(), "2026年9月");
        for wrong in ["2026-13", "2026-1", "2026", "2026-11-01", ""] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_too_late_for_a_month_is_its_last() {
        for (at, day, wanted) in [
            ("2026-02", 31, "2026-02-28"),
            ("2028-02", 30, "2028-02-29"),
            ("2026-10", 9, "2026-10-09"),
        ] {
            assert_eq!(month(at).day(day), Day::parse(wanted));
        }
        assert_eq!(month("2026-02").day(0), None);
    }
}
