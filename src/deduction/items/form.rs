//! What a clerk types about a member and the amounts of an item. Pure.

use serde::Deserialize;

use super::{Amounts, Member};
use crate::base::kana;
use crate::base::text::{name_key, nfkc};
use crate::identity::groups::Group;
use crate::web::{Field, Mistakes};

/// The largest amount of an item, in yen.
pub const MOST: i64 = 9_999_999;
/// The longest 職員番号, whatever is agreed.
const LONGEST_NUMBER: usize = 20;
/// The longest 漢字氏名 and 職場.
const LONGEST_NAME: usize = 40;

/// The label of the number.
pub const EMPLOYEE_NO: &str = "職員番号";
/// The label of the カナ氏名.
pub const KANA: &str = "カナ氏名";
/// The label of the 漢字氏名.
pub const KANJI: &str = "漢字氏名";
/// The label of the 職場.
pub const WORKPLACE: &str = "職場";
/// The label of the 退職日.
pub const LEFT_ON: &str = "退職日";
/// The label of the amount of 月例.
pub const MONTHLY: &str = "控除金額（月例）";
/// The label of the amount of 夏季一時金.
pub const SUMMER: &str = "控除金額（夏季一時金）";
/// The label of the amount of 年末一時金.
pub const WINTER: &str = "控除金額（年末一時金）";
/// The rule of an amount.
pub const AMOUNT_RULE: &str = "0～9,999,999円　控除しないときは0";

/// A member as it was typed; flatten it into a form.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct TypedPerson {
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 職場.
    pub workplace: String,
}

/// A member that is to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名, full width.
    pub kana_name: String,
    /// カナ氏名 as files to the employer carry it.
    pub kana_half: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 職場, may be empty.
    pub workplace: String,
}

/// Amounts as they were typed; flatten it into a form.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct TypedAmounts {
    /// 月例.
    pub amount_monthly: String,
    /// 夏季一時金.
    pub amount_summer: String,
    /// 年末一時金.
    pub amount_winter: String,
}

impl TypedPerson {
    /// The number as it is kept: `１００２` is `1002`.
    #[must_use]
    pub fn number(&self) -> String {
        nfkc(self.employee_no.trim())
    }

    /// Checks the number alone: it decides whether the names have to be typed.
    pub fn check_number(&self, found: &mut Mistakes) -> String {
        let number = self.number();
        if number.is_empty() {
            found.add("employee_no", EMPLOYEE_NO, "入力してください。");
        } else if !is_number(&number) {
            let rule = "英字・数字・ハイフンで入力してください（先頭は英字か数字）。";
            found.add("employee_no", EMPLOYEE_NO, rule);
        } else if number.len() > LONGEST_NUMBER {
            found.add(
                "employee_no",
                EMPLOYEE_NO,
                format!("{LONGEST_NUMBER}桁以内で入力してください。"),
            );
        }
        number
    }

    /// Somebody who is not known yet, within what `group` agreed with its employer. `None`
    /// where something is wrong.
    pub fn check_new(&self, group: &Group, found: &mut Mistakes) -> Option<Person> {
        let before = found.len();
        let number = self.check_number(found);
        let longest = usize::try_from(group.number_digits).unwrap_or(LONGEST_NUMBER);
        if found.len() == before && number.len() > longest {
            found.add("employee_no", EMPLOYEE_NO, format!("{longest}桁以内で入力してください。"));
        }
        let half = check_kana(&self.kana_name, group.kana_limit, found);
        let kanji_name = self.kanji_name.trim().to_owned();
        if kanji_name.is_empty() {
            found.add("kanji_name", KANJI, "入力してください。");
        }
        check_length("kanji_name", KANJI, &kanji_name, found);
        let workplace = self.workplace.trim().to_owned();
        check_length("workplace", WORKPLACE, &workplace, found);
        if found.len() > before {
            return None;
        }
        let kana_name = kana_name(&self.kana_name);
        Some(Person { employee_no: number, kana_name, kana_half: half?, kanji_name, workplace })
    }

