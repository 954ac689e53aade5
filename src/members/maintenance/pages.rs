//! `/operator/maintenance`.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::rules::{Typed, WindowForm, field, is_id};
use super::words;
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::identity::maintenance::{self, Window};
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell};

/// Where the list is.
pub(super) const LIST: &str = "/operator/maintenance";
/// Windows that are over, on the list.
const PAST: i64 = 50;

/// `/operator/maintenance` and below.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(show_list))
        .route("/operator/maintenance/new", get(edit_new).post(submit_new))
        .route("/operator/maintenance/{id}/withdraw", get(edit_withdraw).post(submit_withdraw))
}

/// A window as the list shows it.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) announced: String,
    pub(super) message: String,
    pub(super) created_by: String,
    /// The word for how far it is, and the class of its mark.
    pub(super) stage: (&'static str, &'static str),
}

impl Line {
    pub(super) fn of(window: &Window, now: Moment) -> Self {
        Self {
            id: window.id.clone(),
            from: words::when(window.from),
            to: words::when(window.to),
            announced: words::when(window.announced),
            message: window.message.clone(),
            created_by: window.created_by.clone(),
            stage: words::stage(window, now),
        }
    }
}

#[derive(Template)]
#[template(path = "members/maintenance/pages/list.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) coming: Vec<Line>,
    pub(super) past: Vec<Line>,
}

#[derive(Template)]
#[template(path = "members/maintenance/pages/new.html")]
pub(super) struct NewPage {
    pub(super) shell: Shell,
    pub(super) mistakes: Mistakes,
    pub(super) from: Field,
    pub(super) to: Field,
    pub(super) announce: Field,
    pub(super) message: Field,
    pub(super) key: String,
    pub(super) csrf: String,
}

#[derive(Template)]
#[template(path = "members/maintenance/pages/withdraw.html")]
pub(super) struct WithdrawPage {
    pub(super) shell: Shell,
    pub(super) line: Line,
    /// Whether it has begun: the service opens at once.
    pub(super) is_now: bool,
    pub(super) csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    done: String,
}

async fn show_list(
    State(app): State<App>,
    operator: Operator,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    let coming = maintenance::coming(&mut conn, now).await?;
    let past = maintenance::past(&mut conn, now, PAST).await?;
    let mut shell = operator.shell(words::TITLE, LIST).crumb_here();
    if let Some(sentence) = words::done(&before.done) {
        shell = shell.success(sentence);
    }
    let lines = |windows: &[Window]| windows.iter().map(|one| Line::of(one, now)).collect();
    web::page(&ListPage { shell, coming: lines(&coming), past: lines(&past) })
}

async fn edit_new(State(app): State<App>, operator: Operator) -> Result<Response, Error> {
    let now = app.clock.now();
    let form = WindowForm { key: new_id(now), announce: field(now), ..WindowForm::default() };
    web::page(&new_page(&operator, &form, Mistakes::default()))
}

fn new_page(operator: &Operator, form: &WindowForm, mistakes: Mistakes) -> NewPage {
    let shell = operator.shell(words::NEW, LIST).crumb(words::TITLE, LIST).crumb_here().narrow();
    new_form(shell, form, mistakes, operator.person().csrf())
}

pub(super) fn new_form(
    shell: Shell,
    form: &WindowForm,
    mistakes: Mistakes,
    csrf: String,
) -> NewPage {
    NewPage {
        shell,
        from: mistakes.field("from", &form.from),
        to: mistakes.field("to", &form.to),
        announce: mistakes.field("announce", &form.announce),
        message: mistakes.field("message", &form.message),
        key: form.key.clone(),
        csrf,
        mistakes,
    }
}

async fn submit_new(
    State(app): State<App>,
    operator: Operator,
    Form(form): Form<WindowForm>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    if !is_id(&form.key) {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let Typed { from, to, announced, message } = match form.read(now) {
        Ok(typed) => typed,
        Err(mistakes) => {
            let page = new_page(&operator, &form, mistakes);
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let created_by = operator.person().user.login_id.clone();
    let id = form.key;
    let window = Window {
        id,
        from,
        to,
        message,
        announced,
        created_by,
        created_at: now,
        withdrawn_at: None,
    };
    let mut tx = app.db.begin().await?;
    // The same form sent twice has the same key: it is taken once.
    if maintenance::insert(&mut tx, &window).await? {
        let event = operator.person().event(maintenance::ADD, words::TITLE);
        audit::record(&mut tx, now, &about(&event, &window)).await?;
    }
    tx.commit().await?;
    finish(&app, "added").await
}

/// This node knows at once; the others follow the chain.
async fn finish(app: &App, word: &str) -> Result<Response, Error> {
    app.refresh_maintenance(&mut app.db.conn().await?).await?;
    Ok(Redirect::to(&format!("{LIST}?done={word}")).into_response())
}

fn about<'a>(event: &Event<'a>, window: &'a Window) -> Event<'a> {
    Event { target: Some(&window.id), detail: &window.message, ..event.clone() }
}

async fn edit_withdraw(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let window = load(&app, &id).await?;
    if !window.is_to_come(now) {
        return Err(Error::stale(words::TO_LIST, LIST));
    }
    let shell = operator.shell(words::WITHDRAW, LIST).crumb(words::TITLE, LIST);
    let page = WithdrawPage {
        shell: shell.crumb_here().narrow(),
        line: Line::of(&window, now),
        is_now: window.from <= now,
        csrf: operator.person().csrf(),
    };
    web::page(&page)
}

async fn load(app: &App, id: &str) -> Result<Window, Error> {
    let found =
        if is_id(id) { maintenance::find(&mut app.db.conn().await?, id).await? } else { None };
    found.ok_or(Error::NotFound)
}

#[derive(Deserialize)]
struct Nothing {}

async fn submit_withdraw(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let window = load(&app, &id).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if maintenance::withdraw(&mut tx, &id, now).await? {
        let event = operator.person().event(maintenance::WITHDRAW, words::TITLE);
        audit::record(&mut tx, now, &about(&event, &window)).await?;
    } else if window.withdrawn_at.is_none() {
        return Err(Error::stale(words::TO_LIST, LIST));
    }
    tx.commit().await?;
    finish(&app, "withdrawn").await
}
