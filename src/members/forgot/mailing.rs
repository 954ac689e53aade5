//! The job that mails a code, if there is anybody to mail it to.

use serde::{Deserialize, Serialize};

use super::begin;
use super::words;
use crate::app::App;
use crate::base::Secret;
use crate::db::Error;
use crate::identity::policy;
use crate::mail::Message;

/// The kind of job.
pub const JOB: &str = "password-forgot";

/// What a request asked for; nobody was looked up yet.
#[derive(Serialize, Deserialize)]
pub struct Ask {
    pub(super) typed: String,
    pub(super) code: String,
    pub(super) minutes: i64,
}

impl Ask {
    /// With a code that is kept by its MAC alone.
    pub(super) fn new(typed: &str, code: &Secret, minutes: i64) -> Self {
        Self { typed: typed.to_owned(), code: code.expose().to_owned(), minutes }
    }
}

/// The mail; `None` when nobody who may do this is known by what was typed.
pub async fn message(app: &App, ask: &Ask) -> Result<Option<Message>, Error> {
    let mut conn = app.db.conn().await?;
    let Some(user) = begin::find(&mut conn, &ask.typed).await? else {
        app.strangers.count("forgot-unknown");
        return Ok(None);
    };
    let policy = policy::of(&mut conn, &user.contract_no).await?;
    Ok(Some(words::mail(&app.config, &user, &policy, (&ask.code, ask.minutes))))
}
