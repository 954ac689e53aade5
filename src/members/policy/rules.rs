//! What the form must hold. Pure.

use serde::Deserialize;

use super::words;
use crate::identity::policy::Policy;
use crate::web::Mistakes;

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PolicyForm {
    /// 最小文字数.
    pub min_length: String,
    /// 大文字の最小使用数.
    pub min_upper: String,
    /// 小文字の最小使用数.
    pub min_lower: String,
    /// 数値の最小使用数.
    pub min_digit: String,
    /// 記号の最小使用数.
    pub min_symbol: String,
    /// パスワードの定期的な更新: `yes` or `no`.
    pub rotate: String,
    /// After how many days.
    pub rotate_days: String,
    /// 古いパスワードの再利用: `allow` or `block`.
    pub reuse: String,
    /// How many.
    pub reuse_count: String,
    /// The version that was shown.
    pub version: String,
}

/// The numbers that a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Least.
    pub from: i64,
    /// Most.
    pub to: i64,
}

/// The numbers of each field, as the preset's policy leaves them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// 最小文字数.
    pub length: Bounds,
    /// 大文字の最小使用数.
    pub upper: Bounds,
    /// 小文字の最小使用数.
    pub lower: Bounds,
    /// 数値の最小使用数.
    pub digit: Bounds,
    /// 記号の最小使用数.
    pub symbol: Bounds,
    /// Days.
    pub days: Bounds,
    /// Passwords.
    pub reuse: Bounds,
}

impl Limits {
    /// What a contract may ask for where `floor` is the least.
    #[must_use]
    pub fn above(floor: &Policy) -> Self {
        let (least, to) = (floor.spelled_out(), floor.max_length);
        Self {
            length: Bounds { from: least.min_length, to },
            upper: Bounds { from: least.min_upper, to },
            lower: Bounds { from: least.min_lower, to },
            digit: Bounds { from: least.min_digit, to },
            symbol: Bounds { from: least.min_symbol, to },
            days: Bounds { from: 1, to: floor.rotate_days.unwrap_or(Policy::MOST_DAYS) },
            reuse: Bounds { from: floor.reuse_block.max(1), to: Policy::MOST_REUSE },
        }
    }
}

impl PolicyForm {
    /// The form as it stands before anything is typed.
    #[must_use]
    pub fn of(policy: &Policy, version: i64) -> Self {
        let shown = policy.spelled_out();
        let (days, reuse) = (shown.rotate_days, shown.reuse_block);
        Self {
            min_length: shown.min_length.to_string(),
            min_upper: shown.min_upper.to_string(),
            min_lower: shown.min_lower.to_string(),
            min_digit: shown.min_digit.to_string(),
            min_symbol: shown.min_symbol.to_string(),
            rotate: if days.is_some() { "yes" } else { "no" }.to_owned(),
            rotate_days: days.map(|days| days.to_string()).unwrap_or_default(),
            reuse: if reuse > 0 { "block" } else { "allow" }.to_owned(),
            reuse_count: if reuse > 0 { reuse.to_string() } else { String::new() },
            version: version.to_string(),
        }
    }

    /// The policy, or everything that is wrong, in the order of the fields.
    pub fn check(&self, floor: &Policy) -> Result<Policy, Mistakes> {
        let limits = Limits::above(floor);
        let mut found = Mistakes::default();
        let mut take = |name, label: &str, typed: &str, bounds: Bounds| {
            let number = number(typed).filter(|n| (bounds.from..=bounds.to).contains(n));
            if number.is_none() {
                found.add(name, label, words::not_within(label, bounds.from, bounds.to));
            }
            number.unwrap_or(bounds.from)
        };
        let mut policy = Policy {
            min_length: take("min_length", words::MIN_LENGTH, &self.min_length, limits.length),
            min_upper: take("min_upper", words::MIN_UPPER, &self.min_upper, limits.upper),
            min_lower: take("min_lower", words::MIN_LOWER, &self.min_lower, limits.lower),
            min_digit: take("min_digit", words::MIN_DIGIT, &self.min_digit, limits.digit),
            min_symbol: take("min_symbol", words::MIN_SYMBOL, &self.min_symbol, limits.symbol),
            ..*floor
        };
        if self.rotate == "yes" {
            let days = take("rotate_days", words::ROTATE_DAYS, &self.rotate_days, limits.days);
            policy.rotate_days = Some(days);
        }
        if self.reuse == "block" {
            let count = &self.reuse_count;
            policy.reuse_block = take("reuse_count", words::REUSE_COUNT, count, limits.reuse);
        }
        self.check_choices(floor, &mut found);
        if found.is_empty() && !policy.can_be_obeyed() {
            found.add("min_upper", words::MIN_UPPER, words::too_many(floor.max_length));
        }
        if found.is_empty() { Ok(policy) } else { Err(found) }
    }

    /// What the preset asks for cannot be left out.
    fn check_choices(&self, floor: &Policy, found: &mut Mistakes) {
        let chosen = |typed: &str, must: bool, yes, no| typed == yes || (!must && typed == no);
        if !chosen(&self.rotate, floor.rotate_days.is_some(), "yes", "no") {
            found.add("rotate", words::ROTATE, words::not_chosen(words::ROTATE));
        }
        if !chosen(&self.reuse, floor.reuse_block > 0, "block", "allow") {
            found.add("reuse", words::REUSE, words::not_chosen(words::REUSE));
        }
    }
}

