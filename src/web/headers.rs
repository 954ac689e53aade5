//! Headers that keep a page to itself.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Middleware: adds the headers below to every answer that does not set them itself.
pub async fn protect(request: Request, next: Next) -> Response {
    let named = names_a_public_host(&request);
    let mut response = next.run(request).await;
    secure(response.headers_mut(), named);
    response
}

/// Adds to `headers` whatever of the protection is missing. `Strict-Transport-Security`
/// only with `hsts`.
pub fn secure(headers: &mut HeaderMap, hsts: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if hsts {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(value);
    }
}

/// Everything from this host, nothing inline, nothing framed.
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     script-src 'self'; form-action 'self'; connect-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 9] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Edge's IE mode knows no `frame-ancestors` (R004-17).
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Whether the request was for a real name. A browser that once learnt to use
/// HTTPS for `localhost` would refuse everything else that runs there.
fn names_a_public_host(request: &Request) -> bool {
    let from_uri = request.uri().host();
    let from_header = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let Some(host) = from_uri.or(from_header) else { return false };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
    let local = name == "localhost" || name.ends_with(".localhost");
    let address = name.starts_with('[') || name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    !local && !address
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn asked(host: &str) -> bool {
        let request = Request::builder().header(HOST, host).body(Body::empty()).expect("valid");
        names_a_public_host(&request)
    }

    #[test]
    fn only_real_names_are_bound_to_https() {
        assert!(asked("portal.example.jp:8443"));
        for local in ["localhost:8443", "enroll.localhost", "127.0.0.1:8443", "[::1]:8443"] {
            assert!(!asked(local), "{local}");
        }
    }

    #[test]
    fn what_an_answer_says_itself_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
        secure(&mut headers, true);
        assert_eq!(headers[CACHE_CONTROL], "public");
        assert_eq!(headers["x-robots-tag"], "noindex, nofollow"); // R004-20
        assert_eq!(headers[STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    }

    #[test]
    fn nothing_inline_is_allowed() {
        assert!(!CONTENT_POLICY.contains("unsafe"));
        assert!(CONTENT_POLICY.starts_with("default-src 'none'"));
    }
}
