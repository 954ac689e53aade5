//! What every request must be like before anybody looks at who sent it.

use axum::http::request::Parts;
use axum::http::uri::Scheme;
use axum::http::{Method, StatusCode, header};

use super::limits::Limits;

/// Refuses what is malformed, too large or of a kind that is not served; the
/// status says what it is. Nothing is repaired: a path means exactly its bytes.
pub(super) fn check(parts: &Parts, limits: &Limits) -> Result<(), StatusCode> {
    if !matches!(parts.method, Method::GET | Method::HEAD | Method::POST) {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let uri = &parts.uri;
    if uri.path_and_query().map_or(0, |target| target.as_str().len()) > limits.uri_bytes {
        return Err(StatusCode::URI_TOO_LONG);
    }
    let over_tls = uri.scheme().is_none_or(|scheme| *scheme == Scheme::HTTPS);
    let plain_query = uri.query().unwrap_or("").bytes().all(is_visible);
    if !over_tls || !plain_query || !is_plain_path(uri.path()) {
        return Err(StatusCode::BAD_REQUEST);
    }
    check_body(parts, limits)
}

fn check_body(parts: &Parts, limits: &Limits) -> Result<(), StatusCode> {
    let mut expectations = parts.headers.get_all(header::EXPECT).iter();
    if !expectations.all(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Err(StatusCode::EXPECTATION_FAILED);
    }
    let mut lengths = parts.headers.get_all(header::CONTENT_LENGTH).iter();
    let Some(length) = lengths.next() else { return Ok(()) };
    let digits = length.as_bytes();
    if lengths.next().is_some() || digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let bytes = length.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
    if bytes > limits.body_bytes {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    Ok(())
}

/// Whether `path` can be read in one way only: it begins with `/`, has no empty
/// and no dot segment, no backslash, no parameter, and escapes neither a slash,
/// a backslash nor a control character, nor dots that would make a dot segment.
fn is_plain_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    if rest.is_empty() {
        return true;
    }
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if (segment.is_empty() && !is_last) || !is_plain_segment(segment) {
            return false;
        }
    }
    true
}

fn is_plain_segment(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let mut at = 0;
    let mut dots = 0;
    let mut characters = 0;
    while let Some(&byte) = bytes.get(at) {
        let meant = if byte == b'%' {
            let Some(escaped) = unescape(bytes, at) else { return false };
            if matches!(escaped, b'/' | b'\\' | 0..=0x1f | 0x7f) {
                return false;
            }
            at += 3;
            escaped
        } else {
            if !is_visible(byte) || matches!(byte, b'\\' | b';' | b'#') {
                return false;
            }
            at += 1;
            byte
        };
        characters += 1;
        dots += usize::from(meant == b'.');
    }
    // "." and "..", spelled in any way.
    !(characters == dots && matches!(dots, 1 | 2))
}

/// The byte that the escape at `at` stands for.
fn unescape(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |offset: usize| char::from(*bytes.get(at + offset)?).to_digit(16);
    u8::try_from(digit(1)? * 16 + digit(2)?).ok()
}

fn is_visible(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn paths_that_can_be_read_in_one_way_are_taken() {
        for path in [
            "/",
            "/login",
            "/a/",
            "/a/b.html",
            "/...",
            "/.well-known/sekisho/jwks.json",
            "/%E8%AB%8B",
            "/a%20b",
            "/%2e%2e%2e",
            "/a..b",
            "/%25",
        ] {
            assert!(is_plain_path(path), "{path}");
        }
    }

    #[test]
    fn paths_with_a_second_reading_are_not() {
        for path in [
            "",
            "*",
            "a",
            "//",
            "//a",
            "/a//b",
            "/a//",
            "/.",
            "/..",
            "/a/../b",
            "/a/.",
            "/%2e",
            "/%2E%2e",
            "/.%2e/a",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a%5C",
            "/a%00",
            "/a%0d%0a",
            "/a%7f",
            "/a\\b",
            "/a;b",
            "/a;jsessionid=1",
            "/a%",
            "/a%2",
            "/a%zz",
            "/a%2g",
            "/a b",
            "/\u{e9}",
            "/a#b",
        ] {
            assert!(!is_plain_path(path), "{path}");
        }
    }

    fn verdict(method: Method, uri: &str, fields: &[(&str, &str)]) -> Result<(), u16> {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("valid").into_parts();
        check(&parts, &Limits::default()).map_err(|status| status.as_u16())
    }

    #[test]
    fn only_three_methods_are_served() {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            assert_eq!(verdict(method, "/", &[]), Ok(()));
        }
        for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "PROPFIND"] {
            let method = Method::from_bytes(method.as_bytes()).expect("a token");
            assert_eq!(verdict(method, "/", &[]), Err(405));
        }
        assert_eq!(verdict(Method::CONNECT, "a:443", &[]), Err(405));
    }

    #[test]
    fn lengths_and_expectations_are_bounded() {
        let get = |fields: &[(&str, &str)]| verdict(Method::POST, "/", fields);
        assert_eq!(get(&[("expect", "100-Continue")]), Ok(()));
        assert_eq!(get(&[("expect", "200-ok")]), Err(417));
        assert_eq!(get(&[("expect", "100-continue"), ("expect", "x")]), Err(417));
        assert_eq!(get(&[("content-length", "262144")]), Ok(()));
        assert_eq!(get(&[("content-length", "262145")]), Err(413));
        assert_eq!(get(&[("content-length", "99999999999999999999999")]), Err(413));
        assert_eq!(get(&[("content-length", "+5")]), Err(400));
        assert_eq!(get(&[("content-length", "5"), ("content-length", "5")]), Err(400));
        let long = format!("/{}", "a".repeat(8 * 1024));
        assert_eq!(verdict(Method::GET, &long, &[]), Err(414));
        assert_eq!(verdict(Method::GET, "http://localhost/", &[]), Err(400));
    }
}
