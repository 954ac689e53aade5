//! One look at everything that ends: rows, mails and audit rows of what is due.

use std::collections::BTreeSet;

use super::super::store as certificates;
use super::alarm;
use super::mailing::{self, Notice};
use super::rules::{self, Band};
use super::store::{self, Due, Ends, Noted, Which};
use super::words::{Letter, Letters, Values};
use crate::app::{App, CaError};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::certificates::state::Happening;
use crate::config::Problem;
use crate::db::{self, Tx};
use crate::identity::{contracts, users};
use crate::jobs;

/// Certificates that one transaction tells of.
const BATCH: usize = 100;
/// Certificates that are looked up at once.
const PAGE: i64 = 2_000;

/// Why a round was not done. What was told before stays told.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The operator's words cannot be used.
    #[error("the mails' words cannot be used: {}", told(.0))]
    Words(Vec<Problem>),
    /// A file of the CA's cannot be read, so nobody knows when it ends.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// The program is stopping.
    #[error("the program is stopping")]
    Stopping,
    /// A mail cannot be kept.
    #[error("a mail cannot be written: {0}")]
    Mail(#[from] serde_json::Error),
}

/// How many of each were queued or written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Mails that an end comes.
    pub ending: usize,
    /// Mails that it has come.
    pub ended: usize,
    /// Certificates that are stored as expired from now on.
    pub expired: usize,
    /// Mails to the operator.
    pub alarms: usize,
}

impl Told {
    /// Whether mail waits to leave.
    #[must_use]
    pub fn any_mail(self) -> bool {
        self.ending + self.ended + self.alarms > 0
    }
}

/// Tells everybody who is to be told at `at`. What has not really ended yet is not stored
/// as expired, however late `at` is.
pub async fn round(app: &App, at: Moment) -> Result<Told, Error> {
    let letters = Letters::load(&app.config).map_err(Error::Words)?;
    let round = Round { app, letters, at };
    let mut told = Told::default();
    for band in rules::bands(at, &app.config.notice.days) {
        told.ending += round.ending(&band).await?;
    }
    (told.ended, told.expired) = round.ended().await?;
    told.alarms = alarm::round(app, &round.letters, at).await?;
    Ok(told)
}

struct Round<'a> {
    app: &'a App,
    letters: Letters,
    at: Moment,
}

