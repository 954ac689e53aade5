//! 賃控元帳確認リスト (R004-131): 内訳リスト, 種目合計リスト and 異動分リスト of what is in the
//! ledger at the moment.
//!
//! `sheets` are the lists, `moved` that of 異動分; `pages` shows them. Invariants: a
//! cancelled item is listed with nothing deducted, so that the lists' sums agree; on screen
//! nothing is summed or counted to its end but where that was asked for (種目合計).

mod moved;
mod pages;
mod sheets;

use std::sync::Arc;

pub use pages::router;
#[cfg(test)]
pub(super) use pages::samples;

use crate::deduction::scope::Key;
use crate::web::sheet::Sheet;

/// One of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// 内訳リスト: every item.
    Breakdown,
    /// 種目合計リスト: a line a type.
    Types,
    /// 異動分リスト: what is new, changed or cancelled since the last monthly close.
    Moved,
}

impl Check {
    /// All of them, as the manual has them.
    pub const ALL: [Self; 3] = [Self::Breakdown, Self::Types, Self::Moved];

    /// The list with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name() == name)
    }

    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Breakdown => "breakdown",
            Self::Types => "types",
            Self::Moved => "moved",
        }
    }

    /// Its page.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Breakdown => "/deduction/ledger/checks/breakdown",
            Self::Types => "/deduction/ledger/checks/types",
            Self::Moved => "/deduction/ledger/checks/moved",
        }
    }

    /// The manual's title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Breakdown => "賃控元帳内訳リスト",
            Self::Types => "賃控元帳種目合計リスト",
            Self::Moved => "賃控元帳異動分リスト",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Breakdown => "賃控元帳のすべての明細を、職員番号の順に表示します。",
            Self::Types => "種目ごとに、明細の件数と控除金額の合計を表示します。",
            Self::Moved => "前回の締切のあとに登録・変更・解除した明細を表示します。",
        }
    }

    /// The list of a group; `exact`: counted and summed to its end, as files need.
    #[must_use]
    pub fn sheet(self, key: Key<'_>, exact: bool) -> Arc<dyn Sheet> {
        let (contract_no, group_no) = (key.contract_no.to_owned(), key.group_no.to_owned());
        match self {
            Self::Breakdown => Arc::new(sheets::Breakdown { contract_no, group_no, exact }),
            Self::Types => Arc::new(sheets::ByType { contract_no, group_no }),
            Self::Moved => Arc::new(moved::Moved { contract_no, group_no, exact }),
        }
    }
}
