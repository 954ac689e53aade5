//! What is particular to an item of 賃控元帳: it is of a type, and its months and note are
//! changed with its amounts.

use askama::Template;
use serde::Deserialize;

use super::rules::{Bounds, TermFields, TypedTerms};
use super::store::{self, Item, TABLE, Terms};
use super::{LIST, MEMBERS, NEW, words};
use crate::base::Moment;
use crate::base::money::Yen;
use crate::db::{Conn, Error, Tx};
use crate::deduction::items::book::{BookItem, BookPages, Choices, Core, NewItem, What};
use crate::deduction::items::changes::Work;
use crate::deduction::items::listed::{Listing, amount, column};
use crate::deduction::items::search::Column;
use crate::deduction::items::{Amounts, Book, State};
use crate::deduction::ledger::types::{self, LedgerType};
use crate::deduction::scope::Key;
use crate::identity::rights::Action;
use crate::web::menu::deduction::LEDGER;
use crate::web::sheet::Cell;
use crate::web::{Field, Mistakes};

static PAGES: BookPages = BookPages {
    book: Book::Ledger,
    menu: &LEDGER,
    list: LIST,
    new: NEW,
    members: MEMBERS,
    view: Action::LedgerView,
    change: Action::LedgerChange,
    orders: &[Column::EmployeeNo, Column::Kana],
    audited: words::audited,
    title: words::TITLE,
    new_title: words::NEW,
    one_title: words::ONE,
    cancel_title: words::CANCEL,
    none: words::NONE,
    none_to_see: words::NONE_TO_SEE,
    to_list: words::TO_LIST,
    to_latest: "この明細の最新の画面を開く",
    to_there: "登録済みの明細へ",
    there: words::THERE,
    left: words::LEFT,
    changing: "内容の変更",
    fixed: "種目",
    more: "明細",
    unoffered: Some([words::NO_TYPES, "賃控元帳種目情報照会", "/deduction/ledger/types"]),
};

static LISTING: Listing<Item> = Listing {
    title: words::LIST_PAPER,
    table: &TABLE,
    columns: &[
        column(words::EMPLOYEE_NO, 10, |item| Cell::text(&*item.member.employee_no)),
        column(words::KANA, 20, |item| Cell::text(&*item.member.kana_name)),
        column(words::KANJI, 16, |item| Cell::text(&*item.member.kanji_name)),
        column(words::TYPE, 18, |item| Cell::text(item.type_ja())),
        amount(words::MONTHLY, |item| Cell::Yen(item.terms.amounts.monthly)),
        amount(words::SUMMER, |item| Cell::Yen(item.terms.amounts.summer)),
        amount(words::WINTER, |item| Cell::Yen(item.terms.amounts.winter)),
        column(words::STATE, 6, |item| Cell::text(item.state.ja())),
        column(words::START, 11, |item| Cell::Month(item.terms.start_ym.clone())),
        column(words::END, 11, |item| item.terms.end_ym.clone().map_or(Cell::Blank, Cell::Month)),
        column(words::WORKPLACE, 16, |item| Cell::text(&*item.member.workplace)),
    ],
    id: |item| &item.id,
    empty: words::NONE_FOUND,
};

/// 種目 and terms of a new item.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedNew {
    type_code: String,
    #[serde(flatten)]
    terms: TypedTerms,
}

#[derive(Template)]
#[template(path = "deduction/ledger/items/pages/facts.html")]
struct Facts<'a> {
    item: &'a Item,
}

#[derive(Template)]
#[template(path = "deduction/ledger/items/pages/terms.html")]
struct Fields {
    terms: TermFields,
}

#[derive(Template)]
#[template(path = "deduction/ledger/items/pages/new.html")]
struct NewFields {
    type_code: Field,
    choices: Choices,
    terms: TermFields,
}

impl BookItem for Item {
    type Terms = Terms;
    type TypedTerms = TypedTerms;
    type TypedNew = TypedNew;

    const PAGES: &'static BookPages = &PAGES;
    const LISTING: &'static Listing<Self> = &LISTING;

    fn core(&self) -> Core {
        Core {
            id: self.id.clone(),
            member: self.member.clone(),
            what: of_type(&self.type_code, self.type_ja()),
            amounts: self.terms.amounts,
            base: self.base,
            state: self.state,
            at_counter: false,
            version: self.version,
        }
    }

