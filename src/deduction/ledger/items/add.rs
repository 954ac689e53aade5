//! `/deduction/ledger/items/new`: 賃控元帳明細新規登録 (R004-130), and more for a known
//! member.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::changes::{self, Refused, Wish};
use super::item::{shell, to};
use super::rules::{TermFields, TypedTerms};
use super::{LIST, NEW, path_of, words};
use crate::app::App;
use crate::base::id::{made_at, new_id};
use crate::base::money::Yen;
use crate::deduction::items::{TypedPerson, members};
use crate::deduction::ledger::types::{self, LedgerType};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::web::{self, Error, Field, Form, Mistakes, Shell};

#[derive(Template)]
#[template(path = "deduction/ledger/items/pages/new.html")]
struct NewPage {
    shell: Shell,
    mistakes: Mistakes,
    /// What is open; in words why nothing is.
    open: Result<Open, String>,
    key: String,
    token: String,
    person: [Field; 4],
    number_rule: String,
    type_code: Field,
    types: Vec<(String, String)>,
    terms: TermFields,
    /// The item that the member has already.
    there: Option<String>,
    csrf: String,
}

impl NewPage {
    /// Whether there is no type that could be chosen.
    fn lacks_types(&self) -> bool {
        self.types.len() < 2
    }
}

/// For whom, and for what.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct For {
    employee_no: String,
    type_code: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    key: String,
    periods: String,
    #[serde(flatten)]
    person: TypedPerson,
    type_code: String,
    #[serde(flatten)]
    terms: TypedTerms,
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
    let types = types::list(&mut conn, scope.contract_no()).await?;
    let start_ym = open.as_ref().map_or("", Open::month).to_owned();
    let form = NewForm {
        key: new_id(now),
        periods: open.as_ref().map(Open::token).unwrap_or_default(),
        person: known.as_ref().map(TypedPerson::from).unwrap_or_default(),
        type_code: asked.type_code,
        terms: TypedTerms { start_ym, ..TypedTerms::default() },
    };
    let of = (scope.group.number_digits, open, types);
    web::page(&new_page(shell(&scope, words::NEW), &form, of, Mistakes::default()))
}

pub(super) async fn submit_new(
    State(app): State<App>,
    scope: Scope,
    Form(form): Form<NewForm>,
) -> Result<Response, Error> {
    let key = form.key.to_ascii_lowercase();
    if key.len() != 36 || made_at(&key).is_none() {
        return Err(Error::stale(words::NEW, NEW));
    }
    let wish = Wish {
        id: &key,
        token: &form.periods,
        person: &form.person,
        type_code: &form.type_code,
        terms: &form.terms,
    };
    let mut mistakes = Mistakes::default();
    let (status, there) = match changes::add(&app, &scope, &wish).await? {
        Ok(()) => return Ok(to(&key, "added")),
        Err(Refused::Wrong(wrong)) => {
            mistakes = wrong;
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        Err(Refused::There(id)) => {
            mistakes.add("type_code", words::TYPE, words::THERE);
            (StatusCode::CONFLICT, Some(path_of(&id)))
        }
        Err(Refused::Closed(closed)) => {
            mistakes.add_general(closed.ja());
            (StatusCode::CONFLICT, None)
        }
        Err(_) => return Err(Error::stale(words::TO_LIST, LIST)),
    };
    let mut conn = app.db.conn().await?;
    let open = entry::look(&mut conn, scope.key(), app.clock.now()).await?;
    let types = types::list(&mut conn, scope.contract_no()).await?;
    let of = (scope.group.number_digits, open, types);
    let mut page = new_page(shell(&scope, words::NEW), &form, of, mistakes);
    page.there = there;
    web::page_with(status, &page)
}

fn new_page(
    shell: Shell,
    form: &NewForm,
    (digits, open, types): (i64, Result<Open, Closed>, Vec<LedgerType>),
    mistakes: Mistakes,
) -> NewPage {
    let choice = |one: &LedgerType| {
        let usual = Yen(one.default_amount).ja();
        (one.code.clone(), format!("{}（標準 {usual}）", types::labelled(one)))
    };
    let choose = [(String::new(), "選んでください".to_owned())];
    let active = types.iter().filter(|one| one.active).map(choice);
    NewPage {
        csrf: shell.csrf().to_owned(),
        shell: shell.narrow(),
        open: open.map_err(|closed| closed.ja()),
        key: form.key.clone(),
        token: form.periods.clone(),
        person: form.person.fields(&mistakes),
        number_rule: format!("英字・数字・ハイフン {digits}桁以内"),
        type_code: mistakes.field("type_code", &form.type_code),
        types: choose.into_iter().chain(active).collect(),
        terms: form.terms.fields(&mistakes),
        there: None,
        mistakes,
    }
}

#[cfg(test)]
pub(in crate::deduction::ledger) mod samples {
    //! The page with made-up values.

    use super::*;
    use crate::deduction::ledger::items::item::samples::{open, some_type};

    pub(in crate::deduction::ledger) fn pages(
        shell: &dyn Fn(&str) -> Shell,
    ) -> Vec<(&'static str, String)> {
        let form = NewForm {
            terms: TypedTerms { start_ym: "2026-12".into(), ..TypedTerms::default() },
            ..NewForm::default()
        };
        let of = || (8, open(), vec![some_type()]);
        let page = |form: &NewForm, of, mistakes| {
            new_page(shell(words::NEW), form, of, mistakes).render().expect("rendered")
        };
        let mut mistakes = Mistakes::default();
        mistakes.add("employee_no", words::EMPLOYEE_NO, "入力してください。");
        mistakes.add("type_code", words::TYPE, words::CHOOSE_TYPE);
        let closed = Err(Closed::Closing("2026年12月 月例".into()));
        vec![
            ("item-new", page(&form, of(), Mistakes::default())),
            ("item-new-wrong", page(&form, of(), mistakes)),
            ("item-new-closed", page(&form, (8, closed, vec![some_type()]), Mistakes::default())),
            ("item-new-no-type", page(&form, (8, open(), vec![]), Mistakes::default())),
        ]
    }
}
