//! Business days (営業日): weekdays that are no holiday and on which the office is not closed.

use super::date::{Day, Weekday};
use super::holidays;

/// Days on which the service is closed besides weekends and holidays (休業日).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosedDates(Vec<(When, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Month and day, each year.
    Yearly(u8, u8),
    Once(Day),
}

/// A line that names no day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub number: usize,
    /// As it stands there.
    pub text: String,
}

/// The calendar that the office keeps.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    closed: ClosedDates,
}

/// A day off and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOff {
    /// The day.
    pub day: Day,
    /// 「勤労感謝の日」, 「年末年始」.
    pub name: String,
}

/// What a closed date without a name is called.
const UNNAMED: &str = "休業日";
/// Furthest that a business day is looked for, in days: a year and a leap day.
const FURTHEST: usize = 366;

impl ClosedDates {
    /// Reads a word list: `MM-DD name` each year, `YYYY-MM-DD name` once; a `#` begins a
    /// comment.
    ///
    /// # Errors
    /// Every line that names no day.
    pub fn parse(text: &str) -> Result<Self, Vec<BadLine>> {
        let (mut dates, mut bad) = (Vec::new(), Vec::new());
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let plain = line.split('#').next().unwrap_or_default().trim();
            if plain.is_empty() {
                continue;
            }
            match date(plain) {
                Some(found) => dates.push(found),
                None => bad.push(BadLine { number: at + 1, text: line.trim().to_owned() }),
            }
        }
        if bad.is_empty() { Ok(Self(dates)) } else { Err(bad) }
    }

    fn name(&self, day: Day) -> Option<&str> {
        let (_, month, date) = day.parts();
        let hit = |when: &When| match when {
            When::Yearly(m, d) => (*m, *d) == (month, date),
            When::Once(once) => *once == day,
        };
        self.0.iter().find(|(when, _)| hit(when)).map(|(_, name)| name.as_str())
    }
}

/// `12-31 年末年始` or `2026-08-14 夏季休業`.
fn date(line: &str) -> Option<(When, String)> {
    let (date, name) = line.split_once(char::is_whitespace).unwrap_or((line, UNNAMED));
    let when = if let Some(day) = Day::parse(date) {
        When::Once(day)
    } else {
        // A leap year, so that 29 February is a day.
        let (_, month, day) = Day::parse(&format!("2000-{date}"))?.parts();
        When::Yearly(month, day)
    };
    Some((when, name.trim().to_owned()))
}

impl Calendar {
    /// With these closed dates besides weekends and holidays.
    #[must_use]
    pub fn new(closed: ClosedDates) -> Self {
        Self { closed }
    }

    /// The holiday or closed date on `day`, a holiday first.
    #[must_use]
    pub fn off(&self, day: Day) -> Option<&str> {
        holidays::name(day).or_else(|| self.closed.name(day))
    }

    /// Whether `day` is a business day.
    #[must_use]
    pub fn is_business_day(&self, day: Day) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && self.off(day).is_none()
    }

    /// The first business day after `day`; `None` when there is none for a year.
    #[must_use]
    pub fn next_business_day(&self, day: Day) -> Option<Day> {
        let mut days = (1..=FURTHEST).map(|n| day.plus_days(i64::try_from(n).unwrap_or(0)));
        days.find(|day| self.is_business_day(*day))
    }

    /// The last business day before `day`; `None` when there was none for a year.
    #[must_use]
    pub fn business_day_before(&self, day: Day) -> Option<Day> {
        let mut days = (1..=FURTHEST).map(|n| day.plus_days(-i64::try_from(n).unwrap_or(0)));
        days.find(|day| self.is_business_day(*day))
    }

    /// The `n`th business day after `day` (R001-101: 最短5営業日); `day` itself for 0.
    #[must_use]
    pub fn business_days_after(&self, day: Day, n: u32) -> Option<Day> {
        (0..n).try_fold(day, |day, _| self.next_business_day(day))
    }

    /// Holidays and closed dates of a year, in order, also those on weekends.
    #[must_use]
    pub fn of_year(&self, year: i32) -> Vec<DayOff> {
        let named = |day| Some(DayOff { day, name: self.off(day)?.to_owned() });
        days_of(year).filter_map(named).collect()
    }

    /// How many business days each month of `year` has, from January.
    #[must_use]
    pub fn business_days(&self, year: i32) -> [u32; 12] {
        let mut months = [0; 12];
        for day in days_of(year).filter(|day| self.is_business_day(*day)) {
            if let Some(month) = months.get_mut(usize::from(day.parts().1) - 1) {
                *month += 1;
            }
        }
        months
    }
}

