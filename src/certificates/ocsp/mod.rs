//! Answers about single certificates (OCSP: RFC 6960, RFC 9654, RFC 5019), for others:
//! we ask our database.
//!
//! Every question looks the standing up anew, so a revocation is in the next answer.
//! Only the signed bytes are kept: while the standing is the same, for half an hour.
//! Answers with a nonce, of several certificates or of unknown ones are never kept.

mod pages;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;

use super::state::State;
use super::store::{self, Certificate};
use crate::app::{App, Ca};
use crate::base::Moment;
use crate::base::clock::MINUTE_MS;
use crate::db;
use crate::pki::crl::Reason;
use crate::pki::ocsp::{CertId, Query, Signer, Standing, Times, Trouble};
use crate::pki::{self, Authority};

pub use pages::router;

/// How long an answer may be believed.
const GOOD_MS: i64 = 60 * MINUTE_MS;
/// How long signed bytes are handed out again.
const KEEP_MS: i64 = GOOD_MS / 2;
/// How many answers are kept; about 1.5 kB each.
const MOST_KEPT: usize = 4_096;

/// Answers in the name of every issuing CA.
#[derive(Clone, Default)]
pub struct Responder(Arc<Parts>);

#[derive(Default)]
struct Parts {
    /// One for each issuing CA, made when it is first needed.
    signers: Mutex<Vec<Arc<Signer>>>,
    /// By what was asked for.
    kept: Mutex<HashMap<Vec<u8>, Kept>>,
}

/// An answer: the bytes, and whether others may keep them.
pub struct Answer {
    /// The `OCSPResponse`, DER.
    pub der: Bytes,
    /// From when to when, if it may be kept.
    pub times: Option<Times>,
}

#[derive(Clone)]
struct Kept {
    standing: Standing,
    der: Bytes,
    times: Times,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    Pki(#[from] pki::Error),
    #[error("too much is being signed, or the program is stopping")]
    Busy,
}

impl Responder {
    /// Answers `request` (an `OCSPRequest`, DER); a request that cannot be answered is
    /// told why (RFC 6960 §2.3).
    pub async fn answer(&self, app: &App, request: &[u8]) -> Answer {
        let Ok(query) = Query::parse(request) else { return Answer::of(Trouble::Malformed) };
        match self.tell(app, query).await {
            Ok(Some(answer)) => answer,
            Ok(None) => Answer::of(Trouble::Unauthorized),
            Err(error @ (Error::Db(_) | Error::Busy)) => {
                tracing::warn!(%error, "an OCSP request must wait");
                Answer::of(Trouble::TryLater)
            }
            Err(error @ Error::Pki(_)) => {
                tracing::error!(%error, "an OCSP answer cannot be signed");
                Answer::of(Trouble::Internal)
            }
        }
    }

    /// `None` when we answer for none of the issuers, or the one that would sign has ended.
    async fn tell(&self, app: &App, query: Query) -> Result<Option<Answer>, Error> {
        let ca = app.ca.get();
        let Some((told, signs)) = look_up(app, &ca, query.ids).await? else { return Ok(None) };
        let now = app.clock.now();
        let lasting = match told.as_slice() {
            [(id, standing)] if query.nonce.is_none() && *standing != Standing::Unknown => {
                Some((id.der().to_vec(), *standing))
            }
            _ => None,
        };
        if let Some((key, standing)) = &lasting
            && let Some(kept) = self.find(key, *standing, now)
        {
            return Ok(Some(Answer { der: kept.der, times: Some(kept.times) }));
        }
        let Some(signer) = self.signer(app, (ca, signs), now).await? else { return Ok(None) };
        let next_update = now.plus_ms(GOOD_MS).min(signer.not_after());
        let times = Times { this_update: now, next_update };
        let sign = move || signer.answer(&told, query.nonce.as_deref(), times);
        let der = app.heavy(sign).await.ok_or(Error::Busy)??;
        let der = Bytes::from(der);
        let Some((key, standing)) = lasting else { return Ok(Some(Answer { der, times: None })) };
        self.keep(key, Kept { standing, der: der.clone(), times }, now);
        Ok(Some(Answer { der, times: Some(times) }))
    }

