//! What 詳細の追加 leads to in the database.

use super::rules::{self, Entry, Refusal};
use super::way;
use crate::app::{App, Source};
use crate::audit::{self, Event};
use crate::base::secret::equal;
use crate::base::{Moment, Secret, text};
use crate::db::{self, Conn, Tx};
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::policy;
use crate::identity::rules::Mistake;
use crate::identity::users::{self, User};
use crate::identity::{contracts, licences, terms};
use crate::web::{self, Visit, must_be_open};

/// The name of the screen in the audit.
pub const SCREEN: &str = "詳細の追加";

/// How a registration ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The person is registered, now or by the same form before.
    Done,
    /// Somebody has the address meanwhile.
    Known,
    /// The contract's policy asks for more of the password.
    Password(Mistake),
    /// All licences are in use: so many.
    Full(i64),
    /// The pair is wrong, or tried too often.
    Refused(Refusal),
    /// The way is over.
    Over,
}

/// Registers the owner of the way's address with the details of `entry`. The pair is
/// judged and counted before anything else, so that neither many at once nor the time of
/// an answer tell more than the way's tries.
pub async fn register(
    app: &App,
    visit: &Visit,
    (token, flow): (&Secret, &Flow),
    entry: &Entry,
) -> Result<Outcome, web::Error> {
    let slot = match app.guesses.take(&sources(visit, entry), app.clock.now()).await {
        Ok(slot) => slot,
        Err(until) => return Ok(Outcome::Refused(Refusal::Waits(until))),
    };
    let judged = judge(app, visit, token, entry).await;
    match &judged {
        Ok(Err(Outcome::Refused(_))) => drop(slot),
        _ => slot.give_back(),
    }
    let number = match judged? {
        Ok(number) => number,
        Err(outcome) => return Ok(outcome),
    };
    let mut conn = app.db.conn().await?;
    must_be_open(app, &mut conn, &number, users::Kind::General).await?;
    let policy = policy::of(&mut conn, &number).await?;
    drop(conn);
    if let Err(mistake) = policy.check(&entry.password, Some(way::address(flow))) {
        return Ok(Outcome::Password(mistake));
    }
    let hash = app.hash_password(&entry.password).await?;
    store(app, visit, token, (&number, entry, hash)).await
}

/// The contract that the pair leads to, judged while the way is held; or what refuses.
async fn judge(
    app: &App,
    visit: &Visit,
    token: &Secret,
    entry: &Entry,
) -> Result<Result<String, Outcome>, web::Error> {
    let mut tx = app.db.begin().await?;
    let flow = match hold(&mut tx, token, app.clock.now()).await? {
        Ok(flow) => flow,
        Err(outcome) => return Ok(Err(outcome)),
    };
    if flow.code_tries <= 0 {
        return Ok(Err(Outcome::Over));
    }
    if let Some(number) = matching(&mut tx, entry).await? {
        return Ok(Ok(number));
    }
    app.strangers.count("signup-mismatch");
    let refusal = note_wrong(app, visit, &mut tx, &flow, entry).await?;
    tx.commit().await?;
    Ok(Err(Outcome::Refused(refusal)))
}

/// The way, held at the step where it is filled in; or what it is instead.
async fn hold(
    tx: &mut Tx,
    token: &Secret,
    now: Moment,
) -> Result<Result<Flow, Outcome>, db::Error> {
    let held = flows::hold(tx, token, Kind::Signup, now).await?;
    Ok(match held {
        Some(flow) if flow.step == Step::Verified => Ok(flow),
        Some(flow) if flow.step == Step::Registered => Err(Outcome::Done),
        _ => Err(Outcome::Over),
    })
}

/// What wrong pairs are counted by, besides the way: a number or a telephone alone does
/// not lead to the other by trying one after the other.
fn sources(visit: &Visit, entry: &Entry) -> [Source; 3] {
    [
        Source::Address(visit.caller.ip),
        Source::Typed("signup-customer", entry.customer_no.clone()),
        Source::Typed("signup-tel", entry.tel_key()),
    ]
}

