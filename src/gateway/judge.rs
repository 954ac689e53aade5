//! Gathers what the table needs to know of one request, and asks it.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::request::Parts;
use tokio::time::timeout;

use super::decide::{Papers, Verdict, decide};
use super::handshake::Link;
use super::host::named_host;
use super::hygiene;
use super::peer::{Peer, Trust};
use super::site::Front;
use super::strict;
use crate::identity::hours::Closed;
use crate::identity::{Holder, Refusal};

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Ruling {
    /// It goes to the site, as this holder.
    Pass(Option<Arc<Holder>>),
    /// It is refused.
    Refuse(Refused),
    /// It cannot be served, whoever sent it.
    Fault(StatusCode),
}

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refused {
    /// The reason.
    pub(super) refusal: Refusal,
    /// The holder, where the certificate is one of ours.
    pub(super) holder: Option<Arc<Holder>>,
    /// Until when and why, when it is the hour that refuses.
    pub(super) closed: Option<Closed>,
}

/// How long a request waits for news of its certificate.
const NEWS: Duration = Duration::from_secs(2);

/// Judges the request that `parts` begin, as of now.
///
/// A certificate of our CA that nobody knows may have been issued a moment ago:
/// what happened since the last look is taken in before it is refused.
pub(super) async fn judge(front: &Front, link: &Link, parts: &Parts) -> Ruling {
    let ruling = judge_now(front, link, parts);
    let is_news = |refused: &Refused| refused.refusal == Refusal::CertificateUnknown;
    if !matches!(&ruling, Ruling::Refuse(refused) if is_news(refused)) || !is_ours(front, link) {
        return ruling;
    }
    // Late news are no news: the refusal stands.
    let _late = timeout(NEWS, front.lookup.look_again()).await;
    judge_now(front, link, parts)
}

fn is_ours(front: &Front, link: &Link) -> bool {
    match &link.peer {
        Peer::Absent => false,
        Peer::Presented(presented) => presented.judged(&front.classify).trust == Trust::Ours,
    }
}

fn judge_now(front: &Front, link: &Link, parts: &Parts) -> Ruling {
    if let Some(status) = strict::complaint(&parts.method) {
        return Ruling::Fault(status);
    }
    if let Err(status) = hygiene::check(parts, &front.limits_of(parts.uri.path())) {
        return Ruling::Fault(status);
    }
    let Some(host) = named_host(parts) else {
        return Ruling::Fault(StatusCode::BAD_REQUEST);
    };
    let right_host = host.eq_ignore_ascii_case(&link.authority);
    let access = (front.site.access)(&parts.method, parts.uri.path());
    let fresh = front.lookup.is_fresh();
    let known = link.peer.fingerprint().filter(|_| fresh).and_then(|f| front.lookup.find(f));
    let papers = match (&link.peer, &known) {
        (Peer::Absent, _) => Papers::None,
        (Peer::Presented(_), _) if !fresh => Papers::Unreadable,
        (Peer::Presented(_), Some(known)) => Papers::Listed(known),
        (Peer::Presented(presented), None) => Papers::Unlisted(presented.judged(&front.classify)),
    };
    let now = front.clock.now();
    let hours = known.as_ref().and_then(|known| known.hours);
    let open = hours.is_none_or(|hours| front.opening.is_open(hours, now));
    match decide(right_host, access, papers, open, now) {
        Verdict::Pass(holder) => Ruling::Pass(holder),
        Verdict::Refuse(refusal) => Ruling::Refuse(Refused {
            refusal,
            holder: known.map(|known| known.holder),
            closed: hours
                .filter(|_| refusal == Refusal::ClosedHours)
                .and_then(|hours| front.opening.closed(hours, now)),
        }),
        Verdict::Unready => Ruling::Fault(StatusCode::SERVICE_UNAVAILABLE),
    }
}
