//! Every job and every keeper on one screen.
//!
//! A job runs because something happened; a keeper keeps something true.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::app::App;
use crate::audit::{self, Event, Outcome};
use crate::base::Moment;
use crate::base::clock::MINUTE_MS;
use crate::certificates::crl;
use crate::certificates::notice;
use crate::deduction::{period, transfers};
use crate::gateway::RefusalEvent;
use crate::identity::sessions::{End, Sessions};
use crate::identity::{Refusal, flows};
use crate::jobs::{self, Job};
use crate::mail::{self, Message};
use crate::members::forgot;

/// How often the CRLs are looked at; a list is signed anew days before its end.
const LISTS: Duration = Duration::from_mins(1);
/// How often closing days are looked at.
const CLOSINGS: Duration = Duration::from_secs(5);
/// Jobs that a node claims at once.
const CLAIMED: i64 = 48;
/// Jobs whose end is written down at once: so many a kill may repeat.
const UNSETTLED: usize = 16;

/// Starts everything that goes on beside requests. Refusals come in over `refusals`.
pub fn start(app: &App, refusals: mpsc::Receiver<RefusalEvent>) {
    app.tasks.spawn(work_off(app.clone()));
    app.tasks.spawn(work_off_long(app.clone()));
    app.tasks.spawn(tidy(app.clone()));
    app.tasks.spawn(keep_lists(app.clone()));
    app.tasks.spawn(notice::keep(app.clone()));
    app.tasks.spawn(close_periods(app.clone()));
    app.tasks.spawn(note_refusals(app.clone(), refusals));
}

/// What a stop must not lose.
pub async fn finish(app: &App) {
    let now = app.clock.now();
    if let Err(error) = app.sessions.flush(now).await {
        tracing::error!(%error, "the last operations of sessions are not written down");
    }
    if let Err(error) = app.strangers.summarise(&app.db, now).await {
        tracing::error!(%error, "refusals of strangers are not written down");
    }
}

/// Does jobs as they come.
async fn work_off(app: App) {
    loop {
        match Box::pin(do_due(&app)).await {
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "jobs cannot be read"),
        }
        tokio::select! {
            () = app.jobs_waiting.notified() => {}
            () = sleep(jobs::POLL) => {}
            () = app.tasks.stopping() => return,
        }
    }
}

/// Does jobs that take long, one after the other.
async fn work_off_long(app: App) {
    loop {
        match Box::pin(do_long(&app)).await {
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "long jobs cannot be read"),
        }
        tokio::select! {
            () = app.long_jobs_waiting.notified() => {}
            () = sleep(jobs::POLL) => {}
            () = app.tasks.stopping() => return,
        }
    }
}

/// Does every long job that is due now. A stop does not wait for one: it bears being cut off.
pub async fn do_long(app: &App) -> Result<(), crate::db::Error> {
    while !app.tasks.is_stopping() {
        let claimed = jobs::claim_long(&app.db, app.clock.now()).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        let (of, runtime) = (app.clone(), Handle::current());
        let work = move || runtime.block_on(do_apart(&of, &claimed));
        // Whoever claims the jobs when this claim is over finds out whether they break again.
        let broken = || crate::db::Error::Unavailable("a long job panicked".to_owned());
        app.tasks.blocking(work).await.ok_or_else(broken)??;
    }
    Ok(())
}

/// Does jobs on a thread of their own: they reckon for long, and requests must not wait for
/// that.
async fn do_apart(app: &App, claimed: &[Job]) -> Result<(), crate::db::Error> {
    tokio::select! {
        done = do_claimed(app, claimed) => done,
        never = hold_on(app, claimed) => match never {},
        () = app.tasks.stopping() => Ok(()),
    }
}

/// Does every job that is due now, unless the program is asked to stop meanwhile.
pub async fn do_due(app: &App) -> Result<(), crate::db::Error> {
    while !app.tasks.is_stopping() {
        let claimed = jobs::claim(&app.db, CLAIMED, app.clock.now()).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        tokio::select! {
            done = do_claimed(app, &claimed) => done?,
            never = hold_on(app, &claimed) => match never {},
        }
    }
    Ok(())
}

