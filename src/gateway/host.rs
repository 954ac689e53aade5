//! The authority of a request: which host it says it is for.

use std::net::Ipv6Addr;

use axum::http::request::Parts;
use axum::http::{Version, header};

/// The host that `parts` names, without port and trailing dot, in whatever case;
/// `None` when it names none, several, or something that is no host.
///
/// RFC 9112 §3.2: the `Host` field, once. RFC 9113 §8.3.1: `:authority`, with which
/// a `Host` field must agree.
pub(super) fn named_host(parts: &Parts) -> Option<&str> {
    let mut fields = parts.headers.get_all(header::HOST).iter();
    let field = match (fields.next(), fields.next()) {
        (Some(only), None) => Some(host_of(only.to_str().ok()?)?),
        (None, None) => None,
        _ => return None,
    };
    let target = match parts.uri.authority() {
        Some(authority) => Some(host_of(authority.as_str())?),
        None => None,
    };
    match (field, target) {
        (Some(field), Some(target)) if field.eq_ignore_ascii_case(target) => Some(field),
        (Some(field), None) => Some(field),
        (None, Some(target)) if parts.version == Version::HTTP_2 => Some(target),
        _ => None,
    }
}

/// The host in `authority` (RFC 3986 §3.2), without port and trailing dot.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        address.parse::<Ipv6Addr>().ok()?;
        (address, port.strip_prefix(':').or_else(|| port.is_empty().then_some(""))?)
    } else {
        let (name, port) = authority.split_once(':').unwrap_or((authority, ""));
        let name = name.strip_suffix('.').unwrap_or(name);
        (is_name(name).then_some(name)?, port)
    };
    let is_port = port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
    is_port.then_some(host)
}

fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn port_and_trailing_dot_do_not_belong_to_the_host() {
        let cases = [
            ("localhost", "localhost"),
            ("LocalHost:8443", "LocalHost"),
            ("portal.example.:443", "portal.example"),
            ("portal.example:", "portal.example"),
            ("127.0.0.1:8443", "127.0.0.1"),
            ("[::1]:8443", "::1"),
            ("[::1]", "::1"),
        ];
        for (authority, host) in cases {
            assert_eq!(host_of(authority), Some(host), "{authority}");
        }
    }

    #[test]
    fn what_is_no_host_is_not_taken_for_one() {
        let cases = [
            "",
            ".",
            ":443",
            "a..b",
            "a b",
            "a,b",
            "user@localhost",
            "localhost:8443x",
            "localhost:-1",
            "localhost:123456",
            "localhost:1:2",
            "[::1",
            "[nine]",
            "[::1]x",
            "localhost/..",
            "local%68ost",
            "ローカル",
        ];
        for authority in cases {
            assert_eq!(host_of(authority), None, "{authority}");
        }
    }

    fn named(version: Version, uri: &str, hosts: &[&str]) -> Option<String> {
        let mut request = Request::builder().version(version).uri(uri);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let (parts, ()) = request.body(()).expect("valid").into_parts();
        named_host(&parts).map(str::to_owned)
    }

    #[test]
    fn a_request_names_its_host_once() {
        let (h1, h2) = (Version::HTTP_11, Version::HTTP_2);
        assert_eq!(named(h1, "/", &["a"]), Some("a".into()));
        assert_eq!(named(h1, "/", &[]), None);
        assert_eq!(named(h1, "/", &["a", "a"]), None);
        assert_eq!(named(h1, "https://a/", &["A:443"]), Some("A".into()));
        assert_eq!(named(h1, "https://a/", &["b"]), None);
        assert_eq!(named(h1, "https://a/", &[]), None);
        assert_eq!(named(h2, "https://a:1/", &[]), Some("a".into()));
        assert_eq!(named(h2, "https://a/", &["a"]), Some("a".into()));
        assert_eq!(named(h2, "https://a/", &["b"]), None);
    }
}
