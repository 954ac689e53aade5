//! Failures of the site itself, and the one place where they become an answer.

use std::error::Error as StdError;
use std::sync::Arc;

use axum::extract::Request;
use axum::extract::rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection};
use axum::http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::face::{Face, wants_json};
use super::shell::Frame;
use super::{closed, words};
use crate::identity::Refusal;
use crate::identity::hours::Closed;

/// Why a request could not be answered with its page. Handlers return it with `?`;
/// [`dress_errors`] gives it its face.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Nothing lies at this path, or it is not this person's.
    #[error("no such page")]
    NotFound,
    /// The path exists, but not for this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The body is larger than the page takes.
    #[error("body too large")]
    TooLarge,
    /// The path, the query or the body cannot be read.
    #[error("malformed request: {0}")]
    Malformed(String),
    /// The step was already taken or has not been reached: the browser's back or
    /// forward button, a second window. Carries the way on.
    #[error("stale step")]
    Stale {
        /// What the way on is called: 「最新の画面へ」.
        label: String,
        /// Where it leads.
        href: String,
    },
    /// The contract is not served at this hour.
    #[error("closed at this hour")]
    ClosedHours(Box<Closed>),
    /// The person's contract has no 入金グループ to work in yet.
    #[error("no deposit group")]
    NoGroup,
    /// The person may not use this page.
    #[error("forbidden")]
    Forbidden,
    /// The form's token is not this session's.
    #[error("form token does not match the session")]
    Csrf,
    /// Something we need is not to be had for the moment, such as the database.
    #[error("temporarily unavailable: {0}")]
    Busy(Arc<dyn StdError + Send + Sync>),
    /// Our own failure.
    #[error("internal failure: {0}")]
    Internal(Arc<dyn StdError + Send + Sync>),
}

impl Error {
    /// A failure of ours.
    pub fn internal(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Internal(Arc::new(source))
    }

    /// A failure that will pass.
    pub fn busy(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Busy(Arc::new(source))
    }

    /// A stale step, and the link `label` to `href` that leads on.
    pub fn stale(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Stale { label: label.into(), href: href.into() }
    }

    /// What the person is told.
    #[must_use]
    pub fn face(&self) -> Face {
        match self {
            Self::NotFound => words::not_found(),
            Self::MethodNotAllowed => words::method_not_allowed(),
            Self::TooLarge => words::too_large(),
            Self::Malformed(_) => words::malformed(),
            Self::Stale { label, href } => words::stale(label, href),
            Self::ClosedHours(closed) => closed::face(closed, false),
            Self::NoGroup => words::no_group(),
            Self::Forbidden => words::forbidden(),
            Self::Csrf => words::csrf(),
            Self::Busy(_) => words::busy(),
            Self::Internal(_) => words::internal(),
        }
    }

    /// Seconds after which to try again, where that is likely to help.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<i64> {
        match self {
            Self::Busy(_) => Some(30),
            Self::ClosedHours(closed) => Some(closed.retry_seconds),
            _ => None,
        }
    }

    /// The error behind a status that axum made itself.
    fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            StatusCode::BAD_REQUEST
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY => Some(Self::Malformed(status.to_string())),
            _ => None,
        }
    }

    fn log(&self, request_no: &str) {
        match self {
            Self::Internal(source) => {
                tracing::error!(request_no, error = %self, cause = %causes(&**source), "page failed");
            }
            Self::Busy(source) => {
                tracing::warn!(request_no, error = %self, cause = %causes(&**source), "page waits");
            }
            _ => tracing::debug!(request_no, error = %self, "page refused"),
        }
    }
}

