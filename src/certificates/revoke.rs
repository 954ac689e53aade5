//! Taking a certificate's force away: one write, felt on the next request.

use super::store::{self, Certificate};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::db::{Db, Error};
use crate::identity::sessions::Sessions;
use crate::pki::crl::Reason;

/// Revokes `certificate` for `reason`, with its audit row; the holder's sessions
/// end with it. `false` when it was revoked already.
pub async fn revoke(
    db: &Db,
    certificate: &Certificate,
    reason: Reason,
    now: Moment,
    actor: &str,
) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    if !store::revoke(&mut tx, &certificate.serial, reason.name(), now).await? {
        return Ok(false);
    }
    if let Some(user_id) = &certificate.user_id {
        Sessions::end_all(&mut tx, user_id, None, now).await?;
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
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(true)
}
