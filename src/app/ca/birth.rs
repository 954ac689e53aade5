//! How the first set of CAs is made.

use std::fs;
use std::path::Path;

use super::folder::{Folder, file, make_dir, replace, sync_dir, write_new};
use super::keys::Fresh;
use super::{CaError, ISSUING, ROOT, SERVER_CA};
use crate::base::id::random_password;
use crate::base::{Moment, Secret};
use crate::pki::profile::CaProfile;
use crate::pki::{Authority, Profiles};

impl Folder {
    /// Makes root, issuing and server CA for `organisation`, and the passphrase
    /// unless one is given. Nothing is left behind when it fails.
    pub fn create(&self, organisation: &str, now: Moment) -> Result<(), CaError> {
        let profiles = Profiles::built_in()?;
        let draft = self.data().join("ca.draft");
        if draft.exists() {
            // An interrupted run's: nobody has its keys in use.
            fs::remove_dir_all(&draft).map_err(|error| file(&draft, error))?;
        }
        make_dir(&draft)?;
        let mut keys = Fresh::default();
        let made = self.fill(&draft, &mut keys, &profiles, (organisation, now)).and_then(|()| {
            fs::rename(&draft, self.dir()).map_err(|error| file(&self.dir(), error))?;
            sync_dir(self.data())
        });
        if made.is_err() {
            // Best effort: the draft has a name of its own and is never read.
            _ = fs::remove_dir_all(&draft);
            keys.forget();
        }
        made
    }

    fn fill(
        &self,
        draft: &Path,
        keys: &mut Fresh,
        profiles: &Profiles,
        (organisation, now): (&str, Moment),
    ) -> Result<(), CaError> {
        let passphrase = self.passphrase_or_new(draft)?;
        let wrong = |error| CaError::Content { path: self.dir(), error };
        let key = keys.make(self, ROOT, profiles.root.key)?;
        let root = Authority::new_root_with(key, &profiles.root, organisation, now);
        let root = root.map_err(wrong)?;
        let mut below = |name: &str, profile: &CaProfile| {
            let key = keys.make(self, name, profile.key)?;
            root.new_intermediate_with(key, profile, organisation, now).map_err(wrong)
        };
        let issuing = below(ISSUING, &profiles.issuing.of_generation(1))?;
        let server = below(SERVER_CA, &profiles.server_ca)?;
        for (name, authority) in [(ROOT, &root), (ISSUING, &issuing), (SERVER_CA, &server)] {
            if let Some(key) = self.key_to_write(authority, &passphrase)? {
                write_new(&draft.join(format!("{name}.key.pem")), key.as_bytes(), 0o600)?;
            }
            let certificate = authority.to_pem();
            write_new(&draft.join(format!("{name}.pem")), certificate.as_bytes(), 0o644)?;
        }
        sync_dir(draft)
    }

    /// The given passphrase; else the one in its file; else a new one, whose file
    /// is written into `draft` (or where the configuration wants it).
    fn passphrase_or_new(&self, draft: &Path) -> Result<Secret, CaError> {
        if self.passphrase_is_given() {
            return self.passphrase();
        }
        let made = Secret::new(random_password(32));
        let path = self.passphrase_place(draft);
        replace(&path, made.expose().as_bytes(), 0o600)?;
        Ok(made)
    }
}
