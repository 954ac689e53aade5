//! Sessions: who has signed in, bound to the certificate it happened with.
//!
//! A request reads and touches memory only; `flush` writes the last operations
//! down now and then and at the end. A session unknown here is looked up once in
//! the database, so any node and any restart knows it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use crate::base::clock::MINUTE_MS;
use crate::base::secret::{new_token, sha256_hex};
use crate::base::{Moment, Secret};
use crate::db::{Db, Error, FromRow, Row, Tx, params};

/// A session that has not ended.
#[derive(Debug)]
pub struct Session {
    /// SHA-256 of the cookie's token, hex.
    pub token_hash: String,
    /// Whose it is.
    pub user_id: String,
    /// SHA-256 of the certificate it began with, hex.
    pub fingerprint: String,
    last_seen: AtomicI64,
    written: AtomicI64,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// 「ログアウト」.
    Logout,
    /// No operation for too long (R004-15).
    Idle,
    /// The person signed in again in the same browser.
    Replaced,
    /// The right to it was taken away.
    Revoked,
    /// The service closed for the day, or for maintenance.
    Hours,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Idle => "idle",
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
            Self::Hours => "hours",
        }
    }
}

/// What a cookie's token opens.
#[derive(Debug)]
pub enum Found {
    /// A session that goes on.
    Live(Arc<Session>),
    /// One whose time ran out just now or before (R004-15).
    Idle,
    /// Nothing.
    None,
}

type Map = HashMap<String, Arc<Session>>;

/// All sessions this process has seen.
pub struct Sessions {
    db: Db,
    idle_ms: i64,
    map: ArcSwap<Map>,
    /// Taken by whoever changes `map`; counts how often something may have ended.
    changing: Mutex<u64>,
}

impl FromRow for Session {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let last_seen: i64 = row.get("last_seen_at")?;
        Ok(Self {
            token_hash: row.get("token_hash")?,
            user_id: row.get("user_id")?,
            fingerprint: row.get("fingerprint")?,
            last_seen: AtomicI64::new(last_seen),
            written: AtomicI64::new(last_seen),
        })
    }
}

impl Session {
    /// The last operation.
    #[must_use]
    pub fn last_seen(&self) -> Moment {
        Moment::from_ms(self.last_seen.load(Ordering::Relaxed))
    }
}

impl Sessions {
    /// Sessions of `db` that end after `idle_minutes` without an operation.
    #[must_use]
    pub fn new(db: Db, idle_minutes: i64) -> Self {
        let idle_ms = idle_minutes * MINUTE_MS;
        Self { db, idle_ms, map: ArcSwap::default(), changing: Mutex::default() }
    }

    /// Begins a session in `tx`; the token is for the cookie alone.
    pub async fn begin(
        &self,
        tx: &mut Tx,
        user_id: &str,
        fingerprint: &str,
        now: Moment,
    ) -> Result<Secret, Error> {
        let token = new_token();
        tx.execute(
            "INSERT INTO sessions (token_hash, user_id, fingerprint, created_at, last_seen_at) \
             VALUES ($1, $2, $3, $4, $4)",
            params![sha256_hex(token.expose().as_bytes()), user_id, fingerprint, now],
        )
        .await?;
        Ok(token)
    }

    /// What `token` opens at `now`.
    pub async fn find(&self, token: &Secret, now: Moment) -> Result<Found, Error> {
        let hash = sha256_hex(token.expose().as_bytes());
        let known = self.map.load().get(&hash).cloned();
        let session = match known {
            Some(session) => session,
            None => match self.look_up(&hash).await? {
                Some(session) => session,
                None => return Ok(Found::None),
            },
        };
        if self.is_live(&session, now) {
            return Ok(Found::Live(session));
        }
        // Another node may have seen an operation that this one has not.
        let Some(stored) = self.load(&hash).await? else {
            self.forget(&hash);
            return Ok(Found::None);
        };
        Self::touch(&session, stored.last_seen());
        Ok(if self.is_live(&session, now) { Found::Live(session) } else { Found::Idle })
    }

    /// Loads a session and remembers it. Nobody finds it here before that to drop it: if
    /// anything ended meanwhile, it is looked at once more.
    async fn look_up(&self, hash: &str) -> Result<Option<Arc<Session>>, Error> {
        let before = *self.turn();
        let Some(session) = self.load(hash).await? else { return Ok(None) };
        let (session, ends) = self.remember(session);
        if ends != before && self.load(hash).await?.is_none() {
            self.forget(hash);
            return Ok(None);
        }
        Ok(Some(session))
    }

    fn is_live(&self, session: &Session, now: Moment) -> bool {
        now.since_ms(session.last_seen()) < self.idle_ms
    }

    /// Notes an operation: the count begins again.
    pub fn touch(session: &Session, now: Moment) {
        session.last_seen.fetch_max(now.ms(), Ordering::Relaxed);
    }

