//! Whether a password obeys. Pure.

use super::{Measure, Policy};
use crate::base::Secret;
use crate::identity::rules::Mistake;

impl Policy {
    /// Whether `password` obeys; the first rule that it breaks where not. `login_id`
    /// must not stand in it (R001-11, R001-16).
    pub fn check(&self, password: &Secret, login_id: Option<&str>) -> Result<(), Mistake> {
        self.mistakes(password, login_id).into_iter().next().map_or(Ok(()), Err)
    }

    /// Every rule that `password` breaks, in the order in which `lines` tells them.
    #[must_use]
    pub fn mistakes(&self, password: &Secret, login_id: Option<&str>) -> Vec<Mistake> {
        let typed = password.expose();
        if typed.is_empty() {
            return vec![Mistake::Missing];
        }
        let mut found = Vec::new();
        let length = count(typed.chars().count());
        if length < self.min_length || length > self.max_length {
            let bound = |bound: i64| usize::try_from(bound).unwrap_or(usize::MAX);
            let (min, max) = (bound(self.min_length), bound(self.max_length));
            found.push(Mistake::PasswordLength(min, max));
        }
        let mut used = 0;
        for kind in self.kinds() {
            let times = count(typed.bytes().filter(kind.holds).count());
            used += i64::from(times > 0);
            if times < kind.least {
                found.push(Mistake::PasswordFew(kind.measure, kind.least));
            }
        }
        // With all four asked for, each one missing is told by itself.
        if used < self.min_classes && self.min_classes < 4 {
            found.push(Mistake::PasswordClasses(self.min_classes));
        }
        if !typed.bytes().all(|b| b.is_ascii_graphic()) {
            found.push(Mistake::PasswordCharacters);
        }
        if login_id.is_some_and(|id| holds(typed, id)) {
            found.push(Mistake::PasswordHoldsLoginId);
        }
        found
    }
}

