//! Sentences that several of these screens say.

use crate::base::date::{Day, jst};
use crate::base::{Moment, clock::MINUTE_MS};

/// Whom to turn to where only the operator can help.
pub const ASK: &str = "このページの下にあるお問い合わせ先へご連絡ください。";

/// The first whole minute at or after `at` as people are told it at `now`:
/// 「14:05」, with the day when it is another one.
pub fn from_when(at: Moment, now: Moment) -> String {
    let at = at.plus_ms(MINUTE_MS - 1);
    let time = jst(at);
    let clock = format!("{}:{:02}", time.hour(), time.minute());
    let day = Day::of(at);
    if day == Day::of(now) { clock } else { format!("{} {clock}", day.ja()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_at_the_time_told_is_not_too_early() {
        let now = Moment::parse("2026-11-21T13:05:30+09:00").expect("valid");
        assert_eq!(from_when(now.plus_minutes(60), now), "14:06");
        let sharp = Moment::parse("2026-11-21T14:05:00+09:00").expect("valid");
        assert_eq!(from_when(sharp, now), "14:05");
        let night = Moment::parse("2026-11-21T23:30:00+09:00").expect("valid");
        assert_eq!(from_when(night.plus_minutes(60), night), "2026年11月22日 0:30");
    }
}
