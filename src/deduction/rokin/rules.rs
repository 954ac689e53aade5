//! What is asked for: filters, order and place in the list, read from the address.

use serde::Deserialize;

use super::{Product, State, words};
use crate::base::text::{name_key, nfkc};
use crate::web::Mistakes;

/// Longest number or name that is searched for, in characters.
const LONGEST: usize = 40;

/// The address's query as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) employee_no: String,
    pub(super) kana: String,
    pub(super) product: String,
    pub(super) state: String,
    pub(super) sort: String,
    pub(super) after: String,
    pub(super) before: String,
}

/// Which items to list; `None` and empty mean all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The beginning of a 職員番号.
    pub employee_no: String,
    /// A search key found anywhere in the カナ氏名.
    pub kana: String,
    /// Of this product only.
    pub product: Option<Product>,
    /// In this state only.
    pub state: Option<State>,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub column: Column,
    /// From large to small.
    pub descending: bool,
}

/// A column that the list can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// 職員番号.
    EmployeeNo,
    /// カナ氏名.
    Kana,
    /// 控除金額 (月例).
    Monthly,
}

/// Where the page lies: next to the row with this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The rows after it.
    After(String),
    /// The rows before it.
    Before(String),
}

/// An address that none of our pages makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query's `{0}` is not one of ours")]
pub(super) struct Foreign(pub(super) &'static str);

impl Column {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EmployeeNo, Self::Kana, Self::Monthly];

    /// The word for it in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EmployeeNo => "employee_no",
            Self::Kana => "kana",
            Self::Monthly => "monthly",
        }
    }
}

impl Default for Sorting {
    fn default() -> Self {
        Self { column: Column::EmployeeNo, descending: false }
    }
}

impl Sorting {
    /// The word for it in addresses: `kana`, or `-kana` for descending.
    #[must_use]
    pub fn word(self) -> String {
        let minus = if self.descending { "-" } else { "" };
        format!("{minus}{}", self.column.word())
    }

    fn parse(word: &str) -> Option<Self> {
        let (descending, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
        let column = Column::ALL.into_iter().find(|column| column.word() == name)?;
        Some(Self { column, descending })
    }
}

impl Search {
    /// Whether nothing is filtered out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

impl Asked {
    /// What to search for, and what is wrong with what was typed.
    pub(super) fn search(&self) -> Result<(Search, Mistakes), Foreign> {
        let mut mistakes = Mistakes::default();
        let employee_no = nfkc(self.employee_no.trim());
        if employee_no.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-') {
            mistakes.add("employee_no", words::EMPLOYEE_NO, words::EMPLOYEE_NO_SIGNS);
        } else if employee_no.len() > LONGEST {
            mistakes.add("employee_no", words::EMPLOYEE_NO, words::TOO_LONG);
        }
        let kana = name_key(&self.kana);
        if kana.chars().any(char::is_control) {
            mistakes.add("kana", words::KANA, words::KANA_SIGNS);
        } else if kana.chars().count() > LONGEST {
            mistakes.add("kana", words::KANA, words::TOO_LONG);
        }
        let product = chosen("product", &self.product, Product::parse)?;
        let state = chosen("state", &self.state, State::parse)?;
        Ok((Search { employee_no, kana, product, state }, mistakes))
    }

    /// In which order.
    pub(super) fn sorting(&self) -> Result<Sorting, Foreign> {
        if self.sort.is_empty() {
            return Ok(Sorting::default());
        }
        Sorting::parse(&self.sort).ok_or(Foreign("sort"))
    }

    /// Next to which row; `None` for the first page.
    pub(super) fn cursor(&self) -> Result<Option<Cursor>, Foreign> {
        match (self.after.as_str(), self.before.as_str()) {
            ("", "") => Ok(None),
            (after, "") if is_id(after) => Ok(Some(Cursor::After(after.to_owned()))),
            ("", before) if is_id(before) => Ok(Some(Cursor::Before(before.to_owned()))),
            (_, "") => Err(Foreign("after")),
            _ => Err(Foreign("before")),
        }
    }
}

/// The thing that `word` names; nothing when it is empty.
fn chosen<T>(
    name: &'static str,
    word: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Foreign> {
    if word.is_empty() {
        return Ok(None);
    }
    parse(word).map(Some).ok_or(Foreign(name))
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(set: impl FnOnce(&mut Asked)) -> Asked {
        let mut asked = Asked::default();
        set(&mut asked);
        asked
    }

    #[test]
    fn what_is_typed_is_read_in_any_width() {
        let asked = asked(|asked| {
            asked.employee_no = " １００２ ".into();
            asked.kana = "ﾔﾏﾀﾞ　たろう".into();
        });
        let (search, mistakes) = asked.search().expect("ours");
        assert!(mistakes.is_empty());
        assert_eq!((search.employee_no.as_str(), search.kana.as_str()), ("1002", "ヤマダタロウ"));
        assert!(!search.is_all());
    }

    #[test]
    fn signs_that_no_number_or_name_has_are_told_at_their_fields() {
        let asked = asked(|asked| {
            asked.employee_no = "10%".into();
            asked.kana = "ヤマ\0".into();
        });
        let (_, mistakes) = asked.search().expect("ours");
        let names: Vec<_> = mistakes.all().iter().map(|mistake| mistake.name).collect();
        assert_eq!(names, ["employee_no", "kana"]);
    }

    #[test]
    fn forty_characters_are_searched_for_and_forty_one_are_not() {
        for (length, wrong) in [(LONGEST, 0), (LONGEST + 1, 2)] {
            let asked = asked(|asked| {
                asked.employee_no = "1".repeat(length);
                asked.kana = "ア".repeat(length);
            });
            assert_eq!(asked.search().expect("ours").1.len(), wrong, "{length}");
        }
    }

    #[test]
    fn an_address_that_is_not_ours_is_foreign() {
        let foreign = |name, set: fn(&mut Asked)| {
            let asked = asked(set);
            let found = asked
                .search()
                .map(drop)
                .and(asked.sorting().map(drop))
                .and(asked.cursor().map(drop));
            assert_eq!(found, Err(Foreign(name)));
        };
        foreign("product", |asked| asked.product = "gold".into());
        foreign("state", |asked| asked.state = "ACTIVE".into());
        foreign("sort", |asked| asked.sort = "--kana".into());
        foreign("after", |asked| asked.after = "a b".into());
        foreign("before", |asked| asked.before = "x".repeat(65));
        foreign("before", |asked| (asked.after, asked.before) = ("a".into(), "b".into()));
    }

    #[test]
    fn every_order_reads_back_as_it_is_written() {
        for column in Column::ALL {
            for descending in [false, true] {
                let sorting = Sorting { column, descending };
                assert_eq!(Sorting::parse(&sorting.word()), Some(sorting));
            }
        }
    }
}
