//! How a company stands: what it has, and whether it may have a new one. Pure.

use crate::base::{Day, Moment};
use crate::certificates::rules::{self, Current, Plan, Policy, Refused};
use crate::certificates::store::Certificate;

/// How a company's certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The contract has ended.
    ContractClosed,
    /// None is in force.
    None,
    /// The last one has ended.
    Ended {
        /// Its last day.
        last_day: Day,
    },
    /// One is in force and ends soon: a new one may be issued.
    Renewable {
        /// Its last day.
        last_day: Day,
    },
    /// One is in force.
    Good {
        /// Its last day.
        last_day: Day,
        /// First day of renewal.
        renewable_from: Day,
    },
}

impl Standing {
    /// How the company stands at `now` whose active certificate is `active`.
    #[must_use]
    pub fn of(active: Option<&Certificate>, closed: bool, now: Moment, renewal_days: i64) -> Self {
        if closed {
            return Self::ContractClosed;
        }
        let Some(active) = active else { return Self::None };
        let last_day = Day::of(active.not_after);
        if !active.state_at(now).in_force() {
            return Self::Ended { last_day };
        }
        match plan(Some(active), now, renewal_days) {
            Ok(_) => Self::Renewable { last_day },
            Err(Refused::StillValid { renewable_from }) => Self::Good { last_day, renewable_from },
        }
    }

    /// Whether a certificate may be issued now.
    #[must_use]
    pub fn may_issue(self) -> bool {
        matches!(self, Self::None | Self::Ended { .. } | Self::Renewable { .. })
    }
}

/// What becomes of the `old` one when a new one is issued at `now`. A file that was lost
/// is the operator's to revoke, whatever people may do for themselves.
pub fn plan(old: Option<&Certificate>, now: Moment, renewal_days: i64) -> Result<Plan, Refused> {
    let current = |old: &Certificate| Current {
        not_after: old.not_after,
        used: old.first_used_at.is_some(),
        same_way: false,
    };
    rules::may_issue(old.map(current), now, Policy { renewal_days, reissue_unused: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificates::state::State;

    fn certificate(last: Day) -> Certificate {
        Certificate {
            serial: "4f1b2c3d".repeat(4),
            fingerprint: "00".repeat(32),
            generation: 1,
            contract_no: "15000004".into(),
            user_id: None,
            mode: "company".into(),
            status: State::Active,
            subject_cn: "MNS_123456".into(),
            der: Vec::new(),
            file_name: "MNS_123456cert.p12".into(),
            issued_at: last.plus_days(-365).starts_at(),
            not_before: last.plus_days(-365).starts_at(),
            not_after: last.ends_at(),
            first_used_at: None,
            superseded_at: None,
            revoked_at: None,
            reason: None,
            note: None,
            request_id: None,
        }
    }

    #[test]
    fn a_new_one_is_possible_without_one_near_its_end_and_after_it() {
        let last_day = Day::new(2027, 11, 21).expect("a day");
        let one = certificate(last_day);
        let at = |before: i64| {
            Standing::of(Some(&one), false, last_day.plus_days(-before).starts_at(), 30)
        };
        let renewable_from = last_day.plus_days(-30);
        assert_eq!(at(31), Standing::Good { last_day, renewable_from });
        assert_eq!(at(30), Standing::Renewable { last_day });
        assert_eq!(at(0), Standing::Renewable { last_day });
        assert_eq!(at(-1), Standing::Ended { last_day });
        let now = last_day.starts_at();
        assert_eq!(Standing::of(None, false, now, 30), Standing::None);
        let closed = Standing::of(Some(&one), true, now, 30);
        assert!(!closed.may_issue() && !at(31).may_issue());
        assert!(at(30).may_issue() && at(-1).may_issue());
        assert!(Standing::of(None, false, now, 30).may_issue());
    }
}
