//! `/deduction/ledger/types`: list, new, change, delete.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::rules::{self, TypeForm};
use super::store::{self, LedgerType};
use super::words;
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::date;
use crate::base::money::{self, Yen};
use crate::base::{Day, Moment};
use crate::db::{Conn, Tx};
use crate::deduction::ledger::shell_below;
use crate::deduction::scope::Scope;
use crate::identity::rights::Action;
use crate::web::menu::deduction::LEDGER;
use crate::web::{self, Error, Field, Form, Mistakes, Shell};

const LIST: &str = "/deduction/ledger/types";

/// `/deduction/ledger/types/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(show_types))
        .route("/deduction/ledger/types/new", get(edit_new).post(submit_new))
        .route("/deduction/ledger/types/{code}", get(edit_type).post(submit_type))
        .route("/deduction/ledger/types/{code}/delete", get(edit_delete).post(submit_delete))
}

#[derive(Template)]
#[template(path = "deduction/ledger/types/pages/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<LedgerType>,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "deduction/ledger/types/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    /// Of one that exists.
    known: Option<String>,
    code: Field,
    name: Field,
    kana: Field,
    default_amount: Field,
    position: Field,
    used_from: Field,
    active: Field,
    version: i64,
    csrf: String,
}

#[derive(Template)]
#[template(path = "deduction/ledger/types/pages/one.html")]
struct OnePage {
    shell: Shell,
    one: LedgerType,
}

#[derive(Template)]
#[template(path = "deduction/ledger/types/pages/delete.html")]
struct DeletePage {
    shell: Shell,
    one: LedgerType,
    uses: i64,
    csrf: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    done: String,
}

/// What is to be done with a type: `delete`, or `stop`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    way: String,
    version: i64,
}

async fn show_types(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let rows = store::list(&mut app.db.conn().await?, scope.contract_no()).await?;
    let shell = scope.shell(words::TYPES, &LEDGER);
    let shell = match words::done(&asked.done) {
        Some(sentence) => shell.success(sentence),
        None => shell,
    };
    web::page(&ListPage { shell, rows, may_change: scope.may(Action::LedgerChange) })
}

fn address(code: &str) -> String {
    format!("{LIST}/{code}")
}

async fn edit_new(State(app): State<App>, scope: Scope) -> Result<Response, Error> {
    let rows = store::list(&mut app.db.conn().await?, scope.contract_no()).await?;
    let last = rows.iter().map(|one| one.position).max().unwrap_or(0);
    let form = TypeForm {
        position: (last + 10).min(9_999).to_string(),
        used_from: Day::of(app.clock.now()).to_string()[..7].to_owned(),
        active: words::STATES[0].0.to_owned(),
        ..TypeForm::default()
    };
    web::page(&form_page(&scope, None, &form, Mistakes::default()))
}

async fn submit_new(
    State(app): State<App>,
    scope: Scope,
    Form(form): Form<TypeForm>,
) -> Result<Response, Error> {
    let new = match form.read(None) {
        Ok(new) => LedgerType { version: 1, ..new },
        Err(mistakes) => return wrong(&scope, None, &form, mistakes),
    };
    let mut tx = app.db.begin().await?;
    if store::insert(&mut tx, scope.contract_no(), &new).await? {
        let told = (words::labelled(&new), String::new());
        note(&mut tx, &scope, app.clock.now(), ("ledger-type-add", told)).await?;
        tx.commit().await?;
    } else if store::find(&mut tx, scope.contract_no(), &new.code).await? != Some(new) {
        // The same form sent twice finds what it has added itself.
        let mistakes = Mistakes::one("code", words::CODE, words::TAKEN);
        return wrong(&scope, None, &form, mistakes);
    }
    Ok(to("added"))
}

async fn edit_type(
    State(app): State<App>,
    scope: Scope,
    Path(code): Path<String>,
) -> Result<Response, Error> {
    let one = load(&mut app.db.conn().await?, &scope, &code).await?;
    if scope.may(Action::LedgerChange) {
        return web::page(&form_page(
            &scope,
            Some(&code),
            &TypeForm::of(&one),
            Mistakes::default(),
        ));
    }
    web::page(&OnePage { shell: below(&scope, words::ONE), one })
}

async fn submit_type(
    State(app): State<App>,
    scope: Scope,
    Path(code): Path<String>,
    Form(form): Form<TypeForm>,
) -> Result<Response, Error> {
    let new = match form.read(Some(&code)) {
        Ok(new) => new,
        Err(mistakes) => return wrong(&scope, Some(&code), &form, mistakes),
    };
    let mut tx = app.db.begin().await?;
    let old = hold(&mut tx, &scope, &code).await?;
    if old.version != new.version {
        return Err(stale(&code));
    }
    let told = rules::changes(&old, &new);
    // Nothing was changed: nothing to write down.
    if !told.is_empty() {
        store::update(&mut tx, scope.contract_no(), &new).await?;
        let told = (words::labelled(&new), told);
        note(&mut tx, &scope, app.clock.now(), ("ledger-type-change", told)).await?;
        tx.commit().await?;
    }
    Ok(to("changed"))
}

async fn edit_delete(
    State(app): State<App>,
    scope: Scope,
    Path(code): Path<String>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let one = load(&mut conn, &scope, &code).await?;
    let uses = store::uses(&mut conn, scope.contract_no(), &code).await?;
    web::page(&delete_page(&scope, one, uses))
}