/// Half-width digits alone (R001-06).
fn number(typed: &str) -> Option<i64> {
    let typed = typed.trim();
    let digits = !typed.is_empty() && typed.bytes().all(|b| b.is_ascii_digit());
    if digits { typed.parse().ok() } else { None }
}

/// What differs, for the log: `min_length 8 -> 10, rotate_days never -> 90`.
#[must_use]
pub fn difference(before: &Policy, after: &Policy) -> String {
    let (before, after) = (before.spelled_out(), after.spelled_out());
    let days = |policy: &Policy| match policy.rotate_days {
        Some(days) => days.to_string(),
        None => "never".to_owned(),
    };
    let rows = [
        ("min_length", before.min_length.to_string(), after.min_length.to_string()),
        ("min_upper", before.min_upper.to_string(), after.min_upper.to_string()),
        ("min_lower", before.min_lower.to_string(), after.min_lower.to_string()),
        ("min_digit", before.min_digit.to_string(), after.min_digit.to_string()),
        ("min_symbol", before.min_symbol.to_string(), after.min_symbol.to_string()),
        ("rotate_days", days(&before), days(&after)),
        ("reuse_block", before.reuse_block.to_string(), after.reuse_block.to_string()),
    ];
    let changed = rows.iter().filter(|(_, before, after)| before != after);
    let told: Vec<_> =
        changed.map(|(name, before, after)| format!("{name} {before} -> {after}")).collect();
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    fn form() -> PolicyForm {
        PolicyForm::of(&Preset::Hr.policy(), 0)
    }

    fn wrong(form: &PolicyForm, floor: &Policy) -> Vec<&'static str> {
        match form.check(floor) {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.all().iter().map(|mistake| mistake.name).collect(),
        }
    }

    #[test]
    fn the_form_of_a_policy_gives_it_back() {
        // R001-05
        for preset in Preset::ALL {
            let policy = preset.policy();
            let back = PolicyForm::of(&policy, 0).check(&policy).expect("good");
            assert_eq!(back.spelled_out(), policy.spelled_out());
        }
        let full = Policy { rotate_days: Some(90), reuse_block: 3, ..Preset::Hr.policy() };
        assert_eq!(PolicyForm::of(&full, 4).check(&Preset::Hr.policy()), Ok(full));
    }

    #[test]
    fn each_number_is_half_width_and_within_its_bounds() {
        // R001-05..10
        let floor = Preset::Hr.policy();
        for (typed, good) in
            [("7", false), ("8", true), ("64", true), ("65", false), ("１０", false), ("", false)]
        {
            let form = PolicyForm { min_length: typed.to_owned(), ..form() };
            assert_eq!(wrong(&form, &floor).is_empty(), good, "{typed}");
        }
        for typed in ["0", "-1", "1.5", "1e1", "+1", "99999999999999999999"] {
            let form = PolicyForm { min_symbol: typed.to_owned(), ..form() };
            assert_eq!(wrong(&form, &floor), ["min_symbol"], "{typed}");
        }
    }

    #[test]
    fn days_and_times_are_asked_for_only_where_they_are_chosen() {
        // R001-12, R001-13
        let floor = Preset::Hr.policy();
        let days = |typed: &str| PolicyForm {
            rotate: "yes".to_owned(),
            rotate_days: typed.to_owned(),
            ..form()
        };
        for (typed, good) in [("0", false), ("1", true), ("365", true), ("366", false)] {
            assert_eq!(wrong(&days(typed), &floor).is_empty(), good, "{typed}");
        }
        let times = |typed: &str| PolicyForm {
            reuse: "block".to_owned(),
            reuse_count: typed.to_owned(),
            ..form()
        };
        for (typed, good) in [("0", false), ("1", true), ("24", true), ("25", false)] {
            assert_eq!(wrong(&times(typed), &floor).is_empty(), good, "{typed}");
        }
        let unasked = PolicyForm { rotate_days: "x".into(), reuse_count: "x".into(), ..form() };
        assert!(wrong(&unasked, &floor).is_empty());
        let other = PolicyForm { rotate: String::new(), reuse: "maybe".into(), ..form() };
        assert_eq!(wrong(&other, &floor), ["rotate", "reuse"]);
    }

    #[test]
    fn no_more_is_asked_for_than_a_password_can_hold() {
        let rokin = Preset::Rokin.policy();
        let of =
            |upper: &str| PolicyForm { min_upper: upper.to_owned(), ..PolicyForm::of(&rokin, 0) };
        assert!(wrong(&of("9"), &rokin).is_empty());
        assert_eq!(wrong(&of("10"), &rokin), ["min_upper"]);
    }

    #[test]
    fn a_preset_that_rotates_cannot_be_kept_from_it() {
        let floor = Policy { rotate_days: Some(30), reuse_block: 2, ..Preset::Hr.policy() };
        assert_eq!(wrong(&form(), &floor), ["rotate", "reuse"]);
        let slow = PolicyForm { rotate_days: "31".into(), ..PolicyForm::of(&floor, 0) };
        assert_eq!(wrong(&slow, &floor), ["rotate_days"]);
    }

    #[test]
    fn the_log_says_what_changed() {
        let before = Preset::Rokin.policy();
        let after = Policy { min_length: 10, rotate_days: Some(90), ..before };
        assert_eq!(difference(&before, &after), "min_length 8 -> 10, rotate_days never -> 90");
        assert_eq!(difference(&before, &before.spelled_out()), "");
    }
}
