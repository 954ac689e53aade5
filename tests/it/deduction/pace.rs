//! What a page costs in a small group and in a large one, beside each other.
//!
//! The work of the database is counted: steps of SQLite's machine, rows and blocks that
//! PostgreSQL read. The same page costs the same on every machine however busy, so the
//! promised limit is held in CI with smaller groups. With `TESTS=whole` the groups are as
//! large as promised, and time is measured besides.

use std::fmt::Write as _;

use sekisho::db::{Db, Engine, params};
use tokio::time::{Duration, Instant};

use crate::support::site::Window;
use crate::support::tools::whole;

/// What is promised: a page of 300,000 lines against one of 3,000.
const MOST_RATIO: f64 = 1.5;
/// Rounds in which the times of a page are compared.
const ROUNDS: usize = 40;
/// Connections of the pool.
const CONNECTIONS: usize = 10;

/// A page of a group, and who looks at it.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub db: &'a Db,
    pub window: &'a Window<'a>,
}

/// What a page read: in steps, or in rows and blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Work {
    what: &'static str,
    amount: u64,
    /// What is left out of account: passes over up to 1,000 rows (a page counts so far, and
    /// sorts so much), which cost the same in every group that has so many.
    free: u64,
}

/// Fails unless each page of the second group costs at most 1.5 times what the page of the
/// first costs that stands beside it.
pub async fn hold(few: Side<'_>, many: Side<'_>, pages: &[(String, String)]) {
    let (mut said, mut broken) = (String::new(), Vec::new());
    for (one, other) in pages {
        let (less, more) = (work(few, one).await, work(many, other).await);
        let (mut line, mut is_broken) = (String::new(), false);
        for (less, more) in less.iter().zip(&more) {
            let most = less.amount * 3 / 2 + less.free;
            is_broken |= more.amount > most;
            write!(line, "{:>7} → {:>7} {}, ", less.amount, more.amount, less.what).unwrap();
        }
        if whole() {
            let (fast, slow) = times((few, one), (many, other)).await;
            let ratio = slow.as_secs_f64() / fast.as_secs_f64();
            is_broken |= ratio > MOST_RATIO;
            write!(line, "{ratio:.2} ({fast:.1?} → {slow:.1?}), ").unwrap();
        }
        let mark = if is_broken { "!" } else { " " };
        writeln!(said, "{mark} {line}{other}").unwrap();
        broken.extend(is_broken.then_some(other));
    }
    eprintln!("{:?}:\n{said}", many.db.engine());
    assert!(broken.is_empty(), "{:?}: {broken:#?}\n{said}", many.db.engine());
}

/// The address of the page behind that at `path`, if there is one.
pub async fn next_page(window: &Window<'_>, path: &str) -> Option<String> {
    let page = window.get(path).await;
    page.says(200, &[]);
    let (before, _) = page.html.split_once("\" rel=\"next\"")?;
    let href = before.rsplit("href=\"").next()?;
    Some(href.replace("&#38;", "&").replace("&amp;", "&"))
}

/// As the database does it itself within a minute of so many new rows.
pub async fn settle(db: &Db) {
    let mut conn = db.conn().await.expect("a connection");
    if db.engine() == Engine::Postgres {
        conn.execute("VACUUM (ANALYZE)", params![]).await.expect("swept");
    }
}

/// What one answer costs; the first of its kind is not counted.
async fn work(side: Side<'_>, path: &str) -> Vec<Work> {
    side.window.get(path).await.says(200, &[]);
    let before = counted(side.db).await;
    side.window.get(path).await.says(200, &[]);
    let mut work = counted(side.db).await;
    for (now, before) in work.iter_mut().zip(&before) {
        now.amount -= before.amount;
    }
    work
}

/// What the database did so far.
async fn counted(db: &Db) -> Vec<Work> {
    if let Some(amount) = db.steps() {
        return vec![Work { what: "steps", amount, free: 40_000 }];
    }
    let mut all = Vec::new();
    for _ in 0..CONNECTIONS {
        all.push(db.conn().await.expect("a connection"));
    }
    // Each connection keeps its counts for itself for a while.
    for conn in &mut all {
        let told = "SELECT pg_stat_force_next_flush()";
        conn.execute(told, params![]).await.expect("told");
    }
    let sql = "SELECT CAST(SUM(t.seq_tup_read + COALESCE(t.idx_tup_fetch, 0)) AS BIGINT) + \
               (SELECT CAST(SUM(idx_tup_read) AS BIGINT) FROM pg_stat_user_indexes), \
               (SELECT CAST(SUM(heap_blks_hit + heap_blks_read + COALESCE(idx_blks_hit, 0) + \
               COALESCE(idx_blks_read, 0)) AS BIGINT) FROM pg_statio_user_tables) \
               FROM pg_stat_user_tables t";
    let read: Option<(i64, i64)> = all[0].one(sql, params![]).await.expect("asked");
    let (rows, blocks) = read.expect("counts");
    let count = |what, amount: i64, free| Work { what, amount: amount.unsigned_abs(), free };
    vec![count("rows", rows, 4_000), count("blocks", blocks, 4_000)]
}

/// The middle times of two pages, asked in turn.
async fn times(few: (Side<'_>, &str), many: (Side<'_>, &str)) -> (Duration, Duration) {
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (at, (side, path)) in [few, many].into_iter().enumerate() {
            let began = Instant::now();
            let page = side.window.get(path).await;
            took[at].push(began.elapsed());
            page.says(200, &[]);
        }
    }
    let [fast, slow] = took.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    (fast, slow)
}