async fn submit_delete(
    State(app): State<App>,
    scope: Scope,
    Path(code): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    let one = hold(&mut tx, &scope, &code).await?;
    if one.version != wanted.version {
        return Err(stale(&code));
    }
    let target = words::labelled(&one);
    if wanted.way == "stop" {
        let new = LedgerType { active: false, ..one.clone() };
        store::update(&mut tx, scope.contract_no(), &new).await?;
        let told = (target, rules::changes(&one, &new));
        note(&mut tx, &scope, app.clock.now(), ("ledger-type-change", told)).await?;
        tx.commit().await?;
        return Ok(to("stopped"));
    }
    if wanted.way != "delete" {
        return Err(Error::Malformed("neither delete nor stop was wanted".into()));
    }
    let uses = store::uses(&mut tx, scope.contract_no(), &code).await?;
    if uses > 0 {
        return web::page_with(StatusCode::CONFLICT, &delete_page(&scope, one, uses));
    }
    store::delete(&mut tx, scope.contract_no(), &code).await?;
    note(&mut tx, &scope, app.clock.now(), ("ledger-type-delete", (target, String::new()))).await?;
    tx.commit().await?;
    Ok(to("deleted"))
}

async fn load(conn: &mut Conn, scope: &Scope, code: &str) -> Result<LedgerType, Error> {
    let found = store::find(conn, scope.contract_no(), code).await?;
    found.ok_or_else(|| Error::stale(words::TO_LIST, LIST))
}

async fn hold(tx: &mut Tx, scope: &Scope, code: &str) -> Result<LedgerType, Error> {
    let found = store::hold(tx, scope.contract_no(), code).await?;
    found.ok_or_else(|| Error::stale(words::TO_LIST, LIST))
}

fn stale(code: &str) -> Error {
    Error::stale(words::TO_LATEST, address(code))
}

async fn note(
    tx: &mut Tx,
    scope: &Scope,
    now: Moment,
    (action, (target, detail)): (&str, (String, String)),
) -> Result<(), Error> {
    let event = scope.person.0.event(action, words::TYPES);
    let event = Event { target: Some(&target), detail: &detail, ..event };
    audit::record(tx, now, &event).await?;
    Ok(())
}

fn to(word: &str) -> Response {
    Redirect::to(&format!("{LIST}?done={word}")).into_response()
}

fn below(scope: &Scope, title: &str) -> Shell {
    shell_below(scope, title, (words::TYPES, LIST)).narrow()
}

fn wrong(
    scope: &Scope,
    known: Option<&str>,
    form: &TypeForm,
    mistakes: Mistakes,
) -> Result<Response, Error> {
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &form_page(scope, known, form, mistakes))
}

fn form_page(scope: &Scope, known: Option<&str>, form: &TypeForm, mistakes: Mistakes) -> FormPage {
    let title = if known.is_some() { words::EDIT } else { words::NEW };
    form_of((below(scope, title), scope.person.0.csrf()), known, form, mistakes)
}

fn form_of(
    (shell, csrf): (Shell, String),
    known: Option<&str>,
    form: &TypeForm,
    mistakes: Mistakes,
) -> FormPage {
    FormPage {
        shell,
        known: known.map(str::to_owned),
        code: mistakes.field("code", &form.code),
        name: mistakes.field("name", &form.name),
        kana: mistakes.field("kana", &form.kana),
        default_amount: mistakes.field("default_amount", &form.default_amount),
        position: mistakes.field("position", &form.position),
        used_from: mistakes.field("used_from", &form.used_from),
        active: mistakes.field("active", &form.active),
        version: form.version,
        csrf,
        mistakes,
    }
}

fn delete_page(scope: &Scope, one: LedgerType, uses: i64) -> DeletePage {
    DeletePage { shell: below(scope, words::DELETE), one, uses, csrf: scope.person.0.csrf() }
}

#[cfg(test)]
pub(in crate::deduction::ledger) mod samples {
    //! The pages with made-up types.

    use super::*;

    fn types() -> Vec<LedgerType> {
        let row = |code: &str, name: &str, kana: &str, default_amount, active| LedgerType {
            code: code.into(),
            name: name.into(),
            kana: kana.into(),
            default_amount,
            position: 10,
            used_from: "2024-04".into(),
            active,
            version: 1,
        };
        vec![
            row("101", "組合費", "クミアイヒ", 3_500, true),
            row("102", "闘争資金積立", "トウソウシキンツミタテ", 1_000, true),
            row("201", "慶弔共済掛金", "ケイチョウキョウサイカケキン", 500, true),
            row("9A", "旧レクリエーション費", "キュウレクリエーションヒ", 0, false),
        ]
    }

    pub(in crate::deduction::ledger) fn pages(
        shell: &dyn Fn(&str) -> Shell,
    ) -> Vec<(&'static str, String)> {
        let form = TypeForm::of(&types()[0]);
        let mistakes = TypeForm::default().read(None).expect_err("empty");
        let narrow = |title| (shell(title).narrow(), "token".to_owned());
        let list = |rows| ListPage { shell: shell(words::TYPES), rows, may_change: true };
        let delete = |uses| DeletePage {
            shell: narrow(words::DELETE).0,
            one: types().remove(0),
            uses,
            csrf: String::new(),
        };
        let one = OnePage { shell: narrow(words::ONE).0, one: types().remove(0) };
        vec![
            ("types", list(types()).render().expect("rendered")),
            ("types-none", list(Vec::new()).render().expect("rendered")),
            ("types-one", one.render().expect("rendered")),
            (
                "types-edit",
                form_of(narrow(words::EDIT), Some("101"), &form, Mistakes::default())
                    .render()
                    .expect("rendered"),
            ),
            (
                "types-wrong",
                form_of(narrow(words::NEW), None, &TypeForm::default(), mistakes)
                    .render()
                    .expect("rendered"),
            ),
            ("types-delete", delete(0).render().expect("rendered")),
            ("types-used", delete(4_812).render().expect("rendered")),
        ]
    }
}
