//! The way's first half in the database: from the address to the right code.

use super::code::{self, Judged};
use super::rules::{PAIRS, Refusal};
use crate::app::App;
use crate::base::secret::new_token;
use crate::base::{Moment, Secret};
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::members::guessing;
use crate::web::{Error, Visit};

/// The way that this browser is on, with its token.
pub(super) async fn find(app: &App, visit: &Visit) -> Result<Option<(Secret, Flow)>, Error> {
    let Some(token) = visit.flow.clone() else { return Ok(None) };
    let mut conn = app.db.conn().await?;
    let flow = flows::find(&mut conn, &token, Kind::Signup, app.clock.now()).await?;
    Ok(flow.map(|flow| (token, flow)))
}

/// The address that the way was begun with.
pub(super) fn address(flow: &Flow) -> &str {
    flow.typed.as_deref().unwrap_or_default()
}

/// Begins a way for `address` and mails its first code, whether the address is
/// registered or not; its token. The same form sent twice is one way and one mail.
pub(super) async fn begin(
    app: &App,
    visit: &Visit,
    address: &str,
) -> Result<Result<Secret, Refusal>, Error> {
    let now = app.clock.now();
    let slot = match guessing::take_address(app, visit).await {
        Ok(slot) => slot,
        Err(until) => return Ok(Err(Refusal::Waits(until))),
    };
    let mut tx = app.db.begin().await?;
    flows::take_turn(&mut tx, Kind::Signup, address).await?;
    let mut own = visit.flow.clone();
    if let Some(token) = &own {
        let flow = flows::hold(&mut tx, token, Kind::Signup, now).await?;
        let waits = |flow: &Flow| {
            flow.step == Step::Code && self::address(flow) == address && code::is_good(flow, now)
        };
        if flow.as_ref().is_some_and(waits) {
            slot.give_back();
            return Ok(Ok(token.clone()));
        }
        if flow.is_some() || flows::is_used(&mut tx, token).await? {
            own = None;
        }
    }
    let sent = flows::codes_sent_to_typed(&mut tx, Kind::Signup, address, now).await?;
    if sent >= flows::MOST_CODES_OF_PERSON {
        slot.give_back();
        return Ok(Err(Refusal::Exhausted));
    }
    // The token that the form was shown with: a second click finds the way of the first.
    let token = own.unwrap_or_else(new_token);
    let flow = Flow { typed: Some(address.to_owned()), ..Flow::new(&token, Step::Code, now) };
    match flows::insert(&mut tx, Kind::Signup, &flow, now).await {
        Err(error) if error.is_unique_violation() => {
            slot.give_back();
            return Ok(Ok(token));
        }
        other => other?,
    }
    code::send(app, &mut tx, &token, &flow, address).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Ok(token))
}

/// How a typed code was taken.
pub(super) enum Taken {
    /// It is right, now or by the same form before.
    Right,
    /// It is not; the way as it was before, and what was typed.
    Not(Box<Flow>, Judged),
    /// It was not looked at; the way as it is.
    Refused(Box<Flow>, Refusal),
    /// There is no such way.
    Over,
}

/// Takes a typed code.
pub(super) async fn take(app: &App, visit: &Visit, typed: &str) -> Result<Taken, Error> {
    let slot = match guessing::take_address(app, visit).await {
        Ok(slot) => slot,
        Err(until) => {
            return Ok(match find(app, visit).await? {
                Some((_, flow)) if flow.step == Step::Code => {
                    Taken::Refused(Box::new(flow), Refusal::Waits(until))
                }
                Some((_, flow)) if matches!(flow.step, Step::Verified | Step::Registered) => {
                    Taken::Right
                }
                _ => Taken::Over,
            });
        }
    };
    let taken = compare(app, visit, typed).await;
    match &taken {
        Ok(Taken::Not(_, Judged::Wrong)) => drop(slot),
        _ => slot.give_back(),
    }
    taken
}

async fn compare(app: &App, visit: &Visit, typed: &str) -> Result<Taken, Error> {
    let Some(token) = &visit.flow else { return Ok(Taken::Over) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(flow) = flows::hold(&mut tx, token, Kind::Signup, now).await? else {
        return Ok(Taken::Over);
    };
    match flow.step {
        Step::Code => {}
        Step::Verified | Step::Registered => return Ok(Taken::Right),
        _ => return Ok(Taken::Over),
    }
    let judged = code::judge(&flow, token, typed, now);
    match judged {
        Judged::Right => {
            flows::set_verified(&mut tx, &flow, PAIRS).await?;
            tx.commit().await?;
            return Ok(Taken::Right);
        }
        Judged::Wrong => {
            flows::note_wrong_code(&mut tx, &flow).await?;
            tx.commit().await?;
            app.strangers.count("signup-code");
        }
        Judged::Over | Judged::Unreadable(_) => tx.rollback().await?,
    }
    Ok(Taken::Not(Box::new(flow), judged))
}

/// How a wish for another code ended.
pub(super) enum Again {
    /// It is on its way.
    Sent,
    /// This way had its codes.
    NoMore(Box<Flow>),
    /// Not now.
    Refused(Box<Flow>, Refusal),
    /// The way is elsewhere by now, or over.
    Over,
}

/// Mails another code; the one before is good no more.
pub(super) async fn send_again(app: &App, visit: &Visit) -> Result<Again, Error> {
    let Some(token) = &visit.flow else { return Ok(Again::Over) };
    let slot = guessing::take_address(app, visit).await;
    let again = resend(app, token, slot.as_ref().err().copied()).await;
    // Counted are the mails.
    if !matches!(again, Ok(Again::Sent))
        && let Ok(slot) = slot
    {
        slot.give_back();
    }
    again
}

async fn resend(app: &App, token: &Secret, waits: Option<Moment>) -> Result<Again, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let typed = flows::find(&mut tx, token, Kind::Signup, now).await?;
    let typed = typed.as_ref().map(address).unwrap_or_default();
    flows::take_turn(&mut tx, Kind::Signup, typed).await?;
    let held = flows::hold(&mut tx, token, Kind::Signup, now).await?;
    let Some(flow) = held.filter(|flow| flow.step == Step::Code) else { return Ok(Again::Over) };
    if flow.codes_sent >= flows::MOST_CODES {
        return Ok(Again::NoMore(Box::new(flow)));
    }
    let sent = flows::codes_sent_to_typed(&mut tx, Kind::Signup, address(&flow), now).await?;
    let refusal = waits.map(Refusal::Waits);
    let exhausted = (sent >= flows::MOST_CODES_OF_PERSON).then_some(Refusal::Exhausted);
    if let Some(refusal) = refusal.or(exhausted) {
        return Ok(Again::Refused(Box::new(flow), refusal));
    }
    code::send(app, &mut tx, token, &flow, address(&flow)).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Again::Sent)
}
