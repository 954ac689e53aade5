//! What is particular to an item of 労金控除: it is for a product and an account, and only
//! its amounts are changed.

use askama::Template;
use serde::Deserialize;

use super::{Item, LIST, MEMBERS, NEW, Product, TABLE, store, words};
use crate::base::Moment;
use crate::base::text::nfkc;
use crate::db::{Conn, Error, Tx};
use crate::deduction::items::book::{BookItem, BookPages, Choices, Core, NewItem, What};
use crate::deduction::items::changes::Work;
use crate::deduction::items::form::parse_amount;
use crate::deduction::items::listed::{Listing, amount, column};
use crate::deduction::items::search::Column;
use crate::deduction::items::{Amounts, Book, Member, State, TypedAmounts};
use crate::deduction::scope::Key;
use crate::identity::rights::Action;
use crate::web::menu::deduction::ROKIN;
use crate::web::sheet::Cell;
use crate::web::{Field, Mistakes};

static PAGES: BookPages = BookPages {
    book: Book::Rokin,
    menu: &ROKIN,
    list: LIST,
    new: NEW,
    members: MEMBERS,
    view: Action::RokinView,
    change: Action::RokinChange,
    orders: &Column::ALL,
    audited: words::audited,
    title: words::TITLE,
    new_title: words::NEW_TITLE,
    one_title: words::ITEM_TITLE,
    cancel_title: words::CANCEL_TITLE,
    none: words::NONE,
    none_to_see: words::NONE,
    to_list: words::TO_LIST,
    to_latest: "控除明細の最新の画面へ",
    to_there: "登録済みの明細を開く",
    there: words::THERE,
    left: words::LEFT,
    changing: "控除金額の変更",
    fixed: "種目や口座番号",
    more: "控除明細",
    unoffered: None,
};

static LISTING: Listing<Item> = Listing {
    title: words::LIST_PAPER,
    table: &TABLE,
    columns: &[
        column(words::EMPLOYEE_NO, 10, |item| Cell::text(&*item.employee_no)),
        column(words::KANA, 22, |item| Cell::text(&*item.kana_name)),
        column(words::KANJI, 18, |item| Cell::text(&*item.kanji_name)),
        column(words::PRODUCT, 12, |item| Cell::text(item.product.ja())),
        column(words::ACCOUNT_NO, 9, |item| Cell::text(&*item.account_no)),
        amount(words::MONTHLY, |item| Cell::Yen(item.amounts.monthly)),
        amount("夏季一時金", |item| Cell::Yen(item.amounts.summer)),
        amount("年末一時金", |item| Cell::Yen(item.amounts.winter)),
        column(words::STATE, 6, |item| Cell::text(item.state.ja())),
        column("適用年月", 11, |item| Cell::Month(item.effective_ym.clone())),
        column(words::WORKPLACE, 16, |item| Cell::text(&*item.workplace)),
        column("窓口扱い", 8, |item| {
            Cell::text(if item.at_counter { "窓口扱い" } else { "" })
        }),
    ],
    id: |item| &item.id,
    empty: words::NONE_FOUND,
};

/// 種目, 口座番号 and amounts of a new item.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedNew {
    product: String,
    account_no: String,
    #[serde(flatten)]
    amounts: TypedAmounts,
}

#[derive(Template)]
#[template(path = "deduction/rokin/pages/facts.html")]
struct Facts<'a> {
    item: &'a Item,
}

#[derive(Template)]
#[template(path = "deduction/rokin/pages/amounts.html")]
struct AmountFields {
    amounts: [Field; 3],
}

#[derive(Template)]
#[template(path = "deduction/rokin/pages/new.html")]
struct NewFields {
    product: Field,
    choices: Choices,
    account_no: Field,
    amounts: [Field; 3],
}

impl TypedNew {
    fn account_no(&self) -> String {
        nfkc(self.account_no.trim())
    }

    /// 種目, 口座番号 and amounts; what is wrong with them goes to `found`.
    fn check(&self, found: &mut Mistakes) -> Option<(What, Amounts)> {
        let before = found.len();
        let product = Product::parse(&self.product);
        if product.is_none() {
            found.add("product", words::PRODUCT, words::CHOOSE);
        }
        let account_no = self.account_no();
        if account_no.len() != 7 || !account_no.bytes().all(|b| b.is_ascii_digit()) {
            found.add("account_no", words::ACCOUNT_NO, words::ACCOUNT_WRONG);
        }
        let amounts = self.amounts.check(found);
        let product = product.filter(|_| found.len() == before)?;
        Some((product.with(&account_no), amounts))
    }
}

