//! Files that are made and wait in memory for their one download.
//!
//! A `.p12` is encrypted under its owner's password when it gets here; it leaves
//! once and is wiped. What a stop loses, its owner has made again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

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

/// All files that wait, by the way (token hash) they belong to.
#[derive(Default)]
pub struct Parcels(Mutex<HashMap<String, Parcel>>);

impl Parcels {
    /// Leaves `parcel` for `key`; one that waited there is wiped.
    pub fn leave(&self, key: &str, parcel: Parcel) {
        self.open().insert(key.to_owned(), parcel);
    }

    /// Whether a file waits for `key`.
    #[must_use]
    pub fn waits(&self, key: &str, now: Moment) -> bool {
        self.open().get(key).is_some_and(|parcel| now < parcel.until)
    }

    /// Takes the file for `key` away.
    #[must_use]
    pub fn take(&self, key: &str, now: Moment) -> Option<Parcel> {
        self.open().remove(key).filter(|parcel| now < parcel.until)
    }

    /// Wipes what nobody fetched in time.
    pub fn sweep(&self, now: Moment) {
        self.open().retain(|_, parcel| now < parcel.until);
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<String, Parcel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
