//! How many may be inside at once, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts connections; asked once a connection, before its handshake.
#[derive(Clone, Debug)]
pub(super) struct Door(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    most: usize,
    most_from_one: usize,
    now: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    from: HashMap<IpAddr, usize>,
}

/// A place inside, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    inside: Arc<Inside>,
    from: IpAddr,
}

impl Door {
    pub(super) fn new(most: usize, most_from_one: usize) -> Self {
        Self(Arc::new(Inside { most, most_from_one, now: Mutex::default() }))
    }

    /// A place for a connection from `address`, unless all are taken.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        let from = network_of(address);
        let mut counts = self.0.now.lock().unwrap_or_else(PoisonError::into_inner);
        let here = counts.from.get(&from).copied().unwrap_or(0);
        if counts.all >= self.0.most || here >= self.0.most_from_one {
            return None;
        }
        counts.all += 1;
        counts.from.insert(from, here + 1);
        Some(Place { inside: Arc::clone(&self.0), from })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.inside.now.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all = counts.all.saturating_sub(1);
        if let Some(here) = counts.from.get_mut(&self.from) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                counts.from.remove(&self.from);
            }
        }
    }
}

/// One subscriber has a whole /64 of IPv6 (RFC 6177).
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let door = Door::new(3, 2);
        let first = door.enter(ip("10.0.0.1"));
        let second = door.enter(ip("::ffff:10.0.0.1"));
        assert!(first.is_some() && second.is_some());
        assert!(door.enter(ip("10.0.0.1")).is_none());
        let other = door.enter(ip("10.0.0.2"));
        assert!(other.is_some());
        assert!(door.enter(ip("10.0.0.3")).is_none(), "all places are taken");
        drop(first);
        assert!(door.enter(ip("10.0.0.1")).is_some());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one() {
        let door = Door::new(9, 1);
        let place = door.enter(ip("2001:db8::1"));
        assert!(place.is_some());
        assert!(door.enter(ip("2001:db8::2")).is_none());
        assert!(door.enter(ip("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn nothing_is_kept_of_those_who_left() {
        let door = Door::new(9, 9);
        drop(door.enter(ip("10.0.0.1")));
        assert!(door.0.now.lock().expect("not poisoned").from.is_empty());
    }
}
