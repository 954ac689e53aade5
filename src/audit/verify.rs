//! Walking the chain from its beginning.

use crate::db::{Conn, Error, params};

use super::event::{Record, since};

/// What the walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row fits; so many there are.
    Whole(i64),
    /// The first row that does not fit, and why.
    Broken {
        /// Place in the chain.
        seq: i64,
        /// What does not fit.
        why: &'static str,
    },
}

/// Rows read at a time.
const PAGE: i64 = 1_000;

/// Checks every row against its hash and the one before, and the end against
/// `audit_head`. Rows that are added meanwhile do not disturb: a row and the end that
/// covers it are committed together.
pub async fn verify(conn: &mut Conn) -> Result<Verdict, Error> {
    let Some((last, last_hash)) = head(conn).await? else {
        return Ok(Verdict::Broken { seq: 1, why: "the end of the chain is not noted" });
    };
    let (mut seq, mut hash) = (0, String::new());
    // From the very beginning, or a row put before the first would not be seen.
    let mut from = i64::MIN;
    loop {
        let rows = since(conn, from, PAGE).await?;
        for row in rows.iter().filter(|row| row.seq <= last) {
            if let Some(why) = mismatch(row, seq, &hash) {
                return Ok(Verdict::Broken { seq: row.seq.min(seq + 1), why });
            }
            (seq, hash) = (row.seq, row.hash.clone());
        }
        match rows.last() {
            Some(row) if row.seq < last => from = row.seq,
            _ => break,
        }
    }
    if seq != last {
        return Ok(Verdict::Broken { seq: seq + 1, why: "the row is missing" });
    }
    if hash != last_hash {
        return Ok(Verdict::Broken { seq, why: "the end of the chain is noted otherwise" });
    }
    if let Some(seq) = beyond(conn).await? {
        return Ok(Verdict::Broken { seq, why: "the row stands after the noted end of the chain" });
    }
    Ok(Verdict::Whole(seq))
}

/// The first row after the end as it is noted now; one statement sees both as of one moment.
async fn beyond(conn: &mut Conn) -> Result<Option<i64>, Error> {
    let sql = "SELECT audit.seq FROM audit, audit_head \
               WHERE audit_head.id = 1 AND audit.seq > audit_head.seq ORDER BY audit.seq LIMIT 1";
    conn.one(sql, params![]).await
}

async fn head(conn: &mut Conn) -> Result<Option<(i64, String)>, Error> {
    conn.one("SELECT seq, hash FROM audit_head WHERE id = 1", params![]).await
}

fn mismatch(row: &Record, before: i64, hash: &str) -> Option<&'static str> {
    if row.seq != before + 1 {
        Some("the row is missing")
    } else if row.prev_hash != hash {
        Some("the row does not follow the one before it")
    } else if row.hash != row.digest() {
        Some("the row was changed")
    } else {
        None
    }
}
