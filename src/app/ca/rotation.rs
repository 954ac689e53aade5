//! The next issuing CA: made here, or brought from elsewhere.
//!
//! A draft is made first, under a lock, so that two runs never share a number;
//! `put` writes the key, then the certificate: from then on the generation counts.

use std::fs::{self, File, TryLockError};

use zeroize::Zeroizing;

use super::folder::{Folder, file, issuing_name, remove, replace, sync_dir};
use super::keys::{Fresh, KeyPlace};
use super::token::TokenError;
use super::{CaError, ROOT};
use crate::base::{Moment, Secret};
use crate::pki::key::{CaKey, any_key_pem, public_of};
use crate::pki::profile::CaProfile;
use crate::pki::{Authority, Profiles, inspect};

/// The root's key, brought from where it is kept.
pub struct RootKey {
    /// PKCS#8, PEM; encrypted or not.
    pub pem: Zeroizing<String>,
    /// What opens it; the CA's own passphrase when `None`.
    pub passphrase: Option<Secret>,
}

/// An issuing CA that is not in force yet.
pub struct Draft {
    /// The number it will have.
    pub number: i64,
    /// The CA.
    pub authority: Authority,
    folder: Folder,
    /// On tokens only; forgotten when it comes to nothing.
    fresh: Fresh,
    /// Held until the draft is put or dropped.
    _lock: File,
}

impl Folder {
    /// Makes the next issuing CA for `organisation`, signed by the root.
    pub fn draft_next(
        &self,
        organisation: &str,
        now: Moment,
        root_key: Option<&RootKey>,
    ) -> Result<Draft, CaError> {
        let lock = self.lock()?;
        let number = self.next_number()?;
        let root = self.root(root_key)?;
        let profile = self.unused_name(number, organisation, now)?;
        let mut fresh = Fresh::default();
        let made = fresh.make(self, &issuing_name(number), profile.key).and_then(|key| {
            root.new_intermediate_with(key, &profile, organisation, now).map_err(|error| {
                CaError::Content { path: self.certificate_path(&issuing_name(number)), error }
            })
        });
        match made {
            Ok(authority) => {
                Ok(Draft { number, authority, folder: self.clone(), fresh, _lock: lock })
            }
            Err(error) => {
                fresh.forget();
                Err(error)
            }
        }
    }

    /// Takes a CA from elsewhere as the next issuing CA.
    pub fn draft_of(&self, authority: Authority) -> Result<Draft, CaError> {
        let lock = self.lock()?;
        let (number, fresh) = (self.next_number()?, Fresh::default());
        Ok(Draft { number, authority, folder: self.clone(), fresh, _lock: lock })
    }

    fn next_number(&self) -> Result<i64, CaError> {
        Ok(self.generations()?.last().copied().unwrap_or(0) + 1)
    }

    fn lock(&self) -> Result<File, CaError> {
        let path = self.dir().join(".lock");
        let lock = File::create(&path).map_err(|error| file(&path, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(CaError::Busy(self.dir())),
            Err(TryLockError::Error(error)) => Err(file(&path, error)),
        }
    }

    /// The root with its key, from `given` where it is not here.
    fn root(&self, given: Option<&RootKey>) -> Result<Authority, CaError> {
        let Some(given) = given else {
            if self.key_place(ROOT) == KeyPlace::Away {
                return Err(CaError::RootAway);
            }
            return self.authority(ROOT).map_err(|error| match error {
                CaError::Token(TokenError::NoKey(..)) => CaError::RootAway,
                other => other,
            });
        };
        let path = self.certificate_path(ROOT);
        let wrong = |error| CaError::Content { path: path.clone(), error };
        let own = || self.passphrase().ok();
        let passphrase = given.passphrase.clone().or_else(own);
        let (kind, _) = public_of(&self.certificate(ROOT)?).map_err(wrong)?;
        let key = any_key_pem(&given.pem, passphrase.as_ref()).map_err(wrong)?;
        let key = CaKey::from_pkcs8(&key, kind).map_err(wrong)?;
        Authority::with_key(&self.certificate_pem(ROOT)?, key).map_err(wrong)
    }

    /// The issuing CA's profile with a name that none of our CAs has.
    fn unused_name(
        &self,
        number: i64,
        organisation: &str,
        now: Moment,
    ) -> Result<CaProfile, CaError> {
        let profile = Profiles::built_in()?.issuing;
        let mut taken = Vec::new();
        for generation in self.generations()? {
            for der in self.chain(&issuing_name(generation))? {
                taken.extend(inspect::parse_der(&der).ok().map(|parsed| parsed.common_name));
            }
        }
        let mut names = (number..).map(|number| profile.of_generation(number));
        let free = |profile: &CaProfile| !taken.contains(&profile.name(organisation, now));
        // One more than are taken is free in any case.
        Ok(names.by_ref().take(taken.len() + 1).find(free).unwrap_or(profile))
    }
}

impl Draft {
    /// Puts it in force; gives its number. What fails leaves nothing that counts.
    pub fn put(self) -> Result<i64, CaError> {
        let Self { number, authority, folder, fresh, _lock } = self;
        let name = issuing_name(number);
        let (key_path, path) = (folder.key_path(&name), folder.certificate_path(&name));
        let write = || {
            match folder.key_to_write(&authority, &folder.passphrase()?)? {
                Some(key) => replace(&key_path, key.as_bytes(), 0o600)?,
                // A file goes before the token: an interrupted run's would hide the key.
                None if key_path.exists() => remove(&key_path)?,
                None => {}
            }
            sync_dir(&folder.dir())?;
            // What cannot be opened now could not be opened by the gateway either.
            let (text, key) =
                (authority.to_pem(), folder.key_of(&name, authority.certificate_der())?);
            Authority::with_key(&text, key)
                .map_err(|error| CaError::Content { path: key_path.clone(), error })?;
            replace(&path, text.as_bytes(), 0o644)?;
            sync_dir(&folder.dir())
        };
        match write() {
            Ok(()) => Ok(number),
            Err(error) if path.exists() => Err(error),
            Err(error) => {
                // Best effort: without a certificate it counts for nothing.
                _ = fs::remove_file(&key_path);
                fresh.forget();
                Err(error)
            }
        }
    }

    /// Drops it: nothing is left of it.
    pub fn forget(self) {
        self.fresh.forget();
    }
}
