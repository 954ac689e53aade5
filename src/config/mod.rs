//! What the operator wrote, made meaningful.
//!
//! `keys.rs` is the one list of settings: name, default, meaning, kind. A file
//! (`config/sekisho.toml`) and the environment (`SEKISHO_SERVER__LISTEN`) give
//! values; `Config::load` checks every one of them and reports all problems at
//! once. A `Config` that exists is valid.

mod ca;
mod file;
mod hours;
mod keys;
mod mask;
mod notice;
mod pdf;
mod service;
mod values;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::base::Secret;

pub use ca::{Ca, KeyStore, Token};
pub use file::example;
pub use hours::Hours;
pub use keys::{KEYS, Key, Kind};
pub use notice::Notice;
pub use pdf::Pdf;
pub use service::Service;
pub use values::{Environment, Problem, Shown};

/// Everything the operator can set, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the servers listen and what they are called.
    pub server: Server,
    /// Where the state lies.
    pub data: Data,
    /// Where the CA's keys lie.
    pub ca: Ca,
    /// How mail leaves.
    pub mail: Mail,
    /// How long an idle session lives, in minutes (R004-15).
    pub idle_minutes: i64,
    /// What wrong passwords lead to.
    pub lockout: Lockout,
    /// The codes sent by mail.
    pub code: Code,
    /// Users' certificates.
    pub certificate: Certificate,
    /// Mail before and after a certificate's end.
    pub notice: Notice,
    /// When the service is open.
    pub hours: Hours,
    /// TLS on the portal's port.
    pub tls: Tls,
    /// Bounds on what strangers may take up.
    pub limits: Limits,
    /// What documents are printed with.
    pub pdf: Pdf,
    /// What the service is called, and who helps.
    pub service: Service,
}

/// Hosts and ports.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where TLS is served.
    pub listen: SocketAddr,
    /// Name of the host that asks for a certificate.
    pub portal_host: String,
    /// Name of the host that never asks.
    pub enroll_host: String,
    /// CRL, CA certificates and the redirect, without TLS.
    pub plain_listen: SocketAddr,
    /// Health and metrics.
    pub admin_listen: SocketAddr,
    /// Threads of the front; 0 means one a core.
    pub threads: usize,
}

/// Where the state lies.
#[derive(Clone, Debug)]
pub struct Data {
    /// The data directory.
    pub dir: PathBuf,
    /// The main database.
    pub database: Database,
    /// File with the passphrase of the CA keys, if not the one in the data directory.
    pub passphrase_file: Option<PathBuf>,
    /// The passphrase itself, where `SEKISHO_CA_PASSPHRASE` or a prompt gave it.
    pub passphrase: Option<Secret>,
}

/// The main database.
#[derive(Clone, Debug)]
pub enum Database {
    /// The embedded one, in the data directory.
    Sqlite,
    /// A server, by URL (which may hold a password).
    Postgres(Secret),
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Folder or SMTP.
    pub transport: Transport,
    /// Address that mail comes from.
    pub from: String,
}

/// The way a message takes.
#[derive(Clone, Debug)]
pub enum Transport {
    /// One `.eml` file a message.
    Folder(PathBuf),
    /// An SMTP server.
    Smtp {
        /// Host name.
        host: String,
        /// Port.
        port: u16,
        /// Whether the connection is encrypted.
        security: SmtpSecurity,
        /// User name and file with the password, where the server wants them.
        login: Option<(String, PathBuf)>,
    },
}

/// How a connection to the SMTP server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Not at all; for a server on the same machine.
    None,
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// What wrong passwords lead to (R004-11..13).
#[derive(Clone, Copy, Debug)]
pub struct Lockout {
    /// The wrong password in a row that locks.
    pub failures: i64,
    /// How long a lock holds, in minutes.
    pub lock_minutes: i64,
    /// The lock in a row that closes for good.
    pub locks_to_close: i64,
}

