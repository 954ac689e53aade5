//! What the employer's result says of each line.

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
}
