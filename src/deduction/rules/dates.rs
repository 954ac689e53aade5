//! When a period closes, and which comes next.

use super::Kind;
use crate::base::month::Month;
use crate::base::{Calendar, Day, Moment};

/// The dates of a period (スケジュール, R004-111).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// Which deduction.
    pub kind: Kind,
    /// 控除年月.
    pub deduct_ym: Month,
    /// 締切日: its end in Japan closes the period.
    pub close_on: Day,
    /// 支給日 (入金予定日).
    pub pay_on: Day,
}

/// The first instant at which a period of this 締切日 is closed: the end of that day in Japan.
#[must_use]
pub fn closes_at(close_on: Day) -> Moment {
    close_on.plus_days(1).starts_at()
}

/// Whether it is 入力中 at `now` (R004-112): up to the last instant of the 締切日 in Japan.
#[must_use]
pub fn is_open(now: Moment, close_on: Day) -> bool {
    now < closes_at(close_on)
}

/// A day of a month, told from the 控除年月: months later (−1: the month before), day of the
/// month. Later ones are greater.
type Place = (i32, u8);

/// The period after the latest of `earlier` (all of one kind, in any order): a month later, of
/// a bonus a year later, on the same days. A day that the month lacks is its last; one that
/// is no business day is the last business day before it.
///
/// The same day is the one that most of `earlier` share, the later one where as many do: so
/// a day that fell on a weekend last time, or was moved once, does not stay there. Given
/// only the latest, its days are repeated. Three are a good number: a day changed for good
/// is taken over after the second time.
///
/// `None` without periods, and where the calendar ends.
#[must_use]
pub fn next(earlier: &[Dates], calendar: &Calendar) -> Option<Dates> {
    let latest = earlier.iter().max_by_key(|dates| dates.deduct_ym)?;
    let kind = latest.kind;
    let deduct_ym = latest.deduct_ym.plus(if kind == Kind::Monthly { 1 } else { 12 })?;
    let on = |day: fn(&Dates) -> Day| {
        let places = earlier.iter().map(|dates| place(dates.deduct_ym, day(dates)));
        let (months, day) = usual(&places.collect::<Vec<_>>())?;
        business_day(deduct_ym.plus(months)?.day(day)?, calendar)
    };
    let (close_on, pay_on) = (on(|dates| dates.close_on)?, on(|dates| dates.pay_on)?);
    Some(Dates { kind, deduct_ym, close_on, pay_on })
}

fn place(month: Month, day: Day) -> Place {
    (Month::of(day).since(month), day.parts().2)
}

fn usual(places: &[Place]) -> Option<Place> {
    let often = |place: &Place| places.iter().filter(|other| *other == place).count();
    places.iter().copied().max_by_key(|place| (often(place), *place))
}

fn business_day(day: Day, calendar: &Calendar) -> Option<Day> {
    if calendar.is_business_day(day) { Some(day) } else { calendar.business_day_before(day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(kind: Kind, month: &str, close_on: &str, pay_on: &str) -> Dates {
        Dates {
            kind,
            deduct_ym: Month::parse(month).expect("a month"),
            close_on: Day::parse(close_on).expect("a day"),
            pay_on: Day::parse(pay_on).expect("a day"),
        }
    }

    fn monthly(month: &str, close_on: &str, pay_on: &str) -> Dates {
        dates(Kind::Monthly, month, close_on, pay_on)
    }

    // R004-112
    #[test]
    fn a_period_is_open_to_the_last_instant_of_its_closing_day_in_japan() {
        let close_on = Day::parse("2012-10-09").expect("a day");
        let end = Moment::parse("2012-10-10T00:00:00+09:00").expect("an instant");
        assert_eq!(closes_at(close_on), end);
        assert!(is_open(end.plus_ms(-1), close_on));
        assert!(!is_open(end, close_on));
    }

    #[test]
    fn the_next_month_follows_on_the_same_days() {
        for (before, after) in [
            (("2026-10", "2026-10-08", "2026-10-23"), ("2026-11", "2026-11-06", "2026-11-20")),
            // To the next year; the days after the new year are no business days by themselves.
            (("2026-12", "2026-12-10", "2026-12-25"), ("2027-01", "2027-01-08", "2027-01-25")),
            // The month before, a month's last day, and 文化の日.
            (("2026-01", "2025-12-31", "2026-01-30"), ("2026-02", "2026-01-30", "2026-02-27")),
            (("2026-10", "2026-10-01", "2026-10-03"), ("2026-11", "2026-10-30", "2026-11-02")),
        ] {
            let (before, after) =
                (monthly(before.0, before.1, before.2), monthly(after.0, after.1, after.2));
            assert_eq!(next(&[before], &Calendar::default()), Some(after));
        }
    }

    #[test]
    fn a_day_that_was_moved_once_does_not_stay_moved() {
        let (september, october, november) = (
            monthly("2026-09", "2026-09-10", "2026-09-25"),
            // 10 October is a Saturday, 25 October a Sunday.
            monthly("2026-10", "2026-10-09", "2026-10-23"),
            monthly("2026-11", "2026-11-10", "2026-11-25"),
        );
        let calendar = Calendar::default();
        assert_eq!(next(&[october, september], &calendar), Some(november));
        let december = monthly("2026-12", "2026-12-10", "2026-12-25");
        assert_eq!(next(&[september, november, october], &calendar), Some(december));
        // Moved for good: after the second time it is taken over.
        let moved = [
            october,
            monthly("2026-11", "2026-11-05", "2026-11-25"),
            monthly("2026-12", "2026-12-04", "2026-12-25"),
            monthly("2027-01", "2027-01-05", "2027-01-25"),
        ];
        let february = monthly("2027-02", "2027-02-05", "2027-02-25");
        assert_eq!(next(&moved[1..], &calendar), Some(february));
    }

    // R004-110
    #[test]
    fn a_bonus_follows_a_year_later() {
        let summer = dates(Kind::Summer, "2026-06", "2026-06-10", "2026-06-30");
        let next_summer = dates(Kind::Summer, "2027-06", "2027-06-10", "2027-06-30");
        assert_eq!(next(&[summer], &Calendar::default()), Some(next_summer));
        let winter = dates(Kind::Winter, "2026-12", "2026-11-20", "2026-12-10");
        let next_winter = dates(Kind::Winter, "2027-12", "2027-11-19", "2027-12-10");
        assert_eq!(next(&[winter], &Calendar::default()), Some(next_winter));
    }

    #[test]
    fn there_is_no_next_without_one_before() {
        assert_eq!(next(&[], &Calendar::default()), None);
        let last = monthly("9999-12", "9999-12-01", "9999-12-10");
        assert_eq!(next(&[last], &Calendar::default()), None);
    }
}
