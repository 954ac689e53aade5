//! `/members/accounts/handover`: another person becomes 管理者, from the 管理者's own
//! account alone (R002-14).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::manage::shell;
use super::{HANDED, LIST, words};
use crate::app::{App, Try};
use crate::audit::{self, Event};
use crate::base::{Moment, Secret};
use crate::db::Conn;
use crate::identity::lockout::Gate;
use crate::identity::rights::Action;
use crate::identity::users::{self, Kind, User};
use crate::members::fields::need;
use crate::members::login::rules::Refusal;
use crate::web::{self, Error, Field, Form, Mistakes, Shell, SignedIn};

#[derive(Template)]
#[template(path = "members/accounts/pages/handover.html")]
pub(super) struct HandoverPage {
    pub shell: Shell,
    pub mistakes: Mistakes,
    pub to: Field,
    /// Whom one can choose: our id and how they are called.
    pub people: Vec<(String, String)>,
    pub password: Field,
    pub csrf: String,
}

#[derive(Template)]
#[template(path = "members/accounts/pages/handed.html")]
pub(super) struct HandedPage {
    pub shell: Shell,
    pub name: String,
    pub email: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HandoverForm {
    to: String,
    password: Secret,
}

pub(super) async fn edit_handover(
    State(app): State<App>,
    person: SignedIn,
) -> Result<Response, Error> {
    let people = choices(&mut app.db.conn().await?, &person, app.clock.now()).await?;
    web::page(&page(&person, &HandoverForm::default(), people, Mistakes::default()))
}

/// Who may become 管理者: people of the contract who can log in.
async fn choices(conn: &mut Conn, person: &SignedIn, now: Moment) -> Result<Vec<User>, Error> {
    let mut people = users::list(conn, Some(person.contract_no())).await?;
    people.retain(|user| user.kind == Kind::General && user.attempts.gate(now) == Gate::Open);
    Ok(people)
}

pub(super) async fn submit_handover(
    State(app): State<App>,
    person: SignedIn,
    Form(form): Form<HandoverForm>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    if !person.0.may(Action::AccountsChange) {
        return already(&mut conn, &person, &form.to).await;
    }
    let people = choices(&mut conn, &person, app.clock.now()).await?;
    drop(conn);
    let mut mistakes = Mistakes::default();
    if !people.iter().any(|user| user.id == form.to) {
        mistakes.add("to", words::TO, words::CHOOSE);
    }
    need(&mut mistakes, "password", words::PASSWORD, &form.password);
    if mistakes.is_empty() {
        let event = person.0.event("master-hand-over", words::HANDOVER_TITLE);
        let user = Some(person.0.user.clone());
        match app.try_user(user, &form.password, &event).await? {
            Try::Right(_) => return hand_over(&app, &person, &form.to).await,
            Try::Wrong => mistakes.add("password", words::PASSWORD, words::WRONG),
            Try::Locked(until) => {
                mistakes.add_general(Refusal::Locked(until).ja(app.clock.now()));
            }
            Try::Closed => mistakes.add_general(Refusal::Closed.ja(app.clock.now())),
        }
    }
    let page = page(&person, &form, people, mistakes);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The second click of who was 管理者 a moment ago.
async fn already(conn: &mut Conn, person: &SignedIn, to: &str) -> Result<Response, Error> {
    let master = users::master_of(conn, person.contract_no()).await?;
    if master.is_some_and(|master| master.id == to) {
        return Ok(Redirect::to(HANDED).into_response());
    }
    Err(Error::Forbidden)
}

async fn hand_over(app: &App, person: &SignedIn, to: &str) -> Result<Response, Error> {
    let now = app.clock.now();
    let from = person.0.user.id.as_str();
    let mut tx = app.db.begin().await?;
    // In the order of their ids, so that two at once do not wait for each other.
    for id in [from.min(to), from.max(to)] {
        users::hold(&mut tx, id).await?.ok_or_else(|| Error::stale(words::TO_LIST, LIST))?;
    }
    if !users::hand_over_master(&mut tx, person.contract_no(), (from, to)).await? {
        tx.rollback().await?;
        return already(&mut app.db.conn().await?, person, to).await;
    }
    for user_id in [from, to] {
        let event = Event {
            user_id: Some(user_id),
            target: Some(to),
            ..person.0.event("master-hand-over", words::HANDOVER_TITLE)
        };
        audit::record(&mut tx, now, &event).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(HANDED).into_response())
}

/// Also for who was 管理者 before: it names the one who is.
pub(super) async fn show_handed(
    State(app): State<App>,
    person: SignedIn,
) -> Result<Response, Error> {
    let found = users::master_of(&mut app.db.conn().await?, person.contract_no()).await?;
    let master = found.ok_or(Error::NotFound)?;
    let shell = person.shell(words::HANDED_TITLE, "", "/home");
    let shell = shell.crumb("トップページ", "/home").crumb_here();
    web::page(&HandedPage { shell: shell.narrow(), name: master.name, email: master.email })
}

fn page(
    person: &SignedIn,
    form: &HandoverForm,
    people: Vec<User>,
    mistakes: Mistakes,
) -> HandoverPage {
    let called = |user: User| (user.id, format!("{}　{}", user.name, user.email));
    HandoverPage {
        shell: shell(person, words::HANDOVER_TITLE)
            .crumb(words::LIST_TITLE, LIST)
            .crumb_here()
            .narrow(),
        to: mistakes.field("to", &form.to),
        people: people.into_iter().map(called).collect(),
        password: mistakes.secret("password"),
        mistakes,
        csrf: person.0.csrf(),
    }
}
