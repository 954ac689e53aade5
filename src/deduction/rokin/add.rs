//! `/deduction/rokin/items/new`: 労金控除明細新規登録 (R004-118), and 追加登録 for a known
//! member.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::changes::{self, Refused, Wish};
use super::item::{shell, to};
use super::{LIST, NEW, Product, path_of, words};
use crate::app::App;
use crate::base::id::{made_at, new_id};
use crate::base::text::nfkc;
use crate::deduction::items::form::parse_amount;
use crate::deduction::items::{Amounts, TypedAmounts, TypedPerson, members};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::web::{self, Error, Field, Form, Mistakes, Shell};

#[derive(Template)]
#[template(path = "deduction/rokin/pages/new.html")]
pub(super) struct NewPage {
    shell: Shell,
    mistakes: Mistakes,
    /// What is open; in words why nothing is.
    open: Result<Open, String>,
    key: String,
    token: String,
    person: [Field; 4],
    number_rule: String,
    product: Field,
    products: Vec<(String, String)>,
    account_no: Field,
    amounts: [Field; 3],
    /// The item that the member has already.
    there: Option<String>,
    csrf: String,
}

/// For whom more is registered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct For {
    employee_no: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    pub(super) key: String,
    pub(super) periods: String,
    #[serde(flatten)]
    pub(super) person: TypedPerson,
    pub(super) product: String,
    pub(super) account_no: String,
    #[serde(flatten)]
    pub(super) amounts: TypedAmounts,
}

impl NewForm {
    /// 種目, 口座番号 and amounts; what is wrong with them goes to `found`.
    fn about(&self, found: &mut Mistakes) -> Option<(Product, String, Amounts)> {
        let before = found.len();
        let product = Product::parse(&self.product);
        if product.is_none() {
            found.add("product", words::PRODUCT, words::CHOOSE);
        }
        let account_no = nfkc(self.account_no.trim());
        if account_no.len() != 7 || !account_no.bytes().all(|b| b.is_ascii_digit()) {
            found.add("account_no", words::ACCOUNT_NO, words::ACCOUNT_WRONG);
        }
        let amounts = self.amounts.check(found);
        product.filter(|_| found.len() == before).map(|product| (product, account_no, amounts))
    }
}

pub(super) async fn edit_new(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<For>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    let open = entry::look(&mut conn, scope.key(), now).await?;
    let known = members::find(&mut conn, scope.key(), asked.employee_no.trim()).await?;
    let form = NewForm {
        key: new_id(now),
        periods: open.as_ref().map(Open::token).unwrap_or_default(),
        person: known.as_ref().map(TypedPerson::from).unwrap_or_default(),
        ..NewForm::default()
    };
    let shell = shell(&scope, words::NEW_TITLE);
    let of = (scope.group.number_digits, open);
    web::page(&new_page(shell, &form, of, Mistakes::default()))
}

pub(super) async fn submit_new(
    State(app): State<App>,
    scope: Scope,
    Form(form): Form<NewForm>,
) -> Result<Response, Error> {
    let key = uuid_of(&form.key).ok_or_else(|| Error::stale(words::NEW_TITLE, NEW))?;
    let mut mistakes = Mistakes::default();
    let about = form.about(&mut mistakes);
    // What is wrong with the person is told first, as it stands first.
    let wish = Wish { id: &key, token: &form.periods, person: &form.person, about };
    let (status, there) = match changes::add(&app, &scope, wish, mistakes).await? {
        Ok(()) => return Ok(to(&key, "added")),
        Err(Refused::Wrong(wrong)) => {
            mistakes = wrong;
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        Err(Refused::There(id)) => {
            let product = Product::parse(&form.product).map_or("", Product::ja);
            let said = words::there(product, &nfkc(form.account_no.trim()));
            mistakes = Mistakes::one("account_no", words::ACCOUNT_NO, said);
            (StatusCode::CONFLICT, Some(path_of(&id)))
        }
        Err(Refused::Closed(closed)) => {
            mistakes = Mistakes::default();
            mistakes.add_general(closed.ja());
            (StatusCode::CONFLICT, None)
        }
        Err(_) => return Err(Error::stale(words::TO_LIST, LIST)),
    };
    let open = entry::look(&mut app.db.conn().await?, scope.key(), app.clock.now()).await?;
    let of = (scope.group.number_digits, open);
    let mut page = new_page(shell(&scope, words::NEW_TITLE), &form, of, mistakes);
    page.there = there;
    web::page_with(status, &page)
}

/// The key of a form that we made.
fn uuid_of(key: &str) -> Option<String> {
    made_at(key).map(|_| key.to_ascii_lowercase()).filter(|key| key.len() == 36)
}

pub(super) fn new_page(
    shell: Shell,
    form: &NewForm,
    (digits, open): (i64, Result<Open, Closed>),
    mistakes: Mistakes,
) -> NewPage {
    let csrf = shell.csrf().to_owned();
    let mut amounts = form.amounts.fields(&mistakes);
    for field in &mut amounts {
        // A blank is 0: say so.
        if parse_amount(&field.value) == Some(0) {
            "0".clone_into(&mut field.value);
        }
    }
    let choose = [(String::new(), "選んでください".to_owned())];
    NewPage {
        shell: shell.narrow(),
        open: open.map_err(|closed| closed.ja()),
        key: form.key.clone(),
        token: form.periods.clone(),
        person: form.person.fields(&mistakes),
        number_rule: format!("英字・数字・ハイフン {digits}桁以内"),
        product: mistakes.field("product", &form.product),
        products: [&choose[..], &Product::choices()].concat(),
        account_no: mistakes.field("account_no", form.account_no.trim()),
        amounts,
        there: None,
        mistakes,
        csrf,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_needs_a_product_an_account_and_an_amount() {
        // R004-118
        let form = |product: &str, account_no: &str, amount: &str| NewForm {
            product: product.into(),
            account_no: account_no.into(),
            amounts: TypedAmounts { amount_summer: amount.into(), ..TypedAmounts::default() },
            ..NewForm::default()
        };
        for (form, wrong) in [
            (form("saving", "１２３４５６７", "5,000"), vec![]),
            (form("", "", ""), vec!["product", "account_no", "amount_monthly"]),
            (form("gold", "123456", "x"), vec!["product", "account_no", "amount_summer"]),
            (form("loan", "12345678", "1"), vec!["account_no"]),
        ] {
            let mut found = Mistakes::default();
            let about = form.about(&mut found);
            let names: Vec<_> = found.all().iter().map(|mistake| mistake.name).collect();
            assert_eq!(names, wrong, "{form:?}");
            assert_eq!(about.is_some(), wrong.is_empty());
        }
    }

    #[test]
    fn only_a_key_that_we_made_is_taken() {
        let key = new_id(crate::base::Moment::from_ms(1_700_000_000_000));
        assert_eq!(uuid_of(&key), Some(key.clone()));
        assert_eq!(uuid_of(&key.to_uppercase()), Some(key));
        for foreign in ["", "1", "5ff3e5a3-8b8a-4c8e-9d2f-0a1b2c3d4e5f"] {
            assert_eq!(uuid_of(foreign), None, "{foreign}");
        }
    }
}
