//! What is asked for: filters, order and place in the list, read from the address.

use serde::Deserialize;

use super::words;
use crate::base::Day;
use crate::base::text::name_key;
use crate::web::Mistakes;

/// Longest name that is searched for, in characters.
const LONGEST: usize = 40;

/// The address's query as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) created_from: String,
    pub(super) created_to: String,
    pub(super) name: String,
    pub(super) sort: String,
    pub(super) after: String,
    pub(super) before: String,
}

/// Which employees to list; `None` and empty mean all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// 従業員データ作成日 from this day on.
    pub created_from: Option<Day>,
    /// 従業員データ作成日 up to this day, itself included.
    pub created_to: Option<Day>,
    /// A search key found anywhere in the name or its kana.
    pub name: String,
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
    /// 社員番号.
    EmployeeNo,
    /// 氏名, by its kana.
    Name,
    /// 従業員データ作成日.
    Created,
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
    pub const ALL: [Self; 3] = [Self::EmployeeNo, Self::Name, Self::Created];

    /// The word for it in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EmployeeNo => "employee_no",
            Self::Name => "name",
            Self::Created => "created",
        }
    }
}

impl Default for Sorting {
    fn default() -> Self {
        Self { column: Column::EmployeeNo, descending: false }
    }
}

impl Sorting {
    /// The word for it in addresses: `name`, or `-name` for descending.
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
    /// What to search for, and what is wrong with what was typed (R001-42).
    pub(super) fn search(&self) -> (Search, Mistakes) {
        let mut mistakes = Mistakes::default();
        let created_from =
            day(&mut mistakes, "created_from", words::CREATED_FROM, &self.created_from);
        let created_to = day(&mut mistakes, "created_to", words::CREATED_TO, &self.created_to);
        if created_from.zip(created_to).is_some_and(|(from, to)| from > to) {
            mistakes.add("created_to", words::CREATED_TO, words::ENDS_BEFORE_IT_BEGINS);
        }
        let name = name_key(&self.name);
        if name.chars().any(char::is_control) {
            mistakes.add("name", words::NAME, words::NAME_SIGNS);
        } else if name.chars().count() > LONGEST {
            mistakes.add("name", words::NAME, words::TOO_LONG);
        }
        (Search { created_from, created_to, name }, mistakes)
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

fn day(mistakes: &mut Mistakes, name: &'static str, label: &str, typed: &str) -> Option<Day> {
    let day = Day::parse(typed);
    if day.is_none() && !typed.is_empty() {
        mistakes.add(name, label, words::NO_DAY);
    }
    day
}

/// Whether `text` could be one of our ids.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(from: &str, to: &str) -> Vec<(&'static str, String)> {
        let asked = Asked { created_from: from.into(), created_to: to.into(), ..Asked::default() };
        let (_, mistakes) = asked.search();
        mistakes.all().iter().map(|m| (m.name, m.message.clone())).collect()
    }

    #[test]
    fn a_range_may_be_one_day_or_open_at_either_end() {
        // R001-42
        for (from, to) in [
            ("2026-11-21", "2026-11-21"),
            ("2026-11-21", ""),
            ("", "2026-11-21"),
            ("", ""),
            ("2026-02-28", "2028-02-29"),
        ] {
            assert!(wrong(from, to).is_empty(), "{from} {to}");
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused_at_its_end() {
        // R001-42
        let told = wrong("2026-11-22", "2026-11-21");
        assert_eq!(told, [("created_to", words::ENDS_BEFORE_IT_BEGINS.to_owned())]);
    }

    #[test]
    fn what_is_no_day_is_told_at_its_own_field() {
        // R001-42
        for typed in ["2026-02-30", "2026/11/21", "21", "２０２６-11-21", "2026-11-21\0"] {
            let told = wrong(typed, "");
            assert_eq!(told, [("created_from", words::NO_DAY.to_owned())], "{typed}");
            assert_eq!(wrong("", typed)[0].0, "created_to", "{typed}");
        }
    }

    #[test]
    fn a_name_of_forty_characters_is_searched_for_and_one_of_forty_one_is_not() {
        for (length, good) in [(LONGEST, true), (LONGEST + 1, false)] {
            let asked = Asked { name: "ア".repeat(length), ..Asked::default() };
            assert_eq!(asked.search().1.is_empty(), good, "{length}");
        }
        let asked = Asked { name: "山\u{0}".into(), ..Asked::default() };
        assert_eq!(asked.search().1.len(), 1);
    }

    #[test]
    fn an_address_that_is_not_ours_is_foreign() {
        let asked = Asked { sort: "salary".into(), before: "a/b".into(), ..Asked::default() };
        assert_eq!(asked.sorting(), Err(Foreign("sort")));
        assert_eq!(asked.cursor(), Err(Foreign("before")));
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
