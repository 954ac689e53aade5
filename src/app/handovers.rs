//! Files and their passwords that wait for the one operator who had them made.
//!
//! The password lies sealed under the token of that operator's session, the file is
//! encrypted under the password: memory alone opens neither, and nothing of it is
//! written anywhere. Half an hour later, or with the process, they are gone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::base::secret::sha256_hex;
use crate::base::{Moment, Secret};
use crate::identity::seal;

use super::Parcel;

struct Slot {
    parcel: Parcel,
    sealed: Vec<u8>,
}

/// What a handover holds.
pub struct Handover {
    /// Name of the file.
    pub file_name: String,
    /// The certificate in it.
    pub serial: String,
    /// The file.
    pub bytes: Zeroizing<Vec<u8>>,
    /// What opens it.
    pub password: Secret,
    /// After this it is gone.
    pub until: Moment,
}

/// All of them, by session and what they are for.
#[derive(Default)]
pub struct Handovers(Mutex<HashMap<(String, String), Slot>>);

impl Handovers {
    /// Leaves a file and its password for whoever holds `token`; `false` when it cannot
    /// be sealed.
    #[must_use]
    pub fn leave(&self, token: &Secret, what: &str, parcel: Parcel, password: &Secret) -> bool {
        let Some(sealed) = seal::seal(token, password) else { return false };
        self.open().insert(key(token, what), Slot { parcel, sealed });
        true
    }

    /// What waits for the holder of `token`.
    #[must_use]
    pub fn find(&self, token: &Secret, what: &str, now: Moment) -> Option<Handover> {
        let all = self.open();
        let slot = all.get(&key(token, what)).filter(|slot| now < slot.parcel.until)?;
        Some(Handover {
            file_name: slot.parcel.file_name.clone(),
            serial: slot.parcel.serial.clone(),
            bytes: slot.parcel.bytes.clone(),
            password: seal::open(token, &slot.sealed)?,
            until: slot.parcel.until,
        })
    }

    /// Wipes what waits for the holder of `token`.
    pub fn forget(&self, token: &Secret, what: &str) {
        self.open().remove(&key(token, what));
    }

    /// Wipes what has waited long enough.
    pub fn sweep(&self, now: Moment) {
        self.open().retain(|_, slot| now < slot.parcel.until);
    }

    fn open(&self) -> MutexGuard<'_, HashMap<(String, String), Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(token: &Secret, what: &str) -> (String, String) {
    (sha256_hex(token.expose().as_bytes()), what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::new_token;

    #[test]
    fn only_the_session_that_left_it_finds_it_and_only_for_a_while() {
        let now = Moment::from_unix(1_800_000_000);
        let (ours, other, handovers) = (new_token(), new_token(), Handovers::default());
        let parcel = Parcel {
            file_name: "MNS_123456cert.p12".into(),
            serial: "01".into(),
            bytes: Zeroizing::new(vec![1]),
            until: now.plus_minutes(30),
        };
        assert!(handovers.leave(&ours, "15000004", parcel, &Secret::from("ACDE-3467")));
        let found = handovers.find(&ours, "15000004", now).expect("there");
        assert_eq!(found.password.expose(), "ACDE-3467");
        assert!(handovers.find(&ours, "15000004", now).is_some(), "it may be fetched again");
        assert!(handovers.find(&ours, "15000005", now).is_none());
        assert!(handovers.find(&other, "15000004", now).is_none());
        assert!(handovers.find(&ours, "15000004", now.plus_minutes(30)).is_none());
        handovers.sweep(now.plus_minutes(30));
        assert!(handovers.open().is_empty());
    }
}
