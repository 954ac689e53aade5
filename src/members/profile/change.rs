//! The change in the database: at once, or after the code that goes to a new address.

use crate::app::{App, Try};
use crate::audit::{self, Outcome};
use crate::base::id::random_digits;
use crate::base::secret::{equal, new_token};
use crate::base::{Moment, Secret};
use crate::db::{self, Tx};
use crate::identity::flows::{self, Flow, Kind, MOST_CODES_OF_PERSON, Step};
use crate::identity::seal;
use crate::identity::terms::{self, Terms};
use crate::identity::users::{self, Profile, User};
use crate::members::login::rules::Refusal;
use crate::web::{self, Arrived};

use super::words;

/// The name of the page in the audit.
pub const SCREEN: &str = "登録情報変更";

/// What became of a change.
#[derive(Debug)]
pub enum Changed {
    /// It is in force.
    Done,
    /// It waits for the code that was mailed; the token of its way.
    Waits(Secret),
    /// Somebody changed the person meanwhile; how they are now.
    Stale(Box<User>),
    /// The person was sent enough codes for now.
    CodesExhausted,
    /// The password is not the person's.
    Wrong,
    /// It was wrong too often.
    Shut(Refusal),
}

/// Digits and minutes of a code.
pub fn lengths(app: &App, terms: &Terms) -> (usize, i64) {
    let set = app.config.code;
    (terms.code_digits.unwrap_or(set.digits), terms.code_minutes.unwrap_or(set.minutes))
}

/// Changes the person to `to`, as filled in from `version`; a new address only with their
/// password: codes and new passwords go there.
pub async fn change(
    app: &App,
    person: &Arrived,
    (version, to): (i64, &Profile),
    password: &Secret,
) -> Result<Changed, web::Error> {
    if to.email != person.user.email {
        let event = person.event("profile-change", SCREEN);
        return match app.try_user(Some(person.user.clone()), password, &event).await? {
            Try::Right(tried) => begin(app, &tried, version, to).await,
            Try::Wrong => Ok(Changed::Wrong),
            Try::Locked(until) => Ok(Changed::Shut(Refusal::Locked(until))),
            Try::Closed => Ok(Changed::Shut(Refusal::Closed)),
        };
    }
    let mut tx = app.db.begin().await?;
    match set(app, &mut tx, person, (version, to)).await? {
        None => {
            tx.commit().await?;
            Ok(Changed::Done)
        }
        Some(now) => Ok(Changed::Stale(now)),
    }
}

/// In force with its audit row; how the person is when somebody was quicker.
async fn set(
    app: &App,
    tx: &mut Tx,
    person: &Arrived,
    (version, to): (i64, &Profile),
) -> Result<Option<Box<User>>, web::Error> {
    let held = users::hold(tx, &person.user.id).await?.ok_or(web::Error::Forbidden)?;
    let told = told(&held, to);
    if told.is_empty() {
        // The same form once more: it is so already.
        return Ok(None);
    }
    if !users::set_profile(tx, &held.id, version, to).await? {
        return Ok(Some(Box::new(held)));
    }
    let now = app.clock.now();
    if held.email != to.email {
        // Whoever reads there learns of it, should somebody else have done this.
        let mail = words::moved_mail(&app.config.service.name, &held, now);
        app.post.queue(tx, "mail", &mail, now).await?;
    }
    let event = audit::Event { detail: &told, ..person.event("profile-change", SCREEN) };
    audit::record(tx, now, &event).await?;
    Ok(None)
}

/// What is different, without the values.
fn told(before: &User, to: &Profile) -> String {
    let parts = [
        ("name", before.name != to.name),
        ("email", before.email != to.email),
        ("tel", before.tel != to.tel),
    ];
    parts.iter().filter(|(_, other)| *other).map(|(what, _)| *what).collect::<Vec<_>>().join(", ")
}

