//! Where the program gets the time from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// Milliseconds in a second.
pub const SECOND_MS: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Milliseconds in a day of 86,400 seconds.
pub const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The first instant that a calendar in Japan cannot write: there the year 10000 begins nine
/// hours before it does in UTC.
const END_MS: i64 = 253_402_268_400_000;

impl Moment {
    /// The instant `ms` milliseconds after the Unix epoch, kept inside the
    /// years 1970 to 9999 as UTC and Japan count them.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        if ms < 0 {
            Self(0)
        } else if ms >= END_MS {
            Self(END_MS - 1)
        } else {
            Self(ms)
        }
    }

    /// The instant `seconds` seconds after the Unix epoch.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self::from_ms(seconds.saturating_mul(SECOND_MS))
    }

    /// Reads an RFC 3339 instant such as `2026-11-21T00:00:00+09:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        Some(Self::from_unix(at.unix_timestamp()))
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0.div_euclid(SECOND_MS)
    }

    /// The instant `ms` milliseconds later (earlier when negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self::from_ms(self.0.saturating_add(ms))
    }

    /// The instant `minutes` minutes later.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_ms(minutes.saturating_mul(MINUTE_MS))
    }

    /// Milliseconds from `earlier` to this instant.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The same instant as a `time` value in UTC.
    #[must_use]
    pub fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// RFC 3339 in UTC with whole seconds: `2026-11-20T15:00:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let at = self.utc().replace_nanosecond(0).unwrap_or(self.utc());
        at.format(&Rfc3339).unwrap_or_default()
    }
}

/// Tells the time; the system's, or in tests one that moves by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until `advance_ms` or `set` moves it;
    /// clones move together.
    #[must_use]
    pub fn manual(start: Moment) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.ms()))))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Moment {
        match &self.0 {
            Source::System => Moment::from_ms(system_ms()),
            Source::Manual(ms) => Moment::from_ms(ms.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward by `ms`; the system's clock stays.
    pub fn advance_ms(&self, ms: i64) {
        if let Source::Manual(at) = &self.0 {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Puts a manual clock to `to`; the system's clock stays.
    pub fn set(&self, to: Moment) {
        if let Source::Manual(at) = &self.0 {
            at.store(to.ms(), Ordering::SeqCst);
        }
    }
}

#[allow(clippy::disallowed_methods)] // the one place that asks the system
fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_what_it_writes() {
        let at = Moment::parse("2026-11-21T00:00:00+09:00").expect("valid");
        assert_eq!(at.rfc3339(), "2026-11-20T15:00:00Z");
        assert_eq!(Moment::parse(&at.rfc3339()), Some(at));
    }

    #[test]
    fn arithmetic_stays_inside_the_years_that_can_be_written() {
        assert_eq!(Moment::from_ms(i64::MAX).rfc3339(), "9999-12-31T14:59:59Z");
        assert_eq!(Moment::from_ms(5).plus_ms(i64::MIN).ms(), 0);
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = Clock::manual(Moment::from_unix(100));
        let twin = clock.clone();
        clock.advance_ms(5);
        assert_eq!(twin.now().ms(), 100_005);
    }
}
