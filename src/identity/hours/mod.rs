//! When the service is open (利用時間): the hours of each contract and the times out of
//! service. Pure, always by the clock of Japan, whatever zone the machine is in.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::maintenance::Window;
use super::terms::Hours;
use crate::base::clock::{MINUTE_MS, SECOND_MS};
use crate::base::{Calendar, Day, Moment};

/// The hours of use (R004-01), as they were set.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the terms of a contract mean by "as the service": business hours, or always.
    pub service_keeps_business_hours: bool,
    /// Opening time, in minutes after midnight.
    pub open: i64,
    /// Closing time, in minutes after midnight: the first minute that is closed.
    pub close: i64,
    /// Which days are business days.
    pub calendar: Calendar,
}

/// Why somebody cannot be served now, and since and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Why.
    pub why: Why,
    /// Since when, where that was within a year.
    pub since: Option<Moment>,
    /// When the service opens again, where that is within a year.
    pub until: Option<Moment>,
    /// Seconds until then, at least one.
    pub retry_seconds: i64,
}

/// Why the service is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is outside the hours of use.
    Hours {
        /// 「月～金曜日 8:00～20:00」 as minutes after midnight.
        open: i64,
        /// See `open`.
        close: i64,
        /// The holiday or closed date that today is.
        today: Option<String>,
    },
    /// A time out of service.
    Maintenance {
        /// What was announced.
        message: String,
        /// Its end.
        ends_at: Moment,
    },
}

/// So long before closing time people are told.
const NEAR_MS: i64 = 15 * MINUTE_MS;
/// Windows and nights that may lie between now and the next opening.
const MOST_STEPS: usize = 100;

impl Plan {
    fn keeps_business_hours(&self, hours: Hours) -> bool {
        match hours {
            Hours::Service => self.service_keeps_business_hours,
            Hours::Always => false,
            Hours::Business => true,
        }
    }

    /// Whether these hours are open at `now`.
    #[must_use]
    pub fn is_open(&self, hours: Hours, now: Moment) -> bool {
        if !self.keeps_business_hours(hours) {
            return true;
        }
        let today = Day::of(now);
        let since_midnight = now.since_ms(today.starts_at());
        (self.open * MINUTE_MS..self.close * MINUTE_MS).contains(&since_midnight)
            && self.calendar.is_business_day(today)
    }

    /// The next opening after `now`; `None` when there is none for a year.
    #[must_use]
    pub fn next_opening(&self, now: Moment) -> Option<Moment> {
        let today = Day::of(now);
        let first = today.at_minute(self.open);
        if now < first && self.calendar.is_business_day(today) {
            return Some(first);
        }
        self.calendar.next_business_day(today).map(|day| day.at_minute(self.open))
    }

    /// The last closing up to `now`; `None` when there was none for a year.
    #[must_use]
    pub fn last_closing(&self, now: Moment) -> Option<Moment> {
        let today = Day::of(now);
        let last = today.at_minute(self.close);
        if last <= now && self.calendar.is_business_day(today) {
            return Some(last);
        }
        self.calendar.business_day_before(today).map(|day| day.at_minute(self.close))
    }

    /// Today's closing time, when these hours are open and it is near.
    #[must_use]
    pub fn closes_soon(&self, hours: Hours, now: Moment) -> Option<Moment> {
        if !self.keeps_business_hours(hours) || !self.is_open(hours, now) {
            return None;
        }
        let end = Day::of(now).at_minute(self.close);
        (end.since_ms(now) <= NEAR_MS).then_some(end)
    }
}

/// The hours of use and the times out of service that are known now. Readers take no
/// lock.
pub struct Opening {
    plan: Plan,
    windows: ArcSwap<Vec<Window>>,
}

impl Opening {
    /// Without times out of service; `take_in` brings them.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self { plan, windows: ArcSwap::default() }
    }

    /// The hours of use.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// From now on these are the times out of service that are not over.
    pub fn take_in(&self, windows: Vec<Window>) {
        self.windows.store(Arc::new(windows));
    }

    /// Whether a contract with these hours is served at `now`.
    #[must_use]
    pub fn is_open(&self, hours: Hours, now: Moment) -> bool {
        self.plan.is_open(hours, now) && window_at(&self.windows.load(), now).is_none()
    }

    /// Why a contract with these hours is not served at `now`; `None` when it is.
    #[must_use]
    pub fn closed(&self, hours: Hours, now: Moment) -> Option<Closed> {
        let windows = self.windows.load();
        let window = window_at(&windows, now);
        let (why, since) = match window {
            Some(window) => {
                let (message, ends_at) = (window.message.clone(), window.to);
                (Why::Maintenance { message, ends_at }, Some(window.from))
            }
            None if self.plan.is_open(hours, now) => return None,
            None => (self.outside(now), self.plan.last_closing(now)),
        };
        let until = self.reopens(&windows, hours, now);
        let wait_ms = until.map_or(SECOND_MS, |until| until.since_ms(now));
        let retry_seconds = wait_ms.div_euclid(SECOND_MS) + i64::from(wait_ms % SECOND_MS > 0);
        Some(Closed { why, since, until, retry_seconds: retry_seconds.max(1) })
    }

    fn outside(&self, now: Moment) -> Why {
        let today = self.plan.calendar.off(Day::of(now)).map(str::to_owned);
        Why::Hours { open: self.plan.open, close: self.plan.close, today }
    }

    /// The first instant after `now` at which these hours are open and nothing is out of
    /// service.
    fn reopens(&self, windows: &[Window], hours: Hours, now: Moment) -> Option<Moment> {
        let mut at = now;
        for _ in 0..MOST_STEPS {
            if let Some(window) = window_at(windows, at) {
                at = window.to;
            } else if self.plan.is_open(hours, at) {
                return Some(at);
            } else {
                at = self.plan.next_opening(at)?;
            }
        }
        None
    }

    /// The times out of service that people are told of at `now`, the next first.
    #[must_use]
    pub fn announced(&self, now: Moment) -> Vec<Window> {
        let windows = self.windows.load();
        let told = windows.iter().filter(|one| one.announced.min(one.from) <= now && now < one.to);
        told.cloned().collect()
    }
}

/// The window that lies over `at`; of several the one that ends last.
fn window_at(windows: &[Window], at: Moment) -> Option<&Window> {
    let over = windows.iter().filter(|one| one.from <= at && at < one.to);
    over.max_by_key(|one| one.to)
}

#[cfg(test)]
mod tests;
