//! What the employer's result says of each line, and what the lines come to.

use crate::deduction::sums::{Sum, Sums};

/// What became of a requested line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 控除済: deducted in full.
    Ok,
    /// 控除不能: nothing deducted.
    Unable,
}

/// A deducted amount that is neither what was requested nor nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongAmount {
    /// Less than requested: a line is deducted in full or not at all.
    #[error("less was deducted than requested")]
    Less,
    /// More than requested.
    #[error("more was deducted than requested")]
    More,
    /// Below zero.
    #[error("a negative amount")]
    Negative,
    /// Nothing was requested.
    #[error("nothing was requested")]
    NotRequested,
    /// A member's sum that leaves open which of the lines was deducted: the employer is asked
    /// to return line by line.
    #[error("a part of the member's sum: it has to be returned line by line")]
    ByLine,
}

impl Verdict {
    /// The word for it in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unable => "unable",
        }
    }

    /// The verdict that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ok, Self::Unable].into_iter().find(|verdict| verdict.word() == word)
    }
}

/// Judges one line by the yen requested and deducted.
///
/// # Errors
/// Any amount between: see [`WrongAmount`].
pub const fn judge(requested: i64, deducted: i64) -> Result<Verdict, WrongAmount> {
    match (requested, deducted) {
        (..=0, _) => Err(WrongAmount::NotRequested),
        (_, ..0) => Err(WrongAmount::Negative),
        (_, 0) => Ok(Verdict::Unable),
        _ if deducted < requested => Err(WrongAmount::Less),
        _ if deducted > requested => Err(WrongAmount::More),
        _ => Ok(Verdict::Ok),
    }
}

/// Judges all lines of a member by the one sum that the employer returned: all of them were
/// deducted, or none.
///
/// # Errors
/// As [`judge`]; a part of the sum of several lines is [`WrongAmount::ByLine`]. A sum beyond
/// what can be counted is more than anybody deducted: [`WrongAmount::Less`].
pub fn judge_member(requested: &[i64], deducted: i64) -> Result<Verdict, WrongAmount> {
    if requested.iter().any(|yen| *yen <= 0) {
        return Err(WrongAmount::NotRequested);
    }
    let sum = requested.iter().fold(0_i64, |sum, yen| sum.saturating_add(*yen));
    match judge(sum, deducted) {
        Err(WrongAmount::Less) if requested.len() > 1 => Err(WrongAmount::ByLine),
        verdict => verdict,
    }
}

/// A requested line, as the sums see it. A line with an error is not requested: it has no
/// place here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Requested yen.
    pub amount: i64,
    /// `None` until the result comes.
    pub result: Option<Verdict>,
    /// 入金中止.
    pub stopped: bool,
}

/// A sum beyond what can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sum is too large to be counted")]
pub struct TooLarge;

/// What these lines come to: `requested`, `ok`, `unable`, and `stopped`, in which a stopped
/// line is only when it was deducted. The other sums stay zero.
///
/// # Errors
/// A sum beyond what can be counted.
pub fn sums_of(lines: impl IntoIterator<Item = Line>) -> Result<Sums, TooLarge> {
    let mut sums = Sums::default();
    for Line { amount, result, stopped } in lines {
        add(&mut sums.requested, amount)?;
        match result {
            None => {}
            Some(Verdict::Unable) => add(&mut sums.unable, amount)?,
            Some(Verdict::Ok) => {
                add(&mut sums.ok, amount)?;
                if stopped {
                    add(&mut sums.stopped, amount)?;
                }
            }
        }
    }
    Ok(sums)
}

