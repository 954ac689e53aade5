//! The lists of the revoked (RFC 5280 §5), one for each issuing CA, for others: we ask
//! our database.
//!
//! A list names what was revoked and what its successor replaced, until a month after
//! the end of each. It lies in the table `crls`, so that every node hands out the same
//! one and a restart loses none. It is signed anew, under the next number, as soon as
//! it is not true any more and when half its time is over.

mod pages;
mod store;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::Mutex;

use crate::app::App;
use crate::base::Moment;
use crate::base::clock::{DAY_MS, MINUTE_MS};
use crate::base::secret::sha256_hex;
use crate::certificates::{roster, store::next_number};
use crate::db;
use crate::pki;
use crate::pki::crl::RevokedEntry;

pub use pages::router;
pub use store::{List, latest};

/// How long a list is good.
const GOOD_MS: i64 = 7 * DAY_MS;
/// How old a list becomes before the next is signed though nothing was revoked.
const RENEW_MS: i64 = GOOD_MS / 2;
/// How long a certificate that has ended stays on the list: it must be on one at least
/// that was signed after its end (RFC 5280 §3.3).
const STAYS_MS: i64 = 30 * DAY_MS;
/// How long a list is handed out without another look at what it should name, if
/// nothing was written into the audit chain.
const LOOK_MS: i64 = MINUTE_MS;

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Signing.
    #[error(transparent)]
    Pki(#[from] pki::Error),
    /// There is no issuing CA of this number.
    #[error("there is no issuing CA of generation {0}")]
    NoGeneration(i64),
    /// Too much waits for the CAs' keys, or the program is stopping.
    #[error("too much is being signed, or the program is stopping")]
    Stopping,
}

/// Signs a list of everything that the issuing CA `generation` should name now, under
/// the next number, and stores it. The current CA's when `None`.
pub async fn sign(app: &App, generation: Option<i64>) -> Result<List, Error> {
    let ca = app.ca.get();
    let generation = generation.unwrap_or(ca.current().number);
    if ca.generation(generation).is_none() {
        return Err(Error::NoGeneration(generation));
    }
    let now = app.clock.now();
    let until = now.plus_ms(GOOD_MS);
    // Who takes the number first has also looked first: a higher number never knows less.
    let mut tx = app.db.begin().await?;
    let number = next_number(&mut tx, "crl").await?;
    let named = store::named(&mut tx, generation, oldest(now)).await?;
    tx.commit().await?;
    let digest = digest(&named);
    let sign = move || {
        let signer = ca.generation(generation).ok_or(Error::NoGeneration(generation))?;
        Ok::<_, Error>(pki::crl::sign(&signer.authority, number, now, until, &named)?)
    };
    let der = Bytes::from(app.with_ca_key(sign).await.ok_or(Error::Stopping)??);
    let list = List { generation, number, this_update: now, next_update: until, digest, der };
    let mut tx = app.db.begin().await?;
    store::put(&mut tx, &list).await?;
    tx.commit().await?;
    tracing::info!(generation, number, "signed a CRL");
    Ok(list)
}

/// Signs for every issuing CA whose list is not true any more or half over; gives how
/// many. One that fails keeps none of the others waiting; the first error is given.
pub async fn renew(app: &App) -> Result<usize, Error> {
    let ca = app.ca.get();
    let mut signed = Ok(0);
    for generation in ca.generations() {
        match present(app, generation.number).await {
            Ok((_, new)) => signed = signed.map(|count| count + usize::from(new)),
            Err(error) => signed = signed.and(Err(error)),
        }
    }
    signed
}

/// The lists that were handed out last, while nothing has happened.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<HashMap<i64, Kept>>>);

struct Kept {
    list: List,
    /// The end of the audit chain before the last look, and when that was.
    head: i64,
    looked_at: Moment,
}

impl Shelf {
    /// The present list of an issuing CA; names everything that was revoked before
    /// this call.
    pub async fn take(&self, app: &App, generation: i64) -> Result<List, Error> {
        let mut lists = self.0.lock().await;
        let now = app.clock.now();
        let head = roster::head(&mut app.db.conn().await?).await?;
        if let Some(kept) = lists.get(&generation)
            && kept.head == head
            && (0..LOOK_MS).contains(&now.since_ms(kept.looked_at))
            && is_young(&kept.list, now)
        {
            return Ok(kept.list.clone());
        }
        let (list, _) = present(app, generation).await?;
        lists.insert(generation, Kept { list: list.clone(), head, looked_at: now });
        Ok(list)
    }
}

/// The stored list if it is true and young, else a new one; whether it is new.
async fn present(app: &App, generation: i64) -> Result<(List, bool), Error> {
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    let named = store::named(&mut conn, generation, oldest(now)).await?;
    let stored = store::find(&mut conn, generation).await?;
    drop(conn);
    match stored {
        Some(list) if list.digest == digest(&named) && is_young(&list, now) => Ok((list, false)),
        _ => Ok((sign(app, Some(generation)).await?, true)),
    }
}

fn is_young(list: &List, now: Moment) -> bool {
    now.since_ms(list.this_update) < RENEW_MS && list.this_update <= now.plus_ms(MINUTE_MS)
}

/// Certificates that ended before this are not named any more.
fn oldest(now: Moment) -> Moment {
    now.plus_ms(-STAYS_MS)
}

fn digest(named: &[RevokedEntry]) -> String {
    let line = |one: &RevokedEntry| format!("{} {} {}\n", one.serial, one.at.unix(), one.reason);
    sha256_hex(named.iter().map(line).collect::<String>().as_bytes())
}
