//! A front on a free port, with a throw-away CA, a roster that tests write, and a
//! tiny site that counts what reaches it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Extension, Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use hyper::body::Frame;
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use sekisho::base::{Calendar, Clock, Moment};
use sekisho::gateway::peer::Trust;
use sekisho::gateway::{Access, Front, Limits, Listeners, RefusalEvent, Site, serve};
use sekisho::identity::hours::{Opening, Plan as OpeningHours};
use sekisho::identity::roster::{Known, Lookup, Status};
use sekisho::identity::terms::Hours;
use sekisho::identity::{Bearer, Caller, Holder};
use sekisho::tls::{HostCertificate, Live, Plan};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Interval, interval, timeout};

use super::papers::{Authority, Paper, Usage, Wish};

/// A running front and everything a test may turn.
pub struct Stage {
    pub address: SocketAddr,
    pub clock: Clock,
    pub ours: Authority,
    pub roster: Arc<Roster>,
    /// Weekdays 8:00 to 20:00 for who keeps business hours.
    pub opening: Arc<Opening>,
    pub live: Arc<Live>,
    pub refusals: Arc<Mutex<Vec<RefusalEvent>>>,
    pub played: Arc<Played>,
    stop: Option<oneshot::Sender<()>>,
    running: JoinSet<Result<(), sekisho::gateway::Error>>,
}

/// What happened behind the front.
#[derive(Default)]
pub struct Played {
    /// Requests that reached the site.
    pub calls: AtomicUsize,
    /// Told when a request for `/slow` has come in.
    pub slow_began: Notify,
    /// Lets a request for `/slow` end.
    pub slow_may_end: Notify,
}

/// What tests say of certificates.
#[derive(Default)]
pub struct Roster {
    known: Mutex<HashMap<[u8; 32], Known>>,
    stale: AtomicBool,
}

impl Lookup for Roster {
    fn find(&self, fingerprint: &[u8; 32]) -> Option<Known> {
        self.known.lock().expect("not poisoned").get(fingerprint).cloned()
    }

    fn is_fresh(&self) -> bool {
        !self.stale.load(Ordering::SeqCst)
    }
}

impl Roster {
    /// Changes what is known of `paper`.
    pub fn change(&self, paper: &Paper, change: impl FnOnce(&mut Known)) {
        let mut known = self.known.lock().expect("not poisoned");
        change(known.get_mut(&paper.fingerprint()).expect("a known certificate"));
    }

    /// Says whether what is known is too old.
    pub fn set_stale(&self, stale: bool) {
        self.stale.store(stale, Ordering::SeqCst);
    }
}

fn hours() -> OpeningHours {
    OpeningHours {
        service_keeps_business_hours: true,
        open: 8 * 60,
        close: 20 * 60,
        calendar: Calendar::default(),
    }
}

/// 2026-11-21, noon in Japan.
pub fn noon() -> Moment {
    Moment::parse("2026-11-21T12:00:00+09:00").expect("valid")
}

impl Stage {
    /// A stage with ordinary limits, TLS 1.3 only.
    pub fn new() -> Self {
        Self::with(Limits::default(), false)
    }

    /// A stage with these limits.
    pub fn with(limits: Limits, allow_tls12: bool) -> Self {
        let clock = Clock::manual(noon());
        let ours = Authority::new("Sekisho", noon());
        let plan = plan(&ours, &clock, allow_tls12);
        let live = Arc::new(Live::new(plan).expect("a good plan"));
        let roster = Arc::new(Roster::default());
        let opening = Arc::new(Opening::new(hours()));
        let refusals = Arc::new(Mutex::new(Vec::new()));
        let played = Arc::new(Played::default());
        let told = Arc::clone(&refusals);
        let cas = ours.certificates();
        let front = Front {
            tls: Arc::clone(&live),
            lookup: Arc::clone(&roster) as Arc<dyn Lookup>,
            classify: Arc::new(move |chain| classify(&cas, chain)),
            site: site(Arc::clone(&played)),
            on_refusal: Arc::new(move |event| told.lock().expect("not poisoned").push(event)),
            opening: Arc::clone(&opening),
            clock: clock.clone(),
            limits,
        };
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let listeners = Listeners::bind(any_port, 2).expect("a free port");
        let address = listeners.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut running = JoinSet::new();
        running.spawn(serve(front, listeners, async {
            let _ = stopped.await;
        }));
        let stop = Some(stop);
        Self { address, clock, ours, roster, opening, live, refusals, played, stop, running }
    }

    /// A certificate of `name` that we issued and that is in good standing.
    pub fn issued(&self, name: &str) -> Paper {
        self.issued_as(Wish::client(name))
    }