    /// Whether what was typed besides the number fits `member`; blank fields do. Names are
    /// told only to people of the group, who see them in its lists anyway.
    pub fn check_known(&self, member: &Member, found: &mut Mistakes) {
        let is_other = |typed: &str, known: &str| {
            let typed = typed.trim();
            !typed.is_empty() && name_key(typed) != name_key(known)
        };
        let mut told = |name, label, known: &str| {
            let said = if known.is_empty() {
                format!(
                    "職員番号{}は登録済みで、{label}は登録されていません。空欄のままにしてください。",
                    member.employee_no
                )
            } else {
                format!(
                    "職員番号{}は「{known}」で登録済みです。番号か{label}を確かめてください。",
                    member.employee_no
                )
            };
            found.add(name, label, said);
        };
        let kana = self.kana_name.trim();
        if !kana.is_empty() && kana::compare_key(kana) != kana::compare_key(&member.kana_name) {
            told("kana_name", KANA, &member.kana_name);
        }
        if is_other(&self.kanji_name, &member.kanji_name) {
            told("kanji_name", KANJI, &member.kanji_name);
        }
        if is_other(&self.workplace, &member.workplace) {
            told("workplace", WORKPLACE, &member.workplace);
        }
    }

    /// The fields of the form: number, kana, kanji, workplace.
    #[must_use]
    pub fn fields(&self, mistakes: &Mistakes) -> [Field; 4] {
        [
            mistakes.field("employee_no", self.employee_no.trim()),
            mistakes.field("kana_name", self.kana_name.trim()),
            mistakes.field("kanji_name", self.kanji_name.trim()),
            mistakes.field("workplace", self.workplace.trim()),
        ]
    }
}

impl From<&Member> for TypedPerson {
    fn from(member: &Member) -> Self {
        Self {
            employee_no: member.employee_no.clone(),
            kana_name: member.kana_name.clone(),
            kanji_name: member.kanji_name.clone(),
            workplace: member.workplace.clone(),
        }
    }
}

impl TypedAmounts {
    /// The amounts, each 0 to 9,999,999 yen; one of them at least must be more than 0.
    pub fn check(&self, found: &mut Mistakes) -> Amounts {
        let before = found.len();
        let mut amount = |name, label, typed: &str| {
            parse_amount(typed).unwrap_or_else(|| {
                found.add(name, label, "0～9,999,999の数字で入力してください。");
                0
            })
        };
        let amounts = Amounts {
            monthly: amount("amount_monthly", MONTHLY, &self.amount_monthly),
            summer: amount("amount_summer", SUMMER, &self.amount_summer),
            winter: amount("amount_winter", WINTER, &self.amount_winter),
        };
        if found.len() == before && amounts.is_nothing() {
            found.add("amount_monthly", MONTHLY, "控除金額を、どれか1つは1円以上にしてください。");
        }
        amounts
    }

    /// The fields of the form: 月例, 夏季一時金, 年末一時金.
    #[must_use]
    pub fn fields(&self, mistakes: &Mistakes) -> [Field; 3] {
        [
            mistakes.field("amount_monthly", self.amount_monthly.trim()),
            mistakes.field("amount_summer", self.amount_summer.trim()),
            mistakes.field("amount_winter", self.amount_winter.trim()),
        ]
    }
}

impl From<Amounts> for TypedAmounts {
    fn from(amounts: Amounts) -> Self {
        Self {
            amount_monthly: amounts.monthly.to_string(),
            amount_summer: amounts.summer.to_string(),
            amount_winter: amounts.winter.to_string(),
        }
    }
}

/// An amount in any width, with or without commas and 円; nothing is 0.
#[must_use]
pub fn parse_amount(typed: &str) -> Option<i64> {
    let plain = nfkc(typed.trim());
    let plain = plain.strip_suffix('円').unwrap_or(&plain).trim_end();
    let digits = plain.replace(',', "");
    if digits.is_empty() {
        return typed.trim().is_empty().then_some(0);
    }
    let all_digits = digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit());
    let yen = if all_digits { digits.parse().ok()? } else { return None };
    (yen <= MOST).then_some(yen)
}

/// カナ氏名 as it is kept: full width, one full-width space between the names.
#[must_use]
pub fn kana_name(typed: &str) -> String {
    let parts: Vec<_> = typed.split_whitespace().map(name_key).collect();
    parts.join("　").to_uppercase()
}

/// Whether `text` may be a 職員番号.
#[must_use]
pub fn is_number(text: &str) -> bool {
    // At its beginning a spreadsheet would take it for a formula.
    let hyphen_first = text.starts_with('-');
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !text.is_empty() && !hyphen_first && text.chars().all(plain)
}

/// The half-width form of a カナ氏名 within `longest` characters.
fn check_kana(typed: &str, longest: i64, found: &mut Mistakes) -> Option<String> {
    let name = kana_name(typed);
    if name.is_empty() {
        found.add("kana_name", KANA, "入力してください。");
        return None;
    }
    match kana::half_width(&name) {
        Err(c) => {
            found.add("kana_name", KANA, format!("「{c}」は使えません。カナで入力してください。"));
            None
        }
        Ok(half) if i64::try_from(half.chars().count()).unwrap_or(i64::MAX) > longest => {
            let said =
                format!("半角{longest}文字以内で入力してください（濁点・半濁点も1文字です）。");
            found.add("kana_name", KANA, said);
            None
        }
        Ok(half) => Some(half),
    }
}

