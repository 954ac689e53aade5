//! `/operator/messages`: list, new, change, withdraw.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::rules::{MessageForm, Typed};
use super::store::{self, Message};
use super::words;
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::id::{made_at, new_id};
use crate::base::{Day, money};
use crate::db::Conn;
use crate::identity::contracts;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Pager, Place, Shell};

const LIST: &str = "/operator/messages";

/// `/operator/messages/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(show_messages))
        .route("/operator/messages/new", get(edit_new).post(submit_new))
        .route("/operator/messages/{id}", get(edit_message).post(submit_message))
        .route("/operator/messages/{id}/withdraw", get(edit_withdraw).post(submit_withdraw))
}

#[derive(Template)]
#[template(path = "members/messages/pages/list.html")]
struct ListPage {
    shell: Shell,
    count: i64,
    rows: Vec<Message>,
    pager: Pager,
    today: Day,
}

#[derive(Template)]
#[template(path = "members/messages/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    here: String,
    is_new: bool,
    audience: Field,
    contract_no: Field,
    posted_on: Field,
    until_on: Field,
    subject: Field,
    body: Field,
    key: String,
    version: i64,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/messages/pages/withdraw.html")]
struct WithdrawPage {
    shell: Shell,
    message: Message,
    csrf: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    after: String,
    done: String,
}

#[derive(Deserialize)]
struct Nothing {}

async fn show_messages(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let after = Some(asked.after.as_str()).filter(|id| !id.is_empty());
    let (rows, later) = store::page(&mut conn, after).await?;
    let place = Place::new(LIST, &[("after", &asked.after)]);
    if rows.is_empty() && after.is_some() {
        return Err(Error::stale(words::TO_FIRST, LIST));
    }
    let last = rows.last().filter(|_| later).map(|row| row.id.as_str());
    let previous = after.map(|_| LIST.to_owned());
    let shell = operator.shell(words::MESSAGES, LIST).crumb_here();
    web::page(&ListPage {
        shell: match words::done(&asked.done) {
            Some(sentence) => shell.success(sentence),
            None => shell,
        },
        count: store::count(&mut conn).await?,
        pager: Pager { previous, ..place.pager(None, last) },
        rows,
        today: Day::of(app.clock.now()),
    })
}

/// Whether it is shown on `today`, in a badge.
fn badge(message: &Message, today: Day) -> (&'static str, &'static str) {
    if message.until_on.is_some_and(|until| until < today) {
        ("state", "終了")
    } else if message.posted_on > today {
        ("state state-warn", "掲載前")
    } else {
        ("state state-good", "掲載中")
    }
}

fn until(message: &Message) -> String {
    message.until_on.map_or_else(|| "なし".to_owned(), Day::ja)
}

async fn edit_new(State(app): State<App>, operator: Operator) -> Result<Response, Error> {
    let now = app.clock.now();
    let form = MessageForm {
        key: new_id(now),
        audience: "all".to_owned(),
        posted_on: Day::of(now).to_string(),
        version: 1,
        ..MessageForm::default()
    };
    web::page(&form_page(&operator, None, &form, Mistakes::default()))
}

async fn submit_new(
    State(app): State<App>,
    operator: Operator,
    Form(form): Form<MessageForm>,
) -> Result<Response, Error> {
    if made_at(&form.key).is_none() {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let typed = match read(&mut app.db.conn().await?, &form).await? {
        Ok(typed) => typed,
        Err(mistakes) => return wrong(&operator, None, &form, mistakes),
    };
    let now = app.clock.now();
    let message = Message {
        id: form.key.clone(),
        contract_no: typed.contract_no,
        audience: typed.audience,
        posted_on: typed.posted_on,
        until_on: typed.until_on,
        subject: typed.subject,
        body: typed.body,
        version: 1,
        withdrawn_at: None,
    };
    let mut tx = app.db.begin().await?;
    let by = operator.person().user.login_id.as_str();
    // The same form sent twice has the same key: it is added once.
    if store::insert(&mut tx, &message, (by, now)).await? {
        audit::record(&mut tx, now, &event(&operator, "message-add", &message.id)).await?;
    }
    tx.commit().await?;
    Ok(to("added"))
}

async fn edit_message(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let message = load(&mut app.db.conn().await?, &id).await?;
    let form = MessageForm::of(&message);
    web::page(&form_page(&operator, Some(&id), &form, Mistakes::default()))
}

async fn submit_message(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<MessageForm>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    load(&mut conn, &id).await?;
    let typed = match read(&mut conn, &form).await? {
        Ok(typed) => typed,
        Err(mistakes) => return wrong(&operator, Some(&id), &form, mistakes),
    };
    drop(conn);
    let mut tx = app.db.begin().await?;
    if !store::update(&mut tx, &id, form.version, &typed).await? {
        return Err(Error::stale("お知らせの最新の内容へ", format!("{LIST}/{id}")));
    }
    audit::record(&mut tx, app.clock.now(), &event(&operator, "message-change", &id)).await?;
    tx.commit().await?;
    Ok(to("changed"))
}

async fn edit_withdraw(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let message = load(&mut app.db.conn().await?, &id).await?;
    let shell = operator.shell(words::WITHDRAW, LIST).crumb(words::MESSAGES, LIST);
    let csrf = operator.person().csrf();
    web::page(&WithdrawPage { shell: shell.crumb_here().narrow(), message, csrf })
}

async fn submit_withdraw(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if store::withdraw(&mut tx, &id, now).await? {
        audit::record(&mut tx, now, &event(&operator, "message-withdraw", &id)).await?;
    }
    tx.commit().await?;
    Ok(to("withdrawn"))
}

async fn load(conn: &mut Conn, id: &str) -> Result<Message, Error> {
    store::find(conn, id).await?.ok_or_else(|| Error::stale(words::TO_LIST, LIST))
}

async fn read(conn: &mut Conn, form: &MessageForm) -> Result<Result<Typed, Mistakes>, Error> {
    let known = contracts::find(conn, form.contract_no.trim()).await?.is_some();
    Ok(form.read(known))
}

fn event<'a>(operator: &'a Operator, action: &'a str, id: &'a str) -> Event<'a> {
    Event { target: Some(id), ..operator.event(action, words::MESSAGES) }
}

fn to(word: &str) -> Response {
    Redirect::to(&format!("{LIST}?done={word}")).into_response()
}

fn wrong(
    operator: &Operator,
    id: Option<&str>,
    form: &MessageForm,
    mistakes: Mistakes,
) -> Result<Response, Error> {
    let page = form_page(operator, id, form, mistakes);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn form_page(
    operator: &Operator,
    id: Option<&str>,
    form: &MessageForm,
    mistakes: Mistakes,
) -> FormPage {
    let title = if id.is_some() { words::EDIT } else { words::NEW };
    let shell = operator.shell(title, LIST).crumb(words::MESSAGES, LIST).crumb_here();
    FormPage {
        shell: shell.narrow(),
        here: format!("{LIST}/{}", id.unwrap_or("new")),
        is_new: id.is_none(),
        audience: mistakes.field("audience", &form.audience),
        contract_no: mistakes.field("contract_no", &form.contract_no),
        posted_on: mistakes.field("posted_on", &form.posted_on),
        until_on: mistakes.field("until_on", &form.until_on),
        subject: mistakes.field("subject", &form.subject),
        body: mistakes.field("body", &form.body),
        key: form.key.clone(),
        version: form.version,
        csrf: operator.person().csrf(),
        mistakes,
    }
}
