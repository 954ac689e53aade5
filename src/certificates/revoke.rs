//! Taking a certificate's force away: one write, felt on the next request.

use super::store::{self, Certificate};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::db::{Db, Error, Tx};
use crate::identity::sessions::Sessions;
use crate::identity::{flows, users};
use crate::pki::crl::Reason;

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
    let mut tx = db.begin().await?;
    if let Some(user_id) = &certificate.user_id {
        flows::end_all(&mut tx, user_id).await?;
    }
    if !revoke_one(&mut tx, certificate, reason, now, actor).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
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
    let mut tx = db.begin().await?;
    flows::end_all(&mut tx, user_id).await?;
    users::hold(&mut tx, user_id).await?;
    let found = store::in_force_of(&mut tx, user_id).await?;
    for one in &found {
        revoke_one(&mut tx, one, reason, now, actor).await?;
    }
    tx.commit().await?;
    Ok(found)
}

async fn revoke_one(
    tx: &mut Tx,
    certificate: &Certificate,
    reason: Reason,
    now: Moment,
    actor: &str,
) -> Result<bool, Error> {
    if !store::revoke(tx, &certificate.serial, reason.name(), now).await? {
        return Ok(false);
    }
    if let Some(user_id) = &certificate.user_id {
        Sessions::end_all(tx, user_id, None, now).await?;
    }
    let event = Event {
        actor,
        action: "certificate-revoke",
        contract_no: Some(&certificate.contract_no),
        user_id: certificate.user_id.as_deref(),
        serial: Some(&certificate.serial),
        target: Some(&certificate.file_name),
        detail: reason.name(),
        ..Event::default()
    };
    audit::record(tx, now, &event).await?;
    Ok(true)
}