/// The chain of causes below `error`, outermost first.
fn causes(error: &(dyn StdError + 'static)) -> String {
    let below = std::iter::successors(error.source(), |&cause| cause.source());
    below.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Where programs read why they were refused.
const REFUSAL: HeaderName = HeaderName::from_static("sekisho-refusal");

/// Carries the error to [`dress_errors`]; the body is empty until then.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.face().status.into_response();
        let refusal = match self {
            Self::Forbidden => Some(Refusal::Forbidden),
            Self::ClosedHours(_) => Some(Refusal::ClosedHours),
            _ => None,
        };
        if let Some(refusal) = refusal {
            response.headers_mut().insert(REFUSAL, HeaderValue::from_static(refusal.code()));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: gives every error its face, from the [`Frame`] in the request's
/// extensions. Answers that axum itself made without a page (no route, wrong
/// method, body too large) get theirs too.
pub async fn dress_errors(request: Request, next: Next) -> Response {
    let frame = request.extensions().get::<Frame>().cloned().unwrap_or_default();
    let as_json = wants_json(request.headers());
    let response = next.run(request).await;
    let Some(error) = error_of(&response) else { return response };
    error.log(&frame.request_no);
    let mut dressed = error.face().answer(&frame, as_json);
    keep_headers(dressed.headers_mut(), response.headers());
    if let Some(seconds) = error.retry_after_seconds() {
        dressed.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    dressed
}

/// As [`dress_errors`], for where there are no pages: the status in a line of text, in
/// English, as programs read it.
pub async fn tell_errors(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let Some(error) = error_of(&response) else { return response };
    error.log("");
    let status = error.face().status;
    let mut told = (status, format!("{status}\n")).into_response();
    keep_headers(told.headers_mut(), response.headers());
    told
}

fn error_of(response: &Response) -> Option<Error> {
    if let Some(error) = response.extensions().get::<Error>() {
        return Some(error.clone());
    }
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let bare = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    if bare { Error::of_status(response.status()) } else { None }
}

/// What the undressed answer said besides its body: `Allow`, `Set-Cookie`.
fn keep_headers(into: &mut HeaderMap, from: &HeaderMap) {
    for (name, value) in from {
        let describes_body = name.as_str().starts_with("content-");
        if !describes_body {
            into.append(name.clone(), value.clone());
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

impl From<FormRejection> for Error {
    fn from(rejection: FormRejection) -> Self {
        Self::rejected(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        Self::rejected(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Error {
    fn from(rejection: PathRejection) -> Self {
        Self::rejected(rejection.status(), rejection.body_text())
    }
}

impl From<BytesRejection> for Error {
    fn from(rejection: BytesRejection) -> Self {
        Self::rejected(rejection.status(), rejection.body_text())
    }
}

impl Error {
    fn rejected(status: StatusCode, why: String) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::header::{ACCEPT, ALLOW};
    use axum::routing::get;
    use axum::{Extension, Router, middleware};
    use tower::ServiceExt as _;

    fn site() -> Router {
        let frame = Frame { request_no: "R-77".into(), ..Frame::default() };
        Router::new()
            .route("/stale", get(async || Error::stale("続きへ", "/certificate")))
            .route("/busy", get(async || Error::busy(std::io::Error::other("pool"))))
            .route("/broken", get(async || Error::internal(std::io::Error::other("secret path"))))
            .layer(middleware::from_fn(dress_errors))
            .layer(Extension(frame))
    }

    async fn ask(method: &str, path: &str, accept: &str) -> (Response<()>, String) {
        let request = Request::builder().method(method).uri(path).header(ACCEPT, accept);
        let request = request.body(Body::empty()).expect("valid");
        let (parts, body) = site().oneshot(request).await.expect("infallible").into_parts();
        let body = to_bytes(body, 1 << 20).await.expect("read");
        (Response::from_parts(parts, ()), String::from_utf8(body.to_vec()).expect("UTF-8"))
    }

    #[tokio::test]
    async fn a_stale_step_shows_the_way_on() {
        // R004-21
        let (answer, body) = ask("GET", "/stale", "text/html").await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        assert!(body.contains("href=\"/certificate\""));
        assert!(body.contains("R-77"));
    }

    #[tokio::test]
    async fn a_failure_of_ours_does_not_show_its_inside() {
        let (answer, body) = ask("GET", "/broken", "text/html").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!body.contains("secret path"));
    }

    #[tokio::test]
    async fn a_program_gets_a_problem_document() {
        let (answer, body) = ask("GET", "/busy", "application/json").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[RETRY_AFTER], "30");
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(body["request_no"], "R-77");
        assert_eq!(body["status"], 503);
    }

    #[tokio::test]
    async fn what_the_router_refuses_gets_a_page_too() {
        let (answer, body) = ask("GET", "/nowhere", "text/html").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(body.contains("ページが見つかりません"));
        let (answer, body) = ask("DELETE", "/stale", "text/html").await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert!(answer.headers().contains_key(ALLOW));
        assert!(body.contains("<h1"));
    }
}
