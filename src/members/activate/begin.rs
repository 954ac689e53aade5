//! The steps of 本登録 in the database.

use super::rules::Refusal;
use crate::app::{App, Door, Fenced, Try, Typed};
use crate::audit::{self, Event, Outcome};
use crate::base::Secret;
use crate::base::secret::new_token;
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::sessions::Sessions;
use crate::identity::users::{self, User};
use crate::identity::{contracts, invitations, seal};
use crate::members::login;
use crate::web::{self, Visit, must_be_open};

/// The name of the way in the audit; the manual gives its pages no number.
pub const SCREEN: &str = "アカウント本登録";

/// Tries the first password of whoever is called `typed`; the token of a new way when it
/// is right.
pub async fn prove(
    app: &App,
    visit: &Visit,
    typed: &str,
    password: &Secret,
) -> Result<Result<Secret, Refusal>, web::Error> {
    let user = users::find_by_login_id(&mut app.db.conn().await?, typed).await?;
    let actor = user.as_ref().map_or("", |user| user.login_id.as_str()).to_owned();
    let event = visit.event(&actor, "activate-auth", SCREEN);
    let claimed = Typed { id: typed, user, rest: true };
    let door = Door::open(visit.caller.ip, &event);
    match app.try_typed(&door, claimed, password, &event).await? {
        Fenced::Tried(Try::Right(user)) => start(app, visit, &user, password).await,
        Fenced::Tried(Try::Wrong) => Ok(Err(Refusal::Wrong)),
        Fenced::Tried(Try::Locked(until)) => Ok(Err(Refusal::Locked(until))),
        Fenced::Tried(Try::Closed) => Ok(Err(Refusal::Closed)),
        Fenced::Waits(until) => Ok(Err(Refusal::Waits(until))),
    }
}

async fn start(
    app: &App,
    visit: &Visit,
    tried: &User,
    password: &Secret,
) -> Result<Result<Secret, Refusal>, web::Error> {
    let (now, token) = (app.clock.now(), new_token());
    let mut tx = app.db.begin().await?;
    let held = users::hold(&mut tx, &tried.id).await?;
    let Some(user) = held.filter(|held| held.password_hash == tried.password_hash) else {
        return Ok(Err(Refusal::Wrong));
    };
    let contract = contracts::find(&mut tx, &user.contract_no).await?;
    let closed_at = contract.map_or(Some(now), |contract| contract.closed_at);
    if let Err(refusal) = login::rules::admit(&user.attempts, closed_at, now) {
        return Ok(Err(refusal.into()));
    }
    must_be_open(app, &mut tx, &user.contract_no, user.kind).await?;
    if !invitations::is_waited_for(&mut tx, &user).await? {
        return Ok(Err(Refusal::Done));
    }
    let flow = Flow {
        contract_no: Some(user.contract_no.clone()),
        user_id: Some(user.id.clone()),
        sealed: seal::seal(&token, password),
        ..Flow::new(&token, Step::Code, now)
    };
    flows::insert(&mut tx, Kind::Activate, &flow, now).await?;
    audit::record(&mut tx, now, &event_of(visit, &user, "activate-auth")).await?;
    tx.commit().await?;
    Ok(Ok(token))
}

/// How a code was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is the one.
    Right,
    /// It is not; so many entries are left.
    Wrong(i64),
    /// None is good any more.
    Over,
    /// The step is not this one.
    Stale(Step),
}

/// Judges `code` on the way that `token` opens; `None` when there is no such way.
pub async fn judge(
    app: &App,
    visit: &Visit,
    token: &Secret,
    code: &str,
) -> Result<Option<Judged>, web::Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(flow) = flows::hold(&mut tx, token, Kind::Activate, now).await? else {
        return Ok(None);
    };
    if flow.step != Step::Code {
        return Ok(Some(Judged::Stale(flow.step)));
    }
    let id = flow.user_id.clone().unwrap_or_default();
    let Some(user) = users::find(&mut tx, &id).await? else { return Ok(Some(Judged::Over)) };
    must_be_open(app, &mut tx, &user.contract_no, user.kind).await?;
    let invitation = invitations::hold(&mut tx, &id, now).await?;
    let (Some(invitation), Some(password)) = (invitation, flow.unseal(token)) else {
        return Ok(Some(Judged::Over));
    };
    if invitation.code_tries <= 0 {
        return Ok(Some(Judged::Over));
    }
    if invitations::fits(&invitation, &id, &password, code) {
        flows::set_step(&mut tx, &flow, Step::Verified).await?;
        tx.commit().await?;
        return Ok(Some(Judged::Right));
    }
    flows::note_wrong_code(&mut tx, &invitation).await?;
    let event = Event {
        outcome: Outcome::Refused,
        detail: "wrong code",
        ..event_of(visit, &user, "activate-code")
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    let left = invitation.code_tries - 1;
    Ok(Some(if left > 0 { Judged::Wrong(left) } else { Judged::Over }))
}

/// Puts `new` in force for `user`, as they were when the way was looked at; the way is
/// done with it. `false` when the way or the first password is over.
pub async fn finish(
    app: &App,
    visit: &Visit,
    token: &Secret,
    (user, new): (&User, &Secret),
) -> Result<bool, web::Error> {
    let hash = app.hash_password(new).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    // Read, not held: of two browsers each would hold its own way and wait for the other's.
    let step = flows::find(&mut tx, token, Kind::Activate, now).await?.map(|flow| flow.step);
    if !matches!(step, Some(Step::Verified | Step::Done)) {
        return Ok(false);
    }
    flows::end_all(&mut tx, &user.id).await?;
    let Some(held) = users::hold(&mut tx, &user.id).await? else { return Ok(false) };
    if step == Some(Step::Done) || held.password_hash != user.password_hash {
        // The second click of a form that was taken already finds it done.
        return Ok(!invitations::is_waited_for(&mut tx, &held).await?);
    }
    must_be_open(app, &mut tx, &user.contract_no, user.kind).await?;
    // Once more: one may have been begun while this waited for its turn.
    flows::end_all(&mut tx, &user.id).await?;
    users::set_password(&mut tx, &user.id, &hash, now).await?;
    Sessions::end_all(&mut tx, &user.id, None, now).await?;
    audit::record(&mut tx, now, &event_of(visit, user, "activate")).await?;
    tx.commit().await?;
    app.sessions.recheck_user(&user.id).await?;
    Ok(true)
}

fn event_of<'a>(visit: &'a Visit, user: &'a User, action: &'a str) -> Event<'a> {
    Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        ..visit.event(&user.login_id, action, SCREEN)
    }
}
