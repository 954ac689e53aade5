//! Work that outlives a request.
//!
//! A job is queued in the transaction of the change that asks for it, and done by
//! whichever node claims it first. A claim is a lease: a node that dies loses it,
//! and the job is done again, so every job must bear being done twice.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::base::Moment;
use crate::base::clock::{MINUTE_MS, SECOND_MS};
use crate::base::id::new_id;
use crate::db::{Conn, Db, Error, FromRow, Row, ToValue as _, Tx, Value, Values, params};

/// How long a claim holds unless it is renewed, in milliseconds: so long a job waits
/// whose node died.
const LEASE_MS: i64 = 15 * SECOND_MS;

/// How often a node renews the claim of the job it works on.
pub const RENEW: Duration = Duration::from_secs(5);

/// How long an idle worker waits before it looks again by itself.
pub const POLL: Duration = Duration::from_secs(2);

/// A claimed job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id; also what makes doing it twice recognisable.
    pub id: String,
    /// Which work it is.
    pub kind: String,
    /// What the work needs, JSON, or sealed (`app::Post`).
    pub payload: String,
    /// How often it was tried before.
    pub tries: i64,
}

/// How a try ended.
#[derive(Debug)]
pub enum Outcome {
    /// It is done; the job goes.
    Done,
    /// Not now; again later. The text says why.
    Retry(String),
    /// Never; it stays in the table for the operator. The text says why.
    GiveUp(String),
}

impl Job {
    /// Whether it is given up when this try fails.
    #[must_use]
    pub const fn is_last_try(&self) -> bool {
        self.tries + 1 >= MOST_TRIES
    }
}

/// Tries after which a job is given up (about a week).
const MOST_TRIES: i64 = 60;
/// Rows in one statement.
const MOST_ROWS: usize = 200;

impl FromRow for Job {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            payload: row.get("payload")?,
            tries: row.get("tries")?,
        })
    }
}

/// Queues a job in `tx`, due at once. Returns its id.
pub async fn enqueue(tx: &mut Tx, kind: &str, payload: &str, now: Moment) -> Result<String, Error> {
    let one = (new_id(now), payload.to_owned());
    enqueue_all(tx, kind, std::slice::from_ref(&one), now).await?;
    Ok(one.0)
}

/// Queues many jobs in `tx`, each by the id its caller made for it, with its payload.
pub async fn enqueue_all(
    tx: &mut Tx,
    kind: &str,
    jobs: &[(String, String)],
    now: Moment,
) -> Result<(), Error> {
    for some in jobs.chunks(MOST_ROWS) {
        let mut values = vec![kind.to_value(), now.to_value()];
        let mut rows = Vec::with_capacity(some.len());
        for (id, payload) in some {
            values.extend([id.to_value(), payload.to_value()]);
            let at = values.len();
            rows.push(format!("(${}, $1, ${at}, $2, 0, 0, $2)", at - 1));
        }
        let sql = format!(
            "INSERT INTO jobs (id, kind, payload, due_at, tries, claimed_until, created_at) \
             VALUES {}",
            rows.join(", ")
        );
        tx.execute(&sql, Values::from(values)).await?;
    }
    Ok(())
}

/// Jobs that take long have a worker of their own, so that no mail waits behind them.
const LONG: &str = "kind LIKE 'transfer-%'";
/// All others.
const QUICK: &str = "kind NOT LIKE 'transfer-%'";

/// Claims the job among those that take long which is due longest.
pub async fn claim_long(db: &Db, now: Moment) -> Result<Vec<Job>, Error> {
    claim_of(db, LONG, 1, now).await
}

/// Claims up to `most` jobs: those that are due longest, and a few of the newest, so
/// that whoever waits for a code does not wait behind ten thousand notices.
pub async fn claim(db: &Db, most: i64, now: Moment) -> Result<Vec<Job>, Error> {
    claim_of(db, QUICK, most, now).await
}

