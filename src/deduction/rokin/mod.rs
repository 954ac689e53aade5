//! Items of 労金控除 (労金控除明細): what is deducted each month, in summer and in
//! winter from a member's pay, for which product, and how the item stands.
//!
//! `item` says what is particular to them; pages and changes are those of `deduction::items`.
//! Invariants: an item repeats its member's number and search key, held together by the
//! database; a list page is found by the id of the row before it, which must be of the same
//! group; a 窓口扱い item is changed by nobody here.

mod item;
#[cfg(test)]
mod samples;
pub mod store;
mod words;

pub use store::{TABLE, any};

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::db::{Error, FromRow, Row};
use crate::deduction::items::history_page::{self, Told};
use crate::deduction::items::{Amounts, Book, State, book, pages};
use crate::web::menu::deduction::ROKIN;

/// Where the list is; each item lies below.
const LIST: &str = "/deduction/rokin/items";
const NEW: &str = "/deduction/rokin/items/new";
const MEMBERS: &str = "/deduction/rokin/members";

static HISTORY: Told = Told {
    book: Book::Rokin,
    path: "/deduction/rokin/history",
    menu: &ROKIN,
    title: words::HISTORY_TITLE,
    paper: words::HISTORY_PAPER,
};

/// The pages of 労金控除明細.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(pages::show_items::<Item>))
        .route("/deduction/rokin/items.csv", get(pages::download_csv::<Item>))
        .route("/deduction/rokin/items.pdf", get(pages::download_pdf::<Item>))
        .route(NEW, get(pages::edit_new::<Item>).post(pages::submit_new::<Item>))
        .route(
            "/deduction/rokin/items/{id}",
            get(pages::show_item::<Item>).post(pages::submit_item::<Item>),
        )
        .route(
            "/deduction/rokin/items/{id}/cancel",
            get(pages::edit_cancel::<Item>).post(pages::submit_cancel::<Item>),
        )
        .route("/deduction/rokin/items/{id}/restore", post(pages::submit_restore::<Item>))
        .route(
            "/deduction/rokin/members/{id}",
            get(pages::edit_member::<Item>).post(pages::submit_member::<Item>),
        )
        .route("/deduction/rokin/history", history_page::shown(&HISTORY))
        .route("/deduction/rokin/history.csv", history_page::as_csv(&HISTORY))
        .route("/deduction/rokin/history.pdf", history_page::as_pdf(&HISTORY))
}

/// An item with what is shown of its member. Amounts are yen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Our id.
    pub id: String,
    /// Whose, our id.
    pub member_id: String,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana_name: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 職場.
    pub workplace: String,
    /// 種目.
    pub product: Product,
    /// 口座番号.
    pub account_no: String,
    /// 控除金額.
    pub amounts: Amounts,
    /// What was last requested; `None`: never.
    pub base: Option<Amounts>,
    /// How it stands.
    pub state: State,
    /// Whether it is changed only at the counter (窓口扱い).
    pub at_counter: bool,
    /// From which month it holds, `YYYY-MM`.
    pub effective_ym: String,
    /// Counts changes.
    pub version: i64,
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

    /// Word and name of each, for choosers.
    #[must_use]
    pub fn choices() -> Vec<(String, String)> {
        Self::ALL.map(|product| (product.word().to_owned(), product.ja().to_owned())).to_vec()
    }
}

impl FromRow for Item {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let (product, state): (String, String) = (row.get("product")?, row.get("state")?);
        let (amounts, base) = book::amounts_of(row)?;
        Ok(Self {
            id: row.get("id")?,
            member_id: row.get("member_id")?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            workplace: row.get("workplace")?,
            product: Product::parse(&product)
                .ok_or_else(|| Error::missing("rokin_items.product"))?,
            account_no: row.get("account_no")?,
            amounts,
            base,
            state: State::parse(&state).ok_or_else(|| Error::missing("rokin_items.state"))?,
            at_counter: row.get::<String>("source")? == "counter",
            effective_ym: row.get("effective_ym")?,
            version: row.get("version")?,
        })
    }
}