impl Round<'_> {
    async fn ending(&self, band: &Band) -> Result<usize, Error> {
        let mut told = 0;
        loop {
            let mut conn = self.app.db.conn().await?;
            let page = store::ending(&mut conn, band, self.operator(), Which::First(PAGE)).await?;
            drop(conn);
            if page.is_empty() || self.app.tasks.is_stopping() {
                return Ok(told);
            }
            for batch in page.chunks(BATCH) {
                let mut tx = self.app.db.begin().await?;
                let serials = hold(&mut tx, batch).await?;
                let which = Which::Of(&serials);
                let due = store::ending(&mut tx, band, self.operator(), which).await?;
                told += self.tell(&mut tx, "ending", Some(band), &due).await?;
                tx.commit().await?;
            }
        }
    }

    /// How many were told, and how many are expired from now on.
    async fn ended(&self) -> Result<(usize, usize), Error> {
        let (mut told, mut expired) = (0, 0);
        loop {
            let ends = self.ends();
            let mut conn = self.app.db.conn().await?;
            let page = store::ended(&mut conn, &ends, Which::First(PAGE)).await?;
            drop(conn);
            if page.is_empty() || self.app.tasks.is_stopping() {
                return Ok((told, expired));
            }
            for batch in page.chunks(BATCH) {
                let mut tx = self.app.db.begin().await?;
                let serials = hold(&mut tx, batch).await?;
                let due = store::ended(&mut tx, &ends, Which::Of(&serials)).await?;
                let (due, gone) = expire(&mut tx, due, &ends).await?;
                expired += gone.len();
                told += self.tell(&mut tx, "ended", None, &due).await?;
                let event = |one| event(one, super::EXPIRE, "");
                let events: Vec<_> = gone.iter().map(event).collect();
                if !events.is_empty() {
                    audit::record_all(&mut tx, self.app.clock.now(), &events).await?;
                }
                tx.commit().await?;
            }
        }
    }

    /// Rows, mails and audit rows; how many mails.
    async fn tell(
        &self,
        tx: &mut Tx,
        kind: &str,
        band: Option<&Band>,
        due: &[Due],
    ) -> Result<usize, Error> {
        let now = self.app.clock.now();
        let days = band.map_or(0, |band| band.threshold);
        let passed = band.map(|band| band.passed.as_slice()).unwrap_or_default();
        let ids: Vec<String> = due.iter().map(|_| new_id(now)).collect();
        let mut rows = Vec::new();
        for (one, job_id) in due.iter().zip(&ids) {
            let Some(email) = one.email.as_deref() else { continue };
            let row = |days| Noted { serial: &one.serial, days, email, job_id };
            rows.extend([days].iter().chain(passed).map(|days| row(*days)));
        }
        if rows.is_empty() {
            return Ok(0);
        }
        let added = store::insert(tx, kind, &rows, now).await?;
        let ours =
            |one: &Due| added.iter().any(|(serial, of)| *of == days && *serial == one.serial);
        let mine: Vec<_> = due.iter().zip(&ids).filter(|(one, _)| ours(one)).collect();
        if mine.is_empty() {
            return Ok(0);
        }
        let mails = mine.iter().map(|(one, id)| Ok(((*id).clone(), self.mail(kind, one)?)));
        let mails = mails.collect::<Result<Vec<_>, Error>>()?;
        jobs::enqueue_all(tx, mailing::JOB, &mails, now).await?;
        let detail = if days == 0 { kind.to_owned() } else { format!("{kind}, {days} days") };
        let told = mine.iter().map(|(one, _)| event(one, super::NOTICE, &detail));
        audit::record_all(tx, now, &told.collect::<Vec<_>>()).await?;
        Ok(mine.len())
    }

    /// The mail as its job keeps it.
    fn mail(&self, kind: &str, one: &Due) -> Result<String, Error> {
        let letter = match (kind, one.user_id.is_some()) {
            ("ending", true) => Letter::Ending,
            ("ending", false) if one.succeeded => Letter::CompanyRetiring,
            ("ending", false) => Letter::CompanyEnding,
            (_, true) => Letter::Ended,
            (_, false) => Letter::CompanyEnded,
        };
        let values = Values {
            name: one.name.clone().unwrap_or_else(|| one.contract_name.clone()),
            user_id: one.subject_cn.clone(),
            contract: one.contract_no.clone(),
            contract_name: one.contract_name.clone(),
            ..Values::default()
        };
        let to = one.email.as_deref().unwrap_or_default();
        let message = self.letters.write(letter, to, &values, (one.not_after, self.at));
        let (serial, kind) = (one.serial.clone(), kind.to_owned());
        Ok(serde_json::to_string(&Notice { serial, kind, message })?)
    }

    fn operator(&self) -> Option<&str> {
        self.app.config.notice.operator_email.as_deref()
    }

    fn ends(&self) -> Ends<'_> {
        Ends {
            at: self.at,
            expired_at: self.at.min(self.app.clock.now()),
            told: self.app.config.notice.ended,
            operator: self.operator(),
        }
    }
}

/// Holds whoever's certificates these are until `tx` ends, so that a renewal or a
/// revocation comes before what is read next, or after it. Contracts, then people, each in
/// the order of their ids; certificates follow, as everywhere. Gives back the serial numbers.
async fn hold(tx: &mut Tx, batch: &[Due]) -> Result<Vec<String>, db::Error> {
    let companies = batch.iter().filter(|one| one.user_id.is_none());
    for contract_no in companies.map(|one| &one.contract_no).collect::<BTreeSet<_>>() {
        contracts::hold(tx, contract_no).await?;
    }
    for user_id in batch.iter().filter_map(|one| one.user_id.as_ref()).collect::<BTreeSet<_>>() {
        users::hold(tx, user_id).await?;
    }
    Ok(batch.iter().map(|one| one.serial.clone()).collect())
}

/// Stores what has really ended as expired. Gives back whom to tell, and what expired.
async fn expire(
    tx: &mut Tx,
    due: Vec<Due>,
    ends: &Ends<'_>,
) -> Result<(Vec<Due>, Vec<Due>), db::Error> {
    let (mut tell, mut expired) = (Vec::new(), Vec::new());
    for one in due {
        if one.not_after < rules::not_ended(ends.expired_at) {
            // Revoked by somebody who held nothing: then it is nothing to tell of.
            if !certificates::change(tx, &one.serial, Happening::Ended).await? {
                continue;
            }
            expired.push(one.clone());
        }
        if one.tell {
            tell.push(one);
        }
    }
    Ok((tell, expired))
}

fn event<'a>(one: &'a Due, action: &'a str, detail: &'a str) -> Event<'a> {
    Event {
        actor: "system",
        action,
        contract_no: Some(&one.contract_no),
        user_id: one.user_id.as_deref(),
        serial: Some(&one.serial),
        detail,
        ..Event::default()
    }
}

fn told(problems: &[Problem]) -> String {
    let all: Vec<_> = problems.iter().map(|one| format!("{}: {}", one.key, one.text)).collect();
    all.join("; ")
}
