//! `/account`: 紐づけ at the first login (R002-08, R002-37). 「キャンセル」 is the logout.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::words;
use crate::app::App;
use crate::audit::{self, Event};
use crate::identity::accounts::{self, Tie};
use crate::identity::rights::Action;
use crate::identity::users;
use crate::web::pending::ACCOUNT;
use crate::web::{self, Arrived, Error, Form, Shell};

const HOME: &str = "/home";

#[derive(Template)]
#[template(path = "members/accounts/pages/tie.html")]
pub(super) struct TiePage {
    pub shell: Shell,
    /// The account that is offered; none is free when absent.
    pub account_id: Option<String>,
    pub name: String,
    pub email: String,
    pub csrf: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    taken: String,
}

/// The account that the page offered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TieForm {
    account_id: String,
}

pub(super) async fn show_tie(
    State(app): State<App>,
    person: Arrived,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    if person.actor.tie != Tie::Missing {
        return Ok(Redirect::to(HOME).into_response());
    }
    let offered = accounts::offered(&mut app.db.conn().await?, &person.user.contract_no).await?;
    let mut shell = person.bare_shell(words::TIE_TITLE, "").narrow();
    shell.screen_id = None;
    if before.taken == "1" && offered.is_some() {
        shell = shell.info(words::TAKEN);
    }
    web::page(&TiePage {
        shell,
        account_id: offered,
        name: person.user.name.clone(),
        email: person.user.email.clone(),
        csrf: person.csrf(),
    })
}

pub(super) async fn submit_tie(
    State(app): State<App>,
    person: Arrived,
    Form(form): Form<TieForm>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let (contract_no, user_id) = (person.user.contract_no.as_str(), person.user.id.as_str());
    let mut tx = app.db.begin().await?;
    users::hold(&mut tx, user_id).await?.ok_or(Error::Forbidden)?;
    if accounts::tie_of(&mut tx, contract_no, user_id).await? != Tie::Missing {
        // The second click, or a second window.
        return Ok(Redirect::to(HOME).into_response());
    }
    let is_manager = person.may(Action::AccountsChange);
    let place = (contract_no, form.account_id.as_str());
    if !accounts::tie(&mut tx, place, user_id, is_manager, now).await? {
        return Ok(Redirect::to(&format!("{ACCOUNT}?taken=1")).into_response());
    }
    let event =
        Event { target: Some(&form.account_id), ..person.event("account-tie", words::TIE_TITLE) };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(Redirect::to(HOME).into_response())
}
