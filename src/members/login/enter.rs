//! The beginning and the end of a session in the database.

use super::rules::{self, Refusal};
use crate::app::{App, Try};
use crate::audit::{self, Event};
use crate::base::Secret;
use crate::base::secret::sha256_hex;
use crate::db::Error;
use crate::identity::sessions::{End, Found, Sessions};
use crate::identity::users::{self, User};
use crate::identity::{Holder, contracts, first_use};
use crate::web::Visit;

/// The screen of the login.
pub const SCREEN: &str = "DC582101";

/// Tries `password` for the holder; the new session's token and the person.
pub async fn enter(
    app: &App,
    visit: &Visit,
    holder: &Holder,
    password: &Secret,
) -> Result<Result<(Secret, User), Refusal>, Error> {
    let user = users::find(&mut app.db.conn().await?, &holder.user_id).await?;
    let event = visit.event(&holder.login_id, "login", SCREEN);
    match app.try_user(user, password, &event).await? {
        Try::Right(user) => begin(app, visit, holder, &user).await,
        Try::Wrong => Ok(Err(Refusal::Wrong)),
        Try::Locked(until) => Ok(Err(Refusal::Locked(until))),
        Try::Closed => Ok(Err(Refusal::Closed)),
    }
}

async fn begin(
    app: &App,
    visit: &Visit,
    holder: &Holder,
    tried: &User,
) -> Result<Result<(Secret, User), Refusal>, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(user) = users::hold(&mut tx, &tried.id).await? else {
        return Ok(Err(Refusal::Closed));
    };
    let contract = contracts::find(&mut tx, &user.contract_no).await?;
    let closed_at = contract.map_or(Some(now), |contract| contract.closed_at);
    if let Err(refusal) = rules::admit(&user.attempts, closed_at, now) {
        return Ok(Err(refusal));
    }
    // Another password came into force while this one was compared.
    if user.password_hash != tried.password_hash {
        return Ok(Err(Refusal::Wrong));
    }
    let old = visit.session.as_ref().map(hash_of);
    if let Some(old) = &old {
        Sessions::end(&mut tx, old, End::Replaced, now).await?;
    }
    let token = app.sessions.begin(&mut tx, &user.id, &holder.fingerprint_hex(), now).await?;
    users::note_login(&mut tx, &user.id, now).await?;
    let first = first_use::note(&mut tx, &holder.serial, now).await?;
    let detail = if first { "first use of the certificate" } else { "" };
    let event = Event { detail, ..event_of(visit, &user, "login") };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    if let Some(old) = &old {
        app.sessions.forget(old);
    }
    Ok(Ok((token, user)))
}

/// Ends the session of `token`, if it is one.
pub async fn leave(app: &App, visit: &Visit, token: &Secret) -> Result<(), Error> {
    let now = app.clock.now();
    let hash = hash_of(token);
    let user_id = match app.sessions.find(token, now).await? {
        Found::Live(session) => Some(session.user_id.clone()),
        Found::Idle | Found::None => None,
    };
    let mut tx = app.db.begin().await?;
    let end = if user_id.is_some() { End::Logout } else { End::Idle };
    Sessions::end(&mut tx, &hash, end, now).await?;
    let user = match &user_id {
        Some(id) => users::find(&mut tx, id).await?,
        None => None,
    };
    if let Some(user) = &user {
        audit::record(&mut tx, now, &event_of(visit, user, "logout")).await?;
    }
    tx.commit().await?;
    app.sessions.forget(&hash);
    Ok(())
}

fn event_of<'a>(visit: &'a Visit, user: &'a User, action: &'a str) -> Event<'a> {
    Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        ..visit.event(&user.login_id, action, SCREEN)
    }
}

fn hash_of(token: &Secret) -> String {
    sha256_hex(token.expose().as_bytes())
}
