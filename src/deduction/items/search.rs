//! What is asked of a list of items: conditions, order and place, read from the address.

use serde::Deserialize;

use super::state::{SHOWN, State};
use super::{form, form::is_number};
use crate::base::text::{name_key, nfkc};
use crate::web::sheet::At;
use crate::web::{Chip, Field, Mistakes, Order, Place, Sort};

/// Longest number or name that is searched for, in characters.
const LONGEST: usize = 40;

/// The field and column of 種目.
pub const PRODUCT: &str = "種目";
/// The field and column of 状態.
pub const STATE: &str = "状態";
const ALL: &str = "すべて";

/// The address's query as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The beginning of a 職員番号.
    pub employee_no: String,
    /// The beginning of a カナ氏名.
    pub kana: String,
    /// 種目.
    pub product: String,
    /// 状態.
    pub state: String,
    /// [`Sorting::word`].
    pub sort: String,
    /// Behind which item.
    pub after: String,
    /// Before which item.
    pub before: String,
}

/// Which items to list; `None` and empty mean all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The beginning of a 職員番号.
    pub employee_no: String,
    /// The beginning of a カナ氏名, as a search key.
    pub kana: String,
    /// Of this 種目 only.
    pub product: Option<String>,
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

/// An address that none of our pages makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query's `{0}` is not one of ours")]
pub struct Foreign(pub &'static str);

impl From<Foreign> for crate::web::Error {
    fn from(foreign: Foreign) -> Self {
        Self::Malformed(foreign.to_string())
    }
}

/// The fields of the filter. Options are (value, label).
#[derive(Debug)]
pub struct Fields {
    /// 職員番号.
    pub employee_no: Field,
    /// カナ氏名.
    pub kana: Field,
    /// 種目.
    pub product: Field,
    /// What can be chosen there.
    pub products: Vec<(String, String)>,
    /// 状態.
    pub state: Field,
    /// What can be chosen there.
    pub states: Vec<(&'static str, &'static str)>,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EmployeeNo, Self::Kana, Self::Monthly];

    /// The word for it in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::EmployeeNo => "employee_no",
            Self::Kana => "kana",
            Self::Monthly => "monthly",
        }
    }

    /// Its heading.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::EmployeeNo => form::EMPLOYEE_NO,
            Self::Kana => form::KANA,
            Self::Monthly => form::MONTHLY,
        }
    }
}

impl Sorting {
    /// The word for it in addresses: `kana`, or `-kana` for descending.
    #[must_use]
    pub fn word(self) -> String {
        let minus = if self.descending { "-" } else { "" };
        format!("{minus}{}", self.column.word())
    }

