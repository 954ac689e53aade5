//! Files handed to the person: named safely, kept by nobody on the way.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// `body` as a file called `name`, of the media type `kind`.
#[must_use]
pub fn download(name: &str, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, content_disposition(name));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `Content-Disposition` for a file called `name` (RFC 6266 §4, RFC 8187 §3.2):
/// the name in UTF-8, and in plain ASCII for clients that know no better.
#[must_use]
pub fn content_disposition(name: &str) -> HeaderValue {
    let name = harmless(name);
    let encoded = utf8_percent_encode(&name, EXTENDED);
    let text = format!("attachment; filename=\"{}\"; filename*=UTF-8''{encoded}", ascii(&name));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Everything but `attr-char` of RFC 8187 §3.2.1.
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Longer names do not fit Windows' paths.
const LONGEST_NAME_CHARS: usize = 120;

/// `name` without what a file system or a reader could take for something else:
/// separators, control and direction characters, dots at either end.
fn harmless(name: &str) -> String {
    let clean: String = name
        .chars()
        .filter(|c| !c.is_control() && !turns_direction(*c))
        .map(|c| if "/\\:*?\"<>|".contains(c) { '_' } else { c })
        .collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, end) = split(clean);
    let room = LONGEST_NAME_CHARS.saturating_sub(end.chars().count());
    let stem: String = stem.chars().take(room).collect();
    if stem.is_empty() { format!("download{end}") } else { format!("{stem}{end}") }
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The stem and the extension with its dot; no extension if it is a long one.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if name.len() - dot <= 16 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// `name` in ASCII; 「請求書.pdf」 becomes `download.pdf`.
fn ascii(name: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii() && c != '%' { c } else { '_' }).collect()
    };
    let (stem, end) = split(name);
    let stem: Cow<'_, str> = match plain(stem) {
        blank if !blank.contains(|c: char| c.is_ascii_alphanumeric()) => "download".into(),
        kept => kept.into(),
    };
    format!("{stem}{}", plain(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> String {
        content_disposition(name).to_str().expect("ASCII").to_owned()
    }

    #[test]
    fn a_plain_name_stands_as_it_is() {
        // R004-71
        assert_eq!(
            named("rokin1220261121143015.p12"),
            "attachment; filename=\"rokin1220261121143015.p12\"; \
             filename*=UTF-8''rokin1220261121143015.p12"
        );
    }

    #[test]
    fn a_japanese_name_has_a_plain_fallback() {
        assert_eq!(
            named("請求書.pdf"),
            "attachment; filename=\"download.pdf\"; \
             filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf"
        );
        assert!(named("請求書2026年11月.pdf").contains("filename=\"___2026_11_.pdf\""));
    }

    #[test]
    fn a_name_cannot_leave_its_field_or_its_folder() {
        for wicked in ["a\"; filename=\"b.exe", "../../etc/passwd", "a\r\nSet-Cookie: x", "..", ""]
        {
            let value = named(wicked);
            assert_eq!(value.matches('"').count(), 2, "{value}");
            assert!(!value.contains(['/', '\\', '\r', '\n']), "{value}");
            assert!(!value.contains("=\"\""), "{value}");
        }
        assert!(!named("invoice\u{202e}fdp.exe").contains("%E2%80%AE"));
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let value = named(&format!("{}.csv", "明".repeat(500)));
        assert!(value.rsplit_once('.').is_some_and(|(_, end)| end == "csv"));
        assert!(value.len() < 120 * 9 + 100);
    }
}
