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
    let mut walk = match Walk::begin(conn).await? {
        Ok(walk) => walk,
        Err(verdict) => return Ok(verdict),
    };
    while let Some(rows) = walk.read(conn).await? {
        if let Some(broken) = walk.check(&rows) {
            return Ok(broken);
        }
    }
    walk.end(conn).await
}

/// The same in steps, for whoever shows how far it is and must not be held up: read
/// and check until there is nothing more, then end.
#[derive(Clone, Debug)]
pub struct Walk {
    last: i64,
    last_hash: String,
    from: i64,
    seq: i64,
    hash: String,
}

impl Walk {
    /// Before the first row; the verdict where the chain has no end.
    pub async fn begin(conn: &mut Conn) -> Result<Result<Self, Verdict>, Error> {
        let Some((last, last_hash)) = head(conn).await? else {
            let why = "the end of the chain is not noted";
            return Ok(Err(Verdict::Broken { seq: 1, why }));
        };
        // From the very beginning, or a row put before the first would not be seen.
        Ok(Ok(Self { last, last_hash, from: i64::MIN, seq: 0, hash: String::new() }))
    }

    /// The rows that come next; `None` after the last.
    pub async fn read(&self, conn: &mut Conn) -> Result<Option<Vec<Record>>, Error> {
        if self.from >= self.last {
            return Ok(None);
        }
        let mut rows = since(conn, self.from, PAGE).await?;
        rows.retain(|row| row.seq <= self.last);
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }

    /// The first of `rows` that does not fit.
    pub fn check(&mut self, rows: &[Record]) -> Option<Verdict> {
        for row in rows {
            if let Some(why) = mismatch(row, self.seq, &self.hash) {
                return Some(Verdict::Broken { seq: row.seq.min(self.seq + 1), why });
            }
            (self.seq, self.hash) = (row.seq, row.hash.clone());
        }
        self.from = rows.last().map_or(self.from, |row| row.seq);
        None
    }

    /// Whether the end is where it was noted.
    pub async fn end(&self, conn: &mut Conn) -> Result<Verdict, Error> {
        let seq = self.seq;
        if seq != self.last {
            return Ok(Verdict::Broken { seq: seq + 1, why: "the row is missing" });
        }
        if self.hash != self.last_hash {
            return Ok(Verdict::Broken { seq, why: "the end of the chain is noted otherwise" });
        }
        if let Some(seq) = beyond(conn).await? {
            let why = "the row stands after the noted end of the chain";
            return Ok(Verdict::Broken { seq, why });
        }
        Ok(Verdict::Whole(seq))
    }

    /// How many rows fit so far.
    #[must_use]
    pub const fn checked(&self) -> i64 {
        self.seq
    }

    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.last
    }
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