    /// The order that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let (descending, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
        let column = Column::ALL.into_iter().find(|column| column.word() == name)?;
        Some(Self { column, descending })
    }

    /// The order of what `search` finds, unless another is asked for: by number; what is
    /// found by its カナ氏名 alone, by that.
    #[must_use]
    pub fn usual(search: &Search) -> Self {
        let by_kana = !search.kana.is_empty() && search.employee_no.is_empty();
        let column = if by_kana { Column::Kana } else { Column::EmployeeNo };
        Self { column, descending: false }
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
    /// What to search for, and what is wrong with what was typed. `products`: value and
    /// label of each 種目 that there is.
    pub fn search(&self, products: &[(String, String)]) -> Result<(Search, Mistakes), Foreign> {
        let mut mistakes = Mistakes::default();
        let employee_no = nfkc(self.employee_no.trim());
        if !employee_no.is_empty() && !is_number(&employee_no) {
            let said = "英字・数字・ハイフンで入力してください。";
            mistakes.add("employee_no", form::EMPLOYEE_NO, said);
        }
        let kana = name_key(&self.kana);
        if kana.chars().any(char::is_control) {
            mistakes.add("kana", form::KANA, "使えない文字が含まれています。");
        }
        let typed = [("employee_no", form::EMPLOYEE_NO, &employee_no), ("kana", form::KANA, &kana)];
        for (name, label, text) in typed {
            if text.chars().count() > LONGEST {
                mistakes.add(name, label, format!("{LONGEST}文字以内で入力してください。"));
            }
        }
        let is_product = |word: &str| products.iter().any(|(value, _)| value == word);
        let product =
            chosen("product", &self.product, |word| is_product(word).then(|| word.to_owned()))?;
        let state = chosen("state", &self.state, |word| {
            State::parse(word).filter(|state| SHOWN.contains(state))
        })?;
        Ok((Search { employee_no, kana, product, state }, mistakes))
    }

    /// In which order.
    pub fn sorting(&self, search: &Search) -> Result<Sorting, Foreign> {
        if self.sort.is_empty() {
            return Ok(Sorting::usual(search));
        }
        Sorting::parse(&self.sort).ok_or(Foreign("sort"))
    }

    /// Next to which item.
    pub fn at(&self) -> Result<At, Foreign> {
        if !self.after.is_empty() && !self.before.is_empty() {
            return Err(Foreign("before"));
        }
        for (name, key) in [("after", &self.after), ("before", &self.before)] {
            if !key.is_empty() && !is_id(key) {
                return Err(Foreign(name));
            }
        }
        Ok(At::of(&self.after, &self.before))
    }

    /// Where the list stands.
    #[must_use]
    pub fn place(&self, path: &'static str) -> Place {
        let query = [
            ("employee_no", self.employee_no.as_str()),
            ("kana", &self.kana),
            ("product", &self.product),
            ("state", &self.state),
            ("sort", &self.sort),
            ("after", &self.after),
            ("before", &self.before),
        ];
        Place::new(path, &query)
    }

    /// The fields of the filter.
    #[must_use]
    pub fn fields(&self, mistakes: &Mistakes, products: &[(String, String)]) -> Fields {
        let all = [(String::new(), ALL.to_owned())];
        let states = SHOWN.map(|state| (state.word(), state.ja()));
        Fields {
            employee_no: mistakes.field("employee_no", &self.employee_no),
            kana: mistakes.field("kana", &self.kana),
            product: Field::with("product", &self.product),
            products: [&all, products].concat(),
            state: Field::with("state", &self.state),
            states: [&[("", ALL)][..], &states].concat(),
        }
    }

    /// The filters in use, each with the way to the list at `path` without it.
    #[must_use]
    pub fn chips(
        &self,
        path: &'static str,
        search: &Search,
        products: &[(String, String)],
    ) -> Vec<Chip> {
        let place = self.place(path);
        let product = search.product.as_ref().and_then(|word| {
            products.iter().find(|(value, _)| value == word).map(|(_, label)| label.as_str())
        });
        let conditions = [
            ("employee_no", form::EMPLOYEE_NO, search.employee_no.as_str()),
            ("kana", form::KANA, &search.kana),
            ("product", PRODUCT, product.unwrap_or_default()),
            ("state", STATE, search.state.map_or("", State::ja)),
        ];
        let set = conditions.into_iter().filter(|(_, _, value)| !value.is_empty());
        set.map(|(name, label, value)| Chip::new(format!("{label}：{value}"), place.without(name)))
            .collect()
    }

    /// The heading that sorts the list at `path` by `column`; the other way if it already is.
    #[must_use]
    pub fn heading(&self, path: &'static str, sorting: Sorting, column: Column) -> Sort {
        let current = sorting.column == column;
        let next = Sorting { column, descending: current && !sorting.descending };
        let order = if sorting.descending { Order::Descending } else { Order::Ascending };
        self.place(path).heading(column.label(), &next.word(), current.then_some(order))
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

    fn products() -> Vec<(String, String)> {
        vec![("saving".into(), "積立預金".into()), ("loan".into(), "ローン返済".into())]
    }

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
        let (search, mistakes) = asked.search(&products()).expect("ours");
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
        let (_, mistakes) = asked.search(&products()).expect("ours");
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
            assert_eq!(asked.search(&products()).expect("ours").1.len(), wrong, "{length}");
        }
    }

    #[test]
    fn an_address_that_is_not_ours_is_foreign() {
        let foreign = |name, set: fn(&mut Asked)| {
            let asked = asked(set);
            let search = asked.search(&products()).map(drop);
            let sorting = asked.sorting(&Search::default()).map(drop);
            let found = search.and(sorting).and(asked.at().map(drop));
            assert_eq!(found, Err(Foreign(name)));
        };
        foreign("product", |asked| asked.product = "gold".into());
        foreign("state", |asked| asked.state = "ACTIVE".into());
        foreign("state", |asked| asked.state = "ended".into());
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
        let by_kana = Search { kana: "ヤマ".into(), ..Search::default() };
        assert_eq!(Sorting::usual(&by_kana).column, Column::Kana);
        assert_eq!(Sorting::usual(&Search::default()).column, Column::EmployeeNo);
    }

    #[test]
    fn a_chip_lifts_its_own_filter_and_a_heading_turns_its_own_order() {
        let asked = Asked {
            employee_no: "10".into(),
            kana: "ﾔﾏ".into(),
            state: "new".into(),
            product: "loan".into(),
            sort: "-kana".into(),
            after: "0001".into(),
            ..Asked::default()
        };
        let (search, _) = asked.search(&products()).expect("ours");
        let chips = asked.chips("/x", &search, &products());
        let labels: Vec<_> = chips.iter().map(|chip| chip.label.as_str()).collect();
        assert_eq!(labels, ["職員番号：10", "カナ氏名：ヤマ", "種目：ローン返済", "状態：新規"]);
        let kana = "kana=%EF%BE%94%EF%BE%8F";
        assert_eq!(chips[0].href, format!("/x?{kana}&product=loan&state=new&sort=-kana"));
        let sorting = asked.sorting(&search).expect("ours");
        let by_kana = asked.heading("/x", sorting, Column::Kana);
        assert_eq!(by_kana.order, Some(Order::Descending));
        assert!(by_kana.href.ends_with("&sort=kana"), "{}", by_kana.href);
        let monthly = asked.heading("/x", sorting, Column::Monthly);
        assert_eq!(monthly.order, None);
        assert!(monthly.href.ends_with("&sort=monthly"), "{}", monthly.href);
    }
}
