//! Days and months as an office in Japan counts them (JST, no daylight saving).

use std::fmt;

pub use time::Weekday;
use time::{Date, Month, OffsetDateTime, UtcOffset};

use super::clock::{DAY_MS, Moment};

/// JST is nine hours ahead of UTC.
const JST_MS: i64 = 9 * 60 * 60 * 1_000;

/// A calendar day in Japan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day that clocks in Japan show at `at`.
    #[must_use]
    pub fn of(at: Moment) -> Self {
        Self(jst(at).date())
    }

    /// The day `year`-`month`-`day`, if the calendar has it: from 1900, as people were born
    /// before clocks begin to count.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(1900..=9999).contains(&year) {
            return None;
        }
        let month = Month::try_from(month).ok()?;
        Date::from_calendar_date(year, month, day).ok().map(Self)
    }

    /// Reads `YYYY-MM-DD`, as date fields and the database write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let exact = year.len() == 4 && month.len() == 2 && day.len() == 2;
        let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !exact || !digits {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// 00:00:00 JST of this day.
    #[must_use]
    pub fn starts_at(self) -> Moment {
        let days = i64::from(self.0.to_julian_day() - JULIAN_1970);
        Moment::from_ms(days * DAY_MS - JST_MS)
    }

    /// 23:59:59 JST of this day: the last whole second.
    #[must_use]
    pub fn ends_at(self) -> Moment {
        self.starts_at().plus_ms(DAY_MS - 1_000)
    }

    /// The day `days` later (earlier when negative); stays at the calendar's
    /// edge rather than leaving it.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(time::Duration::days(days)))
    }

    /// Days from `earlier` to this day.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0.to_julian_day() - earlier.0.to_julian_day())
    }

    /// The year, month (1 to 12) and day of the month.
    #[must_use]
    pub fn parts(self) -> (i32, u8, u8) {
        (self.0.year(), u8::from(self.0.month()), self.0.day())
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }

    /// The instant `minutes` after 00:00 JST of this day.
    #[must_use]
    pub fn at_minute(self, minutes: i64) -> Moment {
        self.starts_at().plus_minutes(minutes)
    }

    /// 「11月24日（火）」, where the year goes without saying.
    #[must_use]
    pub fn ja_short(self) -> String {
        let (_, month, day) = self.parts();
        format!("{month}月{day}日（{}）", weekday_ja(self.weekday()))
    }

    /// 「2012年10月09日」: in columns that stand one below the other (R004-114).
    #[must_use]
    pub fn ja_padded(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year}年{month:02}月{day:02}日")
    }

    /// 「2026年11月21日」.
    #[must_use]
    pub fn ja(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year}年{month}月{day}日")
    }
}

/// `YYYY-MM-DD`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// 「火」.
#[must_use]
pub const fn weekday_ja(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    }
}

/// Julian day number of 1970-01-01.
const JULIAN_1970: i32 = 2_440_588;

/// `at` on a clock in Japan; every `Moment` has a place there.
#[must_use]
pub fn jst(at: Moment) -> OffsetDateTime {
    at.utc().to_offset(UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC))
}

/// 「2012/10/31 14:57」, as `前回ログイン日時` is shown (R004-109).
#[must_use]
pub fn jst_minutes(at: Moment) -> String {
    let t = jst(at);
    let (y, m, d) = Day::of(at).parts();
    format!("{y:04}/{m:02}/{d:02} {:02}:{:02}", t.hour(), t.minute())
}

/// 「2026年11月21日 14:05」, as pages say when something was or will be.
#[must_use]
pub fn jst_minutes_ja(at: Moment) -> String {
    let t = jst(at);
    format!("{} {:02}:{:02}", Day::of(at).ja(), t.hour(), t.minute())
}

/// 「11月24日（火） 8:00」, as pages say when the service opens again.
#[must_use]
pub fn jst_opening_ja(at: Moment) -> String {
    let t = jst(at);
    format!("{} {}:{:02}", Day::of(at).ja_short(), t.hour(), t.minute())
}

/// 「2012/10/25 13:23:30」, as lists show an instant (R004-85).
#[must_use]
pub fn jst_seconds(at: Moment) -> String {
    format!("{}:{:02}", jst_minutes(at), jst(at).second())
}

/// `20261121143015`, as it stands in the name of a certificate file (R004-71).
#[must_use]
pub fn jst_compact(at: Moment) -> String {
    jst_seconds(at).chars().filter(char::is_ascii_digit).collect()
}

/// A month `YYYY-MM` as 「2026年9月」; anything else as it is.
#[must_use]
pub fn month_ja(year_month: &str) -> String {
    match year_month.split_once('-') {
        Some((y, m)) => format!("{y}年{}月", m.trim_start_matches('0')),
        None => year_month.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_japan_begins_at_fifteen_hours_utc() {
        let day = Day::parse("2026-11-21").expect("valid");
        assert_eq!(day.starts_at().rfc3339(), "2026-11-20T15:00:00Z");
        assert_eq!(day.ends_at().rfc3339(), "2026-11-21T14:59:59Z");
        assert_eq!(Day::of(day.starts_at()), day);
        assert_eq!(Day::of(day.starts_at().plus_ms(-1)), day.plus_days(-1));
        assert_eq!(day.ja(), "2026年11月21日");
    }

    #[test]
    fn the_last_instant_that_there_is_can_be_shown() {
        for end in [Moment::from_ms(i64::MAX), Moment::parse("9999-12-31T23:59:59Z").expect("read")]
        {
            assert_eq!(jst_seconds(end), "9999/12/31 23:59:59");
            assert_eq!(Day::of(end).plus_days(1), Day::of(end), "the calendar's edge");
            assert_eq!(Day::of(end).ends_at().rfc3339(), end.rfc3339());
        }
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        assert!(Day::parse("2028-02-29").is_some());
        for wrong in ["2027-02-29", "2026-13-01", "2026-1-01", "2026-11-+1", "", "20261121"] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn instants_are_shown_on_the_clock_of_japan() {
        let at = Moment::parse("2012-10-31T05:57:08Z").expect("valid");
        assert_eq!(jst_minutes(at), "2012/10/31 14:57");
        assert_eq!(jst_seconds(at), "2012/10/31 14:57:08");
        assert_eq!(jst_minutes_ja(at), "2012年10月31日 14:57");
        assert_eq!(jst_compact(at), "20121031145708");
        assert_eq!(jst_opening_ja(at), "10月31日（水） 14:57");
        assert_eq!(month_ja("2026-09"), "2026年9月");
    }

    #[test]
    fn a_month_is_written_as_it_is_in_a_day() {
        assert_eq!(month_ja("2026-11"), "2026年11月");
        assert_eq!(month_ja("2026-09"), "2026年9月");
        assert_eq!(month_ja("never"), "never");
    }
}
