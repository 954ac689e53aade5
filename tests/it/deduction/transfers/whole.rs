//! A hundred thousand rows: how long, how much memory, and what others notice.

use tokio::task::JoinSet;
use tokio::time::{Duration, Instant};

use super::{digest, exported, found, ledger, send, text, work};
use crate::deduction::pace::settle;
use crate::support::db::fresh;
use crate::support::site::CONTRACT;
use crate::support::tools::whole;
use crate::support::window::Window;
use sekisho::app::App;
use sekisho::db::Engine;
use sekisho::deduction::transfers::{Counts, State, store};
use sekisho::work::do_long;

#[tokio::test(flavor = "multi_thread")]
async fn a_large_table_round_trips_on_sqlite() {
    round_trip(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_table_round_trips_on_postgresql() {
    round_trip(Engine::Postgres).await;
}

/// What somebody else notices: how much slower the page gets, how much memory it takes.
struct Noticed {
    alone: Duration,
    beside: Duration,
    risen_kb: u64,
}

/// A page of somebody else.
const PAGE: &str = "/deduction/rokin/items";
/// How much slower it may get.
const MOST_SLOWER: f64 = 1.2;

async fn round_trip(engine: Engine) {
    // R004-138, R004-139
    let rows = if whole() { 100_000 } else { 5_000 };
    let fresh = fresh(engine).await;
    let union = ledger(&fresh, rows).await;
    settle(&union.world.app.db).await;
    let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
    let other = union.clerk(CONTRACT.0, "hanako03", None).await;
    for encoding in ["utf8", "cp932"] {
        let begun = Instant::now();
        let file = exported(&clerk, encoding).await;
        let sent = begun.elapsed();
        let bytes = file.len();
        let sent_in = send(&clerk, super::IMPORT, &[("missing", "cancel")], &file).await;
        assert_eq!(sent_in.status, 303, "{}", sent_in.html);
        let at = sent_in.location;
        drop(file);
        let begun = Instant::now();
        let noticed = beside(&union, &other, |app| async move { do_all(&app).await }).await;
        let read = begun.elapsed();
        let now = found(&union, &at).await;
        let same = Counts { unchanged: rows, ..Counts::default() };
        assert_eq!((now.state, now.counts), (State::Ready, same), "{encoding}");
        eprintln!(
            "{engine:?} {encoding}: {rows} rows, {bytes} bytes, out {sent:.1?}, read {read:.1?}"
        );
        noticed.holds(&format!("{engine:?} reading {encoding}"));
    }
    let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1600,");
    let at = send(&clerk, super::IMPORT, &[("missing", "keep")], file.as_bytes()).await.location;
    drop(file);
    let risen = watch(&union, &clerk, &at).await;
    assert!(risen > 0 || !whole(), "nobody saw it rise");
    let digest = digest(&clerk.get(&at).await);
    clerk.post(&format!("{at}/apply"), &[("digest", &digest)]).await.says(303, &[]);
    let begun = Instant::now();
    let noticed = beside(&union, &other, |app| async move { do_all(&app).await }).await;
    let now = found(&union, &at).await;
    assert_eq!((now.state, now.counts.changed), (State::Done, rows));
    eprintln!("{engine:?}: {rows} changes applied and swept in {:.1?}", begun.elapsed());
    noticed.holds(&format!("{engine:?} applying"));
    printed(&union, &clerk, &other).await;
}

/// A list of 10,000 rows is printed beside the others' pages.
async fn printed(union: &super::Union, clerk: &Window<'_>, other: &Window<'_>) {
    let begun = Instant::now();
    let page = clerk.get("/deduction/ledger/items.pdf?employee_no=1000").await;
    assert_eq!(page.status, 303, "{}", page.html);
    let at = page.location;
    let (db, id) = (union.world.app.db.clone(), at.rsplit('/').next().expect("an id").to_owned());
    let made = |_| async move {
        loop {
            let mut conn = db.conn().await.expect("a connection");
            let now = store::find(&mut conn, &id).await.expect("asked").expect("there");
            drop(conn);
            if now.state != State::Making {
                return assert_eq!(now.state, State::Done);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let noticed = beside(union, other, made).await;
    let engine = union.world.app.db.engine();
    eprintln!("{engine:?}: printed in {:.1?}", begun.elapsed());
    noticed.holds(&format!("{engine:?} printing"));
}

async fn do_all(app: &App) {
    Box::pin(do_long(app)).await.expect("the jobs can be read");
}

/// Does `work` while somebody else asks for pages; what they notice.
async fn beside<F: Future<Output = ()> + Send + 'static>(
    union: &super::Union,
    other: &Window<'_>,
    work: impl FnOnce(App) -> F,
) -> Noticed {
    let mut alone = Vec::new();
    for _ in 0..if whole() { 60 } else { 3 } {
        alone.push(asked(other).await);
    }
    let before = resident();
    let mut working = JoinSet::new();
    working.spawn(work(union.world.app.clone()));
    let (mut times, mut peak) = (Vec::new(), before);
    let ended = loop {
        if let Some(ended) = working.try_join_next() {
            break ended;
        }
        times.push(asked(other).await);
        peak = peak.max(resident());
    };
    ended.expect("it ends well");
    eprintln!("{} pages beside", times.len());
    let middle = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    Noticed { alone: middle(alone), beside: middle(times), risen_kb: peak - before }
}

/// How long the page takes; a pause follows, as when somebody reads it.
async fn asked(other: &Window<'_>) -> Duration {
    let begun = Instant::now();
    other.get(PAGE).await.says(200, &[]);
    let took = begun.elapsed();
    tokio::time::sleep(Duration::from_millis(15)).await;
    took
}

impl Noticed {
    fn holds(&self, what: &str) {
        let slower = self.beside.as_secs_f64() / self.alone.as_secs_f64();
        eprintln!(
            "{what}: the page of another {:.1?} → {:.1?} ({slower:.2}), memory +{} MB",
            self.alone,
            self.beside,
            self.risen_kb / 1_024
        );
        assert!(slower <= MOST_SLOWER || !whole(), "{what}: {slower:.2} times as slow");
        assert!(self.risen_kb < 128 * 1_024, "{what}: {} KB", self.risen_kb);
    }
}

/// Reads the file while somebody looks at its page; how many different states were seen.
async fn watch(union: &super::Union, clerk: &Window<'_>, at: &str) -> usize {
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
