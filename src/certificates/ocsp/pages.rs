//! `POST /ocsp` and `GET /ocsp/BASE64` (RFC 6960 appendix A).

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::{BASE64, BASE64_NOPAD};
use percent_encoding::percent_decode_str;

use super::{Answer, Responder};
use crate::app::App;
use crate::certificates::fresh::Fresh;

const KIND: &str = "application/ocsp-response";
/// A request about one certificate has about 120 bytes.
const MOST_BYTES: usize = 8 * 1024;

/// Answers, for anybody.
pub fn router() -> Router<App> {
    let responder = Responder::default();
    let of_get = responder.clone();
    let posted = async move |State(app): State<App>, body: Result<Bytes, BytesRejection>| {
        submit_request(&responder, &app, body).await
    };
    let got = async move |State(app): State<App>, uri: Uri, headers: HeaderMap| {
        show_answer(&of_get, &app, &uri, &headers).await
    };
    Router::new()
        .route("/ocsp", post(posted))
        .route("/ocsp/{*request}", get(got))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

async fn submit_request(
    responder: &Responder,
    app: &App,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match body {
        Ok(body) => bare(responder.answer(app, &body).await),
        Err(BytesRejection::FailedToBufferBody(_)) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn show_answer(responder: &Responder, app: &App, uri: &Uri, asked: &HeaderMap) -> Response {
    let answer = responder.answer(app, &decode(uri.path())).await;
    let Some(times) = answer.times else { return bare(answer) };
    let fresh = Fresh {
        kind: KIND,
        body: answer.der,
        signed_at: times.this_update,
        until: times.next_update,
        // RFC 5019 §6.2; who knows max-age asks again sooner.
        expires: Some(times.next_update),
    };
    fresh.answer(asked, app.clock.now())
}

fn bare(answer: Answer) -> Response {
    ([(CONTENT_TYPE, KIND), (CACHE_CONTROL, "no-store")], answer.der).into_response()
}

/// The request in a path; empty, which is malformed, when there is none. Some clients
/// leave the padding out, and some the escapes.
fn decode(path: &str) -> Vec<u8> {
    let text = path.strip_prefix("/ocsp/").unwrap_or_default();
    let text: Vec<u8> = percent_decode_str(text).collect();
    if text.len() > MOST_BYTES {
        return Vec::new();
    }
    let read = BASE64.decode(&text).or_else(|_| BASE64_NOPAD.decode(&text));
    read.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_from_a_path_in_every_spelling() {
        for path in ["/ocsp/%2Bw%3D%3D", "/ocsp/+w==", "/ocsp/+w", "/ocsp/%2bw"] {
            assert_eq!(decode(path), [0xfb], "{path}");
        }
        for slash in ["/ocsp//w==", "/ocsp/%2Fw%3D%3D"] {
            assert_eq!(decode(slash), [0xff], "{slash}");
        }
        for rubbish in ["/ocsp/", "/ocsp/a", "/ocsp/%", "/ocsp/%zz", "/ocsp/é", "/other"] {
            assert!(decode(rubbish).is_empty(), "{rubbish}");
        }
        assert!(decode(&format!("/ocsp/{}", "A".repeat(20_000))).is_empty());
    }
}
