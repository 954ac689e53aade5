//! How far a period is, and what may be done with it then.

use crate::base::Moment;

/// How far a period is. Each stage follows the one before; only a confirmation that was not
/// sent can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Its lines are not requested yet: 入力中, or 締切中 for the moment until they are (what
    /// may be entered then says `period::entry`).
    Entering,
    /// Requested (依頼データ受信).
    Closed,
    /// The results are there (結果データ受信).
    Received,
    /// まとめ入金 is confirmed (確定).
    Confirmed,
    /// And sent: final.
    Sent,
}

/// What is noted of a period; the last two of its standing confirmation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// 依頼データ受信.
    pub requested_at: Option<Moment>,
    /// 結果データ受信.
    pub results_at: Option<Moment>,
    /// 確定.
    pub confirmed_at: Option<Moment>,
    /// まとめ入金依頼書 sent.
    pub sent_at: Option<Moment>,
}

/// Why something may not be done with a period now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its lines are not requested yet.
    #[error("nothing was requested yet")]
    NoRequest,
    /// The results are not there yet.
    #[error("there is no result yet")]
    NoResult,
    /// まとめ入金 is confirmed.
    #[error("the deposit is confirmed already")]
    AlreadyConfirmed,
    /// まとめ入金 is not confirmed.
    #[error("the deposit is not confirmed")]
    NotConfirmed,
    /// まとめ入金 was sent.
    #[error("the deposit was sent already")]
    AlreadySent,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 5] =
        [Self::Entering, Self::Closed, Self::Received, Self::Confirmed, Self::Sent];

    /// The stage of a period with these marks: the furthest that all before it were noted for.
    #[must_use]
    pub fn of(marks: &Marks) -> Self {
        let Marks { requested_at, results_at, confirmed_at, sent_at } = marks;
        let noted = [requested_at, results_at, confirmed_at, sent_at];
        let reached = noted.iter().take_while(|mark| mark.is_some()).count();
        Self::ALL.get(reached).copied().unwrap_or(Self::Sent)
    }
}

/// Whether the employer's results may be received: again until they are confirmed.
///
/// # Errors
/// [`Refusal::NoRequest`], [`Refusal::AlreadyConfirmed`], [`Refusal::AlreadySent`].
pub const fn may_receive(stage: Stage) -> Result<(), Refusal> {
    match stage {
        Stage::Entering => Err(Refusal::NoRequest),
        Stage::Closed | Stage::Received => Ok(()),
        Stage::Confirmed => Err(Refusal::AlreadyConfirmed),
        Stage::Sent => Err(Refusal::AlreadySent),
    }
}

/// Whether 入金中止 may be set and taken back (R004-124).
///
/// # Errors
/// As [`may_receive`], and [`Refusal::NoResult`].
pub const fn may_stop(stage: Stage) -> Result<(), Refusal> {
    match stage {
        Stage::Closed => Err(Refusal::NoResult),
        other => may_receive(other),
    }
}

/// Whether まとめ入金 may be confirmed (R004-125).
///
/// # Errors
/// As [`may_stop`].
pub const fn may_confirm(stage: Stage) -> Result<(), Refusal> {
    may_stop(stage)
}

/// Whether the confirmation may be taken back (確定を解除, R004-125).
///
/// # Errors
/// [`Refusal::NotConfirmed`], [`Refusal::AlreadySent`].
pub const fn may_undo(stage: Stage) -> Result<(), Refusal> {
    match stage {
        Stage::Confirmed => Ok(()),
        Stage::Sent => Err(Refusal::AlreadySent),
        _ => Err(Refusal::NotConfirmed),
    }
}

/// Whether まとめ入金依頼書 may be sent, after which nothing is taken back.
///
/// # Errors
/// As [`may_undo`].
pub const fn may_send(stage: Stage) -> Result<(), Refusal> {
    may_undo(stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_as_far_as_its_marks() {
        let at = Some(Moment::from_unix(1));
        let mut marks = Marks::default();
        assert_eq!(Stage::of(&marks), Stage::Entering);
        marks.requested_at = at;
        assert_eq!(Stage::of(&marks), Stage::Closed);
        marks.results_at = at;
        assert_eq!(Stage::of(&marks), Stage::Received);
        marks.confirmed_at = at;
        assert_eq!(Stage::of(&marks), Stage::Confirmed);
        marks.sent_at = at;
        assert_eq!(Stage::of(&marks), Stage::Sent);
        marks.confirmed_at = None;
        assert_eq!(Stage::of(&marks), Stage::Received);
    }

    // R004-124, R004-125
    #[test]
    fn each_stage_allows_its_own_steps() {
        use Refusal::{AlreadyConfirmed, AlreadySent, NoRequest, NoResult, NotConfirmed};
        type Step = fn(Stage) -> Result<(), Refusal>;
        let steps: [(Step, [Result<(), Refusal>; 5]); 5] = [
            (
                may_receive,
                [Err(NoRequest), Ok(()), Ok(()), Err(AlreadyConfirmed), Err(AlreadySent)],
            ),
            (
                may_stop,
                [Err(NoRequest), Err(NoResult), Ok(()), Err(AlreadyConfirmed), Err(AlreadySent)],
            ),
            (
                may_confirm,
                [Err(NoRequest), Err(NoResult), Ok(()), Err(AlreadyConfirmed), Err(AlreadySent)],
            ),
            (
                may_undo,
                [Err(NotConfirmed), Err(NotConfirmed), Err(NotConfirmed), Ok(()), Err(AlreadySent)],
            ),
            (
                may_send,
                [Err(NotConfirmed), Err(NotConfirmed), Err(NotConfirmed), Ok(()), Err(AlreadySent)],
            ),
        ];
        for (step, allowed) in steps {
            assert_eq!(Stage::ALL.map(step), allowed);
        }
    }
}
