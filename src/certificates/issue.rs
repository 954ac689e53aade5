//! From an order to a stored certificate and its file.
//!
//! Key, certificate and file are made first; then one transaction checks the rules
//! again, stores the certificate and its audit row, and ends what it replaces. What
//! was signed but not stored is worth nothing.

use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::rules::{self, Current, Plan, Policy, Refused};
use super::state::{Happening, State};
use super::store::{self, Certificate};
use crate::app::{App, Ca, Parcel};
use crate::audit::{self, Event};
use crate::base::date::jst_compact;
use crate::base::{Moment, Secret};
use crate::db::{self, Tx};
use crate::identity::contracts::{self, Contract};
use crate::identity::flows;
use crate::identity::lockout::Gate;
use crate::identity::users::{self, User};
use crate::pki;
use crate::pki::bundle::{self, Bundle, Format};

/// Minutes that a made file waits for its download.
const WAIT_MINUTES: i64 = 30;

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error("a valid certificate exists")]
    Refused(Refused),
    /// The person is locked, closed, deleted, or the contract is closed.
    #[error("the user or the contract is locked or closed")]
    Closed,
    /// The person comes with the company's certificate, which the operator issues.
    #[error("people of this contract use the company's certificate")]
    CompanyMode,
    /// The people of this contract have a certificate each.
    #[error("people of this contract have a certificate each")]
    UserMode,
    /// Another issue for the same person came first.
    #[error("another certificate was issued at the same moment")]
    Overtaken,
    /// What is known of the person does not fit into a certificate, or the
    /// password cannot protect a file.
    #[error(transparent)]
    Pki(#[from] pki::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Too much waits for its turn, or the program is stopping.
    #[error("the program is stopping")]
    Stopping,
}

/// A certificate that is signed but not yet stored, and its file.
pub struct Prepared {
    /// The row to be.
    pub certificate: Certificate,
    /// The file.
    pub parcel: Parcel,
}

/// What stands in a certificate and on its file, whoever bears it.
pub(super) struct Order {
    /// The contract it belongs to; its name is the organisation.
    pub contract_no: String,
    /// The organisation.
    pub organisation: String,
    /// The person; none for a company's.
    pub user_id: Option<String>,
    /// The common name, and the name that importers show.
    pub name: String,
    /// The mail address, if one belongs to it.
    pub email: Option<String>,
    /// A URI that stays the same in every certificate of the same bearer.
    pub uri: String,
    /// Name of the file.
    pub file_name: String,
    /// The moment of issue.
    pub now: Moment,
}

/// Makes key, certificate and file for `user`; the file opens with `password`.
pub async fn prepare(
    app: &App,
    user: &User,
    contract: &Contract,
    password: &Secret,
    format: Format,
) -> Result<Prepared, Error> {
    if contract.mode.is_company() {
        return Err(Error::CompanyMode);
    }
    let now = app.clock.now();
    let order = Order {
        contract_no: contract.contract_no.clone(),
        organisation: contract.name.clone(),
        user_id: Some(user.id.clone()),
        name: user.login_id.clone(),
        email: Some(user.email.clone()),
        // A URL, not a URN: linters take only URLs for well formed.
        uri: format!("{}/users/{}", app.config.plain_url(), user.id),
        file_name: format!("{}{}.p12", user.login_id, jst_compact(now)),
        now,
    };
    prepare_order(app, order, password, format).await
}

/// Makes key, certificate and file as ordered; the file opens with `password`.
pub(super) async fn prepare_order(
    app: &App,
    order: Order,
    password: &Secret,
    format: Format,
) -> Result<Prepared, Error> {
    let (of_app, password) = (app.clone(), password.clone());
    let signed = app.with_ca_key(move || sign(&of_app, order)).await.ok_or(Error::Stopping)??;
    app.heavy(move || pack(signed, &password, format)).await.ok_or(Error::Stopping)?
}

/// A key and its certificate, not in a file yet.
struct Signed {
    order: Order,
    issued: pki::user::Issued,
    ca: Arc<Ca>,
    generation: i64,
}

fn sign(app: &App, order: Order) -> Result<Signed, Error> {
    let ca = app.ca.get();
    let current = ca.current();
    let (generation, request) = (current.number, request(app, &order, current.number));
    let issued = pki::user::issue(&current.authority, &ca.profiles.client, &request)?;
    Ok(Signed { order, issued, ca, generation })
}

fn pack(signed: Signed, password: &Secret, format: Format) -> Result<Prepared, Error> {
    let Signed { order, issued, ca, generation } = signed;
    let chain = ca.generation(generation).map(|one| one.authority.chain()).unwrap_or_default();
    let bundle = Bundle {
        friendly_name: &order.name,
        leaf: &issued.certificate_der,
        key: &issued.key,
        chain: &chain,
    };
    let bytes = bundle::write(&bundle, password, format)?;
    let until = order.now.plus_minutes(WAIT_MINUTES);
    let file_name = order.file_name.clone();
    let parcel = Parcel { file_name, serial: issued.serial.clone(), bytes, until };
    let certificate = Certificate {
        serial: issued.serial,
        fingerprint: HEXLOWER.encode(&issued.fingerprint),
        generation,
        contract_no: order.contract_no,
        mode: if order.user_id.is_some() { "user" } else { "company" }.into(),
        user_id: order.user_id,
        status: State::Active,
        subject_cn: order.name,
        der: issued.certificate_der,
        file_name: order.file_name,
        issued_at: order.now,
        not_before: issued.not_before,
        not_after: issued.not_after,
        first_used_at: None,
        superseded_at: None,
        revoked_at: None,
        reason: None,
        note: None,
        request_id: None,
    };
    Ok(Prepared { certificate, parcel })
}

