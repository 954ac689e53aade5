//! The steps in the database.

use super::mailing::{Ask, JOB};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::id::random_digits;
use crate::base::secret::{equal, new_token};
use crate::base::{Moment, Secret};
use crate::db::{self, Conn, Tx};
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::lockout::Attempts;
use crate::identity::sessions::Sessions;
use crate::identity::terms::{self, Preset};
use crate::identity::users::{self, User};
use crate::identity::{contracts, seal};
use crate::members::guessing;
use crate::web::{self, Visit};

/// The name of the way in the audit.
pub const SCREEN: &str = "パスワードリセット";
/// What wrong codes are counted for.
const PURPOSE: &str = "forgot";
/// Codes that are sent for one ID within the life of a way.
const MOST_CODES: i64 = 5;
/// Minutes that a code is good for.
const MINUTES: i64 = 30;

/// Digits of a code: the portal's, whoever asks; the page must not tell contracts apart.
#[must_use]
pub fn digits() -> usize {
    Preset::Portal.terms().code_digits.unwrap_or(6)
}

/// The person called `typed`, if they may set their password anew by themselves.
pub async fn find(conn: &mut Conn, typed: &str) -> Result<Option<User>, db::Error> {
    let Some(user) = users::find_by_login_id(conn, typed).await? else { return Ok(None) };
    let terms = terms::of(conn, &user.contract_no).await?;
    let contract = contracts::find(conn, &user.contract_no).await?;
    let open = contract.is_some_and(|contract| contract.closed_at.is_none());
    let may = open && terms.preset.resets_by_mail() && user.attempts.closed_at.is_none();
    Ok(may.then_some(user))
}

/// What became of a wish for a code.
#[derive(Debug)]
pub enum Asked {
    /// A way was begun; its token.
    Sent(Secret),
    /// Too much was tried from this address; not until then.
    Waits(Moment),
    /// Enough codes were asked for with this ID.
    Exhausted,
}

/// Begins a way for `typed` under a fresh token, whoever that is: the same rows in every
/// case.
pub async fn ask(app: &App, visit: &Visit, typed: &str) -> Result<Asked, web::Error> {
    // From one address not one ID after the other; of one ID, codes are counted.
    let _counted = match guessing::take_address(app, visit).await {
        Ok(slot) => slot,
        Err(until) => return Ok(Asked::Waits(until)),
    };
    let (now, token) = (app.clock.now(), new_token());
    let code = Secret::new(random_digits(digits()));
    let flow = Flow { typed: Some(typed.to_owned()), ..Flow::new(&token, Step::Code, now) };
    let mac = seal::mac(&token, "code", code.expose());
    let ask = Ask::new(typed, &code, MINUTES);
    let mut tx = app.db.begin().await?;
    flows::take_turn(&mut tx, Kind::Forgot, typed).await?;
    if flows::codes_sent_to_typed(&mut tx, Kind::Forgot, typed, now).await? >= MOST_CODES {
        return Ok(Asked::Exhausted);
    }
    flows::end_forgot(&mut tx, typed).await?;
    flows::insert(&mut tx, Kind::Forgot, &flow, now).await?;
    let until = now.plus_minutes(MINUTES);
    flows::set_code(&mut tx, &flow, &mac, app.config.code.tries, until).await?;
    app.post.queue(&mut tx, JOB, &ask, now).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Asked::Sent(token))
}

/// How a code was taken.
#[derive(Debug)]
pub enum Judged {
    /// It is the one, and whose.
    Right(Box<User>),
    /// It is not; so many entries are left.
    Wrong(i64),
    /// None is good any more.
    Over,
    /// It was not looked at: too much was wrong with this ID or from this address; not
    /// until then.
    Waits(Moment),
}

/// Judges `code` on `flow`, the way that `token` opens; `None` when it is over, or its
/// code was taken before.
pub async fn judge(
    app: &App,
    visit: &Visit,
    (token, flow): (&Secret, &Flow),
    code: &str,
) -> Result<Option<Judged>, web::Error> {
    let typed = flow.typed.as_deref().unwrap_or_default();
    let slot = match guessing::take(app, visit, PURPOSE, typed).await {
        Ok(slot) => slot,
        Err(until) => return Ok(Some(Judged::Waits(until))),
    };
    let judged = compare(app, token, code).await;
    match &judged {
        Ok(Some(Judged::Wrong(_))) => drop(slot),
        _ => slot.give_back(),
    }
    judged
}

async fn compare(app: &App, token: &Secret, code: &str) -> Result<Option<Judged>, web::Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, token, Kind::Forgot, now).await?;
    let Some(flow) = held.filter(|flow| flow.step == Step::Code) else { return Ok(None) };
    let (Some(mac), Some(until)) = (&flow.code_mac, flow.code_expires_at) else {
        return Ok(Some(Judged::Over));
    };
    if now >= until || flow.code_tries <= 0 {
        return Ok(Some(Judged::Over));
    }
    if equal(seal::mac(token, "code", code).as_bytes(), mac.as_bytes())
        && let Some(user) = find(&mut tx, flow.typed.as_deref().unwrap_or_default()).await?
    {
        flows::set_step(&mut tx, &flow, Step::Verified).await?;
        tx.commit().await?;
        return Ok(Some(Judged::Right(Box::new(user))));
    }
    flows::note_wrong_code(&mut tx, &flow).await?;
    tx.commit().await?;
    app.strangers.count("forgot-code");
    Ok(Some(Judged::Wrong(flow.code_tries - 1)))
}

/// Puts `new` in force on a way whose code was right; `false` when the way is over or the
/// person may not any more. Sessions and ways of the person end, and a lock; 閉塞 stays.
pub async fn finish(
    app: &App,
    visit: &Visit,
    token: &Secret,
    (user, new): (&User, &Secret),
) -> Result<bool, web::Error> {
    let hash = app.hash_password(new).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, token, Kind::Forgot, now).await?;
    let Some(flow) = held.filter(|flow| flow.step == Step::Verified) else { return Ok(false) };
    flows::end_all(&mut tx, &user.id).await?;
    if users::hold(&mut tx, &user.id).await?.is_none() || !still(&mut tx, user).await? {
        return Ok(false);
    }
    // Once more: one may have been begun while this waited for its turn.
    flows::end_all(&mut tx, &user.id).await?;
    flows::finish(&mut tx, &flow).await?;
    users::set_password(&mut tx, &user.id, &hash, now).await?;
    users::set_attempts(&mut tx, &user.id, &Attempts::default()).await?;
    Sessions::end_all(&mut tx, &user.id, None, now).await?;
    let event = Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        ..visit.event(&user.login_id, "password-forgot", SCREEN)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.sessions.recheck_user(&user.id).await?;
    Ok(true)
}

/// Whether the person may still; looked at while their row is held.
async fn still(tx: &mut Tx, user: &User) -> Result<bool, db::Error> {
    let found = find(tx, &user.login_id).await?;
    Ok(found.is_some_and(|found| found.id == user.id))
}
