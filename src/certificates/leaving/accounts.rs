//! `/members/accounts/people/{id}/delete`: the 管理者 deletes somebody's login information
//! (R002-15); the account is free again, and the person may register anew (R002-45).

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::{pages, words};
use crate::app::App;
use crate::db::Conn;
use crate::identity::accounts;
use crate::identity::rights::{Action, Part, may_change};
use crate::identity::users::{self, User};
use crate::web::{self, Error, Form, Shell, SignedIn};

/// アカウント管理, where one comes from.
const LIST: &str = "/members/accounts";
const DELETE: &str = "/members/accounts/people/{id}/delete";

pub(super) fn router() -> Router<App> {
    Router::new().route(DELETE, get(edit_leaving).post(submit_leaving))
}

#[derive(Template)]
#[template(path = "certificates/leaving/pages/login.html")]
struct LoginPage {
    shell: Shell,
    user: User,
    account_id: Option<String>,
    csrf: String,
}

#[derive(Debug, Deserialize)]
struct Nothing {}

async fn edit_leaving(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    person.needs(Action::AccountsChange)?;
    let mut conn = app.db.conn().await?;
    let Some(user) = find(&mut conn, &person, &id).await? else {
        return Err(Error::stale(words::TO_ACCOUNTS, LIST));
    };
    let account = accounts::of_user(&mut conn, &user.id).await?;
    let shell = person.shell(words::LOGIN_TITLE, "", LIST);
    web::page(&LoginPage {
        shell: shell
            .crumb("トップページ", "/home")
            .crumb(words::ACCOUNTS_TITLE, LIST)
            .crumb_here()
            .narrow(),
        user,
        account_id: account.map(|account| account.account_id),
        csrf: person.0.csrf(),
    })
}

async fn submit_leaving(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    person.needs(Action::AccountsChange)?;
    let found = find(&mut app.db.conn().await?, &person, &id).await?;
    // Sent twice: the second finds nobody, and the list says what was done.
    if let Some(user) = found {
        pages::delete(&app, &person, &user).await?;
    }
    Ok(Redirect::to(&format!("{LIST}?done=deleted")).into_response())
}

/// The person with our id `id` in one's own contract, whom one may delete.
async fn find(conn: &mut Conn, person: &SignedIn, id: &str) -> Result<Option<User>, Error> {
    let found = users::find(conn, id).await?;
    let Some(user) = found.filter(|user| user.contract_no == person.contract_no()) else {
        return Ok(None);
    };
    must_go(conn, person, &user).await?;
    Ok(Some(user))
}

/// Refuses whom `person` may not delete, and the first 管理者, who stays (R002-09).
pub(super) async fn must_go(conn: &mut Conn, person: &SignedIn, user: &User) -> Result<(), Error> {
    may_change(&person.0.actor, Part::Leaving, user).map_err(|_| Error::Forbidden)?;
    let account = accounts::of_user(conn, &user.id).await?;
    if account.is_some_and(|account| account.is_first) { Err(Error::Forbidden) } else { Ok(()) }
}
