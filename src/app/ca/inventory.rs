//! Every certificate of the house that has an end.

use super::folder::{Folder, issuing_name, read_bytes};
use super::{CaError, KeyPlace, ROOT, SERVER_CA};
use crate::base::Moment;
use crate::pki::inspect::{self, Parsed};

/// A certificate that the gateway itself depends on.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `root`, `issuing`, `issuing-2`, `issuing-2/1` (the first above it),
    /// `server-ca`, or the host of a server certificate.
    pub name: String,
    /// What it is for.
    pub kind: EntryKind,
    /// The issuing CA's number.
    pub generation: Option<i64>,
    /// Whether it signs what is new: the newest issuing CA.
    pub current: bool,
    /// Where a CA's key lies; `None` for what is not ours to sign with.
    pub key: Option<KeyPlace>,
    /// What it says.
    pub parsed: Parsed,
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Our root.
    Root,
    /// Signs users' certificates.
    Issuing,
    /// Stands above an issuing CA that came from elsewhere.
    Above,
    /// Signs our server certificates.
    ServerCa,
    /// A server certificate, ours or (`tls.certificate`) from elsewhere.
    Server,
}

impl Entry {
    /// Common name of its subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.parsed.common_name
    }

    /// Its last second.
    #[must_use]
    pub fn not_after(&self) -> Moment {
        self.parsed.not_after
    }
}

impl Folder {
    /// Every CA and server certificate in use, in this order: root, issuing CAs from
    /// the oldest, what stands above them, server CA, servers. A server certificate
    /// that is not there yet is left out.
    pub fn inventory(&self) -> Result<Vec<Entry>, CaError> {
        let mut all = vec![self.entry(ROOT, EntryKind::Root)?];
        let root = all[0].parsed.fingerprint;
        let mut above = Vec::new();
        let generations = self.generations()?;
        for number in &generations {
            let name = issuing_name(*number);
            let mut own = self.entry(&name, EntryKind::Issuing)?;
            own.generation = Some(*number);
            own.current = generations.last() == Some(number);
            all.push(own);
            for (place, der) in self.chain(&name)?.iter().enumerate().skip(1) {
                let label = format!("{name}/{place}");
                let entry = self.made(label, EntryKind::Above, der)?;
                let known = |one: &Entry| one.parsed.fingerprint == entry.parsed.fingerprint;
                if entry.parsed.fingerprint != root && !above.iter().any(known) {
                    above.push(entry);
                }
            }
        }
        all.append(&mut above);
        all.push(self.entry(SERVER_CA, EntryKind::ServerCa)?);
        for served in self.served() {
            let path = served.certificate_path(self);
            if path.exists() {
                let text = read_bytes(&path)?;
                let parsed = inspect::parse(&text)
                    .map_err(|error| CaError::Content { path: path.clone(), error })?;
                all.push(entry(served.host.clone(), EntryKind::Server, parsed));
            }
        }
        Ok(all)
    }

    fn entry(&self, name: &str, kind: EntryKind) -> Result<Entry, CaError> {
        let mut made = self.made(name.to_owned(), kind, &self.certificate(name)?)?;
        made.key = Some(self.key_place(name));
        Ok(made)
    }

    fn made(&self, name: String, kind: EntryKind, der: &[u8]) -> Result<Entry, CaError> {
        let path = self.dir().join(&name);
        let parsed = inspect::parse_der(der).map_err(|error| CaError::Content { path, error })?;
        Ok(entry(name, kind, parsed))
    }
}

fn entry(name: String, kind: EntryKind, parsed: Parsed) -> Entry {
    Entry { name, kind, generation: None, current: false, key: None, parsed }
}
