//! The two server configurations and the choice between them.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::{ClientHello, NoServerSessionStorage, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{DistinguishedName, ServerConfig, SupportedProtocolVersion};
use x509_parser::parse_x509_certificate;

use super::verifier::Lenient;
use crate::base::Clock;

/// One host's name, certificate chain (its own first) and key.
#[derive(Debug)]
pub struct HostCertificate {
    /// The host's name (or IP address), as in the configuration.
    pub name: String,
    /// Certificates to send, the host's own first.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key of the first.
    pub key: PrivateKeyDer<'static>,
}

/// What the configurations are made from.
#[derive(Debug)]
pub struct Plan {
    /// The host that asks for a certificate.
    pub portal: HostCertificate,
    /// The host that never asks.
    pub enroll: HostCertificate,
    /// The CA certificates below which clients' certificates lie, issuing and root:
    /// their subjects are sent, so that browsers offer only ours.
    pub client_cas: Vec<CertificateDer<'static>>,
    /// Whether TLS 1.2 is spoken besides 1.3.
    pub allow_tls12: bool,
    /// What time it is.
    pub clock: Clock,
}

/// Why a plan cannot be put in force; all of them are the operator's to mend.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key file does not belong to the certificate, or cannot be used.
    #[error("the server key for {host} cannot be used with its certificate: {source}")]
    Key {
        /// The host's name.
        host: String,
        /// What rustls says.
        source: rustls::Error,
    },
    /// The certificate is for other names.
    #[error("the server certificate for {host} does not name it: {source}")]
    Name {
        /// The host's name.
        host: String,
        /// What rustls says.
        source: rustls::Error,
    },
    /// The name of a host is neither a DNS name nor an address.
    #[error("{host:?} is not a name that a host can have")]
    Host {
        /// What was given.
        host: String,
    },
    /// A file given as CA certificate is not one.
    #[error("a CA certificate cannot be read")]
    Ca,
    /// Without CA there would be nobody to let in.
    #[error("no CA certificate is given for clients")]
    NoCa,
    /// The TLS library refuses the settings.
    #[error("TLS cannot be configured: {0}")]
    Settings(#[from] rustls::Error),
}

/// The configurations in force together.
#[derive(Debug)]
pub struct Servers {
    portal: Arc<ServerConfig>,
    enroll: Arc<ServerConfig>,
    nobody: Arc<ServerConfig>,
    portal_name: Arc<str>,
    enroll_name: Arc<str>,
}

/// What a connection gets.
#[derive(Debug)]
pub enum Choice {
    /// The portal's configuration.
    Portal(Arc<ServerConfig>),
    /// The registration host's.
    Enroll(Arc<ServerConfig>),
    /// One that ends the handshake with an alert: the name is none of ours.
    Nobody(Arc<ServerConfig>),
}

impl Servers {
    /// Checks `plan` and makes the configurations.
    pub fn build(plan: Plan) -> Result<Self, Error> {
        let maker = Maker::new(&plan);
        let hints = plan.client_cas.iter().map(subject_of).collect::<Result<Vec<_>, _>>()?;
        if hints.is_empty() {
            return Err(Error::NoCa);
        }
        Ok(Self {
            portal_name: lower(&plan.portal.name),
            enroll_name: lower(&plan.enroll.name),
            portal: maker.config(Some(plan.portal), Some(hints))?,
            enroll: maker.config(Some(plan.enroll), None)?,
            nobody: maker.config(None, None)?,
        })
    }

    /// The configuration for a connection that asks for `server_name`; without a
    /// name the portal's, which is the stricter.
    #[must_use]
    pub fn choose(&self, server_name: Option<&str>) -> Choice {
        let is = |ours: &str, name: &str| ours.eq_ignore_ascii_case(name);
        match server_name.map(|name| name.strip_suffix('.').unwrap_or(name)) {
            None => Choice::Portal(Arc::clone(&self.portal)),
            Some(name) if is(&self.portal_name, name) => Choice::Portal(Arc::clone(&self.portal)),
            Some(name) if is(&self.enroll_name, name) => Choice::Enroll(Arc::clone(&self.enroll)),
            Some(_) => Choice::Nobody(Arc::clone(&self.nobody)),
        }
    }

    /// The portal's name, lower case.
    #[must_use]
    pub fn portal_name(&self) -> Arc<str> {
        Arc::clone(&self.portal_name)
    }

    /// The registration host's name, lower case.
    #[must_use]
    pub fn enroll_name(&self) -> Arc<str> {
        Arc::clone(&self.enroll_name)
    }
}

