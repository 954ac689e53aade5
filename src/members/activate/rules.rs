//! Who may go through 本登録. Pure.

use crate::base::Moment;
use crate::members::login::rules as login;

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// User ID and password do not fit, or nobody has that ID.
    Wrong,
    /// ロック until then.
    Locked(Moment),
    /// 閉塞, or the contract has ended.
    Closed,
    /// Too many wrong guesses with this ID or from this address; until then.
    Waits(Moment),
    /// It is done already, or the person does not need it.
    Done,
}

impl From<login::Refusal> for Refusal {
    fn from(refusal: login::Refusal) -> Self {
        match refusal {
            login::Refusal::Locked(until) => Self::Locked(until),
            login::Refusal::Closed => Self::Closed,
            login::Refusal::Waits(until) => Self::Waits(until),
            _ => Self::Wrong,
        }
    }
}
