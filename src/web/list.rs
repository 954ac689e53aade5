//! The parts of a list page: its address, order, pages, selected filters.

/// Where a list stands: its path, and the query it was asked with, in order. Sorting is
/// called `sort`, the keys of the pager `after` and `before`.
#[derive(Clone, Debug)]
pub struct Place {
    path: &'static str,
    query: Vec<(&'static str, String)>,
    /// Whether the files lie below the path: one of many lists in a folder.
    below: bool,
}

impl Place {
    /// The list at `path`, asked with `query`; empty values say nothing.
    #[must_use]
    pub fn new(path: &'static str, query: &[(&'static str, &str)]) -> Self {
        let query = query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { path, query, below: false }
    }

    /// The same list with its files below it: `/lists/one/csv`.
    #[must_use]
    pub const fn with_files_below(mut self) -> Self {
        self.below = true;
        self
    }

    /// Its address with some parts of the query replaced; empty ones are left out.
    #[must_use]
    pub fn with(&self, replaced: &[(&str, &str)]) -> String {
        let parts = self.query.iter().map(|(name, value)| {
            let other = replaced.iter().find(|(other, _)| other == name);
            (*name, other.map_or(value.as_str(), |(_, value)| value))
        });
        let kept: Vec<_> = parts.filter(|(_, value)| !value.is_empty()).collect();
        match serde_urlencoded::to_string(kept) {
            Ok(query) if !query.is_empty() => format!("{}?{query}", self.path),
            _ => self.path.to_owned(),
        }
    }

    /// Where the list's file is asked for: its path with the end `.csv` or `.pdf`, or
    /// `/csv` and `/pdf` below it.
    #[must_use]
    pub fn file(&self, end: &str) -> String {
        format!("{}{}{end}", self.path, if self.below { '/' } else { '.' })
    }

    /// The same with the filters and the order, and with `more`.
    #[must_use]
    pub fn file_with(&self, end: &str, more: &[(&'static str, &str)]) -> String {
        let mut query = self.filters();
        query.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let path = self.file(end);
        match serde_urlencoded::to_string(query) {
            Ok(query) if !query.is_empty() => format!("{path}?{query}"),
            _ => path,
        }
    }

    /// What the whole list is asked with: filters and order, no page.
    #[must_use]
    pub fn filters(&self) -> Vec<(&'static str, String)> {
        let says = |(name, value): &&(&'static str, String)| {
            !value.is_empty() && *name != "after" && *name != "before"
        };
        self.query.iter().filter(says).cloned().collect()
    }

    /// The first page of the same list without the filter `name`.
    #[must_use]
    pub fn without(&self, name: &str) -> String {
        self.with(&[(name, ""), ("after", ""), ("before", "")])
    }

    /// The heading `label` that sorts by what `word` says; `order`: the present one, where
    /// the list is sorted by this column.
    #[must_use]
    pub fn heading(&self, label: &str, word: &str, order: Option<Order>) -> Sort {
        Sort::new(label, self.with(&[("sort", word), ("after", ""), ("before", "")]), order)
    }

    /// The neighbours of a page; `first` and `last`: the keys of its outer rows, where
    /// there is something beyond them.
    #[must_use]
    pub fn pager(&self, first: Option<&str>, last: Option<&str>) -> Pager {
        Pager {
            previous: first.map(|key| self.with(&[("after", ""), ("before", key)])),
            next: last.map(|key| self.with(&[("after", key), ("before", "")])),
        }
    }
}

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Small to large, あ to ん, old to new.
    Ascending,
    /// The other way.
    Descending,
}

/// A heading that sorts the list when it is followed.
#[derive(Clone, Debug)]
pub struct Sort {
    /// The column's heading.
    pub label: String,
    /// The same list, sorted by this column (the other way if it is already).
    pub href: String,
    /// Set on the column the list is sorted by.
    pub order: Option<Order>,
}

impl Sort {
    /// The heading `label` that leads to `href`.
    #[must_use]
    pub fn new(label: &str, href: impl Into<String>, order: Option<Order>) -> Self {
        Self { label: label.to_owned(), href: href.into(), order }
    }

    /// The value of `aria-sort`.
    #[must_use]
    pub fn aria(&self) -> &'static str {
        match self.order {
            Some(Order::Ascending) => "ascending",
            Some(Order::Descending) => "descending",
            None => "none",
        }
    }

    /// What stands behind the heading.
    #[must_use]
    pub fn arrow(&self) -> &'static str {
        match self.order {
            Some(Order::Ascending) => "▲",
            Some(Order::Descending) => "▼",
            None => "",
        }
    }
}

/// The neighbours of the page shown, as links carrying a key (never a number
/// of rows to skip).
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// To the rows before; `None` on the first page.
    pub previous: Option<String>,
    /// To the rows after; `None` on the last page.
    pub next: Option<String>,
}

/// A filter in use, with the way to the list without it.
#[derive(Clone, Debug)]
pub struct Chip {
    /// 「対象月：2026年11月」.
    pub label: String,
    /// The same list without this filter.
    pub href: String,
}

impl Chip {
    /// The filter `label`, lifted by following `href`.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_was_asked_but_for_what_is_replaced() {
        let asked =
            [("name", "山 田"), ("state", ""), ("sort", "-name"), ("after", "k1"), ("before", "")];
        let place = Place::new("/hr/employees", &asked);
        let name = "name=%E5%B1%B1+%E7%94%B0";
        assert_eq!(place.with(&[]), format!("/hr/employees?{name}&sort=-name&after=k1"));
        assert_eq!(place.without("name"), "/hr/employees?sort=-name");
        assert_eq!(
            place.heading("氏名", "name", None).href,
            format!("/hr/employees?{name}&sort=name")
        );
        let pager = place.pager(Some("a&b"), None);
        let before = format!("/hr/employees?{name}&sort=-name&before=a%26b");
        assert_eq!((pager.previous, pager.next), (Some(before), None));
        assert_eq!(Place::new("/x", &[("a", "")]).with(&[]), "/x");
    }
}