    fn find(&self, key: &[u8], standing: Standing, now: Moment) -> Option<Kept> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|one| one.standing == standing && one.is_young(now)).cloned()
    }

    fn keep(&self, key: Vec<u8>, one: Kept, now: Moment) {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, one| one.is_young(now));
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, one);
    }

    /// Who signs for this CA now; a new one when there is none or it ends soon, for which
    /// alone the CA's key is needed. `None` when the CA has ended: it vouches for nobody.
    async fn signer(
        &self,
        app: &App,
        (ca, number): (Arc<Ca>, i64),
        now: Moment,
    ) -> Result<Option<Arc<Signer>>, Error> {
        let generation = ca.generation(number).ok_or(Error::Busy)?;
        if now > generation.authority.not_after() {
            return Ok(None);
        }
        if let Some(signer) = self.ready(&generation.authority, now) {
            return Ok(Some(signer));
        }
        let of_self = self.clone();
        let make = move || of_self.make_signer(&ca, number, now);
        app.with_ca_key(make).await.ok_or(Error::Busy)?.map(Some)
    }

    fn ready(&self, authority: &Authority, now: Moment) -> Option<Arc<Signer>> {
        let signers = self.0.signers.lock().unwrap_or_else(PoisonError::into_inner);
        signers.iter().find(|signer| signer.serves(authority, now)).cloned()
    }

    fn make_signer(&self, ca: &Ca, number: i64, now: Moment) -> Result<Arc<Signer>, Error> {
        let authority = &ca.generation(number).ok_or(Error::Busy)?.authority;
        // Who waited for a turn finds what was made meanwhile.
        if let Some(signer) = self.ready(authority, now) {
            return Ok(signer);
        }
        let signer = Arc::new(Signer::new(authority, &ca.profiles.issuing.country, now)?);
        // Never held while a token is asked.
        let mut signers = self.0.signers.lock().unwrap_or_else(PoisonError::into_inner);
        signers.retain(|old| now <= old.not_after() && !old.is_of(authority));
        signers.push(Arc::clone(&signer));
        Ok(signer)
    }
}

impl Answer {
    fn of(trouble: Trouble) -> Self {
        Self { der: Bytes::from(trouble.to_der()), times: None }
    }
}

impl Kept {
    fn is_young(&self, now: Moment) -> bool {
        (0..KEEP_MS).contains(&now.since_ms(self.times.this_update)) && now < self.times.next_update
    }
}

/// What is known of each, and the generation that signs the answer: the first one's.
/// `None` when no issuer is ours.
async fn look_up(
    app: &App,
    ca: &Ca,
    ids: Vec<CertId>,
) -> Result<Option<(Vec<(CertId, Standing)>, i64)>, Error> {
    let mut signs = None;
    let mut conn = None;
    let mut told = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(generation) = issuer(ca, &id)? else {
            told.push((id, Standing::Unknown));
            continue;
        };
        signs = signs.or(Some(generation));
        if conn.is_none() {
            conn = Some(app.db.conn().await?);
        }
        let found = match conn.as_mut() {
            Some(conn) => store::find(conn, &id.serial).await?,
            None => None,
        };
        let ours = found.filter(|found| found.generation == generation);
        let standing = ours.map_or(Standing::Unknown, |one| standing(&one));
        told.push((id, standing));
    }
    Ok(signs.map(|signs| (told, signs)))
}

/// The generation that `id` names.
fn issuer(ca: &Ca, id: &CertId) -> Result<Option<i64>, pki::Error> {
    for generation in ca.generations().iter().rev() {
        if id.is_of(&generation.authority)? {
            return Ok(Some(generation.number));
        }
    }
    Ok(None)
}

fn standing(one: &Certificate) -> Standing {
    let reason = one.reason.as_deref().and_then(|reason| reason.parse().ok());
    match one.status {
        State::Active | State::Retiring | State::Expired => Standing::Good,
        State::Superseded => Standing::Revoked {
            at: one.superseded_at.unwrap_or(one.issued_at),
            reason: Reason::Superseded,
        },
        State::Revoked => Standing::Revoked {
            at: one.revoked_at.unwrap_or(one.issued_at),
            reason: reason.unwrap_or(Reason::Unspecified),
        },
    }
}
