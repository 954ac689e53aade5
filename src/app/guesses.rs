//! Wrong guesses that no person's own count stops: with one certificate that many people
//! share, from one address, or at one ID that may be nobody's. After too many, that
//! certificate, address or ID waits, so that nobody tries one after the other.
//!
//! Kept in memory by each node; whoever is known is locked by their own count besides.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::base::Moment;
use crate::base::clock::MINUTE_MS;

/// Wrong guesses within `WINDOW_MINUTES` after which a source has to wait.
pub const MOST: usize = 30;
/// The same of an address.
pub const MOST_OF_ADDRESS: usize = 100;
/// Locks that one address may bring about: so many mistakes at once no office makes.
pub const MOST_LOCKS: usize = 3;
/// The same of one ID that was typed; and inquiries from one address.
pub const MOST_OF_TYPED: usize = 10;
/// How far back is counted, in minutes.
pub const WINDOW_MINUTES: i64 = 10;

/// What wrong guesses are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A certificate, by its SHA-256.
    Certificate([u8; 32]),
    /// An address: an office shares one, so it has more.
    Address(IpAddr),
    /// An address, by the IDs that were locked from there.
    Locks(IpAddr),
    /// An address, by the inquiries that came from there.
    Contact(IpAddr),
    /// What was typed as an ID, for the purpose named first.
    Typed(&'static str, String),
}

impl Source {
    /// Wrong guesses within `WINDOW_MINUTES` after which it has to wait.
    const fn most(&self) -> usize {
        match self {
            Self::Certificate(_) => MOST,
            Self::Address(_) => MOST_OF_ADDRESS,
            Self::Locks(_) => MOST_LOCKS,
            Self::Contact(_) | Self::Typed(..) => MOST_OF_TYPED,
        }
    }

    /// What is counted together: whoever has one IPv6 address has all of its network.
    fn counted(&self) -> Self {
        match self {
            Self::Address(ip) => Self::Address(network(*ip)),
            Self::Locks(ip) => Self::Locks(network(*ip)),
            Self::Contact(ip) => Self::Contact(network(*ip)),
            other => other.clone(),
        }
    }
}

/// The first 64 bits of an IPv6 address; an IPv4 address as it is.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The tries of one source.
#[derive(Debug, Default)]
struct Tries {
    /// When they were begun; those that were no wrong guesses in the end are taken out.
    times: Vec<Moment>,
    /// How many of them are under way.
    open: usize,
}

impl Tries {
    fn recent(&self, now: Moment) -> usize {
        self.times.iter().filter(|at| counts(**at, now)).count()
    }

    /// Wrong for certain: not under way any more.
    fn settled(&self, now: Moment) -> usize {
        self.recent(now).saturating_sub(self.open)
    }
}

/// The tries of the last minutes, by source. A try counts from the moment it is begun
/// (`take`), so that many at once are no more than many in turn.
#[derive(Debug, Default)]
pub struct Guesses {
    all: Mutex<HashMap<Source, Tries>>,
    /// Rung when a try ends: another may be begun.
    ended: Notify,
}

/// A try that is under way. Dropped, it was wrong: whoever hangs up has guessed, too.
#[derive(Debug)]
#[must_use]
pub struct Slot<'g> {
    guesses: &'g Guesses,
    sources: Vec<Source>,
    at: Moment,
}

impl Guesses {
    /// Counts a try of all `sources`; the moment when one may be made again if it may not
    /// now. Where those under way could be too many it waits for them to end. Call it
    /// before a transaction is begun: the others may need one.
    pub async fn take(&self, sources: &[Source], now: Moment) -> Result<Slot<'_>, Moment> {
        let sources: Vec<_> = sources.iter().map(Source::counted).collect();
        loop {
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            if self.begin(&sources, now)? {
                return Ok(Slot { guesses: self, sources, at: now });
            }
            ended.await;
        }
    }

    /// `false` when those under way have to end first.
    fn begin(&self, sources: &[Source], now: Moment) -> Result<bool, Moment> {
        let mut all = self.open();
        if let Some(until) = sources.iter().filter_map(|one| waits(&all, one, now)).max() {
            return Err(until);
        }
        let full = |one| all.get(one).is_some_and(|tries| tries.recent(now) >= one.most());
        if sources.iter().any(full) {
            return Ok(false);
        }
        for source in sources {
            let tries = all.entry(source.clone()).or_default();
            tries.times.retain(|at| counts(*at, now));
            tries.times.push(now);
            tries.open += 1;
        }
        Ok(true)
    }

    /// Forgets what no longer counts.
    pub fn sweep(&self, now: Moment) {
        self.open().retain(|_, tries| tries.open > 0 || tries.recent(now) > 0);
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Source, Tries>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot<'_> {
    /// It was right, or no guess: nothing is counted.
    pub fn give_back(self) {
        self.end(|_| false);
    }

    /// It was wrong for the sources that `counts` says; those that wait from now on.
    pub fn end(mut self, counts: impl Fn(&Source) -> bool) -> Vec<Source> {
        self.settle(counts)
    }

    fn settle(&mut self, wrong: impl Fn(&Source) -> bool) -> Vec<Source> {
        let mut waiting = Vec::new();
        let mut all = self.guesses.open();
        for source in std::mem::take(&mut self.sources) {
            let Some(tries) = all.get_mut(&source) else { continue };
            tries.open = tries.open.saturating_sub(1);
            if !wrong(&source) {
                if let Some(own) = tries.times.iter().position(|at| *at == self.at) {
                    tries.times.remove(own);
                }
            } else if tries.settled(self.at) == source.most() {
                waiting.push(source);
            }
        }
        drop(all);
        self.guesses.ended.notify_waiters();
        waiting
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if !self.sources.is_empty() {
            self.settle(|_| true);
        }
    }
}

