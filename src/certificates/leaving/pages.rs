//! `/members/users/{login_id}/delete`: the page that asks, and the one that says it is
//! done (R004-98).

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{Leave, accounts, delete_person, words};
use crate::app::App;
use crate::base::Moment;
use crate::certificates::{roster, store};
use crate::db::{Conn, Error as DbError, params};
use crate::identity::rights::Action;
use crate::identity::users::{self, User};
use crate::web::{self, Error, Form, Shell, SignedIn};

/// 契約ユーザー情報照会, where one comes from.
const LIST: &str = "/members/users";
const MENU: &str = "/members";

/// The deletion's two pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/members/users/{login_id}/delete", get(edit_leaving).post(submit_leaving))
        .route("/members/users/{login_id}/deleted", get(show_deleted))
        .merge(accounts::router())
}

#[derive(Template)]
#[template(path = "certificates/leaving/pages/delete.html")]
struct DeletePage {
    shell: Shell,
    user: User,
    /// Whether a certificate can still open a door.
    has_certificate: bool,
    csrf: String,
}

#[derive(Template)]
#[template(path = "certificates/leaving/pages/deleted.html")]
struct DeletedPage {
    shell: Shell,
    login_id: String,
    name: String,
}

/// Whom the page named: the ユーザーID may be another person's by now.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DeleteForm {
    id: String,
}

async fn edit_leaving(
    State(app): State<App>,
    person: SignedIn,
    Path(login_id): Path<String>,
) -> Result<Response, Error> {
    person.needs(Action::MembersChange)?;
    let mut conn = app.db.conn().await?;
    let Some(user) = find(&mut conn, &person, &login_id).await? else {
        return Err(Error::stale(words::TO_LIST, LIST));
    };
    let now = app.clock.now();
    let mut held = store::in_force_of(&mut conn, &user.id).await?;
    held.retain(|one| one.state_at(now).in_force());
    web::page(&DeletePage {
        shell: shell(&person, words::TITLE),
        user,
        has_certificate: !held.is_empty(),
        csrf: person.0.csrf(),
    })
}

async fn submit_leaving(
    State(app): State<App>,
    person: SignedIn,
    Path(login_id): Path<String>,
    Form(form): Form<DeleteForm>,
) -> Result<Response, Error> {
    person.needs(Action::MembersChange)?;
    let found = find(&mut app.db.conn().await?, &person, &login_id).await?;
    if let Some(user) = found.filter(|user| user.id == form.id) {
        delete(&app, &person, &user).await?;
    }
    // Sent twice: the second finds nobody, and the page says what was done.
    let login_id = utf8_percent_encode(&login_id, NON_ALPHANUMERIC);
    Ok(Redirect::to(&format!("{LIST}/{login_id}/deleted")).into_response())
}

/// Deletes `user` and waits until every gateway knows; again changes nothing.
pub(super) async fn delete(app: &App, person: &SignedIn, user: &User) -> Result<(), Error> {
    let leave = Leave {
        actor: &person.0.user.login_id,
        now: app.clock.now(),
        ip: Some(&person.0.visit.ip),
        screen: Some(words::TITLE),
    };
    let mut tx = app.db.begin().await?;
    if delete_person(&mut tx, user, &leave).await?.is_some() {
        tx.commit().await?;
        app.sessions.recheck_user(&user.id).await?;
        roster::settled().await;
    }
    Ok(())
}

async fn show_deleted(
    State(app): State<App>,
    person: SignedIn,
    Path(login_id): Path<String>,
) -> Result<Response, Error> {
    person.needs(Action::MembersView)?;
    let mut conn = app.db.conn().await?;
    let Some((name, _)) = last_deleted(&mut conn, person.contract_no(), &login_id).await? else {
        return Err(Error::stale(words::TO_LIST, LIST));
    };
    let shell = shell(&person, words::DONE_TITLE).success(words::DONE);
    web::page(&DeletedPage { shell, login_id, name })
}

/// The person of one's own contract whom one may delete: no master (R004-101), no
/// operator, and not the first 管理者 (R002-09).
async fn find(conn: &mut Conn, person: &SignedIn, login_id: &str) -> Result<Option<User>, Error> {
    let Some(user) = users::find_by_login_id(conn, login_id).await? else { return Ok(None) };
    if user.contract_no != person.contract_no() {
        return Ok(None);
    }
    accounts::must_go(conn, person, &user).await?;
    Ok(Some(user))
}

/// The name of who had this ユーザーID last in the contract, and when they were deleted.
async fn last_deleted(
    conn: &mut Conn,
    contract_no: &str,
    login_id: &str,
) -> Result<Option<(String, Moment)>, DbError> {
    let sql = "SELECT name, deleted_at FROM users WHERE contract_no = $1 AND login_id = $2 \
               AND deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT 1";
    conn.one(sql, params![contract_no, login_id]).await
}

fn shell(person: &SignedIn, title: &str) -> Shell {
    let shell = person.shell(title, "", MENU);
    shell.crumb("トップページ", "/home").crumb(words::LIST_TITLE, LIST).crumb_here().narrow()
}
