//! The list of the revoked, signed when it is asked for and kept for a while.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::Mutex;

use super::store;
use crate::app::App;
use crate::base::Moment;
use crate::base::clock::DAY_MS;
use crate::db;
use crate::pki;
use crate::pki::crl::{Reason, RevokedEntry};

/// Days until the next list is due at the latest.
const NEXT_UPDATE_DAYS: i64 = 7;
/// Minutes that a signed list is handed out again.
const KEEP_MINUTES: i64 = 10;

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Signing.
    #[error(transparent)]
    Pki(#[from] pki::Error),
    /// The pool for heavy work is gone: the program is stopping.
    #[error("the program is stopping")]
    Stopping,
}

/// Signs a list of everything revoked so far, under the next number (RFC 5280 §5).
/// DER.
pub async fn sign(app: &App) -> Result<Vec<u8>, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let number = store::next_number(&mut tx, "crl").await?;
    let entries: Vec<RevokedEntry> =
        store::revoked(&mut tx).await?.into_iter().filter_map(entry).collect();
    tx.commit().await?;
    let of_app = app.clone();
    let until = now.plus_ms(NEXT_UPDATE_DAYS * DAY_MS);
    let sign =
        move || pki::crl::sign(&of_app.ca.get().current().authority, number, now, until, &entries);
    Ok(app.heavy(sign).await.ok_or(Error::Stopping)??)
}

fn entry(one: store::Certificate) -> Option<RevokedEntry> {
    let reason = one.reason.as_deref().and_then(|reason| reason.parse().ok());
    Some(RevokedEntry {
        serial: one.serial,
        at: one.revoked_at?,
        reason: reason.unwrap_or(Reason::Unspecified),
    })
}

/// The list that was signed last, while it is young.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<Option<(Moment, i64, Bytes)>>>);

impl Shelf {
    /// The present list; a new one when something was revoked or the last is old.
    pub async fn take(&self, app: &App) -> Result<Bytes, Error> {
        let mut kept = self.0.lock().await;
        let now = app.clock.now();
        let revoked = count(app).await?;
        if let Some((at, count, list)) = &*kept
            && *count == revoked
            && now < at.plus_minutes(KEEP_MINUTES)
        {
            return Ok(list.clone());
        }
        let list = Bytes::from(sign(app).await?);
        *kept = Some((now, revoked, list.clone()));
        Ok(list)
    }
}

async fn count(app: &App) -> Result<i64, db::Error> {
    let sql = "SELECT COUNT(*) FROM certificates WHERE status = 'revoked'";
    Ok(app.db.conn().await?.one(sql, db::params![]).await?.unwrap_or(0))
}
