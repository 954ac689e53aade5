//! The jobs: reading a file, applying it, tidying up. Each bears being done twice, and being
//! cut off at any point.

use super::staged::{self, Halt, Reading};
use super::store::{APPLY, READ};
use super::{Counts, Kind, State, Transfer, ledger, received, result, store, table, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::clock::DAY_MS;
use crate::base::encoding::Encoding;
use crate::db::Error;
use crate::identity::rights::Action;
use crate::jobs::{Job, Outcome};

/// How long a file is kept, in days.
pub const KEPT_DAYS: i64 = 7;

/// What a reading came to.
pub struct Found {
    /// What the preview says besides the counts.
    pub findings: super::Findings,
    /// Over the changes.
    pub digest: String,
    /// Rows that are added, of those that are not staged.
    pub added: i64,
    /// What one must be allowed to, to see the file, where it is not as its kind says.
    pub action: Option<Action>,
}

/// Does a job of this module. After the last try the transfer has failed, and says so.
pub async fn run(app: &App, job: &Job) -> Outcome {
    let done = match job.kind.as_str() {
        READ => Box::pin(read(app, &job.payload)).await,
        APPLY => Box::pin(apply(app, &job.payload)).await,
        other => return Outcome::GiveUp(format!("nobody does jobs of kind {other:?}")),
    };
    let Err(error) = done else { return Outcome::Done };
    if job.is_last_try() {
        let over = |now: &Transfer| matches!(now.state, State::Reading | State::Applying);
        if let Err(error) = end(app, &job.payload, over, (State::Failed, words::FAILED)).await {
            tracing::error!(%error, "a transfer that failed cannot be told so");
        }
    }
    Outcome::Retry(error.to_string())
}

/// Lets go of files that are kept no longer, of what nobody finished in that time, and of what
/// was left behind.
pub async fn tidy(app: &App) -> Result<(), Error> {
    let before = app.clock.now().plus_ms(-KEPT_DAYS * DAY_MS);
    for id in store::waiting(&mut app.db.conn().await?, before).await? {
        let over = |now: &Transfer| matches!(now.state, State::Ready | State::Refused);
        end(app, &id, over, (State::Dropped, words::UNFINISHED)).await?;
    }
    for id in store::stuck(&mut app.db.conn().await?).await? {
        let over = |now: &Transfer| matches!(now.state, State::Reading | State::Applying);
        end(app, &id, over, (State::Failed, words::FAILED)).await?;
    }
    for over in store::unswept(&mut app.db.conn().await?).await? {
        staged::sweep(app, over.kind, &over.id).await?;
    }
    store::tidy(&mut app.db.conn().await?, before).await.map(drop)
}

/// Ends a transfer that is `over`, and says so in the chain.
async fn end(
    app: &App,
    id: &str,
    over: impl Fn(&Transfer) -> bool,
    (state, told): (State, &str),
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(transfer) = store::hold(&mut tx, id).await?.filter(over) else { return Ok(()) };
    store::end(&mut tx, &transfer, (state, told), now).await?;
    let event = Event {
        actor: "system",
        action: "transfer-drop",
        contract_no: Some(&transfer.contract_no),
        target: Some(&transfer.file_name),
        detail: words::state(transfer.kind, state),
        ..Event::default()
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await
}

async fn read(app: &App, id: &str) -> Result<(), Error> {
    let Some(transfer) = store::find(&mut app.db.conn().await?, id).await? else { return Ok(()) };
    if transfer.state == State::Reading {
        // A turn of its own, also for a second node at the same millisecond.
        let noise = i64::from(u16::from_le_bytes(crate::base::id::random_bytes::<2>()));
        let reading = Reading { app, id, turn: app.clock.now().ms() * 65_536 + noise };
        match read_turn(&reading, &transfer).await {
            Ok(()) | Err(Halt::Over) => {}
            Err(Halt::Db(error)) => return Err(error),
        }
    }
    let now = store::find(&mut app.db.conn().await?, id).await?;
    if now.is_some_and(|now| now.state == State::Dropped) {
        staged::sweep(app, transfer.kind, id).await?;
    }
    Ok(())
}

async fn read_turn(reading: &Reading<'_>, transfer: &Transfer) -> Result<(), Halt> {
    let (app, id) = (reading.app, reading.id);
    if !store::begin(&mut app.db.conn().await?, id, reading.turn, transfer.total_rows).await? {
        return Err(Halt::Over);
    }
    staged::sweep(app, transfer.kind, id).await?;
    let content = store::content(&mut app.db.conn().await?, id).await?.unwrap_or_default();
    let mut found = match transfer.kind {
        Kind::Ledger => ledger::read::read(reading, transfer, content).await?,
        Kind::Result => result::read::read(reading, transfer, content).await?,
        Kind::Savings | Kind::Zaikei => received::read(reading, transfer, content).await?,
        Kind::Print => return Err(Halt::Over),
    };
    let mut tx = app.db.begin().await?;
    let mut counts = Counts { added: found.added, ..Counts::default() };
    for (op, count) in staged::counts(&mut tx, transfer.kind, id).await? {
        match op.as_str() {
            "add" => counts.added = count,
            "change" => counts.changed = count,
            "remove" => counts.removed = count,
            "same" => counts.unchanged = count,
            _ => counts.refused = count,
        }
    }
    if found.findings.told.is_empty() {
        found.findings.told.clone_from(&transfer.findings.told);
    }
    if !store::read(&mut tx, (id, reading.turn), (&counts, &found)).await? {
        return Err(Halt::Over);
    }
    tx.commit().await?;
    Ok(())
}

/// The text of the file and its encoding; notes how many rows it has.
pub(super) async fn text(
    reading: &Reading<'_>,
    bytes: Vec<u8>,
) -> Result<Result<(String, Encoding), table::Refused>, Halt> {
    let read = match table::text(reading.app, bytes).await {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused)),
    };
    let total = table::count(&read.0).saturating_sub(1);
    let mut conn = reading.app.db.conn().await?;
    if !store::begin(&mut conn, reading.id, reading.turn, total).await? {
        return Err(Halt::Over);
    }
    Ok(Ok(read))
}

async fn apply(app: &App, id: &str) -> Result<(), Error> {
    let Some(transfer) = store::find(&mut app.db.conn().await?, id).await? else { return Ok(()) };
    if transfer.state == State::Applying {
        match transfer.kind {
            Kind::Ledger => ledger::apply::apply(app, id).await?,
            Kind::Result => result::apply::apply(app, id).await?,
            Kind::Savings | Kind::Zaikei => received::apply(app, id).await?,
            Kind::Print => {}
        }
    }
    let now = store::find(&mut app.db.conn().await?, id).await?;
    if now.is_some_and(|now| now.state == State::Done) {
        staged::sweep(app, transfer.kind, id).await?;
    }
    app.long_jobs_waiting.notify_one();
    Ok(())
}
