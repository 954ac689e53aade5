//! `/operator/contacts`: what was asked, for the operator.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::store::{self, Contact};
use super::{DESK, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::id::made_at;
use crate::base::money;
use crate::db::Conn;
use crate::web::{self, Chip, Error, Field, Form, Operator, Pager, Place, Shell};

#[derive(Template)]
#[template(path = "members/contact/pages/list.html")]
pub(super) struct ListPage {
    pub shell: Shell,
    pub state: Field,
    pub chips: Vec<Chip>,
    pub count: i64,
    pub rows: Vec<Contact>,
    pub pager: Pager,
}

#[derive(Template)]
#[template(path = "members/contact/pages/detail.html")]
pub(super) struct DetailPage {
    pub shell: Shell,
    pub contact: Contact,
    pub csrf: String,
}

/// The query of the list's address. Absent is the same as empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    after: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show_list(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let done = match asked.state.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let mut conn = app.db.conn().await?;
    let after = match asked.after.as_str() {
        "" => None,
        id => Some(load(&mut conn, id).await?),
    };
    let count = store::count(&mut conn, done).await?;
    let (rows, more) = store::page(&mut conn, done, after.as_ref()).await?;
    let state = done.map_or("", |_| asked.state.as_str());
    let place = Place::new(DESK, &[("state", state), ("after", "")]);
    let next = rows.last().filter(|_| more).map(|row| place.with(&[("after", &row.id)]));
    let label = words::DONES.iter().find(|(word, _)| done.is_some() && *word == state);
    let chip = |(_, label): &(&str, &str)| {
        Chip::new(format!("{}：{label}", words::STATE), place.without("state"))
    };
    web::page(&ListPage {
        shell: operator.shell(words::DESK_TITLE, DESK).crumb_here(),
        state: Field::with("state", state),
        chips: label.map(chip).into_iter().collect(),
        count,
        rows,
        pager: Pager { previous: after.map(|_| place.with(&[])), next },
    })
}

async fn load(conn: &mut Conn, id: &str) -> Result<Contact, Error> {
    // What is no id of ours is not looked up.
    let found = if made_at(id).is_some() { store::find(conn, id).await? } else { None };
    found.ok_or(Error::NotFound)
}

pub(super) async fn show_contact(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let contact = load(&mut app.db.conn().await?, &id).await?;
    let shell = operator.shell(words::DETAIL_TITLE, DESK).crumb(words::DESK_TITLE, DESK);
    let shell = match words::done(&before.done) {
        Some(Ok(said)) => shell.success(said),
        Some(Err(said)) => shell.info(said),
        None => shell,
    };
    let csrf = operator.person().csrf();
    web::page(&DetailPage { shell: shell.crumb_here().narrow(), contact, csrf })
}

/// 「処理済みにする」: it was answered by mail or telephone.
pub(super) async fn submit_done(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let contact = load(&mut app.db.conn().await?, &id).await?;
    let (now, person) = (app.clock.now(), operator.person());
    let mut tx = app.db.begin().await?;
    let mut word = "done-before";
    if store::set_done(&mut tx, &contact.id, &person.user.login_id, now).await? {
        let event = Event {
            contract_no: None,
            user_id: None,
            target: Some(&contact.id),
            ..person.event("contact-done", words::DESK_TITLE)
        };
        audit::record(&mut tx, now, &event).await?;
        word = "done";
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("{DESK}/{id}?done={word}")).into_response())
}
