//! What is due on a day. Pure.

use crate::base::clock::DAY_MS;
use crate::base::{Day, Moment};

/// Days after an end within which its holder still gets the mail. Who comes back after
/// a long holiday or a pause of the system is helped by it; what ended earlier is known
/// to its holder or no longer wanted, and an upgrade must not write to everybody who
/// ever had a certificate.
const ENDED_DAYS: i64 = 60;

/// The certificates that one threshold takes: their last second lies in `from..to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// Days before the end from which this mail is due.
    pub threshold: i64,
    /// The earliest last second.
    pub from: Moment,
    /// The first instant after the latest.
    pub to: Moment,
    /// Longer thresholds, which passed with this one: their mail never comes.
    pub passed: Vec<i64>,
}

/// Splits what ends soon after `at` by `thresholds` (fewest days first): every
/// certificate belongs to the smallest threshold that it has reached. It is due unless
/// that one, or a smaller, was told already.
#[must_use]
pub fn bands(at: Moment, thresholds: &[i64]) -> Vec<Band> {
    let today = Day::of(at);
    let mut from = not_ended(at);
    let mut bands = Vec::with_capacity(thresholds.len());
    for (place, threshold) in thresholds.iter().enumerate() {
        let to = today.plus_days(threshold + 1).starts_at();
        let passed = thresholds[place + 1..].to_vec();
        bands.push(Band { threshold: *threshold, from, to, passed });
        from = to;
    }
    bands
}

/// The earliest last second of a certificate that is still good at `at`: the last second
/// counts to its end.
#[must_use]
pub fn not_ended(at: Moment) -> Moment {
    at.plus_ms(-999)
}

/// The earliest last second of a certificate whose end is still told at `at`.
#[must_use]
pub fn still_told(at: Moment) -> Moment {
    not_ended(at).plus_ms(-ENDED_DAYS * DAY_MS)
}

/// Days on the calendar in Japan from `at` to the day of the last second; negative when
/// that day is over.
#[must_use]
pub fn days_left(not_after: Moment, at: Moment) -> i64 {
    Day::of(not_after).days_since(Day::of(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).expect("an instant")
    }

    /// The threshold due at `now` for a certificate issued on 2026-11-21, which is day 1
    /// of 366.
    fn due(now: Moment, thresholds: &[i64]) -> Option<(i64, Vec<i64>)> {
        let not_after = Day::parse("2026-11-21").expect("a day").plus_days(365).ends_at();
        let takes = |band: &Band| band.from <= not_after && not_after < band.to;
        let mut found = bands(now, thresholds).into_iter().filter(takes);
        let band = found.next()?;
        assert_eq!(found.next(), None, "one band only");
        Some((band.threshold, band.passed))
    }

    #[test]
    fn day_336_of_366_is_the_first_of_the_notice() {
        // R004-05, R004-06, RX-04
        let day = |number: i64| Day::parse("2026-11-21").expect("a day").plus_days(number - 1);
        assert_eq!(due(day(335).ends_at().plus_ms(999), &[30]), None);
        assert_eq!(due(day(336).starts_at(), &[30]), Some((30, vec![])));
        assert_eq!(due(day(366).ends_at(), &[30]), Some((30, vec![])));
        assert_eq!(due(day(366).ends_at().plus_ms(999), &[30]), Some((30, vec![])));
        assert_eq!(due(day(367).starts_at(), &[30]), None, "it has ended");
        assert_eq!(days_left(day(366).ends_at(), day(336).starts_at()), 30);
        assert_eq!(days_left(day(366).ends_at(), day(366).ends_at()), 0);
    }

    #[test]
    fn of_several_thresholds_the_smallest_that_is_reached_is_due() {
        let list = [1, 7, 14, 30];
        let expect = [
            ("2027-10-22T00:00:00+09:00", Some((30, vec![]))),
            ("2027-11-06T23:59:59+09:00", Some((30, vec![]))),
            ("2027-11-07T00:00:00+09:00", Some((14, vec![30]))),
            ("2027-11-16T12:00:00+09:00", Some((7, vec![14, 30]))),
            ("2027-11-20T00:00:00+09:00", Some((1, vec![7, 14, 30]))),
            ("2027-11-21T23:59:59+09:00", Some((1, vec![7, 14, 30]))),
            ("2027-11-22T00:00:00+09:00", None),
        ];
        for (now, wanted) in expect {
            assert_eq!(due(at(now), &list), wanted, "{now}");
        }
        assert_eq!(due(at("2027-11-20T23:59:59+09:00"), &[0]), None);
        assert_eq!(due(at("2027-11-21T00:00:00+09:00"), &[0]), Some((0, vec![])));
        assert!(bands(at("2027-11-21T00:00:00+09:00"), &[]).is_empty());
    }
}