async fn claim_of(db: &Db, kinds: &str, most: i64, now: Moment) -> Result<Vec<Job>, Error> {
    let due = "due_at <= $1 AND claimed_until <= $1 AND given_up_at IS NULL";
    let due = format!("{due} AND {kinds}");
    let probe = format!("SELECT 1 FROM jobs WHERE {due} LIMIT 1");
    if db.conn().await?.one::<i64>(&probe, params![now]).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut tx = db.begin().await?;
    // Nodes claim one after the other, so that none locks what another is locking.
    let turn = "INSERT INTO counters (name, value) VALUES ('jobs', 1) \
                ON CONFLICT (name) DO UPDATE SET value = counters.value";
    tx.execute(turn, params![]).await?;
    let sql = format!(
        "UPDATE jobs SET claimed_until = $2, tries = tries + 1 WHERE id IN \
         (SELECT id FROM (SELECT id FROM jobs WHERE {due} ORDER BY due_at, id LIMIT $3) AS oldest \
          UNION SELECT id FROM (SELECT id FROM jobs WHERE {due} \
          ORDER BY due_at DESC, id DESC LIMIT $4) AS newest) \
         AND {due} RETURNING id, kind, payload, tries - 1 AS tries"
    );
    let newest = most / 8;
    let values = params![now, now.plus_ms(LEASE_MS), most - newest, newest];
    let mut claimed: Vec<Job> = tx.query(&sql, values).await?;
    tx.commit().await?;
    claimed.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(claimed)
}

/// Holds the claims for another while.
pub async fn renew(conn: &mut Conn, jobs: &[Job], now: Moment) -> Result<(), Error> {
    for (which, mut values) in claims(jobs) {
        values.push(now.plus_ms(LEASE_MS).to_value());
        let sql = format!("UPDATE jobs SET claimed_until = ${} WHERE {which}", values.len());
        conn.execute(&sql, Values::from(values)).await?;
    }
    Ok(())
}

/// Notes how the tries ended; nothing of a job whose lease ran out and that another
/// node took over.
pub async fn settle(conn: &mut Conn, ended: &[(Job, Outcome)], now: Moment) -> Result<(), Error> {
    let done = ended.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Done));
    for (which, values) in claims(done.map(|(job, _)| job)) {
        conn.execute(&format!("DELETE FROM jobs WHERE {which}"), Values::from(values)).await?;
    }
    for (job, outcome) in ended {
        settle_failed(conn, job, outcome, now).await?;
    }
    Ok(())
}

async fn settle_failed(
    conn: &mut Conn,
    job: &Job,
    outcome: &Outcome,
    now: Moment,
) -> Result<(), Error> {
    let (sql, error, due) = match outcome {
        Outcome::Done => return Ok(()),
        Outcome::Retry(error) if job.tries + 1 < MOST_TRIES => (
            "UPDATE jobs SET last_error = $2, due_at = $3, claimed_until = 0 \
             WHERE id = $1 AND tries = $4",
            error,
            now.plus_ms(pause_ms(job.tries)),
        ),
        Outcome::Retry(error) | Outcome::GiveUp(error) => (
            "UPDATE jobs SET last_error = $2, given_up_at = $3 \
             WHERE id = $1 AND tries = $4",
            error,
            now,
        ),
    };
    conn.execute(sql, params![&job.id, error, due, job.tries + 1]).await.map(drop)
}

/// Conditions that name exactly these claims, with their values: one for each number of
/// tries.
fn claims<'j>(jobs: impl IntoIterator<Item = &'j Job>) -> Vec<(String, Vec<Value>)> {
    let mut by_tries: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    for job in jobs {
        let claim = job.tries + 1;
        let values = by_tries.entry(claim).or_insert_with(|| vec![claim.to_value()]);
        values.push(job.id.to_value());
    }
    let which = |values: Vec<Value>| {
        let ids: Vec<_> = (2..=values.len()).map(|at| format!("${at}")).collect();
        (format!("tries = $1 AND id IN ({})", ids.join(", ")), values)
    };
    by_tries.into_values().map(which).collect()
}

/// How many jobs wait, and how many were given up.
pub async fn counts(conn: &mut Conn) -> Result<(i64, i64), Error> {
    let sql = "SELECT COUNT(*) - COUNT(given_up_at), COUNT(given_up_at) FROM jobs";
    Ok(conn.one(sql, params![]).await?.unwrap_or_default())
}

/// 5 s, 10 s, 20 s … at most 3 hours.
fn pause_ms(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(0, 12)).unwrap_or(12);
    (5_000 * 2_i64.pow(doublings)).min(180 * MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_three_hours() {
        assert_eq!(pause_ms(0), 5_000);
        assert_eq!(pause_ms(3), 40_000);
        assert_eq!(pause_ms(59), 180 * MINUTE_MS);
    }
}
