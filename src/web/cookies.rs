//! The cookies: a session's token, a registration's token, and choices to be remembered.
//!
//! All carry the `__Host-` prefix (RFC 6265bis §4.1.3): only this host over TLS
//! sets and gets them.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::base::Secret;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jar {
    /// Whoever has signed in.
    Session,
    /// Whoever registers or has a certificate issued.
    Flow,
}

impl Jar {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "__Host-sekisho-session",
            Self::Flow => "__Host-sekisho-flow",
        }
    }

    /// The token that the browser sent, if it looks like one of ours.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<Secret> {
        sent(headers, self.name()).find(|value| value.len() == 43).map(Secret::from)
    }

    /// `Set-Cookie` that gives the browser `token`, until it closes or for
    /// `max_age` seconds.
    #[must_use]
    pub fn set(self, token: &Secret, max_age: Option<i64>) -> HeaderValue {
        let life = max_age.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
        self.set_cookie(token.expose(), &life)
    }

    /// `Set-Cookie` that takes it away.
    #[must_use]
    pub fn clear(self) -> HeaderValue {
        self.set_cookie("", "; Max-Age=0")
    }

    fn set_cookie(self, value: &str, life: &str) -> HeaderValue {
        let text = format!("{}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{life}", self.name());
        let mut header =
            HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
        header.set_sensitive(true);
        header
    }
}

/// Something that a person chose and the browser remembers for a year; no secret.
#[derive(Clone, Copy, Debug)]
pub struct Choice(&'static str);

impl Choice {
    /// How the characters of files become bytes.
    pub const ENCODING: Self = Self("__Host-sekisho-encoding");

    /// What the browser remembers; it may be anything.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<&str> {
        sent(headers, self.0).next()
    }

    /// `Set-Cookie` that has it remember `word`, which is plain ASCII.
    #[must_use]
    pub fn keep(self, word: &'static str) -> HeaderValue {
        let life = "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000";
        let text = format!("{}={word}; {life}", self.0);
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The values of the cookie `name` that came with a request.
fn sent<'h>(headers: &'h HeaderMap, name: &'static str) -> impl Iterator<Item = &'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(one, _)| *one == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::new_token;

    #[test]
    fn a_token_comes_back_as_it_was_given() {
        let token = new_token();
        let line = Jar::Flow.set(&token, Some(60));
        let text = line.to_str().expect("ascii").to_owned();
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=60"] {
            assert!(text.contains(part), "{part}");
        }
        let mut headers = HeaderMap::new();
        let sent = format!("a=b; {}", text.split(';').next().unwrap());
        headers.insert(COOKIE, sent.parse().unwrap());
        assert!(Jar::Flow.read(&headers).unwrap().same_as(&token));
        assert!(Jar::Session.read(&headers).is_none());
    }
}