/// Does these jobs, a few at once. What is done is written down before more is begun, so
/// that a kill repeats few.
async fn do_claimed(app: &App, claimed: &[Job]) -> Result<(), crate::db::Error> {
    for some in claimed.chunks(UNSETTLED) {
        let (left, ended) = (Mutex::new(some.iter()), Mutex::new(Vec::new()));
        let lane = || do_in_turn(app, &left, &ended);
        tokio::join!(lane(), lane(), lane(), lane(), lane(), lane(), lane(), lane());
        let ended = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut conn = app.db.conn().await?;
        jobs::settle(&mut conn, &ended, app.clock.now()).await?;
    }
    Ok(())
}

async fn do_in_turn(
    app: &App,
    left: &Mutex<std::slice::Iter<'_, Job>>,
    ended: &Mutex<Vec<(Job, jobs::Outcome)>>,
) {
    loop {
        let next = left.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(job) = next else { return };
        let outcome = run(app, job).await;
        if let jobs::Outcome::Retry(error) | jobs::Outcome::GiveUp(error) = &outcome {
            tracing::warn!(job = job.id, kind = job.kind, error, "a job was not done");
        }
        ended.lock().unwrap_or_else(PoisonError::into_inner).push((job.clone(), outcome));
    }
}

/// Renews the claims for as long as it is polled.
async fn hold_on(app: &App, claimed: &[Job]) -> std::convert::Infallible {
    loop {
        sleep(jobs::RENEW).await;
        let renewed = async {
            let mut conn = app.db.conn().await?;
            jobs::renew(&mut conn, claimed, app.clock.now()).await
        };
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "the claims of jobs are not renewed");
        }
    }
}

async fn run(app: &App, job: &Job) -> jobs::Outcome {
    match job.kind.as_str() {
        "mail" => send_mail(app, job).await,
        // Boxed: it would be the largest part of all eight lanes.
        notice::mailing::JOB => Box::pin(send_notice(app, job)).await,
        forgot::mailing::JOB => Box::pin(send_forgotten(app, job)).await,
        transfers::store::READ | transfers::store::APPLY => {
            Box::pin(transfers::work::run(app, job)).await
        }
        other => jobs::Outcome::GiveUp(format!("nobody does jobs of kind {other:?}")),
    }
}

async fn send_mail(app: &App, job: &Job) -> jobs::Outcome {
    match app.post.read::<Message>(&job.payload) {
        Ok(message) => send(app, job, &message).await,
        Err(outcome) => outcome,
    }
}

/// As `send_mail`, unless what it says is no longer so.
async fn send_notice(app: &App, job: &Job) -> jobs::Outcome {
    let Ok(notice) = serde_json::from_str(&job.payload) else {
        return jobs::Outcome::GiveUp("the notice cannot be read".into());
    };
    match notice::mailing::still_due(app, &job.id, notice).await {
        Ok(Some(message)) => send(app, job, &message).await,
        Ok(None) => jobs::Outcome::Done,
        Err(error) => jobs::Outcome::Retry(error.to_string()),
    }
}

/// As `send_mail`, if there is anybody to send it to.
async fn send_forgotten(app: &App, job: &Job) -> jobs::Outcome {
    let ask = match app.post.read(&job.payload) {
        Ok(ask) => ask,
        Err(outcome) => return outcome,
    };
    match forgot::mailing::message(app, &ask).await {
        Ok(Some(message)) => send(app, job, &message).await,
        Ok(None) => jobs::Outcome::Done,
        Err(error) => jobs::Outcome::Retry(error.to_string()),
    }
}

async fn send(app: &App, job: &Job, message: &Message) -> jobs::Outcome {
    match app.mailer.send(&job.id, message, app.clock.now()).await {
        Ok(()) => jobs::Outcome::Done,
        Err(mail::Error::Temporary(error)) => jobs::Outcome::Retry(error),
        Err(mail::Error::Permanent(error)) => jobs::Outcome::GiveUp(error),
    }
}