/// The contract in force that both belong to (R002-34). A number that nobody has is looked
/// up as far as any: it takes the same time.
async fn matching(conn: &mut Conn, entry: &Entry) -> Result<Option<String>, db::Error> {
    let number = terms::contract_of_customer(conn, &entry.customer_no).await?.unwrap_or_default();
    let terms = terms::of(conn, &number).await?;
    let contract = contracts::find(conn, &number).await?;
    let open = contract.is_some_and(|contract| contract.closed_at.is_none());
    let same = equal(text::tel_key(&terms.tel).as_bytes(), entry.tel_key().as_bytes());
    Ok(Some(number).filter(|_| open && same && terms.signs_up()))
}

/// Takes one of the way's tries away. Whose contract one of the two is, learns of it: the
/// row stands in its log.
async fn note_wrong(
    app: &App,
    visit: &Visit,
    tx: &mut Tx,
    flow: &Flow,
    entry: &Entry,
) -> Result<Refusal, db::Error> {
    let by_number = terms::contract_of_customer(tx, &entry.customer_no).await?;
    let by_tel = terms::contract_of_tel(tx, &entry.tel).await?;
    flows::note_wrong_code(tx, flow).await?;
    let last = flow.code_tries <= 1;
    if last {
        flows::finish(tx, flow).await?;
    }
    if let Some(half) = by_number.or(by_tel) {
        let event = Event {
            contract_no: Some(&half),
            outcome: audit::Outcome::Refused,
            detail: "customer number and telephone number do not belong together",
            ..visit.event(way::address(flow), "signup", SCREEN)
        };
        audit::record(tx, app.clock.now(), &event).await?;
    } else {
        audit::pass_by(tx).await?;
    }
    Ok(if last { Refusal::NoMoreTries } else { Refusal::NoMatch })
}

/// Way and contract are held, so that clicks and people take turns.
async fn store(
    app: &App,
    visit: &Visit,
    token: &Secret,
    (number, entry, hash): (&str, &Entry, String),
) -> Result<Outcome, web::Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let flow = match hold(&mut tx, token, now).await? {
        Ok(flow) => flow,
        Err(outcome) => return Ok(outcome),
    };
    if users::find_by_login_id(&mut tx, way::address(&flow)).await?.is_some() {
        return Ok(Outcome::Known);
    }
    let contract = contracts::hold(&mut tx, number).await?;
    if contract.is_none_or(|contract| contract.closed_at.is_some()) {
        return Ok(Outcome::Refused(Refusal::NoMatch));
    }
    let terms = terms::of(&mut tx, number).await?;
    let has_master = users::master_of(&mut tx, number).await?.is_some();
    let room = licences::room(&mut tx, number).await?;
    let kind = match rules::admit(has_master, room) {
        Ok(kind) => kind,
        Err(licences) => return Ok(Outcome::Full(licences)),
    };
    let available = now.plus_minutes(terms.available_minutes);
    let user = new_user(kind, (number, way::address(&flow)), entry, (hash, now, available));
    match insert(&mut tx, visit, &flow, &user).await {
        Ok(()) => tx.commit().await?,
        // The way is held and the contract counted: it is the address.
        Err(error) if error.is_unique_violation() => return Ok(Outcome::Known),
        Err(error) => return Err(error.into()),
    }
    Ok(Outcome::Done)
}

async fn insert(tx: &mut Tx, visit: &Visit, flow: &Flow, user: &User) -> Result<(), db::Error> {
    users::insert(tx, user).await?;
    flows::set_registered(tx, flow, &user.id).await?;
    let event = Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        detail: user.kind.word(),
        ..visit.event(&user.login_id, "signup", SCREEN)
    };
    audit::record(tx, user.created_at, &event).await.map(drop)
}

fn new_user(
    kind: users::Kind,
    (contract_no, address): (&str, &str),
    entry: &Entry,
    (password_hash, now, available): (String, Moment, Moment),
) -> User {
    User {
        name: entry.name.clone(),
        email: address.to_owned(),
        password_hash,
        password_temporary: false,
        available_from: Some(available),
        tel: entry.tel.clone(),
        ..User::new(contract_no, address, kind, now)
    }
}
