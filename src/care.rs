//! The certificates in force: put there at the start, renewed in time, and
//! exchanged while requests go on when their files change.
//!
//! Watched are the issuing CAs, our server certificates and `tls.certificate`. What
//! is broken changes nothing: what was in force stays, and the log says why.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::time::{Instant, sleep};

use crate::app::ca::{Served, is_mismatch};
use crate::app::{App, Ca, CaError, Folder, issuing_name};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::tls::{self, HostCertificate, Live, Plan};

/// How often we look whether a file has changed.
const LOOK: Duration = Duration::from_millis(500);
/// How often we look whether a server certificate ends soon.
const RENEWAL_MINUTES: i64 = 60;
/// How long until what failed is tried again, if no file changes before.
const AGAIN: Duration = Duration::from_secs(30);

/// Why certificates cannot be put in force.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The CA's or a server's files.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] tls::Error),
    /// `tls.certificate` or `tls.key`.
    #[error("{0}: {1}")]
    PortalFile(String, String),
}

/// What keeps the certificates in force fresh.
pub struct Care {
    live: Arc<Live>,
    seen: Stamp,
    /// When what failed is tried again.
    again_at: Option<Instant>,
    /// When server certificates are looked at again.
    renewal_at: Moment,
}

impl Care {
    /// Puts in force what is there, after renewing what ends soon.
    pub async fn begin(app: &App) -> Result<Self, Error> {
        renew(app, Folder::renew_server).await;
        let mut first = plan(app, &app.ca.get());
        if matches!(&first, Err(Error::Ca(error)) if is_mismatch(error)) {
            renew(app, Folder::mend_server).await;
            first = plan(app, &app.ca.get());
        }
        let seen = Stamp::of(&Folder::of(&app.config));
        let live = Arc::new(Live::new(first?)?);
        Ok(Self { live, seen, again_at: None, renewal_at: next_renewal(app) })
    }

    /// What new connections are served with.
    #[must_use]
    pub fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live)
    }

    /// Goes on until the program stops.
    pub async fn keep(mut self, app: App) {
        loop {
            tokio::select! {
                () = sleep(LOOK) => self.look(&app).await,
                () = app.tasks.stopping() => return,
            }
        }
    }

    async fn look(&mut self, app: &App) {
        let folder = Folder::of(&app.config);
        let Some(now) = app.tasks.blocking(move || Stamp::of(&folder)).await else { return };
        let again = self.again_at.is_some_and(|at| at <= Instant::now());
        if now != self.seen || again {
            let whole = again || now.cas != self.seen.cas;
            self.seen = now;
            self.exchange(app, whole).await;
            self.renewal_at = app.clock.now();
        }
        if self.renewal_at <= app.clock.now() {
            self.renewal_at = next_renewal(app);
            let failed = self.again_at.is_some();
            renew(app, if failed { Folder::mend_server } else { Folder::renew_server }).await;
        }
    }

    /// Opens what is there now, the CA too if `whole`; all of it comes in force, or nothing.
    async fn exchange(&mut self, app: &App, whole: bool) {
        let (of_app, live) = (app.clone(), self.live());
        let open = move || -> Result<(), Error> {
            let fresh = whole.then(|| Ca::open(&of_app.config)).transpose()?;
            let plan = match &fresh {
                Some(ca) => plan(&of_app, ca)?,
                None => plan(&of_app, &of_app.ca.get())?,
            };
            live.replace(plan)?;
            if let Some(ca) = fresh {
                of_app.ca.replace(ca);
            }
            Ok(())
        };
        let done = app.tasks.blocking(open).await;
        self.again_at = match done {
            Some(Ok(())) => {
                let generation = app.ca.get().current().number;
                tracing::info!(generation, "changed certificates are in force");
                None
            }
            Some(Err(error)) => {
                tracing::error!(%error, "changed certificates are not taken; the old stay in force");
                Some(Instant::now() + AGAIN)
            }
            None => None,
        };
    }
}

fn next_renewal(app: &App) -> Moment {
    app.clock.now().plus_minutes(RENEWAL_MINUTES)
}

