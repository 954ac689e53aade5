//! What the gateway asks on every request, kept in memory.
//!
//! The table of certificates is read once; after that the audit chain is followed,
//! because whatever changes somebody's standing leaves a row there. Readers load
//! one pointer and share no lock. When the chain cannot be read for `PATIENCE`,
//! answers are no longer fresh and the gateway lets nobody through.

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use data_encoding::HEXLOWER;
use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;

use super::notice;
use crate::app::App;
use crate::audit;
use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Values, params};
use crate::identity::roster::{Known, Lookup, Status};
use crate::identity::terms::{self, Hours};
use crate::identity::users::Kind;
use crate::identity::{Bearer, Holder, maintenance, rights};

/// How often the chain is looked at.
pub const POLL: Duration = Duration::from_millis(100);
/// After this long every gateway that runs well has taken a change in.
const SETTLED: Duration = Duration::from_millis(250);
/// Returns when every gateway that runs well knows what was committed before: whoever is
/// told "revoked" may rely on it.
pub async fn settled() {
    tokio::time::sleep(SETTLED).await;
}

/// How long answers stay fresh without the chain.
const PATIENCE_MS: i64 = 5_000;
/// What changes nobody's standing (an end is a matter of dates) and may happen to ten
/// thousand people at once.
const UNFELT: [&str; 2] = [notice::NOTICE, notice::EXPIRE];
/// What changes when the service is open.
const MAINTENANCE: [&str; 2] = [maintenance::ADD, maintenance::WITHDRAW];
/// Rows of the chain read at a time.
const PAGE: i64 = 500;
/// People or contracts that one statement asks for.
const ASKED: usize = 100;

type Map = HashMap<[u8; 32], Arc<Entry>>;

/// All certificates that can still come, by fingerprint.
pub struct Roster {
    app: App,
    map: ArcSwap<Map>,
    started: Instant,
    /// Milliseconds after `started` at which the chain was last read.
    read_at: AtomicI64,
    /// Place in the chain up to which everything is in `map`.
    place: Mutex<i64>,
    /// Told when `map` has changed.
    news: Notify,
}

struct Entry {
    holder: Arc<Holder>,
    status: Status,
    not_before: Moment,
    not_after: Moment,
    locked_until: Option<Moment>,
    closed: bool,
    hours: Option<Hours>,
}

impl Roster {
    /// Reads the table.
    pub async fn load(app: &App) -> Result<Arc<Self>, Error> {
        let mut conn = app.db.conn().await?;
        // The place is read first: what is added in between is read twice, never missed.
        let place = head(&mut conn).await?;
        let rows: Vec<Standing> = conn.query(&select("TRUE"), params![]).await?;
        app.refresh_maintenance(&mut conn).await?;
        let map = rows.into_iter().map(|row| (row.0, Arc::new(row.1))).collect();
        Ok(Arc::new(Self {
            app: app.clone(),
            map: ArcSwap::from_pointee(map),
            started: Instant::now(),
            read_at: AtomicI64::new(0),
            place: Mutex::new(place),
            news: Notify::new(),
        }))
    }

    /// Follows the chain until the program stops.
    pub async fn follow(self: Arc<Self>) {
        loop {
            if let Err(error) = self.catch_up().await {
                tracing::error!(%error, "the audit chain cannot be read; standing grows stale");
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                () = self.app.tasks.stopping() => return,
            }
        }
    }

    /// Takes in what was added to the chain since the last time.
    pub async fn catch_up(&self) -> Result<(), Error> {
        let mut place = self.place.lock().await;
        let mut conn = self.app.db.conn().await?;
        while head(&mut conn).await? > *place {
            let rows = audit::since(&mut conn, *place, PAGE).await?;
            let Some(last) = rows.last() else { break };
            let felt = || rows.iter().filter(|row| !UNFELT.contains(&row.action.as_str()));
            let users: HashSet<&str> = felt().filter_map(|row| row.user_id.as_deref()).collect();
            let contracts: HashSet<&str> = felt()
                .filter(|row| row.user_id.is_none())
                .filter_map(|row| row.contract_no.as_deref())
                .collect();
            let mut found = standings(&mut conn, "c.user_id", &users).await?;
            found.extend(standings(&mut conn, "c.contract_no", &contracts).await?);
            // People who come with the company's certificate have no row of their own.
            let of_company = |row: &&Standing| row.1.holder.is_company();
            let companies =
                found.iter().filter(of_company).map(|row| HEXLOWER.encode(&row.0)).collect();
            self.take_in(found);
            if rows.iter().any(|row| MAINTENANCE.contains(&row.action.as_str())) {
                self.app.refresh_maintenance(&mut conn).await?;
            }
            for user in &users {
                self.app.sessions.recheck_user(user).await?;
            }
            self.app.sessions.recheck_with(&companies).await?;
            *place = last.seq;
        }
        self.read_at.store(self.age_ms(), Ordering::Release);
        Ok(())
    }

