//! Answers one request: judged, then served by the site or refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, Version, header};
use axum::response::Response;
use data_encoding::BASE32_NOPAD;
use hyper::body::Incoming;
use tokio::time::Instant;
use tower::ServiceExt;

use super::body::upload;
use super::handshake::Link;
use super::judge::{self, Ruling, judge};
use super::problem::{problem, wants_json};
use super::site::{Fault, Front, RefusalEvent, Refused};
use crate::base::id::random_bytes;
use crate::identity::{Caller, Holder, Refusal};

const REFUSAL: HeaderName = HeaderName::from_static("sekisho-refusal");
/// Characters of a path that the log keeps.
const LOGGED_PATH: usize = 200;

/// Answers `request`, which came on `link`.
pub(super) async fn answer(front: &Front, link: &Link, request: Request<Incoming>) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let mut caller = Caller {
        ip: link.ip,
        host: link.host,
        request_no: BASE32_NOPAD.encode(&random_bytes::<5>()),
        holder: None,
    };
    let entry = Entry::of(&parts, &caller);
    let (version, is_head) = (parts.version, parts.method == Method::HEAD);
    let mut response = match judge(front, link, &parts).await {
        Ruling::Pass(None) if asks_again(front, link, &parts) => {
            link.ask_again();
            // Nobody reads this: the connection ends in its place (`parting`).
            closed(version, Response::new(Body::empty()))
        }
        Ruling::Pass(holder) => {
            if holder.is_some() {
                link.switch.entitle();
            }
            caller.holder = holder;
            serve(front, parts, body, caller.clone()).await
        }
        Ruling::Refuse(refused) => {
            // A connection whose certificate is no good has nothing more to say; one that
            // was taken for another host's, or came at the wrong hour, may go on.
            if !matches!(refused.refusal, Refusal::WrongHost | Refusal::ClosedHours) {
                link.switch.end();
            }
            closed(version, refuse(front, link, &parts, refused, &caller))
        }
        Ruling::Fault(status) => {
            let json = wants_json(&parts.headers);
            closed(version, fault(front, status, caller.clone(), json))
        }
    };
    if is_head {
        strip_body(&mut response);
    }
    entry.write(&response, caller.holder.as_deref(), started);
    response
}

/// Whether the request asks to be asked for a certificate again, and can be. Other
/// sites' pages cannot ask it of a visitor.
fn asks_again(front: &Front, link: &Link, parts: &Parts) -> bool {
    let from = parts.headers.get("sec-fetch-site");
    link.can_ask_again()
        && parts.method == Method::POST
        && parts.uri.path() == front.site.retry
        && from.is_none_or(|from| from == "same-origin")
}

/// Has the site serve the request.
async fn serve(front: &Front, mut parts: Parts, body: Incoming, caller: Caller) -> Response {
    // Whoever asks for another protocol is answered in this one (RFC 9110 §7.8).
    parts.headers.remove(header::UPGRADE);
    parts.extensions.insert(caller.clone());
    let json = wants_json(&parts.headers);
    let most = front.limits_of(parts.uri.path()).body_bytes;
    let body = upload(body, most, front.limits.stall);
    let router: Router = front.site.router.clone();
    let served = Caught(Box::pin(router.oneshot(Request::from_parts(parts, body)))).await;
    match served {
        Some(Ok(response)) => response,
        None => fault(front, StatusCode::INTERNAL_SERVER_ERROR, caller, json),
    }
}

/// The answer to a refused request; the refusal is reported.
fn refuse(
    front: &Front,
    link: &Link,
    parts: &Parts,
    refused: judge::Refused,
    caller: &Caller,
) -> Response {
    let judge::Refused { refusal, holder, closed } = refused;
    let retry = closed.as_ref().map(|closed| HeaderValue::from(closed.retry_seconds));
    let bearer = holder.as_ref().map(|holder| holder.bearer.clone());
    (front.on_refusal)(RefusalEvent {
        at: front.clock.now(),
        refusal,
        ip: link.ip,
        host: link.host,
        request_no: caller.request_no.clone(),
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        holder,
        fingerprint: link.peer.fingerprint().copied(),
    });
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = if wants_json(&parts.headers) {
        problem(status, refusal.code(), &caller.request_no)
    } else {
        let (caller, headers) = (caller.clone(), parts.headers.clone());
        (front.site.refuse)(&Refused { refusal, caller, bearer, closed, headers })
    };
    *response.status_mut() = status;
    response.headers_mut().insert(REFUSAL, HeaderValue::from_static(refusal.code()));
    if let Some(retry) = retry {
        response.headers_mut().insert(header::RETRY_AFTER, retry);
    }
    uncached(response)
}

/// The answer to a request that cannot be served.
fn fault(front: &Front, status: StatusCode, caller: Caller, json: bool) -> Response {
    let mut response = if json {
        let reason = status.canonical_reason().unwrap_or("fault");
        problem(status, &reason.to_ascii_lowercase().replace(' ', "-"), &caller.request_no)
    } else {
        (front.site.fault)(&Fault { status, caller })
    };
    *response.status_mut() = status;
    let fields = response.headers_mut();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        fields.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        fields.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    uncached(response)
}

fn uncached(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// On HTTP/1 nothing more is read from the connection: the rest of this request
/// may still lie in it.
fn closed(version: Version, mut response: Response) -> Response {
    if version != Version::HTTP_2 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// RFC 9110 §9.3.2: the same fields as for GET, no content.
fn strip_body(response: &mut Response) {
    let length = response.body().size_hint().exact();
    *response.body_mut() = Body::empty();
    if let Some(length) = length {
        let fields = response.headers_mut();
        fields.entry(header::CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
}

/// What the log says of a request: no query, no fields, no body.
struct Entry {
    method: Method,
    path: String,
    request_no: String,
}

impl Entry {
    fn of(parts: &Parts, caller: &Caller) -> Self {
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().chars().take(LOGGED_PATH).collect(),
            request_no: caller.request_no.clone(),
        }
    }

    fn write(&self, response: &Response, holder: Option<&Holder>, started: Instant) {
        let refusal = response.headers().get(REFUSAL).and_then(|code| code.to_str().ok());
        tracing::info!(
            request = %self.request_no,
            method = %self.method,
            path = %self.path,
            status = response.status().as_u16(),
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            user = holder.map(|holder| holder.user_id().unwrap_or_else(|| holder.name())),
            refusal,
        );
    }
}

/// A future whose panic is an answer: `None`.
struct Caught<F>(Pin<Box<F>>);

impl<F: Future> Future for Caught<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    }
}
