//! What the gateway is given: the site behind it and whom to ask and tell.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use super::decide::Access;
use super::limits::Limits;
use super::peer::Classify;
use crate::base::{Clock, Moment};
use crate::identity::hours::{Closed, Opening};
use crate::identity::roster::Lookup;
use crate::identity::{Bearer, Caller, Holder, Host, Refusal};
use crate::tls;

/// Everything the front needs; shared by its threads.
#[derive(Clone)]
pub struct Front {
    /// The TLS configurations in force.
    pub tls: Arc<tls::Live>,
    /// The certificates we issued.
    pub lookup: Arc<dyn Lookup>,
    /// Whether a certificate that we did not issue at least comes from our CA.
    pub classify: Classify,
    /// What requests that pass reach.
    pub site: Site,
    /// Told of every refusal; called on the front's threads, so it must not block.
    pub on_refusal: Arc<dyn Fn(RefusalEvent) + Send + Sync>,
    /// When the service is open.
    pub opening: Arc<Opening>,
    /// What time it is.
    pub clock: Clock,
    /// Bounds on what strangers may take up.
    pub limits: Limits,
}

impl Front {
    /// The bounds on a request for `path`.
    #[must_use]
    pub fn limits_of(&self, path: &str) -> Limits {
        let mut limits = self.limits.clone();
        if (self.site.takes_files)(path) {
            limits.body_bytes = limits.file_bytes;
        }
        limits
    }
}

/// The site: its pages, what each asks for, and how it says no.
#[derive(Clone)]
pub struct Site {
    /// The pages. A request carries its `Caller` in the extensions.
    pub router: Router,
    /// What a method and path ask for.
    pub access: fn(&Method, &str) -> Access,
    /// Whether a path takes files.
    pub takes_files: fn(&str) -> bool,
    /// The path to which a person posts who has no certificate in this connection and
    /// wants to be asked again; must be open to all. On other connections it is a
    /// page of the router like any other.
    pub retry: &'static str,
    /// The page for a refusal; status and fields of the protocol are put on it here.
    pub refuse: Arc<dyn Fn(&Refused) -> Response + Send + Sync>,
    /// The page for a request that cannot be served whoever sends it.
    pub fault: Arc<dyn Fn(&Fault) -> Response + Send + Sync>,
}

/// A refused request, as its page needs it.
#[derive(Clone)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// Who sent it; without holder.
    pub caller: Caller,
    /// Whose certificate it is, where we issued it.
    pub bearer: Option<Bearer>,
    /// Until when and why, when it is the hour that refuses.
    pub closed: Option<Closed>,
    /// The request's fields, its cookies among them.
    pub headers: HeaderMap,
}

/// A request that cannot be served: malformed, too large, or while the database is
/// out of reach.
#[derive(Clone, Debug)]
pub struct Fault {
    /// 400, 405, 408, 413, 414, 417, 431, 500 or 503.
    pub status: StatusCode,
    /// Who sent it; without holder.
    pub caller: Caller,
}

/// A refusal, for the audit.
#[derive(Clone, Debug)]
pub struct RefusalEvent {
    /// When.
    pub at: Moment,
    /// Why.
    pub refusal: Refusal,
    /// Where from.
    pub ip: IpAddr,
    /// The host asked for.
    pub host: Host,
    /// The request's number.
    pub request_no: String,
    /// The method.
    pub method: Method,
    /// The path, without query.
    pub path: String,
    /// Whose certificate it was, where we issued it; else a stranger's.
    pub holder: Option<Arc<Holder>>,
    /// SHA-256 of the certificate presented.
    pub fingerprint: Option<[u8; 32]>,
}
