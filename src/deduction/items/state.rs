//! How an item stands (状態), in words.

pub use crate::deduction::rules::{Amounts, state_of};

use crate::base::money::Yen;

/// How an item stands against what was last requested (状態).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 継続.
    Active,
    /// 新規.
    New,
    /// 変更.
    Changed,
    /// 解除, shown until its period closes.
    Cancelled,
    /// 解除, and its period has closed: no list shows it.
    Ended,
}

/// The states that lists show and search for; an ended item is in none.
pub const SHOWN: [State; 4] = [State::Active, State::New, State::Changed, State::Cancelled];

impl State {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Active, Self::New, Self::Changed, Self::Cancelled, Self::Ended];

    /// The word for it in the database and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Cancelled => "cancelled",
            Self::Ended => "ended",
        }
    }

    /// The state that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// 「継続」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Active => "継続",
            Self::New => "新規",
            Self::Changed => "変更",
            Self::Cancelled => "解除",
            Self::Ended => "終了",
        }
    }

    /// The state that is called so on a page.
    #[must_use]
    pub fn parse_ja(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.ja() == words)
    }

    /// What its mark on a page looks like.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Active => " state-good",
            Self::New | Self::Changed => " state-warn",
            Self::Cancelled | Self::Ended => "",
        }
    }
}

/// What the mark of the state that is called so looks like; nothing for other words.
#[must_use]
pub fn mark_of(words: &str) -> &'static str {
    State::parse_ja(words).map_or("", State::mark)
}

impl Amounts {
    /// Whether nothing is deducted at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// 「月例 5,000円／夏季一時金 0円／年末一時金 0円」.
    #[must_use]
    pub fn ja(&self) -> String {
        let Self { monthly, summer, winter } = *self;
        let [monthly, summer, winter] = [monthly, summer, winter].map(|yen| Yen(yen).ja());
        format!("月例 {monthly}／夏季一時金 {summer}／年末一時金 {winter}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R004-117
    #[test]
    fn every_state_has_a_name_of_its_own_and_an_ended_item_is_in_no_list() {
        for state in State::ALL {
            assert_eq!(State::parse(state.word()), Some(state));
            assert_eq!(State::parse_ja(state.ja()), Some(state));
        }
        assert!(!SHOWN.contains(&State::Ended));
        assert_eq!(SHOWN.len() + 1, State::ALL.len());
    }

    // R004-117
    #[test]
    fn what_is_entered_for_an_item_decides_how_it_stands() {
        let amounts = |monthly| Amounts { monthly, ..Amounts::default() };
        let base = Some(amounts(5_000));
        for (base, now, cancelled, state) in [
            (None, 5_000, false, State::New),
            (base, 5_000, false, State::Active),
            (base, 6_000, false, State::Changed),
            (base, 5_000, true, State::Cancelled),
            (None, 5_000, true, State::Cancelled),
        ] {
            assert_eq!(state_of(base, amounts(now), cancelled), state);
        }
        assert!(amounts(0).is_nothing() && !amounts(1).is_nothing());
        assert_eq!(amounts(1_234).ja(), "月例 1,234円／夏季一時金 0円／年末一時金 0円");
    }
}
