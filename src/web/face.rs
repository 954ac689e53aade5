//! The face of everything that did not go as wished: what happened, what to do
//! now, who helps. Errors and refusals share it.

use askama::Template;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::page::HTML;
use super::shell::{Frame, Shell};

/// What a person is told when something did not go as wished.
#[derive(Clone, Debug, Default)]
pub struct Face {
    /// The status of the answer.
    pub status: StatusCode,
    /// The `h1`.
    pub title: String,
    /// One sentence, without blame.
    pub happened: String,
    /// What to do now, in order.
    pub steps: Vec<String>,
    /// How to be asked for the certificate again without closing the browser; shown
    /// where scripts run.
    pub again: Option<Again>,
    /// Where to go; the first is the main one.
    pub ways: Vec<Way>,
    /// A drawing among the assets: `refused-absent.svg`.
    pub picture: Option<&'static str>,
}

/// A link out of the page.
#[derive(Clone, Debug)]
pub struct Way {
    /// A verb: 「電子証明書を更新する」.
    pub label: String,
    /// Where to.
    pub href: String,
}

/// The question for a certificate, once more.
#[derive(Clone, Debug)]
pub struct Again {
    /// For whom it is: a heading.
    pub title: &'static str,
    /// One sentence: what the button is good for.
    pub lead: &'static str,
    /// The button's words.
    pub label: &'static str,
    /// What is said when it was of no use, and what to do then.
    pub in_vain: &'static str,
    /// Where the script posts; no answer comes, the connection ends.
    pub post: &'static str,
    /// The page that is opened then.
    pub next: String,
}

impl Face {
    /// A face without steps and ways, for `status`.
    #[must_use]
    pub fn new(status: StatusCode, title: &str, happened: &str) -> Self {
        Self { status, title: title.to_owned(), happened: happened.to_owned(), ..Self::default() }
    }

    /// Adds what to do now.
    #[must_use]
    pub fn steps(mut self, steps: &[&str]) -> Self {
        self.steps.extend(steps.iter().map(|&step| step.to_owned()));
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn way(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.ways.push(Way { label: label.into(), href: href.into() });
        self
    }

    /// Offers to be asked for the certificate again.
    #[must_use]
    pub fn again(mut self, again: Again) -> Self {
        self.again = Some(again);
        self
    }

    /// Shows the drawing `name`.
    #[must_use]
    pub fn picture(mut self, name: &'static str) -> Self {
        self.picture = Some(name);
        self
    }

    /// The answer: a page, or `application/problem+json` (RFC 9457) if `as_json`.
    #[must_use]
    pub fn answer(&self, frame: &Frame, as_json: bool) -> Response {
        if as_json { self.problem(frame) } else { self.page(frame) }
    }

    /// The page alone. Nobody is signed in on it: it is shown where nothing is sure.
    #[must_use]
    pub fn html(&self, frame: &Frame) -> String {
        let shell = Shell::new(frame, self.title.clone());
        FacePage { shell, face: self }.render().unwrap_or_default()
    }

    fn page(&self, frame: &Frame) -> Response {
        (self.status, [(CONTENT_TYPE, HTML)], self.html(frame)).into_response()
    }

    fn problem(&self, frame: &Frame) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.happened,
            "steps": self.steps,
            "request_no": frame.request_no,
        });
        (self.status, [(CONTENT_TYPE, PROBLEM)], body.to_string()).into_response()
    }
}

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

#[derive(Template)]
#[template(path = "web/pages/face.html")]
struct FacePage<'a> {
    shell: Shell,
    face: &'a Face,
}

/// Whether the client asked for JSON rather than for a page: browsers name
/// `text/html`, programs that want JSON name it and not HTML.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accepted: Vec<String> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase())
        .collect();
    let html = accepted.iter().any(|kind| kind == "text/html" || kind == "application/xhtml+xml");
    let json = accepted.iter().any(|kind| {
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    });
    json && !html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> bool {
        wants_json(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))]))
    }

    #[test]
    fn programs_get_json_and_browsers_pages() {
        assert!(accepting("application/json"));
        assert!(accepting("application/problem+json, */*;q=0.1"));
        assert!(!accepting("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!accepting("text/html, application/json"));
        assert!(!accepting("*/*"));
        assert!(!wants_json(&HeaderMap::new()));
    }
}
