//! The states of a certificate and what leads from one to the next. Pure.
//!
//! ```text
//! active ─renewed─▶ retiring ─successor used─▶ superseded
//!    └──────────────────┴──── ended ──▶ expired
//!    └──────────────────┴── revoked ──▶ revoked
//! ```

/// What has become of a certificate, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// In force; one at most a person (R004-37).
    Active,
    /// Renewed, and in force until its successor is used or its time is over.
    Retiring,
    /// Its successor was used.
    Superseded,
    /// Its time is over.
    Expired,
    /// Its force was taken away.
    Revoked,
}

/// What happens to a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happening {
    /// A new one was issued to the same person.
    Renewed,
    /// Somebody came in with the new one.
    SuccessorUsed,
    /// Its last second has passed.
    Ended,
    /// It was revoked.
    Revoked,
}

impl State {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Active, Self::Retiring, Self::Superseded, Self::Expired, Self::Revoked];

    /// The word for it in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The state that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether it can open a door while its time lasts.
    #[must_use]
    pub const fn in_force(self) -> bool {
        matches!(self, Self::Active | Self::Retiring)
    }

    /// Where `happening` leads from here; `None` when it changes nothing: an end is
    /// an end.
    #[must_use]
    pub const fn after(self, happening: Happening) -> Option<Self> {
        match (self, happening) {
            (Self::Active, Happening::Renewed) => Some(Self::Retiring),
            (Self::Retiring, Happening::SuccessorUsed) => Some(Self::Superseded),
            (Self::Active | Self::Retiring, Happening::Ended) => Some(Self::Expired),
            (Self::Active | Self::Retiring, Happening::Revoked) => Some(Self::Revoked),
            _ => None,
        }
    }
}

impl Happening {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Renewed, Self::SuccessorUsed, Self::Ended, Self::Revoked];

    /// Where it leads, and from which states.
    pub(super) fn moves(self) -> (Vec<State>, Option<State>) {
        let from = State::ALL.into_iter().filter(|state| state.after(self).is_some()).collect();
        (from, State::ALL.into_iter().find_map(|state| state.after(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_stands_in_one_table() {
        let moves = |state: State| Happening::ALL.map(|happening| state.after(happening));
        let (retiring, superseded) = (Some(State::Retiring), Some(State::Superseded));
        let (expired, revoked) = (Some(State::Expired), Some(State::Revoked));
        //                                  renewed   used        ended    revoked
        assert_eq!(moves(State::Active), [retiring, None, expired, revoked]);
        assert_eq!(moves(State::Retiring), [None, superseded, expired, revoked]);
        for end in [State::Superseded, State::Expired, State::Revoked] {
            assert_eq!(moves(end), [None; 4], "{end:?}");
            assert!(!end.in_force());
        }
    }

    #[test]
    fn each_happening_leads_to_one_state_only() {
        for happening in Happening::ALL {
            let (from, to) = happening.moves();
            assert!(!from.is_empty() && to.is_some(), "{happening:?}");
            assert!(from.iter().all(|state| state.after(happening) == to), "{happening:?}");
        }
    }

    #[test]
    fn words_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.word()), Some(state));
        }
        assert_eq!(State::parse("Active"), None);
    }
}