fn check_length(name: &'static str, label: &str, text: &str, found: &mut Mistakes) {
    if text.chars().count() > LONGEST_NAME {
        found.add(name, label, format!("{LONGEST_NAME}文字以内で入力してください。"));
    } else if text.chars().any(char::is_control) {
        found.add(name, label, "使えない文字が含まれています。");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> Group {
        Group {
            group_no: "16000004".into(),
            name: "本部".into(),
            kana: "ホンブ".into(),
            branch: "本店営業部".into(),
            number_digits: 8,
            kana_limit: 10,
            services: vec![],
        }
    }

    fn typed(employee_no: &str, kana_name: &str, kanji_name: &str) -> TypedPerson {
        let text = str::to_owned;
        TypedPerson {
            employee_no: text(employee_no),
            kana_name: text(kana_name),
            kanji_name: text(kanji_name),
            workplace: String::new(),
        }
    }

    #[test]
    fn an_amount_is_read_as_offices_write_it() {
        for (typed, yen) in [
            ("", Some(0)),
            ("0", Some(0)),
            (" 5,000 ", Some(5_000)),
            ("５０００", Some(5_000)),
            ("5,000円", Some(5_000)),
            ("９，９９９，９９９", Some(MOST)),
            ("10,000,000", None),
            ("-1", None),
            ("1.5", None),
            ("五千", None),
            ("円", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_amount(typed), yen, "{typed}");
        }
    }

    #[test]
    fn one_amount_at_least_is_more_than_nothing() {
        let mut found = Mistakes::default();
        assert!(TypedAmounts::default().check(&mut found).is_nothing());
        assert_eq!(found.all()[0].name, "amount_monthly");
        let amounts = Amounts { winter: 1, ..Amounts::default() };
        let mut found = Mistakes::default();
        assert_eq!(TypedAmounts::from(amounts).check(&mut found), amounts);
        assert!(found.is_empty());
    }

    #[test]
    fn somebody_new_needs_a_number_and_names_that_the_employer_takes() {
        let mut found = Mistakes::default();
        let person = typed("１００２", "ﾔﾏﾀﾞ たろう", "山田　太郎").check_new(&group(), &mut found);
        let person = person.expect("good");
        assert_eq!(person.employee_no, "1002");
        assert_eq!((&*person.kana_name, &*person.kana_half), ("ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"));
        for (typed, wrong) in [
            (typed("", "", ""), vec!["employee_no", "kana_name", "kanji_name"]),
            (typed("10%", "ヤマダ", "山田"), vec!["employee_no"]),
            (typed("123456789", "ヤマダ", "山田"), vec!["employee_no"]),
            (typed("1002", "山田", "山田"), vec!["kana_name"]),
            (typed("1002", "ヤマダタロウサブロウ", "山田"), vec!["kana_name"]),
            (typed("1002", "ヤマダ", &"山".repeat(41)), vec!["kanji_name"]),
        ] {
            let mut found = Mistakes::default();
            assert_eq!(typed.check_new(&group(), &mut found), None);
            let names: Vec<_> = found.all().iter().map(|mistake| mistake.name).collect();
            assert_eq!(names, wrong, "{typed:?}");
        }
    }

    #[test]
    fn a_known_number_needs_no_names_but_takes_no_others() {
        let member = Member {
            id: "m".into(),
            employee_no: "1002".into(),
            kana_name: "ヤマダ　タロウ".into(),
            kana_key: "ヤマダタロウ".into(),
            kanji_name: "山田　太郎".into(),
            workplace: "本社".into(),
            left_on: None,
            version: 1,
        };
        for (typed, wrong) in [
            (typed("1002", "", ""), vec![]),
            (typed("1002", "ﾔﾏﾀﾞ ﾀﾛｳ", "山田 太郎"), vec![]),
            (typed("1002", "ヤマダ　ジロウ", "山田　次郎"), vec!["kana_name", "kanji_name"]),
            (TypedPerson { workplace: "工場".into(), ..typed("1002", "", "") }, vec!["workplace"]),
        ] {
            let mut found = Mistakes::default();
            typed.check_known(&member, &mut found);
            let names: Vec<_> = found.all().iter().map(|mistake| mistake.name).collect();
            assert_eq!(names, wrong, "{typed:?}");
        }
    }
}