/// Whether `id` stands in `typed` in whatever case: `TARO67` gives `taro67` away too.
fn holds(typed: &str, id: &str) -> bool {
    !id.is_empty() && typed.to_lowercase().contains(&id.to_lowercase())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Measure {
    /// The kind of characters in a sentence about what is missing.
    pub(in crate::identity) const fn half_width(self) -> &'static str {
        match self {
            Self::Upper => "半角英大文字",
            Self::Lower => "半角英小文字",
            Self::Digit => "半角数字",
            Self::Symbol => "半角記号",
            _ => "半角の文字",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    fn wrong(policy: &Policy, typed: &str) -> Vec<Mistake> {
        policy.mistakes(&Secret::from(typed), Some("taro67"))
    }

    fn few(measure: Measure) -> Vec<Mistake> {
        vec![Mistake::PasswordFew(measure, 1)]
    }

    #[test]
    fn what_is_made_by_chance_obeys() {
        // R004-29, R000-13
        for preset in Preset::ALL {
            let policy = preset.policy();
            let made = policy.make("taro67").expect("made");
            assert_eq!((wrong(&policy, made.expose()), made.expose().len()), (vec![], 12));
        }
        let long = Policy { min_length: 30, min_symbol: 12, ..Policy::LEAST };
        assert!(long.make("taro67").is_some());
        assert!(Policy { min_symbol: 65, ..Policy::LEAST }.make("taro67").is_none());
    }

    #[test]
    fn rokin_takes_8_to_12_of_all_four_kinds() {
        // RX-01, R004-27, R004-29 at their edges: 7, 8, 12 and 13 characters, 3 and 4 kinds
        let rokin = Preset::Rokin.policy();
        for good in ["Abcde1#x", "Abcdefgh12#x", "aA1!aA1!", "~A1a~A1a"] {
            assert_eq!(wrong(&rokin, good), [], "{good}");
        }
        for long in ["Abcde1#", "Abcdefgh12#xy"] {
            assert_eq!(wrong(&rokin, long), [Mistake::PasswordLength(8, 12)], "{long}");
        }
        assert_eq!(wrong(&rokin, "abcdef1#"), few(Measure::Upper));
        assert_eq!(wrong(&rokin, "ABCDEF1#"), few(Measure::Lower));
        assert_eq!(wrong(&rokin, "Abcdefg#"), few(Measure::Digit));
        assert_eq!(wrong(&rokin, "Abcdefg1"), few(Measure::Symbol));
    }

    #[test]
    fn an_initial_password_is_exactly_eight_of_all_four_kinds() {
        // RX-01, R004-28: 7 and 9 are refused, and 3 kinds
        assert_eq!(wrong(&Policy::INITIAL, "Abcde1#x"), []);
        for other in ["Abcde1#", "Abcde1#xy"] {
            assert_eq!(wrong(&Policy::INITIAL, other), [Mistake::PasswordLength(8, 8)], "{other}");
        }
        assert_eq!(wrong(&Policy::INITIAL, "Abcde12x"), few(Measure::Symbol));
    }

    #[test]
    fn portal_takes_8_with_a_small_letter_and_a_digit() {
        // RX-01, R000-31: 7 and 8 characters, each kind once
        let portal = Preset::Portal.policy();
        assert_eq!(wrong(&portal, "abcdefg1"), []);
        assert_eq!(wrong(&portal, "1234567a"), []);
        assert_eq!(wrong(&portal, "abcdef1"), [Mistake::PasswordLength(8, 64)]);
        assert_eq!(wrong(&portal, "ABCDEFG1"), few(Measure::Lower));
        assert_eq!(wrong(&portal, "abcdefgh"), few(Measure::Digit));
    }

    #[test]
    fn office_takes_8_with_three_of_four_kinds() {
        // RX-01, R002-26, R002-27: 7 and 8 characters, 2 and 3 kinds, whichever they are
        let office = Preset::Office.policy();
        for good in ["Abcdefg1", "abcdef1#", "ABCDEF1#", "Abcdefg#", "Abcde1#x"] {
            assert_eq!(wrong(&office, good), [], "{good}");
        }
        for two in ["abcdefg1", "Abcdefgh", "abcdefg#", "ABCDEFG1", "ABCDEFG#", "1234567#"] {
            assert_eq!(wrong(&office, two), [Mistake::PasswordClasses(3)], "{two}");
        }
        assert_eq!(wrong(&office, "Abcdef1"), [Mistake::PasswordLength(8, 64)]);
    }

    #[test]
    fn hr_and_mynumber_take_8_with_one_of_each_kind() {
        // RX-01, R001-06..10
        for preset in [Preset::Hr, Preset::MyNumber] {
            let policy = preset.policy();
            assert_eq!(wrong(&policy, "Abcde1#x"), []);
            assert_eq!(wrong(&policy, "Abcde1#"), [Mistake::PasswordLength(8, 64)]);
            assert_eq!(wrong(&policy, "Abcdefg1"), few(Measure::Symbol));
            let most = format!("A1#{}", "x".repeat(61));
            assert_eq!(wrong(&policy, &most), []);
            assert_eq!(wrong(&policy, &format!("{most}x")), [Mistake::PasswordLength(8, 64)]);
        }
    }

    #[test]
    fn each_number_counts_at_its_edge() {
        // R001-06..10
        let policy = Policy {
            min_length: 10,
            min_upper: 2,
            min_lower: 3,
            min_digit: 2,
            min_symbol: 2,
            ..Policy::LEAST
        };
        assert_eq!(wrong(&policy, "ABabc12#$x"), []);
        assert_eq!(wrong(&policy, "ABabc12#$"), [Mistake::PasswordLength(10, 64)]);
        assert_eq!(wrong(&policy, "Aabcd12#$x"), [Mistake::PasswordFew(Measure::Upper, 2)]);
        assert_eq!(wrong(&policy, "ABCDabX12#$"), [Mistake::PasswordFew(Measure::Lower, 3)]);
        assert_eq!(wrong(&policy, "ABabcd1#$x"), [Mistake::PasswordFew(Measure::Digit, 2)]);
        assert_eq!(wrong(&policy, "ABabc123#x"), [Mistake::PasswordFew(Measure::Symbol, 2)]);
    }

    #[test]
    fn full_width_and_every_blank_are_refused() {
        // R001-16, R004-27: case counts, and half-width only
        let rokin = Preset::Rokin.policy();
        for other in
            ["Abcde1# x", "Abcde1#x　", "ＡAbcde1#x", "Abcde1#あ", "Abcde1#ｱ", "Abcde1#\tx"]
        {
            assert_eq!(wrong(&rokin, other), [Mistake::PasswordCharacters], "{other}");
        }
    }

    #[test]
    fn the_login_id_is_refused_in_whatever_case() {
        // R001-11, R001-16
        let rokin = Preset::Rokin.policy();
        for inside in ["A#taro67", "#TARO67a", "x#TaRo67A"] {
            assert_eq!(wrong(&rokin, inside), [Mistake::PasswordHoldsLoginId], "{inside}");
        }
        assert_eq!(rokin.check(&Secret::from("A#taro67"), None), Ok(()));
        assert_eq!(rokin.check(&Secret::from("A#taro67"), Some("")), Ok(()));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let all = wrong(&Preset::Rokin.policy(), "taro67　");
        assert_eq!(
            all,
            [
                Mistake::PasswordLength(8, 12),
                Mistake::PasswordFew(Measure::Upper, 1),
                Mistake::PasswordFew(Measure::Symbol, 1),
                Mistake::PasswordCharacters,
                Mistake::PasswordHoldsLoginId,
            ]
        );
        assert_eq!(wrong(&Preset::Rokin.policy(), ""), [Mistake::Missing]);
    }

    #[test]
    fn a_contract_may_ask_for_more_and_never_for_less() {
        // R001-05
        let floor = Preset::Hr.policy();
        let weak = Policy { min_length: 4, max_length: 200, min_symbol: 0, ..Policy::LEAST };
        assert_eq!(weak.at_least(&floor), floor);
        let strong = Policy { min_length: 12, min_digit: 3, ..floor };
        assert_eq!(strong.at_least(&floor), strong);
        let rotated = Policy { rotate_days: Some(30), ..floor };
        let monthly = Policy { rotate_days: Some(90), reuse_block: 2, ..floor }.at_least(&rotated);
        assert_eq!((monthly.rotate_days, monthly.reuse_block), (Some(30), 2));
    }

    #[test]
    fn what_no_password_could_obey_is_not_asked_for() {
        // A contract whose preset became one with a lower maximum.
        let rokin = Preset::Rokin.policy();
        let long = Policy { min_length: 20, reuse_block: 3, ..Preset::Hr.policy() };
        assert_eq!(long.at_least(&rokin), Policy { reuse_block: 3, ..rokin });
        let many = Policy { min_upper: 5, min_lower: 5, min_digit: 2, ..rokin };
        assert!(!many.can_be_obeyed() && many.at_least(&rokin) == rokin);
        for preset in Preset::ALL {
            assert!(preset.policy().can_be_obeyed());
        }
    }
}
