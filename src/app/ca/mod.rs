//! The certificate authority's files, and the open authority.
//!
//! `DIR/ca/` holds root, server CA and every generation of the issuing CA (`issuing`,
//! `issuing-2`, …), each as `NAME.pem` and `NAME.key.pem` (encrypted; none where the
//! key lies on a token), and the passphrase, unless it lies elsewhere; `DIR/tls/`
//! one server certificate a host.
//!
//! The newest generation signs what is new; every older one goes on signing for what
//! it issued. The open authority is exchanged whole, while requests go on.

mod birth;
mod folder;
mod inventory;
mod keys;
mod rotation;
mod served;
mod token;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::config::Config;
use crate::pki::{self, Authority, Profiles};

pub use folder::{Folder, Served, issuing_name};
pub use inventory::{Entry, EntryKind};
pub use keys::KeyPlace;
pub use rotation::{Draft, RootKey};
pub use served::{ServerIdentity, is_mismatch};
pub use token::TokenError;

/// What the files of the root are called.
pub const ROOT: &str = "root";
/// What the files of the server CA are called.
pub const SERVER_CA: &str = "server-ca";
/// What the files of the first issuing CA are called.
const ISSUING: &str = "issuing";

/// The open authority: what signing users' certificates needs.
pub struct Ca {
    /// The issuing CAs, oldest first; never empty.
    generations: Vec<Generation>,
    /// The root certificate, DER.
    root: Vec<u8>,
    /// What certificates are like.
    pub profiles: Profiles,
}

/// One issuing CA.
pub struct Generation {
    /// From 1.
    pub number: i64,
    /// Signs users' certificates, the CRL and whoever answers for them.
    pub authority: Authority,
}

impl Ca {
    /// Opens the authority in the data directory of `config`.
    pub fn open(config: &Config) -> Result<Self, CaError> {
        let folder = Folder::of(config);
        let mut generations = Vec::new();
        for number in folder.generations()? {
            let authority = folder.authority(&issuing_name(number))?;
            generations.push(Generation { number, authority });
        }
        if generations.is_empty() {
            return Err(CaError::Missing(config.data.dir.join("ca")));
        }
        let root = folder.certificate(ROOT)?;
        Ok(Self { generations, root, profiles: Profiles::built_in()? })
    }

    /// The newest issuing CA, which signs what is new.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "there is always one: `open` saw to it")]
    pub fn current(&self) -> &Generation {
        &self.generations[self.generations.len() - 1]
    }

    /// The issuing CA of this number.
    #[must_use]
    pub fn generation(&self, number: i64) -> Option<&Generation> {
        self.generations.iter().find(|generation| generation.number == number)
    }

    /// All issuing CAs, oldest first.
    #[must_use]
    pub fn generations(&self) -> &[Generation] {
        &self.generations
    }

    /// The root certificate, DER.
    #[must_use]
    pub fn root_der(&self) -> &[u8] {
        &self.root
    }

    /// Every certificate below which users' certificates lie: the issuing CAs, newest
    /// first, and what stands above them; none twice. DER.
    #[must_use]
    pub fn anchors(&self) -> Vec<Vec<u8>> {
        let mut all: Vec<Vec<u8>> = Vec::new();
        for generation in self.generations.iter().rev() {
            for der in generation.authority.chain() {
                if !all.iter().any(|known| known == der) {
                    all.push(der.to_vec());
                }
            }
        }
        all
    }
}

/// The authority in force, exchangeable while requests go on.
pub struct LiveCa(ArcSwap<Ca>);

impl LiveCa {
    /// Starts with `ca`.
    #[must_use]
    pub fn new(ca: Ca) -> Self {
        Self(ArcSwap::from_pointee(ca))
    }

    /// What is in force now.
    #[must_use]
    pub fn get(&self) -> Arc<Ca> {
        self.0.load_full()
    }

    /// Puts `ca` in force.
    pub fn replace(&self, ca: Ca) {
        self.0.store(Arc::new(ca));
    }
}

/// Why the CA does not open.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// There is none in the data directory.
    #[error("there is no CA in {0}")]
    Missing(PathBuf),
    /// No passphrase is given, and its file is not there.
    #[error("the passphrase of the CA keys is not known: {0} is not there")]
    NoPassphrase(PathBuf),
    /// The passphrase's file holds nothing.
    #[error("the passphrase of the CA keys is empty: {0}")]
    EmptyPassphrase(PathBuf),
    /// A file that cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file that should hold a certificate, and does not.
    #[error("{0} holds no certificate")]
    NoCertificate(PathBuf),
    /// What is in a file does not fit.
    #[error("{path}: {error}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What does not fit.
        error: pki::Error,
    },
    /// The token that holds keys.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The root's key is needed, and kept elsewhere.
    #[error("the root's key is not here, and only it can sign a new issuing CA")]
    RootAway,
    /// Another run is changing the CA.
    #[error("another run is changing the CA in {0}")]
    Busy(PathBuf),
    /// A profile has mistakes.
    #[error("certificate profile: {0}")]
    Profile(#[from] pki::profile::Mistakes),
}