fn add(sum: &mut Sum, yen: i64) -> Result<(), TooLarge> {
    let count = sum.count.checked_add(1).ok_or(TooLarge)?;
    *sum = Sum { count, amount: sum.amount.checked_add(yen).ok_or(TooLarge)? };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_deducted_in_full_or_not_at_all() {
        for (requested, deducted, verdict) in [
            (5_000, 5_000, Ok(Verdict::Ok)),
            (5_000, 0, Ok(Verdict::Unable)),
            (5_000, 4_999, Err(WrongAmount::Less)),
            (5_000, 1, Err(WrongAmount::Less)),
            (5_000, 5_001, Err(WrongAmount::More)),
            (5_000, -5_000, Err(WrongAmount::Negative)),
            (0, 0, Err(WrongAmount::NotRequested)),
            (0, 5_000, Err(WrongAmount::NotRequested)),
            (i64::MAX, i64::MAX, Ok(Verdict::Ok)),
        ] {
            assert_eq!(judge(requested, deducted), verdict, "{requested} {deducted}");
        }
    }

    #[test]
    fn a_members_sum_is_all_or_nothing() {
        let cases: [(&[i64], i64, _); 9] = [
            (&[3_000, 2_000], 5_000, Ok(Verdict::Ok)),
            (&[3_000, 2_000], 0, Ok(Verdict::Unable)),
            (&[3_000, 2_000], 3_000, Err(WrongAmount::ByLine)),
            (&[3_000], 1_000, Err(WrongAmount::Less)),
            (&[3_000, 2_000], 5_001, Err(WrongAmount::More)),
            (&[3_000, 2_000], -1, Err(WrongAmount::Negative)),
            (&[], 0, Err(WrongAmount::NotRequested)),
            (&[3_000, 0], 3_000, Err(WrongAmount::NotRequested)),
            (&[i64::MAX, 1], i64::MAX - 1, Err(WrongAmount::ByLine)),
        ];
        for (requested, deducted, verdict) in cases {
            assert_eq!(judge_member(requested, deducted), verdict, "{requested:?} {deducted}");
        }
    }

    fn line(amount: i64, result: Option<Verdict>, stopped: bool) -> Line {
        Line { amount, result, stopped }
    }

    fn sum(count: i64, amount: i64) -> Sum {
        Sum { count, amount }
    }

    // R004-124, R004-125, R004-127
    #[test]
    fn every_yen_is_in_its_place() {
        let (ok, unable) = (Some(Verdict::Ok), Some(Verdict::Unable));
        let lines = [
            line(1, ok, false),
            line(20, ok, true),
            line(300, unable, false),
            line(4_000, unable, true),
        ];
        let sums = sums_of(lines).expect("counted");
        assert_eq!(sums.requested, sum(4, 4_321));
        assert_eq!((sums.ok, sums.unable), (sum(2, 21), sum(2, 4_300)));
        assert_eq!((sums.stopped, sums.paid()), (sum(1, 20), sum(1, 1)));
        assert!(sums.is_answered());
        let open = sums_of([lines[0], line(50_000, None, true)]).expect("counted");
        assert!(!open.is_answered());
        assert_eq!((open.stopped, open.paid()), (sum(0, 0), sum(1, 1)));
    }

    #[test]
    fn the_sums_agree_for_every_mixture_of_lines() {
        let results = [None, Some(Verdict::Ok), Some(Verdict::Unable)];
        for mixture in 0..6_usize.pow(4) {
            let kinds = (0..4).map(|at| mixture / 6_usize.pow(at) % 6);
            let lines: Vec<_> = (1..)
                .zip(kinds)
                .map(|(yen, kind)| line(yen * 1_000, results[kind % 3], kind >= 3))
                .collect();
            let sums = sums_of(lines.iter().copied()).expect("counted");
            let complete = lines.iter().all(|line| line.result.is_some());
            assert_eq!(sums.is_answered(), complete, "{lines:?}");
            assert_eq!(sums.requested == sums.ok + sums.unable, complete, "{lines:?}");
            let paid = lines.iter().filter(|l| l.result == Some(Verdict::Ok) && !l.stopped);
            assert_eq!(sums.paid().amount, paid.map(|line| line.amount).sum::<i64>());
        }
    }

    #[test]
    fn a_sum_is_never_wrapped() {
        let lines = [line(i64::MAX, None, false), line(1, None, false)];
        assert_eq!(sums_of(lines), Err(TooLarge));
    }
}
