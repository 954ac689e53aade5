//! What is wanted, read and checked. Pure.

use serde::Deserialize;

use super::words;
use crate::base::money::Yen;
use crate::deduction::items::form::parse_amount;
use crate::deduction::period::Kind;
use crate::web::Mistakes;

/// The longest 職場.
const LONGEST_WORKPLACE: usize = 40;

/// What becomes of the amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A new one for all.
    Set,
    /// So much more; of those that deduct something.
    Raise,
    /// So much less; of those that deduct something.
    Lower,
}

/// The form as it was typed, and what it was shown for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    pub(super) type_code: String,
    pub(super) kind: String,
    pub(super) rule: String,
    pub(super) value: String,
    pub(super) only: String,
    pub(super) workplace: String,
    /// `check` to see what would change.
    pub(super) way: String,
    /// The one that was done.
    pub(super) done: String,
    pub(super) periods: String,
    pub(super) digest: String,
    pub(super) key: String,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// 種目コード.
    pub type_code: String,
    /// Which amount.
    pub kind: Kind,
    /// What becomes of it.
    pub rule: Rule,
    /// The new amount, or the step.
    pub value: i64,
    /// Of items with this present amount only.
    pub only: Option<i64>,
    /// Of members of this 職場 only; empty for all.
    pub workplace: String,
}

impl Rule {
    /// The rule that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "set" => Some(Self::Set),
            "raise" => Some(Self::Raise),
            "lower" => Some(Self::Lower),
            _ => None,
        }
    }
}

impl BulkForm {
    /// What is wanted, or everything that is wrong with it, in the order of the fields.
    /// `is_type`: whether there is a type with a code.
    pub fn read(&self, is_type: impl Fn(&str) -> bool) -> Result<Order, Mistakes> {
        let mut found = Mistakes::default();
        if !is_type(&self.type_code) {
            found.add("type_code", words::TYPE, words::CHOOSE);
        }
        let kind = Kind::parse(&self.kind);
        if kind.is_none() {
            found.add("kind", words::KIND, words::CHOOSE);
        }
        let rule = Rule::parse(&self.rule);
        if rule.is_none() {
            found.add("rule", words::RULE, words::CHOOSE);
        }
        let typed = |text: &str| (!text.trim().is_empty()).then(|| parse_amount(text)).flatten();
        let least = i64::from(matches!(rule, Some(Rule::Raise | Rule::Lower)));
        let value = typed(&self.value).filter(|yen| *yen >= least);
        if value.is_none() {
            let said = if least > 0 { words::NO_STEP } else { words::NO_VALUE };
            found.add("value", words::VALUE, said);
        }
        let only = typed(&self.only);
        if only.is_none() && !self.only.trim().is_empty() {
            found.add("only", words::ONLY, words::NO_VALUE);
        }
        let workplace = self.workplace.trim().to_owned();
        if workplace.chars().count() > LONGEST_WORKPLACE {
            found.add("workplace", words::WORKPLACE, words::LONG_WORKPLACE);
        }
        match (kind, rule, value) {
            (Some(kind), Some(rule), Some(value)) if found.is_empty() => {
                let type_code = self.type_code.clone();
                Ok(Order { type_code, kind, rule, value, only, workplace })
            }
            _ => Err(found),
        }
    }
}

impl Order {
    /// 「月例を3,800円にする（いまの控除金額 3,500円、職場 本社総務部）」.
    #[must_use]
    pub fn ja(&self) -> String {
        let what = words::rule(self.rule, &Yen(self.value).ja());
        let mut only = Vec::new();
        only.extend(self.only.map(|yen| format!("{} {}", words::ONLY, Yen(yen).ja())));
        if !self.workplace.is_empty() {
            only.push(format!("{} {}", words::WORKPLACE, self.workplace));
        }
        let only =
            if only.is_empty() { String::new() } else { format!("（{}）", only.join("、")) };
        format!("{}を{what}{only}", self.kind.ja())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(rule: &str, value: &str, only: &str) -> BulkForm {
        BulkForm {
            type_code: "101".into(),
            kind: "monthly".into(),
            rule: rule.into(),
            value: value.into(),
            only: only.into(),
            workplace: " 本社総務部 ".into(),
            ..BulkForm::default()
        }
    }

    // R004-136
    #[test]
    fn what_is_wanted_is_read_and_said() {
        let order = form("set", "３,８００円", "3500").read(|_| true).expect("good");
        let said = "月例を3,800円にする（いまの控除金額 3,500円、職場 本社総務部）";
        assert_eq!((order.value, order.only, &*order.ja()), (3_800, Some(3_500), said));
        for (form, fields) in [
            (BulkForm::default(), vec!["type_code", "kind", "rule", "value"]),
            (form("set", "0", ""), vec![]),
            (form("raise", "0", ""), vec!["value"]),
            (form("lower", "10,000,000", "x"), vec!["value", "only"]),
            (form("double", "1", ""), vec!["rule"]),
        ] {
            let wrong = form.read(|code| code == "101").err().unwrap_or_default();
            let names: Vec<_> = wrong.all().iter().map(|mistake| mistake.name).collect();
            assert_eq!(names, fields, "{form:?}");
        }
    }
}
