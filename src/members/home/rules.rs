//! How long a certificate is good, as people count. Pure.

use crate::base::{Day, Moment};

/// The time that a certificate has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its last day.
    pub last_day: Day,
    /// Days after today, the last one included; 0 on the last day.
    pub days: i64,
    /// Whether it can be renewed already (R004-81).
    pub renewable: bool,
}

/// What `not_after` means at `now`, when renewal opens `renewal_days` before.
#[must_use]
pub fn left(not_after: Moment, now: Moment, renewal_days: i64) -> Left {
    let last_day = Day::of(not_after);
    let days = last_day.days_since(Day::of(now));
    Left { last_day, days, renewable: days <= renewal_days }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_a_calendar_shows_them() {
        let last = Day::new(2027, 11, 21).expect("a day");
        let on = |day: Day| left(last.ends_at(), day.starts_at(), 30);
        assert_eq!(on(last).days, 0);
        assert_eq!(on(last.plus_days(-30)).days, 30);
        // R004-81: the renewal opens exactly 30 days before
        assert!(on(last.plus_days(-30)).renewable);
        assert!(!on(last.plus_days(-31)).renewable);
        assert_eq!(on(last).last_day.ja(), "2027年11月21日");
    }
}
