//! `/members/accounts`: アカウント一覧 for the 管理者 (R002-09, R002-11, R002-31).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{HANDOVER, LIST, store, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Conn;
use crate::identity::accounts;
use crate::identity::users::{self, Kind, User};
use crate::web::{self, Error, Form, Shell, SignedIn};

#[derive(Template)]
#[template(path = "members/accounts/pages/list.html")]
pub(super) struct ListPage {
    pub shell: Shell,
    pub rows: Vec<Row>,
    /// Accounts without a person.
    pub free: usize,
    /// Whether the manual is there to be downloaded.
    pub has_manual: bool,
}

/// A place to work in, or a person without one.
pub(super) struct Row {
    /// `None`: the person has not logged in yet.
    pub account_id: Option<String>,
    /// `None`: it is free.
    pub person: Option<Person>,
}

/// Who uses an account.
pub(super) struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    pub tied_at: Option<crate::base::Moment>,
    pub last_login_at: Option<crate::base::Moment>,
    pub is_manager: bool,
    /// The first 管理者: neither untied nor deleted (R002-09).
    pub is_first: bool,
}

#[derive(Template)]
#[template(path = "members/accounts/pages/untie.html")]
pub(super) struct UntiePage {
    pub shell: Shell,
    pub account_id: String,
    pub user_id: String,
    pub name: String,
    pub email: String,
    pub csrf: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// Whose tie the page named: it may be another's by now.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UntieForm {
    user: String,
}

pub(super) async fn show_list(
    State(app): State<App>,
    person: SignedIn,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let rows = rows(&mut conn, person.contract_no()).await?;
    let has_manual = manual(&mut conn, &person).await?.is_some();
    let shell = shell(&person, words::LIST_TITLE).crumb_here();
    let shell = match words::done(&before.done) {
        Some(Ok(said)) => shell.success(said),
        Some(Err(said)) => shell.info(said),
        None => shell,
    };
    let free = rows.iter().filter(|row| row.person.is_none()).count();
    web::page(&ListPage { shell, rows, free, has_manual })
}

/// The contract's accounts by their ids, then the people who have none yet.
async fn rows(conn: &mut Conn, contract_no: &str) -> Result<Vec<Row>, Error> {
    let mut people = users::list(conn, Some(contract_no)).await?;
    people.retain(|user| matches!(user.kind, Kind::Master | Kind::General));
    let mut rows = Vec::new();
    for account in accounts::list(conn, contract_no).await? {
        let tied = account.tied.and_then(|(user_id, at)| {
            let place = people.iter().position(|user| user.id == user_id)?;
            let user = people.remove(place);
            Some(Person { tied_at: Some(at), is_first: account.is_first, ..Person::from(user) })
        });
        rows.push(Row { account_id: Some(account.account_id), person: tied });
    }
    let waiting = |user| Row { account_id: None, person: Some(Person::from(user)) };
    rows.extend(people.into_iter().map(waiting));
    Ok(rows)
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        Self {
            is_manager: user.kind == Kind::Master,
            id: user.id,
            name: user.name,
            email: user.email,
            tied_at: None,
            last_login_at: user.last_login_at,
            is_first: false,
        }
    }
}

pub(super) async fn edit_untie(
    State(app): State<App>,
    person: SignedIn,
    Path(account_id): Path<String>,
) -> Result<Response, Error> {
    let user = tied_to(&mut app.db.conn().await?, &person, &account_id).await?;
    web::page(&UntiePage {
        shell: shell(&person, words::UNTIE_TITLE)
            .crumb(words::LIST_TITLE, LIST)
            .crumb_here()
            .narrow(),
        account_id,
        user_id: user.id,
        name: user.name,
        email: user.email,
        csrf: person.0.csrf(),
    })
}

/// Whose account it is, if the tie can be undone.
async fn tied_to(conn: &mut Conn, person: &SignedIn, account_id: &str) -> Result<User, Error> {
    let gone = || Error::stale(words::TO_LIST, LIST);
    let all = accounts::list(conn, person.contract_no()).await?;
    let found = all.into_iter().find(|account| account.account_id == account_id);
    let account = found.ok_or(Error::NotFound)?;
    let (user_id, _) = account.tied.ok_or_else(gone)?;
    if account.is_first || user_id == person.0.user.id {
        return Err(Error::Forbidden);
    }
    users::find(conn, &user_id).await?.ok_or_else(gone)
}

pub(super) async fn submit_untie(
    State(app): State<App>,
    person: SignedIn,
    Path(account_id): Path<String>,
    Form(form): Form<UntieForm>,
) -> Result<Response, Error> {
    if form.user == person.0.user.id {
        return Err(Error::Forbidden);
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let place = (person.contract_no(), account_id.as_str());
    if !accounts::untie(&mut tx, place, &form.user).await? {
        return Ok(Redirect::to(&format!("{LIST}?done=untied-before")).into_response());
    }
    let event = Event {
        user_id: Some(&form.user),
        target: Some(&account_id),
        ..person.0.event("account-untie", words::LIST_TITLE)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("{LIST}?done=untied")).into_response())
}

/// R002-16.
pub(super) async fn download_manual(
    State(app): State<App>,
    person: SignedIn,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let manual = manual(&mut conn, &person).await?.ok_or(Error::NotFound)?;
    let bytes = store::bytes(&mut conn, &manual).await?.ok_or(Error::NotFound)?;
    Ok(web::download(&manual.file_name, "application/octet-stream", bytes))
}

async fn manual(conn: &mut Conn, person: &SignedIn) -> Result<Option<store::Manual>, Error> {
    let wanted = (words::MANUAL, person.0.contract.kind.as_str());
    Ok(store::manual(conn, wanted, &person.0.actor).await?)
}

/// A page under アカウント管理; the manuals give these no number.
pub(super) fn shell(person: &SignedIn, title: &str) -> Shell {
    let shell = person.shell(title, "", LIST);
    shell.crumb("トップページ", "/home")
}