    fn terms(&self) -> Terms {
        self.terms.clone()
    }

    fn holds_from(&self, open: &str) -> String {
        open.to_owned()
    }

    fn named(&self) -> String {
        format!("「{}」", self.type_name)
    }

    fn facts(&self) -> askama::Result<String> {
        Facts { item: self }.render()
    }

    fn amounts(terms: &Terms) -> Amounts {
        terms.amounts
    }

    fn compared(old: &Terms, new: &Terms) -> String {
        old.compared(new)
    }

    fn check(typed: &TypedTerms, open: &str, before: &Terms, found: &mut Mistakes) -> Terms {
        typed.check(Bounds { open, used_from: "", before: Some(before) }, found)
    }

    fn fields(typed: &TypedTerms, mistakes: &Mistakes) -> askama::Result<String> {
        Fields { terms: typed.fields(mistakes) }.render()
    }

    fn blank(product: String, open: &str) -> TypedNew {
        let terms = TypedTerms { start_ym: open.to_owned(), ..TypedTerms::default() };
        TypedNew { type_code: product, terms }
    }

    fn new_fields(
        typed: &TypedNew,
        choices: Choices,
        mistakes: &Mistakes,
    ) -> askama::Result<String> {
        let type_code = mistakes.field("type_code", &typed.type_code);
        NewFields { type_code, choices, terms: typed.terms.fields(mistakes) }.render()
    }

    fn there(_typed: &TypedNew) -> Mistakes {
        Mistakes::one("type_code", words::TYPE, words::THERE)
    }

    async fn offered(conn: &mut Conn, contract_no: &str) -> Result<Choices, Error> {
        let all = types::list(conn, contract_no).await?;
        Ok(all.iter().filter(|one| one.active).map(choice).collect())
    }

    async fn searched(conn: &mut Conn, contract_no: &str) -> Result<Choices, Error> {
        let all = types::list(conn, contract_no).await?;
        Ok(all.iter().map(|one| (one.code.clone(), types::labelled(one))).collect())
    }

    async fn check_new(
        typed: &TypedNew,
        work: &mut Work<'_>,
        found: &mut Mistakes,
    ) -> Result<Option<(What, Terms)>, Error> {
        let contract_no = work.scope.contract_no();
        // Held, so that nobody deletes it meanwhile.
        let held = types::hold(&mut work.tx, contract_no, &typed.type_code).await?;
        if held.is_none() {
            found.add("type_code", words::TYPE, words::CHOOSE_TYPE);
        } else if held.as_ref().is_some_and(|one| !one.active) {
            found.add("type_code", words::TYPE, words::STOPPED);
        }
        let held = held.filter(|one| one.active);
        let used_from = held.as_ref().map_or("", |one| &one.used_from);
        let or_usual = held.as_ref().map(|one| typed.terms.or_usual(one));
        let bounds = Bounds { open: work.open.earliest(), used_from, before: None };
        let terms = or_usual.as_ref().unwrap_or(&typed.terms).check(bounds, found);
        Ok(held.map(|one| (of_type(&one.code, types::labelled(&one)), terms)))
    }

    async fn same(
        conn: &mut Conn,
        key: Key<'_>,
        member_id: &str,
        of: (&What, &str),
    ) -> Result<Option<String>, Error> {
        store::same(conn, key, member_id, of).await
    }

    async fn insert(
        tx: &mut Tx,
        key: Key<'_>,
        item: &NewItem<'_, Terms>,
        now: Moment,
    ) -> Result<(), Error> {
        store::insert(tx, key, item, now).await
    }

    async fn set(
        tx: &mut Tx,
        key: Key<'_>,
        of: (&str, i64),
        to: (&Terms, State),
        (_, now): (&str, Moment),
    ) -> Result<bool, Error> {
        store::set(tx, key, of, to, now).await
    }
}

fn of_type(code: &str, label: String) -> What {
    What { word: code.to_owned(), label, account_no: String::new() }
}

/// A type with its usual amount.
pub(super) fn choice(one: &LedgerType) -> (String, String) {
    let usual = Yen(one.default_amount).ja();
    (one.code.clone(), format!("{}（標準 {usual}）", types::labelled(one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_on_paper_across() {
        let width: u16 = LISTING.columns.iter().map(|column| column.width).sum();
        assert!(width <= 155, "{width}");
    }
}
