//! Whether this machine's clock goes with the database's, which all nodes share.
//!
//! A claim on a job holds for fifteen seconds by the clock of the node that made it; a node
//! whose clock is ahead takes it over too early, and sends the same mail a second time.

use crate::base::Clock;
use crate::base::clock::SECOND_MS;
use crate::db::{Db, Error};

/// From here on the operator is warned.
const WARNED_MS: i64 = 2 * SECOND_MS;
/// From here on nothing starts: two such nodes could be further apart than a claim lasts.
const REFUSED_MS: i64 = 10 * SECOND_MS;

/// How two clocks go together. Milliseconds are positive when ours is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skew {
    /// There is no other clock.
    Alone,
    /// Near enough.
    Small(i64),
    /// More than two seconds.
    Large(i64),
    /// More than ten seconds.
    TooLarge(i64),
}

impl Skew {
    /// Compares `clock` with the database's.
    pub async fn look(db: &Db, clock: &Clock) -> Result<Self, Error> {
        let before = clock.now();
        let Some(theirs) = db.clock().await? else { return Ok(Self::Alone) };
        // The way there and back takes time that is no skew.
        let (ahead, behind) = (before.since_ms(theirs).max(0), theirs.since_ms(clock.now()).max(0));
        Ok(Self::of(ahead - behind))
    }

    fn of(ms: i64) -> Self {
        match ms.abs() {
            apart if apart > REFUSED_MS => Self::TooLarge(ms),
            apart if apart > WARNED_MS => Self::Large(ms),
            _ => Self::Small(ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Skew;

    #[test]
    fn two_seconds_pass_and_ten_are_a_warning() {
        assert_eq!(Skew::of(-2_000), Skew::Small(-2_000));
        assert_eq!(Skew::of(2_001), Skew::Large(2_001));
        assert_eq!(Skew::of(-10_000), Skew::Large(-10_000));
        assert_eq!(Skew::of(-10_001), Skew::TooLarge(-10_001));
    }
}
