//! Files that are being made, or are made and wait in memory for their download.
//!
//! A `.p12` is encrypted under its owner's password when it gets here; it leaves
//! once and is wiped. What a stop loses, its owner has made again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::base::Moment;

/// A file that waits.
pub struct Parcel {
    /// Name for the download.
    pub file_name: String,
    /// The certificate in it.
    pub serial: String,
    /// The file.
    pub bytes: Zeroizing<Vec<u8>>,
    /// After this it is wiped.
    pub until: Moment,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nobody makes one.
    None,
    /// It is being made.
    Making,
    /// It waits.
    Ready,
    /// It could not be made; the number tells which of the maker's reasons.
    Failed(u8),
}

enum Slot {
    Making(Moment),
    Ready(Parcel),
    Failed(u8, Moment),
}

impl Slot {
    fn until(&self) -> Moment {
        match self {
            Self::Making(until) | Self::Failed(_, until) => *until,
            Self::Ready(parcel) => parcel.until,
        }
    }
}

/// All files, by the way (token hash) they belong to.
#[derive(Default)]
pub struct Parcels(Mutex<HashMap<String, Slot>>);

/// Minutes after which a file that is still being made, or a failure, is forgotten.
const FORGET_MINUTES: i64 = 5;

impl Parcels {
    /// Says that a file for `key` is going to be made; `false` when somebody
    /// makes it already, or one waits.
    pub fn begin(&self, key: &str, now: Moment) -> bool {
        let mut slots = self.open();
        let there = slots.get(key).filter(|slot| now < slot.until());
        if matches!(there, Some(Slot::Making(_) | Slot::Ready(_))) {
            return false;
        }
        slots.insert(key.to_owned(), Slot::Making(now.plus_minutes(FORGET_MINUTES)));
        true
    }

    /// Leaves the made file for `key`.
    pub fn leave(&self, key: &str, parcel: Parcel) {
        self.open().insert(key.to_owned(), Slot::Ready(parcel));
    }

    /// Says that the file for `key` could not be made.
    pub fn fail(&self, key: &str, reason: u8, now: Moment) {
        let until = now.plus_minutes(FORGET_MINUTES);
        self.open().insert(key.to_owned(), Slot::Failed(reason, until));
    }

    /// Says that no file for `key` is being made any more, without a reason.
    pub fn forget(&self, key: &str) {
        self.open().remove(key);
    }

    /// How far the file for `key` is.
    #[must_use]
    pub fn progress(&self, key: &str, now: Moment) -> Progress {
        match self.open().get(key) {
            Some(slot) if now >= slot.until() => Progress::None,
            Some(Slot::Making(_)) => Progress::Making,
            Some(Slot::Ready(_)) => Progress::Ready,
            Some(Slot::Failed(reason, _)) => Progress::Failed(*reason),
            None => Progress::None,
        }
    }

    /// Takes the file for `key` away.
    #[must_use]
    pub fn take(&self, key: &str, now: Moment) -> Option<Parcel> {
        let mut slots = self.open();
        if !matches!(slots.get(key), Some(Slot::Ready(parcel)) if now < parcel.until) {
            return None;
        }
        match slots.remove(key) {
            Some(Slot::Ready(parcel)) => Some(parcel),
            _ => None,
        }
    }

    /// Wipes what nobody fetched in time.
    pub fn sweep(&self, now: Moment) {
        self.open().retain(|_, slot| now < slot.until());
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_800_000_000);

    #[test]
    fn a_file_leaves_once() {
        let parcels = Parcels::default();
        assert!(parcels.begin("way", NOW));
        assert!(!parcels.begin("way", NOW));
        assert_eq!(parcels.progress("way", NOW), Progress::Making);
        let parcel = Parcel {
            file_name: "a.p12".into(),
            serial: "01".into(),
            bytes: Zeroizing::new(vec![1]),
            until: NOW.plus_minutes(30),
        };
        parcels.leave("way", parcel);
        assert_eq!(parcels.progress("way", NOW), Progress::Ready);
        assert!(!parcels.begin("way", NOW), "a file that waits is not thrown away");
        assert!(parcels.take("way", NOW).is_some());
        assert!(parcels.take("way", NOW).is_none());
        assert_eq!(parcels.progress("way", NOW), Progress::None);
    }

    #[test]
    fn what_nobody_fetches_is_wiped() {
        let parcels = Parcels::default();
        parcels.fail("way", 2, NOW);
        assert_eq!(parcels.progress("way", NOW), Progress::Failed(2));
        parcels.sweep(NOW.plus_minutes(FORGET_MINUTES));
        assert!(parcels.open().is_empty());
    }
}
