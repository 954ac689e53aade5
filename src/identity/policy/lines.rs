//! How a policy is told to people (R001-15, R001-16).

use super::Policy;

/// What a line is about; pages hand it to the script that shows while one types which
/// lines are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Fewest characters.
    Length,
    /// Most characters.
    Most,
    /// 大文字.
    Upper,
    /// 小文字.
    Lower,
    /// 数値.
    Digit,
    /// 記号.
    Symbol,
    /// How many of the four kinds.
    Kinds,
    /// Which characters at all.
    Characters,
    /// The login ID.
    Login,
    /// Only the server can tell.
    Told,
}

/// One line of the policy as it stands beside the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub measure: Measure,
    /// The number in it; 0 where there is none.
    pub bound: i64,
    /// 「・最小文字数：10文字以上」
    pub text: String,
}

impl Measure {
    /// The word for it in the page.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Most => "most",
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Digit => "digit",
            Self::Symbol => "symbol",
            Self::Kinds => "kinds",
            Self::Characters => "characters",
            Self::Login => "login",
            Self::Told => "told",
        }
    }

    /// What people call a kind of characters.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Upper => "大文字",
            Self::Lower => "小文字",
            Self::Digit => "数値",
            Self::Symbol => "記号",
            _ => "",
        }
    }
}

impl Policy {
    /// The policy in the manual's form, a line each, under the heading
    /// 「パスワードポリシー」.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let line = |measure, bound, text| Line { measure, bound, text };
        let (min, max, kinds) = (self.min_length, self.max_length, self.min_classes);
        let mut lines = vec![line(Measure::Length, min, format!("・最小文字数：{min}文字以上"))];
        for kind in self.kinds().iter().filter(|kind| kind.least > 0) {
            let text = format!("・{}：{}文字以上", kind.measure.ja(), kind.least);
            lines.push(line(kind.measure, kind.least, text));
        }
        let named = self.kinds().iter().filter(|kind| kind.least > 0).count();
        if i64::try_from(named).unwrap_or(4) < kinds {
            let text = format!("・大文字、小文字、数値、記号のうち、{kinds}種類以上");
            lines.push(line(Measure::Kinds, kinds, text));
        }
        lines.push(line(Measure::Most, max, format!("・最大文字数：{max}文字以下")));
        if let Some(days) = self.rotate_days {
            let text = format!("・定期的な更新：{days}日ごとに変更が必要です");
            lines.push(line(Measure::Told, days, text));
        }
        if self.reuse_block > 0 {
            let text = format!("・過去{}回までのパスワードは使えません", self.reuse_block);
            lines.push(line(Measure::Told, self.reuse_block, text));
        }
        let never = "※使用不可な文字（全角文字、全角半角スペース）";
        lines.push(line(Measure::Characters, 0, never.to_owned()));
        let login = "※ログインIDを含むことはできません";
        lines.push(line(Measure::Login, 0, login.to_owned()));
        lines
    }

    /// The policy in one line where all four kinds are asked for, as on DC584101
    /// (R004-62); empty elsewhere, where `lines` tell it.
    #[must_use]
    pub fn brief(&self) -> String {
        if self.kinds().iter().any(|kind| kind.least == 0) {
            return String::new();
        }
        let bounds = if self.min_length == self.max_length {
            format!("{}桁", self.min_length)
        } else {
            format!("{}~{}桁", self.min_length, self.max_length)
        };
        format!("半角英大文字、英小文字、数字、記号混在{bounds}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    fn texts(policy: &Policy) -> Vec<String> {
        policy.lines().into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_policy_is_told_in_the_manuals_form() {
        // R001-15, R001-16
        let policy = Policy { min_length: 10, ..Preset::Hr.policy() };
        assert_eq!(
            texts(&policy),
            [
                "・最小文字数：10文字以上",
                "・大文字：1文字以上",
                "・小文字：1文字以上",
                "・数値：1文字以上",
                "・記号：1文字以上",
                "・最大文字数：64文字以下",
                "※使用不可な文字（全角文字、全角半角スペース）",
                "※ログインIDを含むことはできません",
            ]
        );
    }

    #[test]
    fn all_four_kinds_are_one_of_each_and_three_are_counted() {
        // R004-27, R002-27
        let rokin = texts(&Preset::Rokin.policy());
        assert!(rokin.contains(&"・記号：1文字以上".to_owned()), "{rokin:?}");
        assert!(!rokin.iter().any(|line| line.contains("種類")), "{rokin:?}");
        let office = texts(&Preset::Office.policy());
        assert!(
            office.contains(&"・大文字、小文字、数値、記号のうち、3種類以上".to_owned()),
            "{office:?}"
        );
    }

    #[test]
    fn rotation_and_reuse_are_told_where_they_are_asked_for() {
        // R001-12, R001-13
        let policy = Policy { rotate_days: Some(90), reuse_block: 3, ..Policy::LEAST };
        let all = texts(&policy).join("\n");
        assert!(all.contains("90日ごと") && all.contains("過去3回まで"), "{all}");
        assert!(!texts(&Policy::LEAST).join("\n").contains("過去"));
    }

    #[test]
    fn the_brief_form_is_the_manuals_where_all_four_kinds_are_asked_for() {
        // R004-62, R004-28
        let rokin = Preset::Rokin.policy().brief();
        assert_eq!(rokin, "半角英大文字、英小文字、数字、記号混在8~12桁");
        assert_eq!(Policy::INITIAL.brief(), "半角英大文字、英小文字、数字、記号混在8桁");
        assert_eq!(Preset::Office.policy().brief(), "");
    }
}
