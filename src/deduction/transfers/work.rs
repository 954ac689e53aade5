//! The jobs: reading a file, applying it, tidying up. Each bears being done twice, and being
//! cut off at any point.

use super::staged::{self, Halt, Reading};
use super::store::{APPLY, READ};
use super::{Counts, Kind, State, Transfer, ledger, print, received, result, store, table};
use crate::app::App;
use crate::base::clock::{DAY_MS, MINUTE_MS};
use crate::base::encoding::Encoding;
use crate::db::Error;
use crate::identity::rights::Action;
use crate::jobs::{Job, Outcome};

/// How long a file is kept, in days.
pub const KEPT_DAYS: i64 = 7;

/// How long a list is made at most, in milliseconds: what takes longer was cut off.
const MAKING_MS: i64 = 60 * MINUTE_MS;

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

/// Does a job of this module.
pub async fn run(app: &App, job: &Job) -> Outcome {
    let done = match job.kind.as_str() {
        READ => Box::pin(read(app, &job.payload)).await,
        APPLY => Box::pin(apply(app, &job.payload)).await,
        other => return Outcome::GiveUp(format!("nobody does jobs of kind {other:?}")),
    };
    match done {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// Lets go of files that are kept no longer.
pub async fn tidy(app: &App) -> Result<(), Error> {
    let before = app.clock.now().plus_ms(-KEPT_DAYS * DAY_MS);
    store::tidy(&mut app.db.conn().await?, before).await?;
    print::tidy(app, app.clock.now().plus_ms(-MAKING_MS)).await
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
