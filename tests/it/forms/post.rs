//! One form, sent in one way, and what its answer must not be.

use axum::body::Body as Content;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request};

use super::hostile::encoded;
use super::unharmed;
use crate::support::crawl::Found;
use crate::support::html::Form;
use crate::support::site::{Page, Window};

/// A field and its value.
pub type Sent = (String, String);

/// What is sent.
#[derive(Clone, Debug)]
pub struct Body {
    fields: Vec<Sent>,
    /// In place of the fields.
    whole: Option<String>,
}

impl Body {
    pub fn of(fields: Vec<Sent>) -> Self {
        Self { fields, whole: None }
    }

    /// The good fields, but for one.
    pub fn with(good: &[Sent], number: usize, value: &str) -> Self {
        let mut fields = good.to_vec();
        value.clone_into(&mut fields[number].1);
        Self::of(fields)
    }

    pub fn without(good: &[Sent], number: usize) -> Self {
        let mut fields = good.to_vec();
        fields.remove(number);
        Self::of(fields)
    }

    pub fn twice(good: &[Sent], number: usize) -> Self {
        let mut fields = good.to_vec();
        fields.push(good[number].clone());
        Self::of(fields)
    }

    pub fn renamed(good: &[Sent], number: usize, name: &str) -> Self {
        let mut fields = good.to_vec();
        name.clone_into(&mut fields[number].0);
        Self::of(fields)
    }

    pub fn odd(whole: &str) -> Self {
        Self { fields: Vec::new(), whole: Some(whole.to_owned()) }
    }

    fn urlencoded(&self, csrf: &str) -> String {
        let pair = |(name, value): &Sent| {
            let value = if name == "csrf" { csrf } else { value };
            format!("{}={}", encoded(name), encoded(value))
        };
        let fields = || self.fields.iter().map(pair).collect::<Vec<_>>().join("&");
        self.whole.clone().unwrap_or_else(fields)
    }

    fn multipart(&self, csrf: &str, form: &Form) -> String {
        let is_file = |name: &str| form.fields.iter().any(|f| f.name == name && f.kind == "file");
        let part = |(name, value): &Sent| {
            let value = if name == "csrf" { csrf } else { value };
            let file = if is_file(name) {
                "; filename=\"../7331.html\"\r\nContent-Type: text/html"
            } else {
                ""
            };
            let quoted = name.replace('"', "%22");
            format!(
                "--7331\r\nContent-Disposition: form-data; name=\"{quoted}\"{file}\r\n\r\n{value}\r\n"
            )
        };
        let parts = || self.fields.iter().map(part).collect::<String>() + "--7331--\r\n";
        self.whole.clone().unwrap_or_else(parts)
    }
}

/// What a browser sends when somebody fills in the form as it is meant.
pub fn baseline(form: &Form) -> Vec<Sent> {
    let mut sent: Vec<Sent> = Vec::new();
    for field in &form.fields {
        let there = sent.iter().position(|(name, _)| *name == field.name);
        let value = match (&*field.kind, &*field.value) {
            ("email", "") => "taro@union.example.jp",
            ("date", "") => "2026-11-25",
            ("month", "") => "2026-11",
            ("number", "") => "1",
            ("time", "") => "10:00",
            ("password", "") => "Abcde1#x",
            ("tel", "") => "03-1234-5678",
            (_, "") if field.name.contains("email") => "taro@union.example.jp",
            ("text" | "textarea", "") => "労金　太郎",
            (_, value) => value,
        };
        match there {
            // The chosen option stands for its list; the first where none is chosen.
            Some(at) if field.is_sent => value.clone_into(&mut sent[at].1),
            Some(_) => (),
            None => sent.push((field.name.clone(), value.to_owned())),
        }
    }
    sent
}

/// Sends it as the form says.
pub async fn send(window: &Window<'_>, found: &Found, body: &Body) -> Page {
    let csrf = window.csrf();
    if !found.form.is_post {
        let bare = found.action.split('?').next().unwrap_or_default();
        let uri = format!("{bare}?{}", body.urlencoded(&csrf));
        // What is no address at all never comes through the gateway.
        let uri = if uri.parse::<axum::http::Uri>().is_ok() { uri } else { bare.to_owned() };
        return window.get(&uri).await;
    }
    let (kind, text) = if found.form.is_multipart {
        ("multipart/form-data; boundary=7331", body.multipart(&csrf, &found.form))
    } else {
        ("application/x-www-form-urlencoded", body.urlencoded(&csrf))
    };
    // A body that is something else says so, every other time.
    let kind = match &body.whole {
        Some(whole) if whole.starts_with('{') => "application/json",
        Some(whole) if whole.starts_with('<') => "text/xml",
        _ => kind,
    };
    let request = Request::builder()
        .method(Method::POST)
        .uri(&found.action)
        .header(CONTENT_TYPE, kind)
        .body(Content::from(text))
        .expect("a request");
    window.send(request).await
}

/// Fails if the answer shows that the product was led astray.
pub fn check(found: &Found, body: &Body, page: &Page) {
    let case = || {
        let mut shown = format!("{body:?}");
        shown.truncate(shown.floor_char_boundary(1_500));
        format!("{} on {}: {shown}", found.action, found.page)
    };
    assert!(page.status.as_u16() < 500, "{} {}", page.status, case());
    assert!(page.headers.get("x-injected").is_none(), "{}", case());
    let away = page.location.contains("7331.example.net") || page.location.starts_with("//");
    assert!(!away, "leads to {}: {}", page.location, case());
    unharmed(&page.html, &case());
}