fn days_of(year: i32) -> impl Iterator<Item = Day> {
    let first = Day::new(year, 1, 1);
    let days = first.into_iter().flat_map(|first| (0..366).map(move |n| first.plus_days(n)));
    days.take_while(move |day| day.parts().0 == year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn calendar() -> Calendar {
        let list = "# comment\n12-31 年末年始\n01-01\n01-02 年末年始 # of the bank\n\n01-03 年末年始\n\
                    2026-08-14 夏季休業\n";
        Calendar::new(ClosedDates::parse(list).expect("good lines"))
    }

    #[test]
    fn a_list_of_closed_dates_tells_every_bad_line() {
        let bad =
            ClosedDates::parse("12-31 年末\n13-01 x\n2026-02-29 y\n# fine\nsoon\n02-29 leap\n");
        let bad = bad.expect_err("three bad lines");
        let told: Vec<_> = bad.iter().map(|line| (line.number, line.text.as_str())).collect();
        assert_eq!(told, [(2, "13-01 x"), (3, "2026-02-29 y"), (5, "soon")]);
    }

    #[test]
    fn weekends_holidays_and_closed_dates_are_no_business_days() {
        // R004-01
        let calendar = calendar();
        for off in [
            "2026-11-21",
            "2026-11-22",
            "2026-11-23",
            "2026-05-06",
            "2026-09-22",
            "2026-12-31",
            "2027-01-01",
            "2027-01-02",
            "2026-08-14",
        ] {
            assert!(!calendar.is_business_day(day(off)), "{off}");
        }
        for on in ["2026-11-20", "2026-11-24", "2026-12-30", "2027-08-13"] {
            assert!(calendar.is_business_day(day(on)), "{on}");
        }
        assert_eq!(calendar.off(day("2027-01-01")), Some("元日"), "the holiday's name comes first");
        assert_eq!(calendar.off(day("2026-08-14")), Some("夏季休業"));
    }

    #[test]
    fn business_days_are_counted_over_holidays_and_the_new_year() {
        // R001-101: 最短5営業日（土日祝日除く）
        let calendar = calendar();
        let after = |from, n| calendar.business_days_after(day(from), n);
        assert_eq!(after("2026-11-20", 5), Some(day("2026-11-30")));
        assert_eq!(after("2026-11-21", 5), Some(day("2026-11-30")), "a Saturday");
        assert_eq!(after("2026-12-28", 5), Some(day("2027-01-06")));
        assert_eq!(after("2026-05-01", 1), Some(day("2026-05-07")));
        assert_eq!(after("2026-05-01", 0), Some(day("2026-05-01")));
        assert_eq!(calendar.next_business_day(day("2026-12-30")), Some(day("2027-01-04")));
        assert_eq!(calendar.business_day_before(day("2027-01-04")), Some(day("2026-12-30")));
    }

    #[test]
    fn a_year_is_listed_in_order_and_counted_by_month() {
        let year = calendar().of_year(2026);
        assert_eq!(year.len(), 18 + 4, "holidays and closed dates: {year:?}");
        assert!(year.windows(2).all(|pair| pair[0].day < pair[1].day));
        let months = calendar().business_days(2026);
        assert_eq!(months, [19, 18, 21, 21, 18, 22, 22, 19, 19, 21, 19, 22]);
    }

    #[test]
    fn a_calendar_without_business_days_is_no_endless_search() {
        let dates = (0..366).map(|n| day("2000-01-01").plus_days(n).to_string()[5..].to_owned());
        let all = dates.collect::<Vec<_>>().join("\n");
        let calendar = Calendar::new(ClosedDates::parse(&all).expect("every day"));
        assert_eq!(calendar.next_business_day(day("2026-11-20")), None);
        assert_eq!(calendar.business_days_after(day("2026-11-20"), 5), None);
    }
}
