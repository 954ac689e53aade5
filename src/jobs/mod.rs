//! Work that outlives a request.
//!
//! A job is queued in the transaction of the change that asks for it, and done by
//! whichever node claims it first. A claim is a lease: a node that dies loses it,
//! and the job is done again, so every job must bear being done twice.

use std::time::Duration;

use crate::base::Moment;
use crate::base::clock::{MINUTE_MS, SECOND_MS};
use crate::base::id::new_id;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

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
    /// What the work needs, JSON.
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

/// Tries after which a job is given up (about a week).
const MOST_TRIES: i64 = 60;

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
    let id = new_id(now);
    tx.execute(
        "INSERT INTO jobs (id, kind, payload, due_at, tries, claimed_until, created_at) \
         VALUES ($1, $2, $3, $4, 0, 0, $4)",
        params![&id, kind, payload, now],
    )
    .await?;
    Ok(id)
}

/// Claims the job that is due longest, if there is one.
pub async fn claim(conn: &mut Conn, now: Moment) -> Result<Option<Job>, Error> {
    conn.one(
        "UPDATE jobs SET claimed_until = $2, tries = tries + 1 WHERE id = \
         (SELECT id FROM jobs WHERE due_at <= $1 AND claimed_until <= $1 AND given_up_at IS NULL \
          ORDER BY due_at, id LIMIT 1) \
         AND due_at <= $1 AND claimed_until <= $1 AND given_up_at IS NULL \
         RETURNING id, kind, payload, tries - 1 AS tries",
        params![now, now.plus_ms(LEASE_MS)],
    )
    .await
}

/// Holds the claim for another while.
pub async fn renew(conn: &mut Conn, job: &Job, now: Moment) -> Result<(), Error> {
    let sql = "UPDATE jobs SET claimed_until = $3 WHERE id = $1 AND tries = $2";
    conn.execute(sql, params![&job.id, job.tries + 1, now.plus_ms(LEASE_MS)]).await.map(drop)
}

/// Notes how the try ended; nothing when the lease ran out and another node took over.
pub async fn settle(
    conn: &mut Conn,
    job: &Job,
    outcome: Outcome,
    now: Moment,
) -> Result<(), Error> {
    let (sql, error, due) = match outcome {
        Outcome::Done => {
            return conn
                .execute(
                    "DELETE FROM jobs WHERE id = $1 AND tries = $2",
                    params![&job.id, job.tries + 1],
                )
                .await
                .map(drop);
        }
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