    /// A certificate that we issued.
    pub fn issued_as(&self, wish: Wish<'_>) -> Paper {
        let paper = self.ours.issue(wish);
        let holder = Arc::new(Holder {
            bearer: Bearer::Person {
                user_id: format!("id-of-{}", wish.name),
                login_id: wish.name.to_owned(),
            },
            contract_no: "0001".to_owned(),
            serial: "01".to_owned(),
            fingerprint: paper.fingerprint(),
            not_after: paper.not_after,
            retiring: false,
        });
        let known = Known {
            holder,
            status: Status::Active,
            not_before: paper.not_before,
            not_after: paper.not_after,
            user_locked: false,
            closed: false,
            hours: Some(Hours::Always),
        };
        self.roster.known.lock().expect("not poisoned").insert(paper.fingerprint(), known);
        paper
    }

    /// How many requests reached the site.
    pub fn calls(&self) -> usize {
        self.played.calls.load(Ordering::SeqCst)
    }

    /// Tells the front to stop.
    pub fn say_stop(&mut self) {
        self.stop.take();
    }

    /// Waits until the front has stopped.
    pub async fn ended(&mut self) {
        let ended = timeout(Duration::from_secs(20), self.running.join_next()).await;
        let ended = ended.expect("stops in time").expect("runs").expect("does not panic");
        ended.expect("stops in good order");
    }
}

/// TLS settings with new server certificates of `authority`.
pub fn plan(authority: &Authority, clock: &Clock, allow_tls12: bool) -> Plan {
    let host = |name: &str| {
        let wish = Wish { usage: Some(Usage::Server), ..Wish::client(name) };
        let Paper { chain, key, .. } = authority.issue(wish);
        HostCertificate { name: name.to_owned(), chain, key }
    };
    Plan {
        portal: host("localhost"),
        enroll: host("enroll.localhost"),
        client_cas: authority.certificates(),
        allow_tls12,
        clock: clock.clone(),
    }
}

fn site(played: Arc<Played>) -> Site {
    let router = Router::new()
        .route("/", get(|| async { "top" }))
        .route("/help", get(|| async { "help" }))
        .route("/home", get(home))
        .route("/echo", post(|body: String| async move { format!("{} bytes", body.len()) }))
        .route("/slow", get(slow))
        .route("/panic", get(broken))
        .route("/drip", get(|| async { Body::new(Drip(interval(DROP))) }))
        .route("/large", get(|| async { vec![b'x'; 64 * 1024 * 1024] }))
        .fallback(any(|| async { "something" }))
        .layer(from_fn_with_state(Arc::clone(&played), count))
        .with_state(played);
    Site {
        router,
        takes_files: |_| false,
        access: |_: &Method, path| match path {
            "/" => Access::Front,
            "/help" | "/help/again" => Access::Public,
            _ => Access::Certificate,
        },
        retry: "/help/again",
        refuse: Arc::new(|refused| {
            let person = refused.bearer.as_ref().map_or("nobody", Bearer::name);
            format!("refused {} {person}", refused.caller.request_no).into_response()
        }),
        fault: Arc::new(|fault| format!("fault {}", fault.caller.request_no).into_response()),
    }
}

async fn count(State(played): State<Arc<Played>>, request: Request, next: Next) -> Response {
    played.calls.fetch_add(1, Ordering::SeqCst);
    next.run(request).await
}

async fn home(Extension(caller): Extension<Caller>) -> String {
    caller.holder.map_or("nobody".to_owned(), |holder| holder.name().to_owned())
}

async fn slow(State(played): State<Arc<Played>>) -> &'static str {
    played.slow_began.notify_one();
    played.slow_may_end.notified().await;
    "at last"
}

/// Time between two drops of `/drip`.
const DROP: Duration = Duration::from_millis(20);

/// A download that goes on and on.
struct Drip(Interval);

impl HttpBody for Drip {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_tick(cx).map(|_| Some(Ok(Frame::data(Bytes::from_static(b"drop\n")))))
    }
}

async fn broken() -> &'static str {
    panic!("a test's panic")
}

/// What a chain is worth, by rustls's own verifier at the certificate's last second.
fn classify(cas: &[CertificateDer<'static>], chain: &[CertificateDer<'_>]) -> Trust {
    use x509_parser::prelude::{FromDer, X509Certificate};
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(cas.iter().cloned());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let verifier = verifier.build().expect("roots");
    let (_, leaf) = X509Certificate::from_der(&chain[0]).expect("parses");
    let last = u64::try_from(leaf.validity().not_after.timestamp()).expect("after 1970");
    let at = UnixTime::since_unix_epoch(Duration::from_secs(last));
    let for_clients = leaf.extended_key_usage().ok().flatten().is_some_and(|u| u.value.client_auth);
    match verifier.verify_client_cert(&chain[0], &chain[1..], at) {
        Ok(_) if for_clients => Trust::Ours,
        Err(rustls::Error::InvalidCertificate(
            rustls::CertificateError::InvalidPurpose
            | rustls::CertificateError::InvalidPurposeContext { .. },
        ))
        | Ok(_) => Trust::WrongPurpose,
        Err(_) => Trust::Foreign,
    }
}
