//! `/operator/manuals`: put in, changed, exchanged, taken back.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::rules::ManualForm;
use super::store::{self, Manual};
use super::{LIST, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::date::jst_minutes_ja;
use crate::base::id::{made_at, new_id};
use crate::db::Conn;
use crate::web::upload::size_ja;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell, Upload};

#[derive(Template)]
#[template(path = "members/manuals/pages/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Manual>,
}

#[derive(Template)]
#[template(path = "members/manuals/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    here: String,
    /// Name and size of the file that is there.
    present: Option<String>,
    display_name: Field,
    comment: Field,
    audience: Field,
    role: Field,
    roles: Vec<(&'static str, &'static str)>,
    position: Field,
    file: Field,
    most: String,
    key: String,
    version: String,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/manuals/pages/withdraw.html")]
struct WithdrawPage {
    shell: Shell,
    manual: Manual,
    csrf: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show_manuals(
    State(app): State<App>,
    operator: Operator,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let rows = store::list(&mut app.db.conn().await?, None).await?;
    let shell = operator.shell(words::MANUALS, LIST).crumb_here();
    let shell = match words::done(&before.done) {
        Some(sentence) => shell.success(sentence),
        None => shell,
    };
    web::page(&ListPage { shell, rows })
}

pub(super) async fn edit_new(
    State(app): State<App>,
    operator: Operator,
) -> Result<Response, Error> {
    let form = ManualForm {
        key: new_id(app.clock.now()),
        audience: "all".to_owned(),
        position: store::next_position(&mut app.db.conn().await?).await?.to_string(),
        version: "1".to_owned(),
        ..ManualForm::default()
    };
    web::page(&form_page(&app, &operator, None, (&form, Mistakes::default())))
}

pub(super) async fn submit_new(
    State(app): State<App>,
    operator: Operator,
    Upload { form, file }: Upload<ManualForm>,
) -> Result<Response, Error> {
    if made_at(&form.key).is_none() {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let (typed, file) = match form.read(file, false) {
        Ok((typed, Some(file))) => (typed, file),
        Ok((_, None)) => return Err(Error::Malformed("the form has no file".into())),
        Err(mistakes) => return wrong(&app, &operator, None, (&form, mistakes)),
    };
    let now = app.clock.now();
    let manual = Manual {
        id: form.key.clone(),
        audience: typed.audience,
        role: typed.role,
        position: typed.position,
        name: typed.name,
        comment: typed.comment,
        size_bytes: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
        file_name: file.name,
        updated_at: now,
        version: 1,
    };
    let mut tx = app.db.begin().await?;
    let by = operator.person().user.login_id.as_str();
    // The same form sent twice has the same key: it is added once.
    if store::insert(&mut tx, &manual, &file.bytes, by).await? {
        audit::record(&mut tx, now, &event(&operator, "manual-add", &manual.id)).await?;
    }
    tx.commit().await?;
    Ok(to("added"))
}

pub(super) async fn edit_manual(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let manual = load(&mut app.db.conn().await?, &id).await?;
    let form = ManualForm::of(&manual);
    web::page(&form_page(&app, &operator, Some(&manual), (&form, Mistakes::default())))
}

pub(super) async fn submit_manual(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Upload { form, file }: Upload<ManualForm>,
) -> Result<Response, Error> {
    let manual = load(&mut app.db.conn().await?, &id).await?;
    let (typed, file) = match form.read(file, true) {
        Ok(read) => read,
        Err(mistakes) => return wrong(&app, &operator, Some(&manual), (&form, mistakes)),
    };
    let now = app.clock.now();
    let version = form.version.parse().unwrap_or_default();
    let mut tx = app.db.begin().await?;
    if !store::update(&mut tx, (&id, version), &typed, now).await? {
        return Err(Error::stale(words::TO_MANUAL, format!("{LIST}/{id}")));
    }
    if let Some(file) = &file {
        store::replace(&mut tx, &id, file).await?;
    }
    audit::record(&mut tx, now, &event(&operator, "manual-change", &id)).await?;
    tx.commit().await?;
    Ok(to("changed"))
}

pub(super) async fn edit_withdraw(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let manual = load(&mut app.db.conn().await?, &id).await?;
    let shell = operator.shell(words::WITHDRAW, LIST).crumb(words::MANUALS, LIST);
    let csrf = operator.person().csrf();
    web::page(&WithdrawPage { shell: shell.crumb_here().narrow(), manual, csrf })
}

pub(super) async fn submit_withdraw(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if store::withdraw(&mut tx, &id, now).await? {
        audit::record(&mut tx, now, &event(&operator, "manual-withdraw", &id)).await?;
    }
    tx.commit().await?;
    Ok(to("withdrawn"))
}

async fn load(conn: &mut Conn, id: &str) -> Result<Manual, Error> {
    store::find(conn, id).await?.ok_or_else(|| Error::stale(words::TO_LIST, LIST))
}

fn event<'a>(operator: &'a Operator, action: &'a str, id: &'a str) -> Event<'a> {
    Event { target: Some(id), ..operator.event(action, words::MANUALS) }
}

fn to(word: &str) -> Response {
    Redirect::to(&format!("{LIST}?done={word}")).into_response()
}

fn updated(manual: &Manual) -> String {
    jst_minutes_ja(manual.updated_at)
}

fn wrong(
    app: &App,
    operator: &Operator,
    manual: Option<&Manual>,
    typed: (&ManualForm, Mistakes),
) -> Result<Response, Error> {
    let page = form_page(app, operator, manual, typed);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn form_page(
    app: &App,
    operator: &Operator,
    manual: Option<&Manual>,
    (form, mistakes): (&ManualForm, Mistakes),
) -> FormPage {
    let title = if manual.is_some() { words::EDIT } else { words::NEW };
    let shell = operator.shell(title, LIST).crumb(words::MANUALS, LIST).crumb_here();
    FormPage {
        shell: shell.narrow(),
        here: format!("{LIST}/{}", manual.map_or("new", |manual| &manual.id)),
        present: manual.map(|one| format!("{}（{}）", one.file_name, size_ja(one.size()))),
        display_name: mistakes.field("display_name", &form.display_name),
        comment: mistakes.field("comment", &form.comment),
        audience: mistakes.field("audience", &form.audience),
        role: mistakes.field("role", &form.role),
        roles: words::roles(),
        position: mistakes.field("position", &form.position),
        file: mistakes.field("file", ""),
        most: size_ja(app.config.limits.upload_bytes),
        key: form.key.clone(),
        version: form.version.clone(),
        csrf: operator.person().csrf(),
        mistakes,
    }
}