async fn begin(app: &App, tried: &User, version: i64, to: &Profile) -> Result<Changed, web::Error> {
    let (now, token) = (app.clock.now(), new_token());
    let key = key(&token);
    let wanted = serde_json::to_string(&(version, &to.name, &to.email, &to.tel));
    let wanted = Secret::new(wanted.map_err(web::Error::internal)?);
    let flow = Flow {
        contract_no: Some(tried.contract_no.clone()),
        user_id: Some(tried.id.clone()),
        sealed: seal::seal(&key, &wanted),
        ..Flow::new(&key, Step::Code, now)
    };
    let mut tx = app.db.begin().await?;
    // Held, so that several at once are counted one after the other.
    let held = users::hold(&mut tx, &tried.id).await?.ok_or(web::Error::Forbidden)?;
    if held.password_hash != tried.password_hash {
        return Ok(Changed::Wrong);
    }
    if held.version != version {
        return Ok(Changed::Stale(Box::new(held)));
    }
    if flows::codes_sent_to(&mut tx, &held.id, now).await? >= MOST_CODES_OF_PERSON {
        return Ok(Changed::CodesExhausted);
    }
    flows::insert(&mut tx, WAY, &flow, now).await?;
    let (digits, minutes) = lengths(app, &terms::of(&mut tx, &held.contract_no).await?);
    let code = random_digits(digits);
    let mac = seal::mac(&key, "code", &code);
    flows::set_code(&mut tx, &flow, &mac, app.config.code.tries, now.plus_minutes(minutes)).await?;
    let mail = words::mail(&app.config.service.name, (&to.email, &to.name), &code, minutes);
    app.post.queue(&mut tx, "mail", &mail, now).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Changed::Waits(token))
}

/// A way on which an address is to be proved. Its row is kept under a key made from the
/// browser's token, so that no other way of this kind is opened by it.
const WAY: Kind = Kind::Signup;

fn key(token: &Secret) -> Secret {
    Secret::new(seal::mac(token, "profile", ""))
}

/// The way that waits for a code, and the address that it is for.
pub async fn waiting(app: &App, person: &Arrived) -> Result<Option<String>, db::Error> {
    let Some(token) = &person.visit.flow else { return Ok(None) };
    let mut conn = app.db.conn().await?;
    let key = key(token);
    let flow = flows::find(&mut conn, &key, WAY, app.clock.now()).await?;
    let flow = flow.filter(|flow| flow.step == Step::Code);
    Ok(flow
        .filter(|flow| is_of(flow, person))
        .and_then(|flow| wanted(&flow, &key))
        .map(|w| w.1.email))
}

fn is_of(flow: &Flow, person: &Arrived) -> bool {
    flow.user_id.as_deref() == Some(&person.user.id)
}

fn wanted(flow: &Flow, key: &Secret) -> Option<(i64, Profile)> {
    let text = flow.unseal(key)?;
    let (version, name, email, tel) = serde_json::from_str(text.expose()).ok()?;
    Some((version, Profile { name, email, tel }))
}

/// How a code was taken.
#[derive(Debug)]
pub enum Judged {
    /// The change is in force.
    Done,
    /// It is not the code; so many entries are left.
    Wrong(i64),
    /// None is good any more.
    Over,
    /// Somebody changed the person meanwhile.
    Stale,
}

/// Judges `code` on the way of this browser; `None` when there is no such way.
pub async fn judge(app: &App, person: &Arrived, code: &str) -> Result<Option<Judged>, web::Error> {
    let Some(token) = &person.visit.flow else { return Ok(None) };
    let (key, now) = (key(token), app.clock.now());
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, &key, WAY, now).await?;
    let Some(flow) = held.filter(|flow| is_of(flow, person)) else { return Ok(None) };
    // A second click finds the way done, with nothing left in it.
    let Some((version, to)) = wanted(&flow, &key) else { return Ok(None) };
    if is_over(&flow, now) {
        return Ok(Some(Judged::Over));
    }
    let mac = flow.code_mac.as_deref().unwrap_or_default();
    if !equal(seal::mac(&key, "code", code).as_bytes(), mac.as_bytes()) {
        flows::note_wrong_code(&mut tx, &flow).await?;
        let event = audit::Event {
            outcome: Outcome::Refused,
            detail: "wrong code",
            ..person.event("profile-change", SCREEN)
        };
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
        let left = flow.code_tries - 1;
        return Ok(Some(if left > 0 { Judged::Wrong(left) } else { Judged::Over }));
    }
    // What else was begun with the old address leads nowhere any more.
    flows::end_all(&mut tx, &person.user.id).await?;
    let stale = set(app, &mut tx, person, (version, &to)).await?.is_some();
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Some(if stale { Judged::Stale } else { Judged::Done }))
}

fn is_over(flow: &Flow, now: Moment) -> bool {
    flow.code_mac.is_none()
        || flow.code_tries <= 0
        || flow.code_expires_at.is_none_or(|until| now >= until)
}
