//! What the two forms lead to in the database.

use super::rules::{self, Entry, Refusal};
use crate::app::{App, Door, Fenced, Try};
use crate::audit;
use crate::base::secret::new_token;
use crate::base::{Moment, Secret};
use crate::db::{self, Tx};
use crate::identity::contracts::{self, Contract};
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::users::{self, User};
use crate::web::{self, Visit, must_be_open};

/// The screen of the proof.
pub const PROOF: &str = "DC583101";
/// The screen of the form.
pub const FORM: &str = "DC584101";

/// Tries the initial password; the token of a new way when it is right.
pub async fn prove(
    app: &App,
    visit: &Visit,
    contract_no: &str,
    password: &Secret,
) -> Result<Result<Secret, Refusal>, web::Error> {
    let contract = contracts::find(&mut app.db.conn().await?, contract_no).await?;
    let event = visit.event(contract_no, "master-authenticate", PROOF);
    let door = Door::open(visit.caller.ip, &event);
    match app.try_contract(&door, (contract_no, contract), password, &event).await? {
        Fenced::Tried(Try::Right(contract)) => begin(app, visit, &contract).await,
        Fenced::Tried(Try::Wrong) => Ok(Err(Refusal::Wrong)),
        Fenced::Tried(Try::Locked(until)) => Ok(Err(Refusal::Locked(until))),
        Fenced::Tried(Try::Closed) => Ok(Err(Refusal::Closed)),
        Fenced::Waits(until) => Ok(Err(Refusal::Waits(until))),
    }
}

async fn begin(
    app: &App,
    visit: &Visit,
    contract: &Contract,
) -> Result<Result<Secret, Refusal>, web::Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let number = contract.contract_no.as_str();
    must_be_open(app, &mut tx, number, users::Kind::Master).await?;
    let has_master = users::master_of(&mut tx, number).await?.is_some();
    if let Err(refusal) = rules::admit(contract.closed_at, has_master) {
        return Ok(Err(refusal));
    }
    let held = contracts::hold(&mut tx, number).await?;
    if held.is_none_or(|held| held.initial_password_hash != contract.initial_password_hash) {
        // Another password came into force since this one was compared.
        return Ok(Err(Refusal::Wrong));
    }
    let token = new_token();
    let flow = Flow {
        contract_no: Some(number.to_owned()),
        ..Flow::new(&token, Step::Authenticated, now)
    };
    flows::insert(&mut tx, Kind::Master, &flow, now).await?;
    let event = audit::Event {
        contract_no: Some(number),
        ..visit.event(number, "master-authenticate", PROOF)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(Ok(token))
}

/// How a registration ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The master is registered, now or by the same form before.
    Done,
    /// The login ID is somebody's already (R004-35).
    IdTaken,
    /// The contract says no.
    Refused(Refusal),
    /// The way is over.
    Over,
}

/// Registers the master of the way that `token` opens.
pub async fn register(
    app: &App,
    visit: &Visit,
    token: &Secret,
    entry: &Entry,
) -> Result<Outcome, web::Error> {
    let password_hash = app.hash_password(&entry.password).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(flow) = flows::hold(&mut tx, token, Kind::Master, now).await? else {
        return Ok(Outcome::Over);
    };
    match flow.step {
        Step::Authenticated => {}
        Step::Registered => return Ok(Outcome::Done),
        // The contract was closed, or its initial password changed.
        _ => return Ok(Outcome::Over),
    }
    let Some(number) = &flow.contract_no else { return Ok(Outcome::Over) };
    must_be_open(app, &mut tx, number, users::Kind::Master).await?;
    if let Err(refusal) = standing(&mut tx, number).await? {
        return Ok(Outcome::Refused(refusal));
    }
    let user = new_master(number, entry, password_hash, now);
    match store(&mut tx, visit, &flow, &user).await {
        Ok(()) => tx.commit().await?,
        // The contract has no master and its row is held: it is the login ID.
        Err(error) if error.is_unique_violation() => return Ok(Outcome::IdTaken),
        Err(error) => return Err(error.into()),
    }
    Ok(Outcome::Done)
}

/// Holds the contract, so that two registrations take turns.
async fn standing(tx: &mut Tx, contract_no: &str) -> Result<Result<(), Refusal>, db::Error> {
    let Some(contract) = contracts::hold(tx, contract_no).await? else {
        return Ok(Err(Refusal::Ended));
    };
    let has_master = users::master_of(tx, contract_no).await?.is_some();
    Ok(rules::admit(contract.closed_at, has_master))
}

async fn store(tx: &mut Tx, visit: &Visit, flow: &Flow, user: &User) -> Result<(), db::Error> {
    users::insert(tx, user).await?;
    flows::set_registered(tx, flow, &user.id).await?;
    let event = audit::Event {
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        ..visit.event(&user.login_id, "master-register", FORM)
    };
    audit::record(tx, user.created_at, &event).await.map(drop)
}

fn new_master(contract_no: &str, entry: &Entry, password_hash: String, now: Moment) -> User {
    User {
        name: entry.name.clone(),
        email: entry.email.clone(),
        password_hash,
        password_temporary: false,
        ..User::new(contract_no, &entry.login_id, users::Kind::Master, now)
    }
}
