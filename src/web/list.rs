//! The parts of a list page: order, pages, selected filters.

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