    /// Puts rows into the map: one copy of it, however many they are.
    fn take_in(&self, rows: Vec<Standing>) {
        if rows.is_empty() {
            return;
        }
        let mut map = Map::clone(&self.map.load());
        map.extend(rows.into_iter().map(|row| (row.0, Arc::new(row.1))));
        self.map.store(Arc::new(map));
        self.news.notify_one();
    }

    fn age_ms(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

impl Lookup for Roster {
    fn find(&self, fingerprint: &[u8; 32]) -> Option<Known> {
        let entry = self.map.load().get(fingerprint).cloned()?;
        let now = self.app.clock.now();
        Some(Known {
            holder: entry.holder.clone(),
            status: entry.status,
            not_before: entry.not_before,
            not_after: entry.not_after,
            user_locked: entry.locked_until.is_some_and(|until| now < until),
            closed: entry.closed,
            hours: entry.hours,
        })
    }

    fn is_fresh(&self) -> bool {
        self.age_ms() - self.read_at.load(Ordering::Acquire) < PATIENCE_MS
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.news.notified())
    }

    fn look_again(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "the audit chain cannot be read for a new certificate");
            }
        })
    }
}

/// The standings whose `column` is one of `keys`.
async fn standings(
    conn: &mut Conn,
    column: &str,
    keys: &HashSet<&str>,
) -> Result<Vec<Standing>, Error> {
    let keys: Vec<_> = keys.iter().map(ToValue::to_value).collect();
    let mut found = Vec::new();
    for some in keys.chunks(ASKED) {
        let places: Vec<_> = (1..=some.len()).map(|at| format!("${at}")).collect();
        let sql = select(&format!("{column} IN ({})", places.join(", ")));
        found.extend(conn.query::<Standing>(&sql, Values::from(some.to_vec())).await?);
    }
    Ok(found)
}

pub(super) async fn head(conn: &mut Conn) -> Result<i64, Error> {
    Ok(conn.one("SELECT seq FROM audit_head WHERE id = 1", params![]).await?.unwrap_or(0))
}

/// A row of the table joined with its person and contract.
struct Standing([u8; 32], Entry);

fn select(which: &str) -> String {
    format!(
        "SELECT c.fingerprint, c.serial, c.status, c.not_before, c.not_after, c.contract_no, \
         c.subject_cn, c.mode, c.user_id, u.locked_until, \
         (u.closed_at IS NOT NULL OR u.deleted_at IS NOT NULL OR k.closed_at IS NOT NULL) \
         AS closed, u.kind, t.preset, t.hours \
         FROM certificates c JOIN contracts k ON k.contract_no = c.contract_no \
         LEFT JOIN users u ON u.id = c.user_id \
         LEFT JOIN contract_terms t ON t.contract_no = c.contract_no \
         WHERE (c.mode = 'company' OR c.user_id IS NOT NULL) AND {which}"
    )
}

impl FromRow for Standing {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let hex: String = row.get("fingerprint")?;
        let fingerprint = HEXLOWER
            .decode(hex.as_bytes())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| Error::missing("certificates.fingerprint"))?;
        let not_after = row.get("not_after")?;
        let status: String = row.get("status")?;
        let holder = Holder {
            bearer: bearer_of(row)?,
            contract_no: row.get("contract_no")?,
            serial: row.get("serial")?,
            fingerprint,
            not_after,
            retiring: status_of(&status) == Status::Retiring,
        };
        let entry = Entry {
            holder: Arc::new(holder),
            status: status_of(&status),
            not_before: row.get("not_before")?,
            not_after,
            locked_until: row.get("locked_until")?,
            closed: row.get("closed")?,
            hours: hours_of(row)?,
        };
        Ok(Self(fingerprint, entry))
    }
}

/// The operator comes in at any time, with a certificate of their own.
fn hours_of(row: &Row) -> Result<Option<Hours>, Error> {
    let kind: Option<String> = row.get("kind")?;
    if kind.as_deref().and_then(Kind::parse).is_some_and(rights::comes_at_any_hour) {
        return Ok(None);
    }
    let (preset, hours): (Option<String>, Option<String>) = (row.get("preset")?, row.get("hours")?);
    Ok(Some(terms::hours_of(preset.as_deref(), hours.as_deref())))
}

/// A certificate that is neither a company's nor anybody's is not read at all.
fn bearer_of(row: &Row) -> Result<Bearer, Error> {
    let name: String = row.get("subject_cn")?;
    if row.get::<String>("mode")? == "company" {
        return Ok(Bearer::Company { name });
    }
    let user_id: Option<String> = row.get("user_id")?;
    let user_id = user_id.ok_or_else(|| Error::missing("certificates.user_id"))?;
    Ok(Bearer::Person { user_id, login_id: name })
}

/// A word this program does not know is treated like a revocation.
fn status_of(word: &str) -> Status {
    match word {
        // Whether the time is over is judged by the dates, on every request.
        "active" | "expired" => Status::Active,
        "retiring" => Status::Retiring,
        "superseded" => Status::Superseded,
        _ => Status::Revoked,
    }
}