    /// Ends the session in `tx`; call `forget` when the transaction is committed.
    pub async fn end(tx: &mut Tx, token_hash: &str, end: End, now: Moment) -> Result<(), Error> {
        tx.execute(
            "UPDATE sessions SET ended_at = $2, end_reason = $3 \
             WHERE token_hash = $1 AND ended_at IS NULL",
            params![token_hash, now, end.word()],
        )
        .await
        .map(drop)
    }

    /// Ends all sessions of a person in `tx`, but for `keep`.
    pub async fn end_all(
        tx: &mut Tx,
        user_id: &str,
        keep: Option<&str>,
        now: Moment,
    ) -> Result<(), Error> {
        tx.execute(
            "UPDATE sessions SET ended_at = $2, end_reason = 'revoked' \
             WHERE user_id = $1 AND ended_at IS NULL AND token_hash <> COALESCE(CAST($3 AS TEXT), '')",
            params![user_id, now, keep],
        )
        .await
        .map(drop)
    }

    /// Ends all sessions of a contract's people in `tx`.
    pub async fn end_contract(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
        tx.execute(
            "UPDATE sessions SET ended_at = $2, end_reason = 'revoked' WHERE ended_at IS NULL \
             AND user_id IN (SELECT id FROM users WHERE contract_no = $1)",
            params![contract_no, now],
        )
        .await
        .map(drop)
    }

    /// Ends all sessions that began with the certificate `fingerprint` (hex) in `tx`.
    pub async fn end_with(
        tx: &mut Tx,
        fingerprint: &str,
        end: End,
        now: Moment,
    ) -> Result<(), Error> {
        tx.execute(
            "UPDATE sessions SET ended_at = $2, end_reason = $3 \
             WHERE fingerprint = $1 AND ended_at IS NULL",
            params![fingerprint, now, end.word()],
        )
        .await
        .map(drop)
    }

    /// Drops what is remembered of those of a person's sessions that have ended.
    pub async fn recheck_user(&self, user_id: &str) -> Result<(), Error> {
        self.recheck(|session| session.user_id == user_id).await
    }

    /// The same for the sessions that began with one of these certificates (SHA-256,
    /// hex).
    pub async fn recheck_with(&self, fingerprints: &HashSet<String>) -> Result<(), Error> {
        self.recheck(|session| fingerprints.contains(&session.fingerprint)).await
    }

    /// What goes on stays the same in memory: a request that holds it may just be
    /// noting its operation.
    async fn recheck(&self, which: impl Fn(&Session) -> bool) -> Result<(), Error> {
        *self.turn() += 1;
        let found: Vec<_> = self.map.load().values().filter(|s| which(s)).cloned().collect();
        let mut ended = Vec::new();
        for session in &found {
            if self.load(&session.token_hash).await?.is_none() {
                ended.push(&session.token_hash);
            }
        }
        if !ended.is_empty() {
            self.change(|map| map.retain(|hash, _| !ended.contains(&hash)));
        }
        Ok(())
    }

    /// Whether a session that began with the certificate `fingerprint` (hex) is remembered
    /// here.
    #[must_use]
    pub fn remembers(&self, fingerprint: &str) -> bool {
        self.map.load().values().any(|session| session.fingerprint == fingerprint)
    }

    /// Drops what is remembered of one session.
    pub fn forget(&self, token_hash: &str) {
        *self.turn() += 1;
        self.change(|map| _ = map.remove(token_hash));
    }

    /// Writes down operations that only memory knows, and drops what is over.
    pub async fn flush(&self, now: Moment) -> Result<(), Error> {
        let all: Vec<_> = self.map.load().values().cloned().collect();
        for session in all {
            self.write_down(&session).await?;
        }
        let over = |session: &Arc<Session>| !self.is_live(session, now);
        if self.map.load().values().any(over) {
            self.change(|map| map.retain(|_, session| !over(session)));
        }
        Ok(())
    }

    async fn write_down(&self, session: &Session) -> Result<(), Error> {
        let seen = session.last_seen().ms();
        if session.written.load(Ordering::Relaxed) >= seen {
            return Ok(());
        }
        let mut conn = self.db.conn().await?;
        conn.execute(
            "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2",
            params![&session.token_hash, seen],
        )
        .await?;
        session.written.store(seen, Ordering::Relaxed);
        Ok(())
    }

    async fn load(&self, hash: &str) -> Result<Option<Session>, Error> {
        let sql = "SELECT token_hash, user_id, fingerprint, last_seen_at FROM sessions \
                   WHERE token_hash = $1 AND ended_at IS NULL";
        self.db.conn().await?.one(sql, params![hash]).await
    }

    /// What is remembered of it from now on, and how often something had ended by then.
    fn remember(&self, session: Session) -> (Arc<Session>, u64) {
        let session = Arc::new(session);
        let mut kept = session.clone();
        let ends = self.change(|map| {
            kept = map.entry(session.token_hash.clone()).or_insert(session.clone()).clone();
        });
        (kept, ends)
    }

    fn change(&self, edit: impl FnOnce(&mut Map)) -> u64 {
        let turn = self.turn();
        let mut map = Map::clone(&self.map.load());
        edit(&mut map);
        self.map.store(Arc::new(map));
        *turn
    }

    fn turn(&self) -> MutexGuard<'_, u64> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
