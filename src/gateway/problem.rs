//! Answers for programs: RFC 9457 problem details.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

/// Whether the sender would rather have JSON than a page (RFC 9110 §12.5.1): it
/// names JSON, and HTML not at all or with less weight.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    let mut json = 0.0_f32;
    let mut html = 0.0_f32;
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or("").split(',') {
            let mut pieces = range.split(';').map(str::trim);
            let kind = pieces.next().unwrap_or("").to_ascii_lowercase();
            let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).unwrap_or("1");
            let weight = weight.parse::<f32>().unwrap_or(0.0);
            if kind == "application/json" || kind.ends_with("+json") {
                json = json.max(weight);
            } else if kind == "text/html" || kind == "application/xhtml+xml" {
                html = html.max(weight);
            }
        }
    }
    json > html
}

/// A problem as JSON: `code` is our stable name for it, `request_no` finds it in
/// the log.
#[must_use]
pub fn problem(status: StatusCode, code: &str, request_no: &str) -> Response {
    let body = serde_json::json!({
        "type": format!("urn:sekisho:problem:{code}"),
        "title": code.replace('-', " "),
        "status": status.as_u16(),
        "instance": format!("urn:sekisho:request:{request_no}"),
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_sent_to_those_who_prefer_it() {
        let cases = [
            ("application/json", true),
            ("application/json, */*", true),
            ("application/problem+json;q=0.9, text/html;q=0.5", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("text/html, application/json", false),
            ("application/json;q=0", false),
            ("*/*", false),
            ("", false),
        ];
        for (accept, json) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(wants_json(&headers), json, "{accept}");
        }
        assert!(!wants_json(&HeaderMap::new()));
    }
}
