//! A hundred thousand rows: how long, how much memory, and what others notice.

use tokio::time::{Duration, Instant};

use super::{confirm, exported, found, ledger, send, text, work};
use crate::support::db::fresh;
use crate::support::site::CONTRACT;
use crate::support::tools::whole;
use sekisho::db::Engine;
use sekisho::deduction::transfers::{Counts, State};

#[tokio::test(flavor = "multi_thread")]
async fn a_large_table_round_trips_on_sqlite() {
    round_trip(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_table_round_trips_on_postgresql() {
    round_trip(Engine::Postgres).await;
}

async fn round_trip(engine: Engine) {
    // R004-138, R004-139
    let rows = if whole() { 100_000 } else { 5_000 };
    let fresh = fresh(engine).await;
    let union = ledger(&fresh, rows).await;
    let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
    for encoding in ["utf8", "cp932"] {
        let begun = Instant::now();
        let file = exported(&clerk, encoding).await;
        let sent = begun.elapsed();
        let bytes = file.len();
        let (begun, before) = (Instant::now(), resident());
        let sent_in = send(&clerk, super::IMPORT, &[("missing", "cancel")], &file).await;
        assert_eq!(sent_in.status, 303, "{}", sent_in.html);
        let at = sent_in.location;
        drop(file);
        let risen = watch(&union, &clerk, &at).await;
        let now = found(&union, &at).await;
        let same = Counts { unchanged: rows, ..Counts::default() };
        assert_eq!((now.state, now.counts), (State::Ready, same), "{encoding}");
        assert!(risen > 0 || !whole(), "nobody saw it rise");
        eprintln!(
            "{engine:?} {encoding}: {rows} rows, {bytes} bytes, out {sent:?}, read {:?}, \
             {risen} steps seen, resident +{} MB",
            begun.elapsed(),
            (resident().saturating_sub(before)) / 1_024
        );
    }
    let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1600,");
    let at = send(&clerk, super::IMPORT, &[("missing", "keep")], file.as_bytes()).await.location;
    work(&union).await;
    let begun = Instant::now();
    confirm(&union, &clerk, &at).await;
    let now = found(&union, &at).await;
    assert_eq!((now.state, now.counts.changed), (State::Done, rows));
    eprintln!("{engine:?}: {rows} changes applied and swept in {:?}", begun.elapsed());
}

/// Reads the file while somebody looks at its page; how many different states were seen.
async fn watch(
    union: &super::Union,
    clerk: &crate::support::window::Window<'_>,
    at: &str,
) -> usize {
    let mut seen = Vec::new();
    let reading = work(union);
    tokio::pin!(reading);
    loop {
        tokio::select! {
            () = &mut reading => break,
            () = tokio::time::sleep(Duration::from_millis(150)) => {}
        }
        let done = found(union, at).await.done_rows;
        if done > 0 && seen.last() != Some(&done) {
            assert!(seen.last().is_none_or(|last| *last < done), "it went back");
            seen.push(done);
        }
        clerk.get(at).await.says(200, &[]);
    }
    seen.len()
}

/// Resident memory in KB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
