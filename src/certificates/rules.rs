//! When a certificate may be issued, and what becomes of the one before. Pure.

use crate::base::clock::DAY_MS;
use crate::base::{Day, Moment};

/// The user's certificate that is in force, as far as the rules need it.
#[derive(Clone, Copy, Debug)]
pub struct Current {
    /// Its last second.
    pub not_after: Moment,
    /// Whether anybody has come in with it.
    pub used: bool,
    /// Whether it was made on the same way through the browser.
    pub same_way: bool,
}

/// What the operator has settled.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Days before the end in which one may renew (R004-81).
    pub renewal_days: i64,
    /// Whether a person may replace a file that was lost before anybody came in with
    /// it, with password and mailed code; otherwise the operator must revoke it first
    /// (R004-72).
    pub reissue_unused: bool,
}

/// What becomes of the certificate before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// There is none in force.
    First,
    /// It has ended.
    AfterEnd,
    /// It ends soon: it stays good until the new one is used (R004-81).
    Renewal,
    /// Its file was lost and nobody came in with it: it was made on this very way, or
    /// the policy lets people replace it themselves. It is revoked.
    Again,
}

/// Why none may be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A valid one exists (R004-80); it can be renewed from this day on.
    StillValid {
        /// First day of renewal.
        renewable_from: Day,
    },
}

/// Decides at `now`.
pub fn may_issue(current: Option<Current>, now: Moment, policy: Policy) -> Result<Plan, Refused> {
    let Some(current) = current else { return Ok(Plan::First) };
    if now > current.not_after.plus_ms(999) {
        return Ok(Plan::AfterEnd);
    }
    if !current.used && (current.same_way || policy.reissue_unused) {
        return Ok(Plan::Again);
    }
    let renewable_from = Day::of(current.not_after.plus_ms(-policy.renewal_days * DAY_MS));
    if Day::of(now) >= renewable_from {
        Ok(Plan::Renewal)
    } else {
        Err(Refused::StillValid { renewable_from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current(last: &str) -> Current {
        let not_after = Day::parse(last).expect("a day").ends_at();
        Current { not_after, used: true, same_way: false }
    }

    const STRICT: Policy = Policy { renewal_days: 30, reissue_unused: false };
    const SELF: Policy = Policy { reissue_unused: true, ..STRICT };

    fn at(text: &str) -> Moment {
        Moment::parse(text).expect("an instant")
    }

    #[test]
    fn none_is_issued_while_a_valid_one_exists() {
        // RX-04: a second issue with a valid one is refused
        let one = Some(current("2027-11-21"));
        let refused = may_issue(one, at("2027-10-21T23:59:59+09:00"), STRICT);
        let from = Day::parse("2027-10-22").unwrap();
        assert_eq!(refused, Err(Refused::StillValid { renewable_from: from }));
        assert_eq!(may_issue(one, at("2027-10-22T00:00:00+09:00"), STRICT), Ok(Plan::Renewal));
    }

    #[test]
    fn after_its_end_a_new_one_is_issued() {
        // RX-04: day 366 is still its own, day 367 is not
        let one = Some(current("2027-11-21"));
        assert_eq!(may_issue(one, at("2027-11-21T23:59:59+09:00"), STRICT), Ok(Plan::Renewal));
        assert_eq!(may_issue(one, at("2027-11-22T00:00:00+09:00"), STRICT), Ok(Plan::AfterEnd));
        assert_eq!(may_issue(None, at("2027-11-22T00:00:00+09:00"), STRICT), Ok(Plan::First));
    }

    #[test]
    fn a_file_lost_on_the_way_is_made_again_until_it_is_used() {
        let lost = Current { used: false, same_way: true, ..current("2027-11-21") };
        let now = at("2026-11-21T12:00:00+09:00");
        assert_eq!(may_issue(Some(lost), now, STRICT), Ok(Plan::Again));
        let used = Current { used: true, ..lost };
        assert!(may_issue(Some(used), now, STRICT).is_err());
        let other_way = Current { same_way: false, ..lost };
        assert!(may_issue(Some(other_way), now, STRICT).is_err());
    }

    #[test]
    fn a_lost_file_is_replaced_by_the_person_only_where_the_policy_says_so() {
        // R004-72
        let lost = Current { used: false, ..current("2027-11-21") };
        let used = Current { used: true, ..lost };
        let early = at("2026-11-21T12:00:00+09:00");
        assert_eq!(may_issue(Some(lost), early, SELF), Ok(Plan::Again));
        assert!(may_issue(Some(lost), early, STRICT).is_err());
        for policy in [SELF, STRICT] {
            assert!(may_issue(Some(used), early, policy).is_err(), "one in use is not replaced");
        }
        // In the last days, and after the end, as everybody else.
        let late = at("2027-10-22T00:00:00+09:00");
        assert_eq!(may_issue(Some(used), late, SELF), Ok(Plan::Renewal));
        assert_eq!(may_issue(Some(lost), late, SELF), Ok(Plan::Again));
        assert_eq!(may_issue(Some(lost), late, STRICT), Ok(Plan::Renewal));
        let over = at("2027-11-22T00:00:00+09:00");
        for one in [lost, used] {
            assert_eq!(may_issue(Some(one), over, SELF), Ok(Plan::AfterEnd));
        }
    }
}
