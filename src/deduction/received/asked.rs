//! What an address of these pages asks for.

use serde::Deserialize;

use crate::base::text::{name_key, nfkc};
use crate::web::sheet::{At, Encoding};
use crate::web::{Error, Mistakes};

/// The longest number or name that is searched for.
const LONGEST: usize = 40;
const EMPLOYEE_NO: &str = "職員番号";
const KANA: &str = "カナ氏名";

/// The query.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Id of the reception; empty for the newest.
    #[serde(alias = "saving", alias = "batch")]
    pub reception: String,
    /// The beginning of a 職員番号.
    pub employee_no: String,
    /// The beginning of a カナ氏名, in any width.
    pub kana: String,
    /// The line before the page.
    pub after: String,
    /// The line behind it.
    pub before: String,
    /// Of a file.
    pub encoding: String,
}

/// The lines that are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The beginning of a 職員番号; empty for all.
    pub employee_no: String,
    /// The beginning of a name's key; empty for all.
    pub kana: String,
}

impl Filter {
    /// Whether nothing is filtered out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

impl Asked {
    /// What to look for, and what is wrong with what was typed.
    #[must_use]
    pub fn filter(&self) -> (Filter, Mistakes) {
        let mut mistakes = Mistakes::default();
        let too_long = format!("{LONGEST}文字以内で入力してください。");
        let employee_no = nfkc(self.employee_no.trim());
        if employee_no.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-') {
            let signs = "英字・数字・ハイフンで入力してください。";
            mistakes.add("employee_no", EMPLOYEE_NO, signs);
        } else if employee_no.len() > LONGEST {
            mistakes.add("employee_no", EMPLOYEE_NO, &*too_long);
        }
        let kana = name_key(&self.kana);
        if kana.chars().any(char::is_control) {
            mistakes.add("kana", KANA, "使えない文字が含まれています。");
        } else if kana.chars().count() > LONGEST {
            mistakes.add("kana", KANA, &*too_long);
        }
        (Filter { employee_no, kana }, mistakes)
    }

    /// As `filter`, where a page cannot tell mistakes.
    ///
    /// # Errors
    /// Something is wrong with it.
    pub fn good_filter(&self) -> Result<Filter, Error> {
        let (filter, mistakes) = self.filter();
        let wrong = || Error::Malformed("the query's filter is not one of ours".to_owned());
        if mistakes.is_empty() { Ok(filter) } else { Err(wrong()) }
    }

    /// Where the page begins.
    #[must_use]
    pub fn at(&self) -> At {
        At::of(&self.after, &self.before)
    }

    /// The encoding of the file.
    ///
    /// # Errors
    /// It names one that we do not have.
    pub fn encoding(&self, remembered: Encoding) -> Result<Encoding, Error> {
        if self.encoding.is_empty() {
            return Ok(remembered);
        }
        let foreign = || Error::Malformed("the query's encoding is not one of ours".to_owned());
        Encoding::parse(&self.encoding).ok_or_else(foreign)
    }

    /// The query of a page, as `Place` takes it; `name`: what the reception is called.
    #[must_use]
    pub fn query(&self, name: &'static str, reception: &str) -> Vec<(&'static str, String)> {
        vec![
            (name, reception.to_owned()),
            ("employee_no", self.employee_no.clone()),
            ("kana", self.kana.clone()),
            ("after", self.after.clone()),
            ("before", self.before.clone()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_in_any_width() {
        let asked = Asked {
            employee_no: " １００２ ".into(),
            kana: "ﾔﾏﾀﾞ　たろう".into(),
            ..Asked::default()
        };
        let (filter, mistakes) = asked.filter();
        assert!(mistakes.is_empty() && !filter.is_all());
        assert_eq!((&*filter.employee_no, &*filter.kana), ("1002", "ヤマダタロウ"));
    }

    #[test]
    fn signs_that_no_number_or_name_has_are_told_at_their_fields() {
        for (employee_no, kana) in [("10%", "ヤマ\u{0}"), (&*"1".repeat(41), &*"ア".repeat(41))]
        {
            let asked =
                Asked { employee_no: employee_no.into(), kana: kana.into(), ..Asked::default() };
            let names: Vec<_> = asked.filter().1.all().iter().map(|one| one.name).collect();
            assert_eq!(names, ["employee_no", "kana"]);
            assert!(asked.good_filter().is_err());
        }
    }

    #[test]
    fn an_encoding_that_we_do_not_have_is_refused() {
        let asked = |word: &str| Asked { encoding: word.into(), ..Asked::default() };
        assert_eq!(asked("").encoding(Encoding::Cp932).expect("remembered"), Encoding::Cp932);
        assert_eq!(asked("utf8").encoding(Encoding::Cp932).expect("ours"), Encoding::Utf8);
        assert!(asked("utf7").encoding(Encoding::Utf8).is_err());
    }
}