/// When the source may try again; `None` for now.
fn waits(all: &HashMap<Source, Tries>, source: &Source, now: Moment) -> Option<Moment> {
    let tries = all.get(source).filter(|tries| tries.settled(now) >= source.most())?;
    let recent: Vec<_> = tries.times.iter().filter(|at| counts(**at, now)).collect();
    let first = recent.get(recent.len().checked_sub(source.most())?)?;
    Some(first.plus_minutes(WINDOW_MINUTES))
}

fn counts(at: Moment, now: Moment) -> bool {
    now.since_ms(at) < WINDOW_MINUTES * MINUTE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment::from_unix(1_800_000_000);

    fn locks(ip: &str) -> Source {
        Source::Locks(ip.parse().expect("an address"))
    }

    async fn wrong(guesses: &Guesses, source: &Source, now: Moment) -> bool {
        let slot = guesses.take(std::slice::from_ref(source), now).await.expect("taken");
        !slot.end(|_| true).is_empty()
    }

    async fn waits(guesses: &Guesses, source: &Source, now: Moment) -> Option<Moment> {
        let slot = guesses.take(std::slice::from_ref(source), now).await;
        slot.map(Slot::give_back).err()
    }

    #[tokio::test]
    async fn thirty_wrong_logins_in_ten_minutes_make_one_certificate_wait() {
        let guesses = Guesses::default();
        let [ours, other] = [[1; 32], [2; 32]].map(Source::Certificate);
        for second in 0..30 {
            let now = START.plus_ms(second * 1_000);
            assert_eq!(waits(&guesses, &ours, now).await, None);
            assert_eq!(wrong(&guesses, &ours, now).await, second == 29);
        }
        let end = START.plus_minutes(WINDOW_MINUTES);
        assert_eq!(waits(&guesses, &ours, START.plus_ms(30_000)).await, Some(end));
        assert_eq!(waits(&guesses, &ours, end.plus_ms(-1)).await, Some(end));
        assert_eq!(waits(&guesses, &ours, end).await, None, "the first no longer counts");
        assert_eq!(waits(&guesses, &other, START.plus_ms(30_000)).await, None);
        guesses.sweep(end.plus_minutes(WINDOW_MINUTES));
        assert!(guesses.open().is_empty());
    }

    #[tokio::test]
    async fn addresses_of_one_ipv6_network_count_as_one() {
        let guesses = Guesses::default();
        for ip in ["2001:db8::1", "2001:db8::ffff:2", "2001:db8::3"] {
            wrong(&guesses, &locks(ip), START).await;
        }
        assert!(waits(&guesses, &locks("2001:db8::4"), START).await.is_some());
        assert!(waits(&guesses, &locks("2001:db8:0:1::4"), START).await.is_none());
        for ip in ["192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1"] {
            wrong(&guesses, &locks(ip), START).await;
        }
        assert!(waits(&guesses, &locks("192.0.2.1"), START).await.is_some());
        assert!(waits(&guesses, &locks("192.0.2.2"), START).await.is_none());
        // Inquiries are counted by network, too.
        let contact = |ip: &str| Source::Contact(ip.parse().expect("an address"));
        assert_eq!(contact("2001:db8::1").counted(), contact("2001:db8::2").counted());
    }

    #[tokio::test]
    async fn those_under_way_count_until_they_were_right() {
        let guesses = Guesses::default();
        let source = [locks("192.0.2.1")];
        let slots = [
            guesses.take(&source, START).await.expect("first"),
            guesses.take(&source, START).await.expect("second"),
            guesses.take(&source, START).await.expect("third"),
        ];
        let later = START.plus_ms(5);
        let fourth = guesses.take(&source, later);
        tokio::pin!(fourth);
        let now = std::future::ready(());
        let waits = tokio::select! { biased; _ = &mut fourth => false, () = now => true };
        assert!(waits, "a fourth is begun");
        let [first, second, third] = slots;
        first.give_back();
        let fourth = fourth.await.expect("one of the three was right");
        drop((second, third));
        assert_eq!(fourth.end(|_| true).len(), 1, "whoever hangs up has guessed");
        let end = START.plus_minutes(WINDOW_MINUTES);
        assert_eq!(guesses.take(&source, later).await.map(drop).err(), Some(end));
    }
}