fn request(app: &App, order: &Order, generation: i64) -> pki::user::Request {
    let plain = app.config.plain_url();
    pki::user::Request {
        common_name: order.name.clone(),
        organisation: order.organisation.clone(),
        email: order.email.clone(),
        user_uri: order.uri.clone(),
        crl_url: format!("{plain}/ca/crl/{generation}"),
        issuer_url: format!("{plain}/ca/issuing/{generation}.crt"),
        ocsp_url: Some(format!("{plain}/ocsp")),
        now: order.now,
        validity_days: u16::try_from(app.config.certificate.validity_days).unwrap_or(u16::MAX),
    }
}

/// Stores what was prepared, with its audit row, and ends what it replaces.
/// `way` is the way through the browser it was made on.
pub async fn store(
    app: &App,
    tx: &mut Tx,
    prepared: &Prepared,
    way: Option<&flows::Flow>,
    event: &Event<'_>,
) -> Result<(), Error> {
    let new = &prepared.certificate;
    let now = app.clock.now();
    let user_id = new.user_id.as_deref().unwrap_or_default();
    let user = users::hold(tx, user_id).await?.ok_or(Error::Closed)?;
    if !is_open(tx, &user, now).await? {
        return Err(Error::Closed);
    }
    let old = store::active_of(tx, user_id).await?;
    let plan = plan(app, old.as_ref(), way, now).map_err(Error::Refused)?;
    replace(tx, new, old.as_ref().map(|old| (old, plan)), event, now).await?;
    if let Some(way) = way {
        flows::set_issued(tx, &way.token_hash, &new.serial).await?;
    }
    Ok(())
}

/// Stores `new` in place of `old`, as planned, with its audit row.
pub(super) async fn replace(
    tx: &mut Tx,
    new: &Certificate,
    old: Option<(&Certificate, Plan)>,
    event: &Event<'_>,
    now: Moment,
) -> Result<(), Error> {
    if let Some((old, plan)) = old {
        retire(tx, old, plan, (now, event)).await?;
    }
    store::insert(tx, new).await.map_err(overtaken)?;
    let detail = format!("not after {}", new.not_after.rfc3339());
    let event = Event {
        contract_no: Some(&new.contract_no),
        user_id: new.user_id.as_deref(),
        serial: Some(&new.serial),
        target: Some(&new.file_name),
        detail: &detail,
        ..event.clone()
    };
    audit::record(tx, now, &event).await?;
    Ok(())
}

/// What the rules say for a person whose active certificate is `old`.
pub fn plan(
    app: &App,
    old: Option<&Certificate>,
    way: Option<&flows::Flow>,
    now: Moment,
) -> Result<Plan, Refused> {
    let current = old.map(|old| Current {
        not_after: old.not_after,
        used: old.first_used_at.is_some(),
        same_way: way.is_some_and(|way| way.serial.as_deref() == Some(&old.serial)),
    });
    let config = &app.config.certificate;
    let policy =
        Policy { renewal_days: config.renewal_days, reissue_unused: config.reissue_unused };
    rules::may_issue(current, now, policy)
}

/// Whether a certificate would be of use to the person: neither they nor their
/// contract are locked or closed.
pub async fn is_open(conn: &mut db::Conn, user: &User, now: Moment) -> Result<bool, db::Error> {
    let contract = contracts::find(conn, &user.contract_no).await?;
    let contract_open = contract.is_some_and(|contract| contract.closed_at.is_none());
    Ok(contract_open && user.attempts.gate(now) == Gate::Open)
}

/// Ends `old` as `plan` says; that a file was lost stands in the chain as well.
async fn retire(
    tx: &mut Tx,
    old: &Certificate,
    plan: Plan,
    (now, event): (Moment, &Event<'_>),
) -> Result<(), db::Error> {
    match plan {
        Plan::First => {}
        Plan::AfterEnd => _ = store::change(tx, &old.serial, Happening::Ended).await?,
        Plan::Renewal => _ = store::change(tx, &old.serial, Happening::Renewed).await?,
        Plan::Again => {
            store::revoke(tx, &old.serial, "superseded", now).await?;
            let event = Event {
                action: "certificate-revoke",
                contract_no: Some(&old.contract_no),
                user_id: old.user_id.as_deref(),
                serial: Some(&old.serial),
                target: Some(&old.file_name),
                detail: "superseded (the file was lost before its first use)",
                ..event.clone()
            };
            audit::record(tx, now, &event).await?;
        }
    }
    Ok(())
}

fn overtaken(error: db::Error) -> Error {
    if error.is_unique_violation() { Error::Overtaken } else { Error::Db(error) }
}

/// The event of an issue by the command line.
#[must_use]
pub fn event_of_cli(actor: &str) -> Event<'_> {
    Event { actor, action: "certificate-issue", ..Event::default() }
}

/// Which form suits the caller's system: Apple's import only the older one.
#[must_use]
pub fn format_for(user_agent: &str) -> Format {
    let apple = ["Macintosh", "iPhone", "iPad"].iter().any(|word| user_agent.contains(word));
    if apple { Format::Compat } else { Format::Modern }
}