impl Product {
    /// This product of an account.
    fn with(self, account_no: &str) -> What {
        What {
            word: self.word().to_owned(),
            label: self.ja().to_owned(),
            account_no: account_no.to_owned(),
        }
    }
}

impl BookItem for Item {
    type Terms = Amounts;
    type TypedTerms = TypedAmounts;
    type TypedNew = TypedNew;

    const PAGES: &'static BookPages = &PAGES;
    const LISTING: &'static Listing<Self> = &LISTING;

    fn core(&self) -> Core {
        Core {
            id: self.id.clone(),
            member: Member {
                id: self.member_id.clone(),
                employee_no: self.employee_no.clone(),
                kana_name: self.kana_name.clone(),
                kana_key: String::new(),
                kanji_name: self.kanji_name.clone(),
                workplace: self.workplace.clone(),
                left_on: None,
                version: 0,
            },
            what: self.product.with(&self.account_no),
            amounts: self.amounts,
            base: self.base,
            state: self.state,
            at_counter: self.at_counter,
            version: self.version,
        }
    }

    fn terms(&self) -> Amounts {
        self.amounts
    }

    fn holds_from(&self, _open: &str) -> String {
        self.effective_ym.clone()
    }

    fn named(&self) -> String {
        self.product.ja().to_owned()
    }

    fn facts(&self) -> askama::Result<String> {
        Facts { item: self }.render()
    }

    fn amounts(terms: &Amounts) -> Amounts {
        *terms
    }

    fn compared(old: &Amounts, new: &Amounts) -> String {
        format!("{} → {}", old.ja(), new.ja())
    }

    fn check(
        typed: &TypedAmounts,
        _open: &str,
        _before: &Amounts,
        found: &mut Mistakes,
    ) -> Amounts {
        typed.check(found)
    }

    fn fields(typed: &TypedAmounts, mistakes: &Mistakes) -> askama::Result<String> {
        AmountFields { amounts: typed.fields(mistakes) }.render()
    }

    fn blank(_product: String, _open: &str) -> TypedNew {
        TypedNew::default()
    }

    fn new_fields(
        typed: &TypedNew,
        choices: Choices,
        mistakes: &Mistakes,
    ) -> askama::Result<String> {
        let mut amounts = typed.amounts.fields(mistakes);
        for field in &mut amounts {
            // A blank is 0: say so.
            if parse_amount(&field.value) == Some(0) {
                "0".clone_into(&mut field.value);
            }
        }
        let product = mistakes.field("product", &typed.product);
        let account_no = mistakes.field("account_no", typed.account_no.trim());
        NewFields { product, choices, account_no, amounts }.render()
    }

    fn there(typed: &TypedNew) -> Mistakes {
        let product = Product::parse(&typed.product).map_or("", Product::ja);
        let said = words::there(product, &typed.account_no());
        Mistakes::one("account_no", words::ACCOUNT_NO, said)
    }

    async fn offered(_conn: &mut Conn, _contract_no: &str) -> Result<Choices, Error> {
        Ok(Product::choices())
    }

    async fn searched(_conn: &mut Conn, _contract_no: &str) -> Result<Choices, Error> {
        Ok(Product::choices())
    }

    async fn check_new(
        typed: &TypedNew,
        _work: &mut Work<'_>,
        found: &mut Mistakes,
    ) -> Result<Option<(What, Amounts)>, Error> {
        Ok(typed.check(found))
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
        item: &NewItem<'_, Amounts>,
        now: Moment,
    ) -> Result<(), Error> {
        store::insert(tx, key, item, now).await
    }

    async fn set(
        tx: &mut Tx,
        key: Key<'_>,
        of: (&str, i64),
        (amounts, state): (&Amounts, State),
        from: (&str, Moment),
    ) -> Result<bool, Error> {
        store::set(tx, key, of, (*amounts, state), from).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_needs_a_product_an_account_and_an_amount() {
        // R004-118
        let form = |product: &str, account_no: &str, amount: &str| TypedNew {
            product: product.into(),
            account_no: account_no.into(),
            amounts: TypedAmounts { amount_summer: amount.into(), ..TypedAmounts::default() },
        };
        for (form, wrong) in [
            (form("saving", "１２３４５６７", "5,000"), vec![]),
            (form("", "", ""), vec!["product", "account_no", "amount_monthly"]),
            (form("gold", "123456", "x"), vec!["product", "account_no", "amount_summer"]),
            (form("loan", "12345678", "1"), vec!["account_no"]),
        ] {
            let mut found = Mistakes::default();
            let about = form.check(&mut found);
            let names: Vec<_> = found.all().iter().map(|mistake| mistake.name).collect();
            assert_eq!(names, wrong, "{form:?}");
            assert_eq!(about.is_some(), wrong.is_empty());
        }
    }
}