/// Keeps every issuing CA's CRL true and far from its end, asked for or not.
async fn keep_lists(app: App) {
    loop {
        if let Err(error) = crl::renew(&app).await {
            tracing::error!(%error, "a CRL is not renewed");
        }
        tokio::select! {
            () = sleep(LISTS) => {}
            () = app.tasks.stopping() => return,
        }
    }
}

/// Fixes the requests of periods whose closing day is over.
async fn close_periods(app: App) {
    loop {
        if let Err(error) = period::close::close_due(&app).await {
            tracing::error!(%error, "a period is not closed");
        }
        tokio::select! {
            () = sleep(CLOSINGS) => {}
            () = app.tasks.stopping() => return,
        }
    }
}

/// Every half minute: what only memory knows is written down, what is over goes.
async fn tidy(app: App) {
    let mut rounds = 0_u32;
    loop {
        tokio::select! {
            () = sleep(Duration::from_secs(30)) => {}
            () = app.tasks.stopping() => return,
        }
        rounds = rounds.wrapping_add(1);
        if let Err(error) = tidy_once(&app, rounds.is_multiple_of(20)).await {
            tracing::error!(%error, "tidying up failed");
        }
    }
}

async fn tidy_once(app: &App, summarise: bool) -> Result<(), crate::db::Error> {
    let now = app.clock.now();
    app.parcels.sweep(now);
    app.handovers.sweep(now);
    app.guesses.sweep(now);
    app.sessions.flush(now).await?;
    transfers::print::tidy(app).await?;
    if summarise {
        app.strangers.summarise(&app.db, now).await?;
        flows::sweep(&mut app.db.conn().await?, now).await?;
        transfers::work::tidy(app).await?;
    }
    Ok(())
}

/// Writes refusals of known people into the chain: one row a minute for the same
/// person and reason, the rest counted with the strangers'.
async fn note_refusals(app: App, mut refusals: mpsc::Receiver<RefusalEvent>) {
    let mut noted: HashMap<(String, &'static str), Moment> = HashMap::new();
    loop {
        let event = tokio::select! {
            event = refusals.recv() => event,
            () = app.tasks.stopping() => {
                // What came before the stop is still written down.
                refusals.close();
                refusals.recv().await
            }
        };
        let Some(event) = event else { return };
        let code = event.refusal.code();
        let Some(holder) = &event.holder else {
            app.strangers.count(code);
            continue;
        };
        // Whoever comes too late is signed out, too; what is repeated mostly finds nothing.
        let ends = event.refusal == Refusal::ClosedHours
            && app.sessions.remembers(&holder.fingerprint_hex());
        let key = (holder.user_id().unwrap_or(&holder.serial).to_owned(), code);
        let recent = |at: &Moment| event.at.since_ms(*at) < MINUTE_MS;
        if !ends && noted.get(&key).is_some_and(recent) {
            app.strangers.count("repeated");
            continue;
        }
        noted.retain(|_, at| recent(at));
        noted.insert(key, event.at);
        if let Err(error) = note_refusal(&app, &event).await {
            tracing::error!(%error, "a refusal is not written down");
        }
    }
}

async fn note_refusal(app: &App, event: &RefusalEvent) -> Result<(), crate::db::Error> {
    let Some(holder) = &event.holder else { return Ok(()) };
    let ip = event.ip.to_string();
    let mut tx = app.db.begin().await?;
    let row = Event {
        actor: holder.name(),
        action: "refused",
        contract_no: Some(&holder.contract_no),
        user_id: holder.user_id(),
        serial: Some(&holder.serial),
        ip: Some(&ip),
        target: Some(&event.path),
        outcome: Outcome::Refused,
        detail: event.refusal.code(),
        ..Event::default()
    };
    let fingerprint = holder.fingerprint_hex();
    let closed = event.refusal == Refusal::ClosedHours;
    if closed {
        Sessions::end_with(&mut tx, &fingerprint, End::Hours, event.at).await?;
    }
    audit::record(&mut tx, event.at, &row).await?;
    tx.commit().await?;
    if closed {
        app.sessions.recheck_with(&HashSet::from([fingerprint])).await?;
    }
    Ok(())
}