/// Issues a host's server certificate anew where that is due, and says whether it was.
type Renewal = fn(&Folder, &str, Moment) -> Result<bool, CaError>;

/// Has our own server certificates renewed. One that is missing is left to `init`: a
/// gateway without its certificate does not start.
async fn renew(app: &App, renewal: Renewal) {
    let folder = Folder::of(&app.config);
    let own = folder.served().iter().filter(|served| served.files.is_none());
    for Served { host, .. } in own.filter(|served| served.certificate_path(&folder).exists()) {
        let (of_folder, of_host, now) = (folder.clone(), host.clone(), app.clock.now());
        match app.tasks.blocking(move || renewal(&of_folder, &of_host, now)).await {
            Some(Ok(true)) => {
                tracing::info!(host, "the server certificate was renewed");
                if let Err(error) = note_renewal(app, host).await {
                    tracing::error!(%error, "a renewal is not written down");
                }
            }
            Some(Ok(false)) | None => {}
            Some(Err(error)) => tracing::error!(%error, host, "the certificate is not renewed"),
        }
    }
}

async fn note_renewal(app: &App, host: &str) -> Result<(), crate::db::Error> {
    let mut tx = app.db.begin().await?;
    let event = Event {
        actor: "system",
        action: "server-certificate-renew",
        target: Some(host),
        ..Event::default()
    };
    audit::record(&mut tx, app.clock.now(), &event).await?;
    tx.commit().await
}

/// What the watched files look like from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    cas: Vec<Look>,
    servers: Vec<Look>,
}

/// A file, when it was written and how long it is; `None` if it is not there.
type Look = (PathBuf, Option<(SystemTime, u64)>);

impl Stamp {
    fn of(folder: &Folder) -> Self {
        let generations = folder.generations().unwrap_or_default();
        let cas = generations.into_iter().map(|n| folder.certificate_path(&issuing_name(n)));
        let pair = |served: &Served| [served.certificate_path(folder), served.key_path(folder)];
        Self {
            cas: cas.map(look).collect(),
            servers: folder.served().iter().flat_map(pair).map(look).collect(),
        }
    }
}

fn look(path: PathBuf) -> Look {
    let seen = fs::metadata(&path).and_then(|meta| Ok((meta.modified()?, meta.len()))).ok();
    (path, seen)
}

fn plan(app: &App, ca: &Ca) -> Result<Plan, Error> {
    let folder = Folder::of(&app.config);
    let hosts = folder.served().iter().map(|served| match &served.files {
        Some((certificate, key)) => from_files(&served.host, certificate, key),
        None => own(&folder, &served.host),
    });
    let mut hosts = hosts.collect::<Result<Vec<_>, _>>()?.into_iter();
    let missing = || CaError::Missing(folder.tls());
    Ok(Plan {
        portal: hosts.next().ok_or_else(missing)?,
        enroll: hosts.next().ok_or_else(missing)?,
        client_cas: hints(ca),
        allow_tls12: app.config.tls.allow_tls12,
        clock: app.clock.clone(),
    })
}

/// The CAs whose names browsers are told: the issuing CAs and what stands above them.
fn hints(ca: &Ca) -> Vec<CertificateDer<'static>> {
    ca.anchors().into_iter().map(CertificateDer::from).collect()
}

fn own(folder: &Folder, host: &str) -> Result<HostCertificate, Error> {
    let identity = folder.server(host)?;
    Ok(HostCertificate {
        name: host.to_owned(),
        chain: identity.chain.into_iter().map(CertificateDer::from).collect(),
        key: PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.to_vec())),
    })
}

fn from_files(host: &str, certificate: &Path, key: &Path) -> Result<HostCertificate, Error> {
    let wrong = |path: &Path| {
        let name = path.display().to_string();
        move |error: rustls::pki_types::pem::Error| Error::PortalFile(name, error.to_string())
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(wrong(certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(wrong(key))?;
    Ok(HostCertificate { name: host.to_owned(), chain, key })
}
