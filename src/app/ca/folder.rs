//! Where the CA's files are, and how they are read and written.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::{CaError, ISSUING};
use crate::base::Secret;
use crate::config::{self, Config};
use crate::pki::{self, Authority};

/// Where the CA's files and keys are.
#[derive(Clone, Debug)]
pub struct Folder {
    data: PathBuf,
    passphrase_file: PathBuf,
    passphrase: Option<Secret>,
    keys: config::Ca,
    served: Vec<Served>,
}

/// A host that the gateway serves, and where its certificate comes from.
#[derive(Clone, Debug)]
pub struct Served {
    /// Its name.
    pub host: String,
    /// Certificate and key from elsewhere; our own when `None`.
    pub files: Option<(PathBuf, PathBuf)>,
}

impl Served {
    /// The file of its certificate.
    #[must_use]
    pub fn certificate_path(&self, folder: &Folder) -> PathBuf {
        self.files.as_ref().map_or_else(|| folder.server_path(&self.host), |(own, _)| own.clone())
    }

    /// The file of its key.
    #[must_use]
    pub fn key_path(&self, folder: &Folder) -> PathBuf {
        let own = || folder.server_key_path(&self.host);
        self.files.as_ref().map_or_else(own, |(_, key)| key.clone())
    }
}

impl Folder {
    /// The folder that `config` names.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let data = config.data.dir.clone();
        let usual = data.join("ca/passphrase");
        Self {
            passphrase_file: config.data.passphrase_file.clone().unwrap_or(usual),
            passphrase: config.data.passphrase.clone(),
            keys: config.ca.clone(),
            served: vec![
                Served {
                    host: config.server.portal_host.clone(),
                    files: config.tls.portal_files.clone(),
                },
                Served { host: config.server.enroll_host.clone(), files: None },
            ],
            data,
        }
    }

    /// Whether a CA has been made.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.certificate_path(ISSUING).exists()
    }

    /// The passphrase of the CA keys; never an empty one.
    pub fn passphrase(&self) -> Result<Secret, CaError> {
        if let Some(given) = self.passphrase.as_ref().filter(|given| !given.is_empty()) {
            return Ok(given.clone());
        }
        match fs::read_to_string(&self.passphrase_file) {
            Ok(text) => match text.trim_end_matches(['\r', '\n']) {
                "" => Err(CaError::EmptyPassphrase(self.passphrase_file.clone())),
                text => Ok(Secret::from(text)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(CaError::NoPassphrase(self.passphrase_file.clone()))
            }
            Err(error) => Err(file(&self.passphrase_file, error)),
        }
    }

    pub(super) fn passphrase_is_given(&self) -> bool {
        self.passphrase.as_ref().is_some_and(|given| !given.is_empty())
            || self.passphrase_file.exists()
    }

    /// Where a new passphrase goes while the folder is still called `draft`.
    pub(super) fn passphrase_place(&self, draft: &Path) -> PathBuf {
        let inside = self.passphrase_file.parent() == Some(&self.dir());
        if inside { draft.join("passphrase") } else { self.passphrase_file.clone() }
    }

    /// The numbers of the issuing CAs that are there, oldest first. One counts from the
    /// moment its certificate's file has its name, which is written last.
    pub fn generations(&self) -> Result<Vec<i64>, CaError> {
        if !self.exists() {
            return Err(CaError::Missing(self.dir()));
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(self.dir()).map_err(|error| file(&self.dir(), error))? {
            let entry = entry.map_err(|error| file(&self.dir(), error))?;
            found.extend(entry.file_name().to_str().and_then(generation_of));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Opens the CA called `name`: `root`, `server-ca`, `issuing`, `issuing-2` and so on.
    pub fn authority(&self, name: &str) -> Result<Authority, CaError> {
        let text = self.certificate_pem(name)?;
        let key = self.key_of(name, &self.certificate(name)?)?;
        let path = self.certificate_path(name);
        Authority::with_key(&text, key).map_err(|error| CaError::Content { path, error })
    }

    /// The certificate of the CA called `name` and those above it, PEM.
    pub fn certificate_pem(&self, name: &str) -> Result<String, CaError> {
        if !self.exists() {
            return Err(CaError::Missing(self.dir()));
        }
        read(&self.certificate_path(name))
    }

    /// The certificate of the CA called `name` and those above it, DER; never none.
    pub fn chain(&self, name: &str) -> Result<Vec<Vec<u8>>, CaError> {
        let path = self.certificate_path(name);
        let text = self.certificate_pem(name)?;
        let chain = pki::inspect::certificates_of_pem(text.as_bytes())
            .map_err(|error| CaError::Content { path: path.clone(), error })?;
        if chain.is_empty() { Err(CaError::NoCertificate(path)) } else { Ok(chain) }
    }

    /// The certificate of the CA called `name`, DER.
    pub fn certificate(&self, name: &str) -> Result<Vec<u8>, CaError> {
        Ok(self.chain(name)?.swap_remove(0))
    }

    /// The file of the certificate of the CA called `name`.
    #[must_use]
    pub fn certificate_path(&self, name: &str) -> PathBuf {
        self.dir().join(format!("{name}.pem"))
    }

    /// The file of its key, if it lies in one.
    #[must_use]
    pub fn key_path(&self, name: &str) -> PathBuf {
        self.dir().join(format!("{name}.key.pem"))
    }

    /// The hosts that are served: portal, registration host.
    #[must_use]
    pub fn served(&self) -> &[Served] {
        &self.served
    }

    /// The folder of the CA.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        self.data.join("ca")
    }

    /// The folder of the server certificates.
    #[must_use]
    pub fn tls(&self) -> PathBuf {
        self.data.join("tls")
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn keys(&self) -> &config::Ca {
        &self.keys
    }
}

/// What the issuing CA of `generation` is called.
#[must_use]
pub fn issuing_name(generation: i64) -> String {
    if generation == 1 { ISSUING.to_owned() } else { format!("issuing-{generation}") }
}

/// The generation whose certificate lies in a file of this name.
fn generation_of(file_name: &str) -> Option<i64> {
    let name = file_name.strip_suffix(".pem")?;
    if name == ISSUING {
        return Some(1);
    }
    let number = name.strip_prefix("issuing-")?.parse().ok()?;
    // `issuing-02` is nobody's name.
    (number > 1 && issuing_name(number) == name).then_some(number)
}

pub(super) fn read(path: &Path) -> Result<String, CaError> {
    fs::read_to_string(path).map_err(|error| file(path, error))
}

pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, CaError> {
    fs::read(path).map_err(|error| file(path, error))
}

pub(super) fn file(path: &Path, error: io::Error) -> CaError {
    CaError::File { path: path.to_owned(), error }
}

pub(super) fn make_dir(path: &Path) -> Result<(), CaError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| file(path, error))
}

pub(super) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), CaError> {
    let write = || {
        let mut out = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        out.write_all(bytes)?;
        out.sync_all()
    };
    write().map_err(|error| file(path, error))
}

pub(super) fn remove(path: &Path) -> Result<(), CaError> {
    fs::remove_file(path).map_err(|error| file(path, error))
}

pub(super) fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), CaError> {
    let draft = path.with_extension("draft");
    if draft.exists() {
        remove(&draft)?;
    }
    write_new(&draft, bytes, mode)?;
    fs::rename(&draft, path).map_err(|error| file(path, error))
}

pub(super) fn sync_dir(path: &Path) -> Result<(), CaError> {
    let sync = || fs::File::open(path)?.sync_all();
    sync().map_err(|error| file(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_is_read_from_the_name_of_its_certificate() {
        assert_eq!(generation_of("issuing.pem"), Some(1));
        assert_eq!(generation_of("issuing-2.pem"), Some(2));
        assert_eq!(generation_of("issuing-13.pem"), Some(13));
        for other in [
            "issuing-1.pem",
            "issuing-02.pem",
            "issuing-0.pem",
            "issuing.key.pem",
            "issuing-2.key.pem",
            "issuing-2.draft",
            "issuing--2.pem",
            "root.pem",
        ] {
            assert_eq!(generation_of(other), None, "{other}");
        }
    }
}
