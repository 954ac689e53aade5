//! How an item and a requested line stand against what was before.

pub use crate::deduction::items::State;
use crate::deduction::period::Kind;

/// What an item deducts at each kind, in yen; 0: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// 月例.
    pub monthly: i64,
    /// 夏季一時金.
    pub summer: i64,
    /// 年末一時金.
    pub winter: i64,
}

/// How a requested line differs from the period before of the same kind (異動, R004-120).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// The same amount, or nothing both times.
    None,
    /// 新規: nothing before.
    New,
    /// 変更: another amount.
    Changed,
    /// 解除: nothing now.
    Cancelled,
}

impl Amounts {
    /// What is deducted at `kind`.
    #[must_use]
    pub const fn at(&self, kind: Kind) -> i64 {
        match kind {
            Kind::Monthly => self.monthly,
            Kind::Summer => self.summer,
            Kind::Winter => self.winter,
        }
    }
}

impl Movement {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::New, Self::Changed, Self::Cancelled];

    /// From the amount of the period before to that of now. Absent and 0 both are nothing.
    #[must_use]
    pub fn of(before: Option<i64>, now: Option<i64>) -> Self {
        match (before.unwrap_or(0), now.unwrap_or(0)) {
            (before, now) if before == now => Self::None,
            (0, _) => Self::New,
            (_, 0) => Self::Cancelled,
            _ => Self::Changed,
        }
    }

    /// The word for it in the database and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The movement that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|movement| movement.word() == word)
    }
}

/// How an item stands in the open period: `base` is what it had at the last monthly close
/// (`None`: it was not there), `now` what it has. An amount changed and changed back is no
/// change; a cancelled item stays so whatever it had, until the close ends it.
#[must_use]
pub fn state_of(base: Option<Amounts>, now: Amounts, cancelled: bool) -> State {
    match base {
        _ if cancelled => State::Cancelled,
        None => State::New,
        Some(base) if base == now => State::Active,
        Some(_) => State::Changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R004-120
    #[test]
    fn a_line_moves_against_the_period_before() {
        for (before, now, movement) in [
            (None, None, Movement::None),
            (None, Some(0), Movement::None),
            (Some(0), None, Movement::None),
            (Some(5_000), Some(5_000), Movement::None),
            (None, Some(5_000), Movement::New),
            (Some(0), Some(5_000), Movement::New),
            (Some(5_000), Some(6_000), Movement::Changed),
            (Some(5_000), Some(4_000), Movement::Changed),
            (Some(5_000), Some(0), Movement::Cancelled),
            (Some(5_000), None, Movement::Cancelled),
        ] {
            assert_eq!(Movement::of(before, now), movement, "{before:?} {now:?}");
        }
    }

    // R004-117
    #[test]
    fn an_item_stands_against_what_was_last_requested() {
        let amounts = |monthly, summer, winter| Amounts { monthly, summer, winter };
        let old = amounts(5_000, 20_000, 0);
        for (base, now, cancelled, state) in [
            (None, old, false, State::New),
            (None, old, true, State::Cancelled),
            (Some(old), old, false, State::Active),
            (Some(old), old, true, State::Cancelled),
            (Some(old), amounts(6_000, 20_000, 0), false, State::Changed),
            (Some(old), amounts(5_000, 20_000, 1), false, State::Changed),
            (Some(old), amounts(0, 0, 0), false, State::Changed),
            (Some(old), amounts(6_000, 20_000, 0), true, State::Cancelled),
        ] {
            assert_eq!(state_of(base, now, cancelled), state, "{base:?} {now:?} {cancelled}");
        }
        let at = |kind| amounts(1, 2, 3).at(kind);
        assert_eq!(Kind::ALL.map(at), [1, 2, 3]);
    }

    #[test]
    fn words_name_what_they_are_for() {
        assert!(Movement::ALL.into_iter().all(|one| Movement::parse(one.word()) == Some(one)));
        assert_eq!(Movement::parse("ended"), None);
    }
}
