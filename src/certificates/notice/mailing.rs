//! The mail of a notice on its way: sent only while what it says is still so.
//!
//! A mail may wait long, as when the SMTP server is away for days; who has renewed
//! meanwhile must not be told to renew.

use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::db::Error;
use crate::mail::Message;

/// The kind of the jobs; other mail is asked nothing before it leaves.
pub const JOB: &str = "notice-mail";

/// What such a job keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The certificate.
    pub serial: String,
    /// `ending` or `ended`.
    pub kind: String,
    /// What is sent.
    pub message: Message,
}

/// The message of the notice, or `None` when it is out of date: then its row says that
/// it was stopped, and the job is done.
pub async fn still_due(app: &App, job_id: &str, notice: Notice) -> Result<Option<Message>, Error> {
    let mut conn = app.db.conn().await?;
    if store::is_still_so(&mut conn, &notice.serial, &notice.kind).await? {
        return Ok(Some(notice.message));
    }
    store::stop(&mut conn, job_id).await?;
    let Notice { serial, kind, .. } = notice;
    tracing::debug!(serial, kind, "a mail about an end is out of date and not sent");
    Ok(None)
}
