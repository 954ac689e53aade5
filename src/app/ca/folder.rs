//! Where the CA's files are, and how they are made: a set is made whole in a folder
//! of its own and then renamed, so there is never half a CA.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::CaError;
use crate::base::id::random_password;
use crate::base::{Moment, Secret};
use crate::config::Config;
use crate::pki::{self, Authority, Profiles};

/// Where the CA's files are.
#[derive(Clone, Debug)]
pub struct Folder {
    data: PathBuf,
    passphrase_file: PathBuf,
    passphrase: Option<Secret>,
}

/// A server certificate and its key, DER.
pub struct ServerIdentity {
    /// Leaf first, then the server CA.
    pub chain: Vec<Vec<u8>>,
    /// PKCS#8.
    pub key: Zeroizing<Vec<u8>>,
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
            data,
        }
    }

    /// Whether a CA has been made.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.dir().join("issuing.pem").exists()
    }

    /// Makes root, issuing and server CA for `organisation`, and the passphrase
    /// unless one is given. Nothing is left behind when it fails.
    pub fn create(&self, organisation: &str, now: Moment) -> Result<(), CaError> {
        let profiles = Profiles::built_in()?;
        let draft = self.data.join("ca.draft");
        if draft.exists() {
            // An interrupted run's: nobody has its keys in use.
            fs::remove_dir_all(&draft).map_err(|error| file(&draft, error))?;
        }
        make_dir(&draft)?;
        let made = self.fill(&draft, &profiles, organisation, now).and_then(|()| {
            fs::rename(&draft, self.dir()).map_err(|error| file(&self.dir(), error))?;
            sync_dir(&self.data)
        });
        if made.is_err() {
            // Best effort: the draft has a name of its own and is never read.
            _ = fs::remove_dir_all(&draft);
        }
        made
    }

    fn fill(
        &self,
        draft: &Path,
        profiles: &Profiles,
        organisation: &str,
        now: Moment,
    ) -> Result<(), CaError> {
        let passphrase = self.passphrase_or_new(draft)?;
        let wrong = |error| CaError::Content { path: self.dir(), error };
        let root = Authority::new_root(&profiles.root, organisation, now).map_err(wrong)?;
        let below = |profile| root.new_intermediate(profile, organisation, now).map_err(wrong);
        let issuing = below(&profiles.issuing)?;
        let server = below(&profiles.server_ca)?;
        for (name, authority) in [("root", &root), ("issuing", &issuing), ("server-ca", &server)] {
            let key = authority.key_pem(&passphrase).map_err(wrong)?;
            write_new(&draft.join(format!("{name}.key.pem")), key.as_bytes(), 0o600)?;
            let certificate = authority.to_pem();
            write_new(&draft.join(format!("{name}.pem")), certificate.as_bytes(), 0o644)?;
        }
        Ok(())
    }

    /// The given passphrase; else the one in its file; else a new one, whose file
    /// is written into `draft` (or where the configuration wants it).
    fn passphrase_or_new(&self, draft: &Path) -> Result<Secret, CaError> {
        let given = self.passphrase.as_ref().is_some_and(|given| !given.is_empty());
        if given || self.passphrase_file.exists() {
            return self.passphrase();
        }
        let made = Secret::new(random_password(32));
        let inside = self.passphrase_file.parent() == Some(&self.dir());
        let path = if inside { draft.join("passphrase") } else { self.passphrase_file.clone() };
        replace(&path, made.expose().as_bytes(), 0o600)?;
        Ok(made)
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
        if !self.exists() {
            return Err(CaError::Missing(self.dir()));
        }
        let certificate = self.certificate_pem(name)?;
        let path = self.dir().join(format!("{name}.key.pem"));
        let key = Zeroizing::new(read(&path)?);
        Authority::open(&certificate, &key, &self.passphrase()?)
            .map_err(|error| CaError::Content { path, error })
    }

    /// The certificate of the CA called `name` and those above it, PEM.
    pub fn certificate_pem(&self, name: &str) -> Result<String, CaError> {
        if !self.exists() {
            return Err(CaError::Missing(self.dir()));
        }
        read(&self.dir().join(format!("{name}.pem")))
    }

    /// Whether a server certificate for `host` is there.
    #[must_use]
    pub fn has_server(&self, host: &str) -> bool {
        self.tls().join(format!("{host}.pem")).exists()
    }

    /// Issues a server certificate for `host` and puts it in place of any other.
    pub fn issue_server(&self, host: &str, now: Moment) -> Result<(), CaError> {
        let authority = self.authority("server-ca")?;
        let profiles = Profiles::built_in()?;
        let path = self.tls().join(format!("{host}.pem"));
        let (leaf, key) = pki::server::issue_server(&authority, &profiles.server, host, now)
            .map_err(|error| CaError::Content { path: path.clone(), error })?;
        if !self.tls().exists() {
            make_dir(&self.tls())?;
        }
        let chain = [leaf.as_slice(), authority.certificate_der()];
        let text: String = chain.iter().map(|der| pki::authority::certificate_pem(der)).collect();
        let key = pki::key::encrypted_key_pem(&key, &self.passphrase()?)
            .map_err(|error| CaError::Content { path: path.clone(), error })?;
        replace(&self.tls().join(format!("{host}.key.pem")), key.as_bytes(), 0o600)?;
        replace(&path, text.as_bytes(), 0o644)
    }

    /// The server certificate for `host`.
    pub fn server(&self, host: &str) -> Result<ServerIdentity, CaError> {
        let path = self.tls().join(format!("{host}.pem"));
        let key_path = self.tls().join(format!("{host}.key.pem"));
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
        let key = pki::key::decrypt_key_pem(&key_text, &self.passphrase()?)
            .map_err(wrong(&key_path))?;
        Ok(ServerIdentity { chain, key })
    }

    fn dir(&self) -> PathBuf {
        self.data.join("ca")
    }

    fn tls(&self) -> PathBuf {
        self.data.join("tls")
    }
}

/// What the issuing CA of `generation` is called.
#[must_use]
pub fn issuing_name(generation: i64) -> String {
    if generation == 1 { "issuing".to_owned() } else { format!("issuing-{generation}") }
}

/// The generation whose certificate lies in a file of this name.
fn generation_of(file_name: &str) -> Option<i64> {
    let name = file_name.strip_suffix(".pem")?;
    if name == "issuing" {
        return Some(1);
    }
    let number = name.strip_prefix("issuing-")?.parse().ok()?;
    // `issuing-02` is nobody's name.
    (number > 1 && issuing_name(number) == name).then_some(number)
}

fn read(path: &Path) -> Result<String, CaError> {
    fs::read_to_string(path).map_err(|error| file(path, error))
}

fn file(path: &Path, error: io::Error) -> CaError {
    CaError::File { path: path.to_owned(), error }
}

fn make_dir(path: &Path) -> Result<(), CaError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| file(path, error))
}

fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), CaError> {
    let write = || {
        let mut out = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        out.write_all(bytes)?;
        out.sync_all()
    };
    write().map_err(|error| file(path, error))
}

fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), CaError> {
    let draft = path.with_extension("draft");
    if draft.exists() {
        fs::remove_file(&draft).map_err(|error| file(&draft, error))?;
    }
    write_new(&draft, bytes, mode)?;
    fs::rename(&draft, path).map_err(|error| file(path, error))
}

fn sync_dir(path: &Path) -> Result<(), CaError> {
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
