//! The gate's own server certificates: `DIR/tls/HOST.pem` and `HOST.key.pem`.

use std::fs::File;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::folder::{Folder, file, make_dir, read, replace, sync_dir};
use super::{CaError, SERVER_CA};
use crate::base::clock::DAY_MS;
use crate::base::{Day, Moment};
use crate::pki::key::{CaKey, decrypt_key_pem, encrypted_key_pem, public_of};
use crate::pki::{self, Profiles};

/// A server certificate with fewer days left is renewed.
const RENEWAL_DAYS: i64 = 30;

/// A server certificate and its key, DER.
pub struct ServerIdentity {
    /// Leaf first, then the server CA.
    pub chain: Vec<Vec<u8>>,
    /// PKCS#8.
    pub key: Zeroizing<Vec<u8>>,
}

impl Folder {
    /// Issues a server certificate for `host` where none is there, or where it ends
    /// within 30 days; no key is opened to tell. Gives whether one was issued.
    pub fn renew_server(&self, host: &str, now: Moment) -> Result<bool, CaError> {
        self.put_where(host, now, || self.server_is_due(host, now))
    }

    /// The same, and where its key is another's too: a run was interrupted in between.
    pub fn mend_server(&self, host: &str, now: Moment) -> Result<bool, CaError> {
        self.put_where(host, now, || {
            Ok(self.server_is_due(host, now)?
                || self.server(host).is_err_and(|error| is_mismatch(&error)))
        })
    }

    fn put_where(
        &self,
        host: &str,
        now: Moment,
        due: impl Fn() -> Result<bool, CaError>,
    ) -> Result<bool, CaError> {
        if !due()? {
            return Ok(false);
        }
        let _lock = self.lock_tls()?;
        // Another node may have done it meanwhile.
        let still = due()?;
        if still {
            self.put_server(host, now)?;
        }
        Ok(still)
    }

    /// Nodes may share the folder: one at a time writes its two files.
    fn lock_tls(&self) -> Result<File, CaError> {
        if !self.tls().exists() {
            make_dir(&self.tls())?;
        }
        let path = self.tls().join(".lock");
        let lock = File::create(&path).map_err(|error| file(&path, error))?;
        lock.lock().map_err(|error| file(&path, error))?;
        Ok(lock)
    }

    fn server_is_due(&self, host: &str, now: Moment) -> Result<bool, CaError> {
        if !self.server_path(host).exists() {
            return Ok(true);
        }
        let path = self.server_path(host);
        let parsed = pki::inspect::parse(read(&path)?.as_bytes());
        let ends = parsed.map_err(|error| CaError::Content { path, error })?.not_after;
        Ok(ends.since_ms(now) < RENEWAL_DAYS * DAY_MS && self.could_last_longer(ends, now)?)
    }

    /// Whether a new one would outlast `ends`: the server CA's own end is a bound.
    fn could_last_longer(&self, ends: Moment, now: Moment) -> Result<bool, CaError> {
        let days = i64::from(Profiles::built_in()?.server.validity_days);
        let ca = self.certificate(SERVER_CA)?;
        let path = self.certificate_path(SERVER_CA);
        let ca = pki::inspect::parse_der(&ca).map_err(|error| CaError::Content { path, error })?;
        Ok(Day::of(now).plus_days(days).ends_at().min(ca.not_after) > ends)
    }

    /// Issues a server certificate for `host` and puts it in place of any other.
    pub fn issue_server(&self, host: &str, now: Moment) -> Result<(), CaError> {
        let _lock = self.lock_tls()?;
        self.put_server(host, now)
    }

    fn put_server(&self, host: &str, now: Moment) -> Result<(), CaError> {
        let authority = self.authority(SERVER_CA)?;
        let profiles = Profiles::built_in()?;
        let path = self.server_path(host);
        let wrong = |error| CaError::Content { path: path.clone(), error };
        let (leaf, key) =
            pki::server::issue_server(&authority, &profiles.server, host, now).map_err(wrong)?;
        let chain = [leaf.as_slice(), authority.certificate_der()];
        let text: String = chain.iter().map(|der| pki::authority::certificate_pem(der)).collect();
        let key = encrypted_key_pem(&key, &self.passphrase()?).map_err(wrong)?;
        replace(&self.server_key_path(host), key.as_bytes(), 0o600)?;
        replace(&path, text.as_bytes(), 0o644)?;
        sync_dir(&self.tls())
    }

    /// The server certificate for `host`, whose key is its own.
    pub fn server(&self, host: &str) -> Result<ServerIdentity, CaError> {
        let (path, key_path) = (self.server_path(host), self.server_key_path(host));
        let wrong = |path: &Path| {
            let path = path.to_owned();
            move |error| CaError::Content { path, error }
        };
        let text = read(&path)?;
        let chain = pki::inspect::certificates_of_pem(text.as_bytes()).map_err(wrong(&path))?;
        if chain.is_empty() {
            return Err(CaError::NoCertificate(path));
        }
        let key_text = Zeroizing::new(read(&key_path)?);
        let key = decrypt_key_pem(&key_text, &self.passphrase()?).map_err(wrong(&key_path))?;
        let (kind, point) = public_of(&chain[0]).map_err(wrong(&path))?;
        if !CaKey::from_pkcs8(&key, kind).is_ok_and(|key| key.is_of(&point)) {
            return Err(wrong(&key_path)(pki::Error::KeyDoesNotMatchCertificate));
        }
        Ok(ServerIdentity { chain, key })
    }

    /// The file of the certificate for `host`.
    #[must_use]
    pub fn server_path(&self, host: &str) -> PathBuf {
        self.tls().join(format!("{host}.pem"))
    }

    /// The file of its key.
    #[must_use]
    pub fn server_key_path(&self, host: &str) -> PathBuf {
        self.tls().join(format!("{host}.key.pem"))
    }
}

/// Whether the reason is that a key and its certificate belong to different pairs.
#[must_use]
pub fn is_mismatch(error: &CaError) -> bool {
    matches!(error, CaError::Content { error: pki::Error::KeyDoesNotMatchCertificate, .. })
}