/// The codes sent by mail (R004-67).
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// Decimal digits.
    pub digits: usize,
    /// Life in minutes.
    pub minutes: i64,
    /// Wrong entries until a new code is needed.
    pub tries: i64,
    /// Life in days of the code in the mail about a new account (R000-14).
    pub activation_days: i64,
}

/// Users' certificates.
#[derive(Clone, Copy, Debug)]
pub struct Certificate {
    /// Days of validity, counting the day of issue (R004-05).
    pub validity_days: i64,
    /// Days before the end from which renewal is possible (R004-81).
    pub renewal_days: i64,
    /// Whether a person may replace a file that was lost before its first use (R004-72).
    pub reissue_unused: bool,
}

/// TLS on the portal's port.
#[derive(Clone, Debug)]
pub struct Tls {
    /// Certificate chain and key from elsewhere for the portal host.
    pub portal_files: Option<(PathBuf, PathBuf)>,
    /// Whether TLS 1.2 is spoken too.
    pub allow_tls12: bool,
}

/// Bounds on what strangers may take up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Seconds until the handshake must be done.
    pub handshake_seconds: u64,
    /// Seconds until a request's header must be there.
    pub header_seconds: u64,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address.
    pub connections_per_address: usize,
    /// Bytes in a request's body.
    pub body_bytes: usize,
    /// Bytes of a file that is put in by page.
    pub upload_bytes: usize,
    /// Seconds that requests in flight have to end when the server stops.
    pub grace_seconds: u64,
}

impl Config {
    /// Reads `file` (or, when `None`, `config/sekisho.toml` if it is there) and
    /// the environment, and checks everything.
    ///
    /// # Errors
    /// Every problem found, each with its key and what to do.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, Vec<Problem>> {
        let mut config = values::read(file, environment)?.into_config()?;
        config.data.passphrase = environment.get("SEKISHO_CA_PASSPHRASE").map(Secret::from);
        Ok(config)
    }

    /// Each key with the value in force and where it comes from; secrets masked.
    ///
    /// # Errors
    /// As `load`.
    pub fn show(
        file: Option<&Path>,
        environment: &Environment,
    ) -> Result<Vec<Shown>, Vec<Problem>> {
        let read = values::read(file, environment)?;
        let shown = read.shown();
        read.into_config().map(|_| shown)
    }

    /// Moves the data directory, and with it the mail folder that lies in it.
    pub fn set_data_dir(&mut self, dir: PathBuf) {
        if let Transport::Folder(folder) = &mut self.mail.transport
            && *folder == self.data.dir.join("mail")
        {
            *folder = dir.join("mail");
        }
        self.data.dir = dir;
    }

    /// `https://HOST[:PORT]` of the portal.
    #[must_use]
    pub fn portal_url(&self) -> String {
        url("https", &self.server.portal_host, self.server.listen.port(), 443)
    }

    /// `https://HOST[:PORT]` of the registration host.
    #[must_use]
    pub fn enroll_url(&self) -> String {
        url("https", &self.server.enroll_host, self.server.listen.port(), 443)
    }

    /// `http://HOST[:PORT]` where CRL, OCSP answers and CA certificates are fetched. It
    /// stands in certificates, where a host is a full name or an address (RFC 5280
    /// §4.2.1.6): `localhost` becomes the latter.
    #[must_use]
    pub fn plain_url(&self) -> String {
        let listen = self.server.plain_listen;
        let host = match (self.server.portal_host.as_str(), listen.ip()) {
            ("localhost", ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
            ("localhost", IpAddr::V4(ip)) => ip.to_string(),
            ("localhost", IpAddr::V6(ip)) => format!("[{ip}]"),
            (name, _) => name.to_owned(),
        };
        url("http", &host, listen.port(), 80)
    }
}

fn url(scheme: &str, host: &str, port: u16, usual: u16) -> String {
    if port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
}

#[cfg(test)]
mod tests;
