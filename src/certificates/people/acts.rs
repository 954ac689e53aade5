//! What the operator does for one person.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::changes::{self, what};
use super::{LIST, pages, words};
use crate::app::App;
use crate::base::Day;
use crate::base::date::jst_minutes_ja;
use crate::certificates::leaving::{Leave, delete_person};
use crate::certificates::roster;
use crate::identity::invitations::is_to_be_invited;
use crate::identity::users::User;
use crate::web::{self, Error, Form, Operator, Shell, told};

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Template)]
#[template(path = "certificates/people/pages/password.html")]
struct PasswordPage {
    shell: Shell,
    user: User,
    /// Whether the password goes out by mail, with the code of 本登録.
    waits: bool,
    csrf: String,
}

#[derive(Template)]
#[template(path = "certificates/people/pages/delete.html")]
struct DeletePage {
    shell: Shell,
    user: User,
    csrf: String,
}

#[derive(Template)]
#[template(path = "certificates/people/pages/sheet.html")]
struct SheetPage {
    shell: Shell,
    user: User,
    contract_name: String,
    password: String,
    until: String,
    today: Day,
    csrf: String,
}

/// What has just been done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

pub(super) async fn submit_unlock(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    pages::load(&mut app.db.conn().await?, &id).await?;
    let mut tx = app.db.begin().await?;
    let event = operator.event("user-unlock", words::USER);
    let unlocked = changes::unlock(&mut tx, &app, &id, &event).await?;
    tx.commit().await?;
    Ok(to(&id, if unlocked { "unlocked" } else { "open" }))
}

pub(super) async fn edit_password(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let user = another(&app, &operator, &id).await?;
    let waits = is_to_be_invited(&mut app.db.conn().await?, &user).await?;
    let shell = shell(&operator, words::PASSWORD, &user);
    web::page(&PasswordPage { shell, user, waits, csrf: operator.person().csrf() })
}

pub(super) async fn submit_password(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let user = another(&app, &operator, &id).await?;
    let made = changes::make_password(&app, &user).await?;
    let mut tx = app.db.begin().await?;
    let event = operator.event("user-temporary-password", words::PASSWORD);
    let done = changes::set_temporary_password(&mut tx, &app, (&id, &made), &event).await?;
    let done = done.ok_or_else(|| Error::stale(words::TO_LIST, LIST))?;
    if done.waits {
        tx.commit().await?;
        app.jobs_waiting.notify_one();
    } else {
        let told = (what(&id), &made.password);
        told::leave_and_commit(&app, operator.person(), (&told.0, told.1), tx).await?;
    }
    app.sessions.recheck_user(&id).await?;
    Ok(Redirect::to(&changes::seen(&done)).into_response())
}

pub(super) async fn show_sheet(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let user = pages::load(&mut conn, &id).await?;
    let found = told::find(&app, operator.person(), &what(&id));
    // It was handed over, or another session made it.
    let told = found.ok_or_else(|| Error::stale(words::USER, format!("{LIST}/{id}")))?;
    let contract = crate::identity::contracts::find(&mut conn, &user.contract_no).await?;
    let shell = Shell { narrow: false, ..shell(&operator, words::SHEET, &user) };
    web::page(&SheetPage {
        shell: pages::done(shell, &before.done),
        contract_name: contract.map(|contract| contract.name).unwrap_or_default(),
        password: told.password.expose().to_owned(),
        until: jst_minutes_ja(told.until),
        today: Day::of(app.clock.now()),
        csrf: operator.person().csrf(),
        user,
    })
}

/// 「お渡しを終わる」: the password is wiped.
pub(super) async fn submit_sheet_done(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    told::forget(&app, operator.person(), &what(&id));
    Ok(to(&id, "handed"))
}

pub(super) async fn edit_delete(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let user = another(&app, &operator, &id).await?;
    let shell = shell(&operator, words::DELETE, &user);
    web::page(&DeletePage { shell, user, csrf: operator.person().csrf() })
}

pub(super) async fn submit_delete(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let deleted = Redirect::to(&format!("{LIST}?done=deleted")).into_response();
    let Some(user) = crate::identity::users::find(&mut app.db.conn().await?, &id).await? else {
        // The second click of the same button.
        return Ok(deleted);
    };
    must_be_another(&operator, &user)?;
    let person = operator.person();
    let leave = Leave {
        actor: &person.user.login_id,
        now: app.clock.now(),
        ip: Some(&person.visit.ip),
        screen: Some(words::DELETE),
    };
    let mut tx = app.db.begin().await?;
    delete_person(&mut tx, &user, &leave).await?;
    tx.commit().await?;
    app.sessions.recheck_user(&user.id).await?;
    roster::settled().await;
    Ok(deleted)
}

/// The person, who is not the operator themselves.
async fn another(app: &App, operator: &Operator, id: &str) -> Result<User, Error> {
    let user = pages::load(&mut app.db.conn().await?, id).await?;
    must_be_another(operator, &user)?;
    Ok(user)
}

/// Whoever deleted themselves could not even see that it was done.
fn must_be_another(operator: &Operator, user: &User) -> Result<(), Error> {
    if operator.person().user.id == user.id {
        return Err(Error::stale(words::USER, format!("{LIST}/{}", user.id)));
    }
    Ok(())
}

fn shell(operator: &Operator, title: &str, user: &User) -> Shell {
    let own = format!("{LIST}/{}", user.id);
    let shell = operator.shell(title, LIST).crumb(words::USERS, LIST);
    shell.crumb(&user.login_id, &own).crumb_here().narrow()
}

fn to(id: &str, word: &str) -> Response {
    Redirect::to(&format!("{LIST}/{id}?done={word}")).into_response()
}
