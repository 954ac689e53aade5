//! Who may begin a session. Pure.

use crate::base::Moment;
use crate::identity::lockout::{Attempts, Gate};

/// Why there is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The password is wrong.
    Wrong,
    /// ロック until then (R004-11, R004-12).
    Locked(Moment),
    /// 閉塞, or the contract has ended (R004-13).
    Closed,
    /// The account is being set up; until then (R002-36).
    NotYet(Moment),
    /// Too many wrong logins with the same company's certificate; until then.
    Waits(Moment),
    /// 本登録 comes first (R000-16..19).
    NotActivated,
    /// The person was sent enough codes for now.
    CodesExhausted,
}

/// Whether a person whose password was right may come in at `now`; looked at once
/// more in the transaction that begins the session.
pub fn admit(
    attempts: &Attempts,
    contract_closed_at: Option<Moment>,
    now: Moment,
) -> Result<(), Refusal> {
    match (attempts.gate(now), contract_closed_at) {
        (Gate::Closed, _) | (_, Some(_)) => Err(Refusal::Closed),
        (Gate::Locked(until), None) => Err(Refusal::Locked(until)),
        (Gate::Open, None) => Ok(()),
    }
}

/// Whether a person who signed up may come in yet (R002-36).
pub fn available(from: Option<Moment>, now: Moment) -> Result<(), Refusal> {
    match from {
        Some(from) if now < from => Err(Refusal::NotYet(from)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_is_being_set_up_waits_to_the_last_millisecond() {
        // R002-36
        let from = Moment::from_unix(1_800_000_000);
        assert_eq!(available(Some(from), from.plus_ms(-1)), Err(Refusal::NotYet(from)));
        assert_eq!(available(Some(from), from), Ok(()));
        assert_eq!(available(None, from), Ok(()));
    }

    #[test]
    fn who_was_locked_or_closed_meanwhile_stays_out() {
        let now = Moment::from_unix(1_800_000_000);
        let until = now.plus_minutes(60);
        let locked = Attempts { locked_until: Some(until), ..Attempts::default() };
        assert_eq!(admit(&Attempts::default(), None, now), Ok(()));
        assert_eq!(admit(&locked, None, now), Err(Refusal::Locked(until)));
        assert_eq!(admit(&locked, None, until), Ok(()));
        let closed = Attempts { closed_at: Some(now), ..locked };
        assert_eq!(admit(&closed, None, now), Err(Refusal::Closed));
        assert_eq!(admit(&Attempts::default(), Some(now), now), Err(Refusal::Closed));
    }
}