/// The subject of `certificate`, byte for byte: string types matter to those who
/// compare names.
pub fn subject_of(certificate: &CertificateDer<'static>) -> Result<DistinguishedName, Error> {
    let (_, parsed) = parse_x509_certificate(certificate).map_err(|_| Error::Ca)?;
    Ok(DistinguishedName::from(parsed.tbs_certificate.subject.as_raw().to_vec()))
}

fn lower(name: &str) -> Arc<str> {
    name.to_ascii_lowercase().into()
}

static TLS13_ONLY: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];

/// What all configurations have in common.
struct Maker {
    provider: Arc<CryptoProvider>,
    versions: &'static [&'static SupportedProtocolVersion],
    time: Arc<Time>,
}

impl Maker {
    fn new(plan: &Plan) -> Self {
        Self {
            provider: Arc::new(aws_lc_rs::default_provider()),
            versions: if plan.allow_tls12 { rustls::ALL_VERSIONS } else { TLS13_ONLY },
            time: Arc::new(Time(plan.clock.clone())),
        }
    }

    /// A configuration with `host`'s certificate that asks clients for one below
    /// `hints`; without `host` one that refuses every handshake.
    fn config(
        &self,
        host: Option<HostCertificate>,
        hints: Option<Vec<DistinguishedName>>,
    ) -> Result<Arc<ServerConfig>, Error> {
        let key = host.map(|host| self.certified(host)).transpose()?.map(Arc::new);
        let time: Arc<dyn TimeProvider> = Arc::clone(&self.time) as _;
        let builder = ServerConfig::builder_with_details(Arc::clone(&self.provider), time)
            .with_protocol_versions(self.versions)?;
        let asks = hints.is_some();
        let builder = match hints {
            Some(hints) => builder.with_client_cert_verifier(Arc::new(Lenient::new(
                hints,
                Arc::clone(&self.provider),
            ))),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(One(key)));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.max_early_data_size = 0;
        config.require_ems = true;
        // What a connection that is told `certificate_required` ends with is sealed
        // by us (`alert`); its keys are taken at its end, and no others.
        config.enable_secret_extraction = asks;
        Ok(Arc::new(config))
    }

    fn certified(&self, host: HostCertificate) -> Result<CertifiedKey, Error> {
        let HostCertificate { name, chain, key } = host;
        let subject = ServerName::try_from(name.as_str())
            .map_err(|_| Error::Host { host: name.clone() })?
            .to_owned();
        let certified = CertifiedKey::from_der(chain, key, &self.provider)
            .map_err(|source| Error::Key { host: name.clone(), source })?;
        let named = |source| Error::Name { host: name.clone(), source };
        let leaf = certified.end_entity_cert().map_err(named)?;
        let leaf = ParsedCertificate::try_from(leaf).map_err(named)?;
        rustls::client::verify_server_name(&leaf, &subject).map_err(named)?;
        Ok(certified)
    }
}

/// Presents one certificate, or none and so ends the handshake.
#[derive(Debug)]
struct One(Option<Arc<CertifiedKey>>);

impl ResolvesServerCert for One {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }
}

/// The program's clock, as rustls asks it.
#[derive(Debug)]
struct Time(Clock);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().unix()).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;

    fn host(name: &str) -> HostCertificate {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        HostCertificate { name: name.to_owned(), chain: vec![made.cert.der().clone()], key }
    }

    fn servers() -> Servers {
        let ca = host("a CA").chain;
        let clock = Clock::manual(Moment::from_unix(0));
        let (portal, enroll) = (host("Portal.Example"), host("enroll.example"));
        let plan = Plan { portal, enroll, client_cas: ca, allow_tls12: false, clock };
        Servers::build(plan).expect("a good plan")
    }

    #[test]
    fn names_choose_without_regard_to_case_and_trailing_dot() {
        let servers = servers();
        for name in [None, Some("portal.example"), Some("PORTAL.example"), Some("portal.example.")]
        {
            assert!(matches!(servers.choose(name), Choice::Portal(_)), "{name:?}");
        }
        for name in ["enroll.example", "ENROLL.EXAMPLE", "enroll.example."] {
            assert!(matches!(servers.choose(Some(name)), Choice::Enroll(_)), "{name}");
        }
        for name in ["", ".", "example", "x.portal.example", "portal.example..", "*.example"] {
            assert!(matches!(servers.choose(Some(name)), Choice::Nobody(_)), "{name}");
        }
    }

    #[test]
    fn nothing_is_left_with_which_a_session_could_be_resumed() {
        let servers = servers();
        for config in [&servers.portal, &servers.enroll, &servers.nobody] {
            assert!(!config.session_storage.can_cache() && !config.ticketer.enabled());
            assert_eq!((config.send_tls13_tickets, config.max_early_data_size), (0, 0));
        }
    }
}
