//! What is typed of an item, read and checked. Pure.

use serde::Deserialize;

use super::store::Terms;
use super::words;
use crate::base::date::month_ja;
use crate::deduction::items::TypedAmounts;
use crate::deduction::ledger::types::LedgerType;
use crate::deduction::ledger::{rules, words as shared};
use crate::identity::rules::Mistake;
use crate::web::{Field, Mistakes};

const LONGEST_NOTE: usize = 200;

/// Terms as they were typed; flatten it into a form.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct TypedTerms {
    #[serde(flatten)]
    pub(super) amounts: TypedAmounts,
    pub(super) start_ym: String,
    pub(super) end_ym: String,
    pub(super) note: String,
}

/// What the months may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// The 控除年月 that is entered for: closed ones are before it.
    pub open: &'a str,
    /// 使用開始年月 of the type.
    pub used_from: &'a str,
    /// As they are, for an item that exists: what stays may lie in the past.
    pub before: Option<&'a Terms>,
}

impl TypedTerms {
    /// The terms, with everything that is wrong with them noted in `found`.
    pub fn check(&self, bounds: Bounds<'_>, found: &mut Mistakes) -> Terms {
        let amounts = self.amounts.check(found);
        let before = bounds.before;
        let start_ym = self.start(bounds, found);
        let end_ym = self.end(bounds, &start_ym, found);
        let note = note(&self.note);
        if note.chars().count() > LONGEST_NOTE {
            found.add("note", words::NOTE, words::LONG_NOTE);
        } else if note.chars().any(|c| c.is_control() && c != '\n')
            && before.is_none_or(|terms| terms.note != note)
        {
            found.add("note", words::NOTE, words::ODD_NOTE);
        }
        Terms { amounts, start_ym, end_ym, note }
    }

    fn start(&self, bounds: Bounds<'_>, found: &mut Mistakes) -> String {
        if self.start_ym.trim().is_empty() {
            found.add("start_ym", words::START, Mistake::Missing.ja(words::START));
            return String::new();
        }
        let Some(start) = rules::month(&self.start_ym) else {
            found.add("start_ym", words::START, shared::NO_MONTH);
            return String::new();
        };
        let first = bounds.open.max(bounds.used_from);
        let stays = bounds.before.is_some_and(|terms| terms.start_ym == start);
        if !stays && start.as_str() < first {
            found.add("start_ym", words::START, words::too_early(&month_ja(first)));
        }
        start
    }

    fn end(&self, bounds: Bounds<'_>, start: &str, found: &mut Mistakes) -> Option<String> {
        if self.end_ym.trim().is_empty() {
            return None;
        }
        let Some(end) = rules::month(&self.end_ym) else {
            found.add("end_ym", words::END, shared::NO_MONTH);
            return None;
        };
        let stays = bounds.before.is_some_and(|terms| terms.end_ym.as_ref() == Some(&end));
        if end.as_str() < start {
            found.add("end_ym", words::END, words::ENDS_FIRST);
        } else if !stays && end.as_str() < bounds.open {
            found.add("end_ym", words::END, words::too_early(&month_ja(bounds.open)));
        }
        Some(end)
    }

    /// The same with the type's usual amount, where none was typed at all.
    #[must_use]
    pub fn or_usual(&self, of_type: &LedgerType) -> Self {
        let mut filled = self.clone();
        if self.amounts == TypedAmounts::default() {
            filled.amounts.amount_monthly = of_type.default_amount.to_string();
        }
        filled
    }

    /// The fields of the form.
    #[must_use]
    pub fn fields(&self, mistakes: &Mistakes) -> TermFields {
        let [monthly, summer, winter] = self.amounts.fields(mistakes);
        TermFields {
            monthly,
            summer,
            winter,
            start_ym: mistakes.field("start_ym", &self.start_ym),
            end_ym: mistakes.field("end_ym", &self.end_ym),
            note: mistakes.field("note", &self.note),
        }
    }
}

impl From<Terms> for TypedTerms {
    fn from(terms: Terms) -> Self {
        Self {
            amounts: terms.amounts.into(),
            start_ym: terms.start_ym,
            end_ym: terms.end_ym.unwrap_or_default(),
            note: terms.note,
        }
    }
}

/// The fields of the terms.
#[derive(Debug)]
pub struct TermFields {
    pub monthly: Field,
    pub summer: Field,
    pub winter: Field,
    pub start_ym: Field,
    pub end_ym: Field,
    pub note: Field,
}

/// 備考 as it is kept: with plain line breaks, without blanks at its end.
fn note(typed: &str) -> String {
    typed.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(start: &str, end: &str, note: &str) -> TypedTerms {
        let amounts = TypedAmounts { amount_monthly: "500".into(), ..TypedAmounts::default() };
        TypedTerms { amounts, start_ym: start.into(), end_ym: end.into(), note: note.into() }
    }

    fn wrong(typed: &TypedTerms, before: Option<&Terms>) -> Vec<&'static str> {
        let bounds = Bounds { open: "2026-12", used_from: "2026-04", before };
        let mut found = Mistakes::default();
        typed.check(bounds, &mut found);
        found.all().iter().map(|mistake| mistake.name).collect()
    }

    // R004-147
    #[test]
    fn no_month_reaches_back_into_a_closed_period() {
        for (start, end, fields) in [
            ("2026-12", "", vec![]),
            ("2026年12月", "2026/12", vec![]),
            ("2026-11", "", vec!["start_ym"]),
            ("2027-01", "2026-12", vec!["end_ym"]),
            ("", "2027-13", vec!["start_ym", "end_ym"]),
        ] {
            assert_eq!(wrong(&typed(start, end, ""), None), fields, "{start} {end}");
        }
        let before = Terms {
            start_ym: "2024-04".into(),
            end_ym: Some("2026-10".into()),
            ..Terms::default()
        };
        // What was there may stay; it may not be moved to another month of the past.
        assert!(wrong(&typed("2024-04", "2026-10", ""), Some(&before)).is_empty());
        assert_eq!(wrong(&typed("2024-05", "2026-11", ""), Some(&before)), ["start_ym", "end_ym"]);
    }

    #[test]
    fn a_note_holds_quotes_commas_and_line_breaks() {
        let note = "「髙﨑」, \"本社\"\r\n𠮷田\r\n";
        let bounds = Bounds { open: "2026-12", used_from: "2026-04", before: None };
        let mut found = Mistakes::default();
        let terms = typed("2026-12", "", note).check(bounds, &mut found);
        assert!(found.is_empty());
        assert_eq!(terms.note, "「髙﨑」, \"本社\"\n𠮷田");
        assert!(wrong(&typed("2026-12", "", &"備".repeat(200)), None).is_empty());
        assert_eq!(wrong(&typed("2026-12", "", &"備".repeat(201)), None), ["note"]);
        assert_eq!(wrong(&typed("2026-12", "", "a\u{7}"), None), ["note"]);
    }

    #[test]
    fn without_an_amount_the_type_s_usual_one_is_taken() {
        let of_type = LedgerType { default_amount: 3_500, ..LedgerType::default() };
        let none = TypedTerms { amounts: TypedAmounts::default(), ..typed("2026-12", "", "") };
        assert_eq!(none.or_usual(&of_type).amounts.amount_monthly, "3500");
        assert_eq!(typed("2026-12", "", "").or_usual(&of_type).amounts.amount_monthly, "500");
    }
}
