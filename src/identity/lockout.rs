//! What wrong passwords in a row lead to (R004-11..13). Pure.
//!
//! The sixth wrong one locks for 60 minutes; the third lock in a row closes, and
//! then only the operator opens again. A right password clears both counts.

use crate::base::Moment;

/// The limits in force.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The wrong password in a row that locks.
    pub failures: i64,
    /// How long a lock holds, in minutes.
    pub lock_minutes: i64,
    /// The lock in a row that closes.
    pub locks_to_close: i64,
}

/// What has been tried so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Wrong passwords since the last right one or the last lock.
    pub failures: i64,
    /// Locks since the last right password.
    pub locks: i64,
    /// Until when a lock holds.
    pub locked_until: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
}

/// Whether a password is looked at at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It is.
    Open,
    /// ロック: not before this instant.
    Locked(Moment),
    /// 閉塞: not until the operator opens.
    Closed,
}

impl Attempts {
    /// Whether a password is looked at at `now`.
    #[must_use]
    pub fn gate(&self, now: Moment) -> Gate {
        match (self.closed_at, self.locked_until) {
            (Some(_), _) => Gate::Closed,
            (None, Some(until)) if now < until => Gate::Locked(until),
            _ => Gate::Open,
        }
    }

    /// The attempts after one more wrong password at `now`.
    #[must_use]
    pub fn after_wrong(&self, limits: Limits, now: Moment) -> Self {
        let failures = self.failures + 1;
        if failures < limits.failures {
            return Self { failures, locked_until: None, ..*self };
        }
        let locks = self.locks + 1;
        let closed = locks >= limits.locks_to_close;
        Self {
            failures: 0,
            locks,
            locked_until: (!closed).then(|| now.plus_minutes(limits.lock_minutes)),
            closed_at: closed.then_some(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { failures: 6, lock_minutes: 60, locks_to_close: 3 };
    const NOON: Moment = Moment::from_unix(1_800_000_000);

    fn wrong(mut attempts: Attempts, times: usize, at: Moment) -> Attempts {
        for _ in 0..times {
            attempts = attempts.after_wrong(LIMITS, at);
        }
        attempts
    }

    #[test]
    fn the_sixth_wrong_password_locks_for_sixty_minutes() {
        // RX-02: 5 are not yet a lock; 59:59 still locked, 60:00 open
        let five = wrong(Attempts::default(), 5, NOON);
        assert_eq!(five.gate(NOON), Gate::Open);
        let six = five.after_wrong(LIMITS, NOON);
        let end = NOON.plus_minutes(60);
        assert_eq!(six.gate(NOON), Gate::Locked(end));
        assert_eq!(six.gate(end.plus_ms(-1)), Gate::Locked(end));
        assert_eq!(six.gate(end), Gate::Open);
    }

    #[test]
    fn the_third_lock_in_a_row_closes_without_end() {
        let later = NOON.plus_minutes(60 * 24 * 365);
        let twice = wrong(Attempts::default(), 12, NOON);
        assert_eq!(twice.locks, 2);
        let thrice = wrong(twice, 6, NOON);
        assert_eq!(thrice.gate(later), Gate::Closed);
    }
}
