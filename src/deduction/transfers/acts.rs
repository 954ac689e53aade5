//! What people do with a transfer: send it, confirm it, give it up. Each leaves its row in the
//! chain, with whoever did it.

use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::store::{self, Coming};
use super::{State, Transfer, staged, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Error as DbError;
use crate::web::Error;

/// Who did something, as history and chain name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct By {
    /// In words: 「組合　花子（hanako02）」.
    pub name: String,
    /// A login ID, or `cli:USER`.
    pub actor: String,
    /// Our id; `None`: the operator.
    pub user_id: Option<String>,
    /// The certificate.
    pub serial: Option<String>,
    /// Where the request came from.
    pub ip: Option<String>,
}

impl By {
    /// Whoever `event` tells of; `name`: in words.
    #[must_use]
    pub fn of(event: &Event<'_>, name: &str) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            name: name.to_owned(),
            actor: event.actor.to_owned(),
            user_id: owned(event.user_id),
            serial: owned(event.serial),
            ip: owned(event.ip),
        }
    }

    /// What they did, later, in a job.
    #[must_use]
    pub fn event<'a>(&'a self, action: &'a str) -> Event<'a> {
        Event {
            actor: &self.actor,
            action,
            user_id: self.user_id.as_deref(),
            serial: self.serial.as_deref(),
            ip: self.ip.as_deref(),
            ..Event::default()
        }
    }
}

impl Transfer {
    /// Who confirmed it; of one that was confirmed by nobody, who sent it.
    #[must_use]
    pub fn by(&self) -> By {
        self.confirmed.clone().unwrap_or_else(|| By {
            name: self.actor.clone(),
            actor: self.actor.clone(),
            user_id: self.user_id.clone(),
            ..By::default()
        })
    }
}

/// Takes a file, once, whatever is clicked twice.
///
/// # Errors
/// The database's.
pub async fn send(app: &App, coming: &Coming, event: Event<'_>) -> Result<(), DbError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if store::insert(&mut tx, coming, now).await? {
        let group_no = coming.group_no.as_deref().unwrap_or_default();
        let target = format!("{group_no} {}", coming.file_name);
        let event = Event {
            contract_no: Some(&coming.contract_no),
            target: Some(target.trim_start()),
            detail: words::kind(coming.kind),
            ..event
        };
        audit::record(&mut tx, now, &event).await?;
    }
    tx.commit().await?;
    app.long_jobs_waiting.notify_one();
    Ok(())
}

/// What the form of 取込を確定 carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Confirmation {
    digest: String,
}

/// 取込を確定: once, whatever is clicked twice. `event` tells of the confirmer, `name` in words.
pub async fn apply(
    app: &App,
    transfer: &Transfer,
    (form, here): (&Confirmation, &str),
    (event, name): (Event<'_>, &str),
) -> Result<Response, Error> {
    let confirmed = confirm(app, transfer, &form.digest, (event, name)).await?;
    let state = store::find(&mut app.db.conn().await?, &transfer.id).await?.map(|now| now.state);
    // The second click finds it confirmed; another preview than this one does not.
    if !confirmed && !matches!(state, Some(State::Applying | State::Done)) {
        return Err(Error::stale(words::TO_ONE, here));
    }
    Ok(Redirect::to(here).into_response())
}

/// Confirms what `digest` shows of `transfer`; whether it was to be confirmed.
///
/// # Errors
/// The database's.
pub async fn confirm(
    app: &App,
    transfer: &Transfer,
    digest: &str,
    (event, name): (Event<'_>, &str),
) -> Result<bool, DbError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let by = By::of(&event, name);
    let confirmed = store::confirm(&mut tx, (&transfer.id, digest), &by, now).await?;
    if confirmed {
        audit::record(&mut tx, now, &about(transfer, &event)).await?;
    }
    tx.commit().await?;
    if confirmed {
        app.long_jobs_waiting.notify_one();
    }
    Ok(confirmed)
}

/// 取りやめる.
pub async fn give_up(
    app: &App,
    transfer: &Transfer,
    (event, here): (Event<'_>, &str),
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = store::hold(&mut tx, &transfer.id).await?.ok_or(Error::NotFound)?;
    match held.state {
        State::Dropped => {}
        state if state.may_drop() => {
            store::end(&mut tx, &held, (State::Dropped, ""), now).await?;
            audit::record(&mut tx, now, &about(transfer, &event)).await?;
        }
        _ => return Err(Error::stale(words::TO_ONE, here)),
    }
    tx.commit().await?;
    if held.state != State::Reading {
        staged::sweep(app, transfer.kind, &transfer.id).await?;
    }
    Ok(Redirect::to(here).into_response())
}

/// `event`, of this transfer.
fn about<'a>(transfer: &'a Transfer, event: &Event<'a>) -> Event<'a> {
    Event {
        contract_no: Some(&transfer.contract_no),
        target: Some(&transfer.file_name),
        detail: words::kind(transfer.kind),
        ..event.clone()
    }
}
