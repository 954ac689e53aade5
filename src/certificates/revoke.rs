//! Taking a certificate's force away: one write, felt on the next request.

use super::store::{self, Certificate};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::db::{Db, Error, Tx};
use crate::identity::paper;
use crate::identity::sessions::{End, Sessions};
use crate::identity::{flows, users};
use crate::pki::crl::Reason;

/// Why, by whom, and on whose request.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// Why (RFC 5280 §5.3.1).
    pub reason: Reason,
    /// When.
    pub now: Moment,
    /// Who does it: a login ID, `cli:USER` or `system`.
    pub actor: &'a str,
    /// Where the order came from, and on which screen.
    pub from: (Option<&'a str>, Option<&'a str>),
    /// What is noted with it; stays out of the audit chain, which nobody can mend.
    pub note: Option<&'a str>,
    /// The written request (依頼書); recorded with the revocation, or before it.
    pub request: Option<&'a paper::Request>,
}

impl<'a> Order<'a> {
    /// An order without note or written request.
    #[must_use]
    pub fn new(reason: Reason, now: Moment, actor: &'a str) -> Self {
        Self { reason, now, actor, from: (None, None), note: None, request: None }
    }
}

/// What is revoked.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// This certificate, whoever's it is.
    One(&'a Certificate),
    /// Whatever of the person's (our id) certificates can still open a door.
    AllOf(&'a str),
}

/// Revokes `certificate` for `reason`, with its audit row. The holder's sessions end
/// with it, and so does every way to a new one that was begun before. `false` when it
/// was revoked, superseded or expired already.
pub async fn revoke(
    db: &Db,
    certificate: &Certificate,
    reason: Reason,
    now: Moment,
    actor: &str,
) -> Result<bool, Error> {
    let order = Order::new(reason, now, actor);
    Ok(!carry_out(db, Which::One(certificate), &order).await?.is_empty())
}

/// Revokes whatever of the person's certificates can still open a door, all or none;
/// one that is being issued at the same moment comes first or not at all.
pub async fn revoke_user(
    db: &Db,
    user_id: &str,
    reason: Reason,
    now: Moment,
    actor: &str,
) -> Result<Vec<Certificate>, Error> {
    carry_out(db, Which::AllOf(user_id), &Order::new(reason, now, actor)).await
}

/// Carries `order` out in one transaction: certificates, sessions, ways, note, written
/// request and audit rows together. Returns what was revoked; when that is nothing,
/// nothing at all was changed.
pub async fn carry_out(
    db: &Db,
    which: Which<'_>,
    order: &Order<'_>,
) -> Result<Vec<Certificate>, Error> {
    let mut tx = db.begin().await?;
    let user_id = match which {
        Which::One(one) => one.user_id.as_deref(),
        Which::AllOf(user_id) => Some(user_id),
    };
    if let Some(user_id) = user_id {
        flows::end_all(&mut tx, user_id).await?;
        users::hold(&mut tx, user_id).await?;
    }
    let found = match which {
        Which::One(one) => vec![one.clone()],
        Which::AllOf(user_id) => store::in_force_of(&mut tx, user_id).await?,
    };
    let mut revoked = Vec::new();
    for one in found {
        if revoke_one(&mut tx, &one, order).await? {
            revoked.push(one);
        }
    }
    // After rows of certificates and sessions: the chain's head is taken last everywhere,
    // or two transactions would wait for each other.
    if let Some(request) = order.request.filter(|_| !revoked.is_empty()) {
        record_request(&mut tx, request, order).await?;
    }
    if revoked.is_empty() {
        tx.rollback().await?;
    } else {
        tx.commit().await?;
    }
    Ok(revoked)
}

/// Revokes what a person held who is deleted in `tx`: nobody is left whom it could let
/// in (R004-98). Call it with the person's row held.
pub(super) async fn of_deleted(
    tx: &mut Tx,
    user_id: &str,
    order: &Order<'_>,
) -> Result<Vec<Certificate>, Error> {
    let mut revoked = Vec::new();
    for one in store::in_force_of(tx, user_id).await? {
        if revoke_one(tx, &one, order).await? {
            revoked.push(one);
        }
    }
    Ok(revoked)
}

/// A request that is new is recorded; either way it is done with this order.
async fn record_request(
    tx: &mut Tx,
    request: &paper::Request,
    order: &Order<'_>,
) -> Result<(), Error> {
    if paper::insert(tx, request).await? {
        audit::record(tx, order.now, &request_event(request, order, "request-record")).await?;
    }
    if paper::set_done(tx, &request.id, order.now).await? {
        audit::record(tx, order.now, &request_event(request, order, "request-done")).await?;
    }
    Ok(())
}

fn request_event<'a>(request: &'a paper::Request, order: &Order<'a>, action: &'a str) -> Event<'a> {
    Event {
        actor: order.actor,
        action,
        contract_no: Some(&request.contract_no),
        user_id: request.user_id.as_deref(),
        ip: order.from.0,
        screen: order.from.1,
        target: Some(&request.id),
        detail: request.kind.word(),
        ..Event::default()
    }
}

async fn revoke_one(
    tx: &mut Tx,
    certificate: &Certificate,
    order: &Order<'_>,
) -> Result<bool, Error> {
    // What ended by itself needs no taking away.
    if !certificate.state_at(order.now).in_force() {
        return Ok(false);
    }
    if !store::revoke(tx, &certificate.serial, order.reason.name(), order.now).await? {
        return Ok(false);
    }
    let request_id = order.request.map(|request| request.id.as_str());
    if order.note.is_some() || request_id.is_some() {
        store::set_note(tx, &certificate.serial, order.note, request_id).await?;
    }
    match &certificate.user_id {
        Some(user_id) => Sessions::end_all(tx, user_id, None, order.now).await?,
        None => Sessions::end_with(tx, &certificate.fingerprint, End::Revoked, order.now).await?,
    }
    let detail = match request_id {
        Some(id) => format!("{} (request {id})", order.reason.name()),
        None => order.reason.name().to_owned(),
    };
    let event = Event {
        actor: order.actor,
        action: "certificate-revoke",
        contract_no: Some(&certificate.contract_no),
        user_id: certificate.user_id.as_deref(),
        serial: Some(&certificate.serial),
        ip: order.from.0,
        screen: order.from.1,
        target: Some(&certificate.file_name),
        detail: &detail,
        ..Event::default()
    };
    audit::record(tx, order.now, &event).await?;
    Ok(true)
}
