//! Wrong guesses that no person's own count stops: with one certificate that many people
//! share, from one address, or at one ID that may be nobody's. After too many, that
//! certificate, address or ID waits, so that nobody tries one after the other.
//!
//! Kept in memory by each node; whoever is known is locked by their own count besides.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::Moment;
use crate::base::clock::MINUTE_MS;

/// Wrong guesses within `WINDOW_MINUTES` after which a source has to wait.
pub const MOST: usize = 30;
/// The same of an address.
pub const MOST_OF_ADDRESS: usize = 100;
/// Locks that one address may bring about: so many mistakes at once no office makes.
pub const MOST_LOCKS: usize = 3;
/// The same of one ID that was typed.
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
            Self::Typed(..) => MOST_OF_TYPED,
        }
    }
}

impl Source {
    /// What is counted together: whoever has one IPv6 address has all of its network.
    fn counted(&self) -> Self {
        match self {
            Self::Address(ip) => Self::Address(network(*ip)),
            Self::Locks(ip) => Self::Locks(network(*ip)),
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

/// The times of wrong guesses, by source.
#[derive(Debug, Default)]
pub struct Guesses(Mutex<HashMap<Source, Vec<Moment>>>);

impl Guesses {
    /// When the source may try again; `None` for now.
    #[must_use]
    pub fn waits_until(&self, source: &Source, now: Moment) -> Option<Moment> {
        let all = self.open();
        let recent: Vec<_> =
            all.get(&source.counted())?.iter().filter(|at| counts(**at, now)).collect();
        let first = recent.len().checked_sub(source.most()).and_then(|over| recent.get(over))?;
        Some(first.plus_minutes(WINDOW_MINUTES))
    }

    /// Notes a wrong guess; `true` when it is the one that makes the source wait.
    pub fn note(&self, source: &Source, now: Moment) -> bool {
        let mut all = self.open();
        let times = all.entry(source.counted()).or_default();
        times.retain(|at| counts(*at, now));
        times.push(now);
        times.len() == source.most()
    }

    /// Forgets what no longer counts.
    pub fn sweep(&self, now: Moment) {
        self.open().retain(|_, times| times.iter().any(|at| counts(*at, now)));
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Source, Vec<Moment>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts(at: Moment, now: Moment) -> bool {
    now.since_ms(at) < WINDOW_MINUTES * MINUTE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_wrong_logins_in_ten_minutes_make_one_certificate_wait() {
        let guesses = Guesses::default();
        let [ours, other] = [[1; 32], [2; 32]].map(Source::Certificate);
        let start = Moment::from_unix(1_800_000_000);
        for second in 0..30 {
            let now = start.plus_ms(second * 1_000);
            assert_eq!(guesses.waits_until(&ours, now), None);
            assert_eq!(guesses.note(&ours, now), second == 29);
        }
        let end = start.plus_minutes(WINDOW_MINUTES);
        assert_eq!(guesses.waits_until(&ours, start.plus_ms(30_000)), Some(end));
        assert_eq!(guesses.waits_until(&ours, end.plus_ms(-1)), Some(end));
        assert_eq!(guesses.waits_until(&ours, end), None, "the first no longer counts");
        assert_eq!(guesses.waits_until(&other, start.plus_ms(30_000)), None);
        guesses.sweep(end.plus_minutes(WINDOW_MINUTES));
        assert!(guesses.open().is_empty());
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let guesses = Guesses::default();
        let now = Moment::from_unix(1_800_000_000);
        let locks = |ip: &str| Source::Locks(ip.parse().expect("an address"));
        for ip in ["2001:db8::1", "2001:db8::ffff:2", "2001:db8::3"] {
            guesses.note(&locks(ip), now);
        }
        assert!(guesses.waits_until(&locks("2001:db8::4"), now).is_some());
        assert!(guesses.waits_until(&locks("2001:db8:0:1::4"), now).is_none());
        for ip in ["192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1"] {
            guesses.note(&locks(ip), now);
        }
        assert!(guesses.waits_until(&locks("192.0.2.1"), now).is_some());
        assert!(guesses.waits_until(&locks("192.0.2.2"), now).is_none());
    }
}
