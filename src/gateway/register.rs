//! The connections that are open now, by the certificate presented on them.
//!
//! Written to when a connection begins and ends, read by the warden; no request
//! asks it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::switch::Switch;

/// SHA-256 of a certificate.
pub(super) type Fingerprint = [u8; 32];

/// Parts with a lock of their own, so that threads seldom meet.
const SHARDS: usize = 32;

type Shard = HashMap<Fingerprint, HashMap<u64, Arc<Switch>>>;

/// All open connections on which a certificate was presented.
#[derive(Clone, Debug, Default)]
pub(super) struct Register(Arc<Book>);

#[derive(Debug, Default)]
struct Book {
    shards: [Mutex<Shard>; SHARDS],
    numbers: AtomicU64,
}

/// A connection's place, given back when dropped.
#[derive(Debug)]
pub(super) struct Entry {
    book: Arc<Book>,
    fingerprint: Fingerprint,
    number: u64,
}

impl Register {
    /// Notes a connection.
    pub(super) fn enter(&self, fingerprint: Fingerprint, switch: &Arc<Switch>) -> Entry {
        let number = self.0.numbers.fetch_add(1, Ordering::Relaxed);
        let mut shard = self.0.shard(&fingerprint);
        shard.entry(fingerprint).or_default().insert(number, Arc::clone(switch));
        Entry { book: Arc::clone(&self.0), fingerprint, number }
    }

    /// Every certificate on which something is open, each once.
    pub(super) fn fingerprints(&self) -> Vec<Fingerprint> {
        let locked = self.0.shards.iter().map(lock);
        locked.flat_map(|shard| shard.keys().copied().collect::<Vec<_>>()).collect()
    }

    /// What is open on this certificate.
    pub(super) fn switches(&self, fingerprint: &Fingerprint) -> Vec<Arc<Switch>> {
        let shard = self.0.shard(fingerprint);
        shard.get(fingerprint).map(|open| open.values().cloned().collect()).unwrap_or_default()
    }
}

impl Book {
    fn shard(&self, fingerprint: &Fingerprint) -> MutexGuard<'_, Shard> {
        lock(&self.shards[usize::from(fingerprint[0]) % SHARDS])
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut shard = self.book.shard(&self.fingerprint);
        if let Some(open) = shard.get_mut(&self.fingerprint) {
            open.remove(&self.number);
            if open.is_empty() {
                shard.remove(&self.fingerprint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_found_by_certificate_and_forgotten_when_they_end() {
        let register = Register::default();
        let switch = Arc::new(Switch::default());
        let first = register.enter([1; 32], &switch);
        let second = register.enter([1; 32], &switch);
        let other = register.enter([2; 32], &switch);
        assert_eq!(register.switches(&[1; 32]).len(), 2);
        assert_eq!(register.fingerprints().len(), 2);
        drop((first, other));
        assert_eq!(register.fingerprints(), [[1; 32]]);
        drop(second);
        assert!(register.fingerprints().is_empty());
        assert!(register.0.shards.iter().all(|shard| lock(shard).is_empty()));
    }
}
