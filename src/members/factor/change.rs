//! The change in the database.

use crate::app::App;
use crate::audit::{self, Event};
use crate::base::Secret;
use crate::base::secret::new_token;
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::sessions::Sessions;
use crate::identity::users::{self, SecondFactor, User};
use crate::identity::{seal, second_factor, totp};
use crate::web::{self, Arrived};

/// The name of the page in the audit.
pub const SCREEN: &str = "二段階認証";

/// Asks for nothing besides the password, or for a mailed code, from now on; `false` when
/// the password that was tried is no longer the one in force.
pub async fn set(
    app: &App,
    person: &Arrived,
    tried: &User,
    to: Option<SecondFactor>,
) -> Result<bool, web::Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = users::hold(&mut tx, &tried.id).await?.ok_or(web::Error::Forbidden)?;
    if held.password_hash != tried.password_hash {
        return Ok(false);
    }
    if held.second_factor == to {
        return Ok(true);
    }
    let detail = if to.is_none() {
        second_factor::clear(&mut tx, &held.id).await?;
        "off"
    } else {
        second_factor::set_mail(&mut tx, &held.id).await?;
        "mail"
    };
    let event = Event { detail, ..person.event("second-factor", SCREEN) };
    Sessions::end_all(&mut tx, &held.id, Some(&person.session.token_hash), now).await?;
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.sessions.recheck_user(&held.id).await?;
    Ok(true)
}

/// Begins to pair an app: its new secret lies sealed under the token that is returned.
pub async fn begin(app: &App, tried: &User) -> Result<Secret, web::Error> {
    let (now, token) = (app.clock.now(), new_token());
    let flow = Flow {
        contract_no: Some(tried.contract_no.clone()),
        user_id: Some(tried.id.clone()),
        sealed: seal::seal(&token, &totp::new_secret()),
        ..Flow::new(&token, Step::Code, now)
    };
    let mut tx = app.db.begin().await?;
    flows::insert(&mut tx, Kind::Totp, &flow, now).await?;
    tx.commit().await?;
    Ok(token)
}

/// The secret of the app that this browser is pairing.
pub async fn pairing(app: &App, person: &Arrived) -> Result<Option<Secret>, web::Error> {
    let Some(token) = &person.visit.flow else { return Ok(None) };
    let mut conn = app.db.conn().await?;
    let flow = flows::find(&mut conn, token, Kind::Totp, app.clock.now()).await?;
    let flow = flow.filter(|flow| flow.user_id.as_deref() == Some(&person.user.id));
    Ok(flow.and_then(|flow| flow.unseal(token)))
}

/// Pairs the app if `code` is one of its own; `None` when there is nothing to pair.
pub async fn pair(app: &App, person: &Arrived, code: &str) -> Result<Option<bool>, web::Error> {
    let Some(token) = &person.visit.flow else { return Ok(None) };
    let key = app.factor_key();
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, token, Kind::Totp, now).await?;
    let flow = held.filter(|flow| flow.user_id.as_deref() == Some(&person.user.id));
    let Some((flow, secret)) = flow.and_then(|flow| flow.unseal(token).map(|s| (flow, s))) else {
        return Ok(None);
    };
    let Some(step) = totp::check(&secret, code, now, None) else { return Ok(Some(false)) };
    let held = users::hold(&mut tx, &person.user.id).await?.ok_or(web::Error::Forbidden)?;
    if !second_factor::set_totp(&mut tx, &held.id, (key, &secret), step).await? {
        return Err(web::Error::internal(std::io::Error::other("the secret cannot be sealed")));
    }
    flows::finish(&mut tx, &flow).await?;
    Sessions::end_all(&mut tx, &held.id, Some(&person.session.token_hash), now).await?;
    let paired = "totp";
    let event = Event { detail: paired, ..person.event("second-factor", SCREEN) };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.sessions.recheck_user(&held.id).await?;
    Ok(Some(true))
}
