//! Items of 労金控除 (労金控除明細): what is deducted each month, in summer and in
//! winter from a member's pay, for which product, and how the item stands.
//!
//! A 控除対象者 (`members`) of a deposit group has one or more items. Invariants: an
//! item repeats its member's number and search key, held together by the database;
//! a list page is found by the id of the row before it, which must be of the same
//! contract, never by a number of rows to skip.

mod demo;
mod pages;
mod rules;
#[cfg(test)]
mod samples;
mod store;
mod words;

pub use crate::deduction::rules::State;
pub use demo::demo;
pub use pages::router;
pub use rules::{Column, Cursor, Search, Sorting};
pub use store::{ITEMS_A_PAGE, Page, any, count, page};

use crate::db::{Error, FromRow, Row};

/// An item with what a list shows of its member. Amounts are yen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Our id.
    pub id: String,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 氏名.
    pub kanji_name: String,
    /// 職場.
    pub workplace: String,
    /// 入金グループ番号, eight digits.
    pub group_no: String,
    /// 種目.
    pub product: Product,
    /// 口座番号.
    pub account_no: String,
    /// 控除金額 (月例).
    pub amount_monthly: i64,
    /// 控除金額 (夏季一時金).
    pub amount_summer: i64,
    /// 控除金額 (年末一時金).
    pub amount_winter: i64,
    /// How it stands.
    pub state: State,
    /// Whether it is changed only at the counter (窓口扱い).
    pub at_counter: bool,
    /// From which month it holds, `YYYY-MM`.
    pub effective_ym: String,
}

/// What it is deducted for (種目).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// 積立預金.
    Saving,
    /// ローン返済.
    Loan,
    /// 出資金.
    Share,
    /// 共済掛金.
    Mutual,
}

impl Product {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Saving, Self::Loan, Self::Share, Self::Mutual];

    /// The word for it in the database and in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Saving => "saving",
            Self::Loan => "loan",
            Self::Share => "share",
            Self::Mutual => "mutual",
        }
    }

    /// 「積立預金」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Saving => "積立預金",
            Self::Loan => "ローン返済",
            Self::Share => "出資金",
            Self::Mutual => "共済掛金",
        }
    }

    /// The product that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.word() == word)
    }
}

impl FromRow for Item {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            workplace: row.get("workplace")?,
            group_no: row.get("group_no")?,
            // The database holds no other words.
            product: Product::parse(&row.get::<String>("product")?).unwrap_or(Product::Saving),
            account_no: row.get("account_no")?,
            amount_monthly: row.get("amount_monthly")?,
            amount_summer: row.get("amount_summer")?,
            amount_winter: row.get("amount_winter")?,
            state: State::parse(&row.get::<String>("state")?).unwrap_or(State::Active),
            at_counter: row.get::<String>("source")? == "counter",
            effective_ym: row.get("effective_ym")?,
        })
    }
}
