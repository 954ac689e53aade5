//! What is typed of a type, read and checked. Pure.

use serde::Deserialize;

use super::store::LedgerType;
use super::words;
use crate::base::date::month_ja;
use crate::base::money::Yen;
use crate::base::text::nfkc;
use crate::deduction::ledger::{rules, words as shared};
use crate::identity::rules::Mistake;
use crate::web::Mistakes;

const LONGEST_CODE: usize = 4;
const LONGEST_NAME: usize = 20;
const LONGEST_KANA: usize = 30;

/// A type as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypeForm {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) default_amount: String,
    pub(super) position: String,
    pub(super) used_from: String,
    pub(super) active: String,
    /// The version that the page showed.
    pub(super) version: i64,
}

impl TypeForm {
    /// The form that shows `one`.
    pub(super) fn of(one: &LedgerType) -> Self {
        Self {
            code: one.code.clone(),
            name: one.name.clone(),
            kana: one.kana.clone(),
            default_amount: one.default_amount.to_string(),
            position: one.position.to_string(),
            used_from: one.used_from.clone(),
            active: words::STATES[usize::from(!one.active)].0.to_owned(),
            version: one.version,
        }
    }

    /// The type, or everything that is wrong with it, in the order of the fields. `code`:
    /// the one of a type that exists, which cannot be changed.
    pub fn read(&self, code: Option<&str>) -> Result<LedgerType, Mistakes> {
        let mut mistakes = Mistakes::default();
        let code = match code {
            Some(code) => Some(code.to_owned()),
            None => self.code(&mut mistakes),
        };
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            mistakes.add("name", words::NAME, Mistake::Missing.ja(words::NAME));
        } else if name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
            mistakes.add("name", words::NAME, words::NO_NAME);
        }
        let kana = kana(&self.kana);
        if self.kana.trim().is_empty() {
            mistakes.add("kana", words::KANA, Mistake::Missing.ja(words::KANA));
        } else if kana.is_none() {
            mistakes.add("kana", words::KANA, words::NO_KANA);
        }
        let amount = rules::yen(&self.default_amount);
        if amount.is_none() {
            mistakes.add("default_amount", words::DEFAULT_AMOUNT, shared::NO_AMOUNT);
        }
        let position = rules::yen(&self.position).filter(|at| *at <= 9_999);
        if position.is_none() {
            mistakes.add("position", words::POSITION, words::NO_POSITION);
        }
        let used_from = rules::month(&self.used_from);
        if used_from.is_none() {
            mistakes.add("used_from", words::USED_FROM, shared::NO_MONTH);
        }
        if !words::STATES.iter().any(|(word, _)| *word == self.active) {
            mistakes.add("active", words::ACTIVE, words::NO_STATE);
        }
        match (code, kana, amount, position, used_from) {
            (Some(code), Some(kana), Some(default_amount), Some(position), Some(used_from))
                if mistakes.is_empty() =>
            {
                let active = self.active == words::STATES[0].0;
                let version = self.version;
                Ok(LedgerType {
                    code,
                    name,
                    kana,
                    default_amount,
                    position,
                    used_from,
                    active,
                    version,
                })
            }
            _ => Err(mistakes),
        }
    }

    fn code(&self, mistakes: &mut Mistakes) -> Option<String> {
        let code = nfkc(self.code.trim()).to_ascii_uppercase();
        if code.is_empty() {
            mistakes.add("code", words::CODE, Mistake::Missing.ja(words::CODE));
            return None;
        }
        if code.len() > LONGEST_CODE || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            mistakes.add("code", words::CODE, words::NO_CODE);
            return None;
        }
        Some(code)
    }
}

/// What differs, for the log: 「標準の控除金額 500円→600円」.
pub fn changes(old: &LedgerType, new: &LedgerType) -> String {
    let yen = |one: &LedgerType| Yen(one.default_amount).ja();
    let state = |one: &LedgerType| words::active(one.active).to_owned();
    let parts = [
        (words::NAME, old.name.clone(), new.name.clone()),
        (words::KANA, old.kana.clone(), new.kana.clone()),
        (words::DEFAULT_AMOUNT, yen(old), yen(new)),
        (words::POSITION, old.position.to_string(), new.position.to_string()),
        (words::USED_FROM, month_ja(&old.used_from), month_ja(&new.used_from)),
        (words::ACTIVE, state(old), state(new)),
    ];
    let changed = parts.iter().filter(|(_, old, new)| old != new);
    let told = changed.map(|(label, old, new)| format!("{label} {old}→{new}"));
    told.collect::<Vec<_>>().join("、")
}

/// A name in katakana, however it was typed.
fn kana(typed: &str) -> Option<String> {
    let to_katakana = |c: char| match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    };
    let kana: String = nfkc(typed.trim()).chars().map(to_katakana).collect();
    let good =
        |c: char| matches!(c, 'ァ'..='ヺ' | 'ー' | '・' | ' ' | '-') || c.is_ascii_alphanumeric();
    let fits = (1..=LONGEST_KANA).contains(&kana.chars().count());
    (fits && kana.chars().all(good)).then_some(kana)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> TypeForm {
        TypeForm {
            code: "ａ01".into(),
            name: "組合費".into(),
            kana: "ｸﾐｱｲﾋ".into(),
            default_amount: "3,500円".into(),
            position: "10".into(),
            used_from: "2026年4月".into(),
            active: "yes".into(),
            version: 0,
        }
    }

    #[test]
    fn what_is_typed_in_another_width_is_taken() {
        let read = form().read(None).expect("good");
        assert_eq!((read.code.as_str(), read.kana.as_str()), ("A01", "クミアイヒ"));
        assert_eq!((read.default_amount, read.used_from.as_str()), (3_500, "2026-04"));
        assert!(read.active);
        let kept = TypeForm { code: "zzzz".into(), ..form() };
        assert_eq!(kept.read(Some("101")).expect("good").code, "101");
        assert_eq!(TypeForm::of(&read).read(None).expect("good"), read);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let mistakes = TypeForm::default().read(None).expect_err("nothing was typed");
        let names: Vec<_> = mistakes.all().iter().map(|one| one.name).collect();
        let fields = ["code", "name", "kana", "default_amount", "position", "used_from", "active"];
        assert_eq!(names, fields);
        for (code, good) in [("12345", false), ("1-2", false), ("組", false), ("12ab", true)] {
            assert_eq!(TypeForm { code: code.into(), ..form() }.read(None).is_ok(), good, "{code}");
        }
        assert!(TypeForm { kana: "組合費".into(), ..form() }.read(None).is_err());
        assert!(TypeForm { position: "10000".into(), ..form() }.read(None).is_err());
    }

    #[test]
    fn the_log_is_told_what_changed() {
        let old = form().read(None).expect("good");
        let new = LedgerType { default_amount: 4_000, active: false, ..old.clone() };
        assert_eq!(changes(&old, &new), "標準の控除金額 3,500円→4,000円、使用の状態 使用中→停止");
        assert_eq!(changes(&old, &old), "");
    }
}
