//! Forms sent by our own pages: read, and checked for their token (CSRF) before
//! anything else happens.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Error, Visit};
use crate::app::App;

/// A form of our own page, with what was typed. Absent fields must be
/// `#[serde(default)]` in `T`; doubled ones are malformed.
pub struct Form<T>(pub T);

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        if parts.method != Method::POST {
            return Err(Error::MethodNotAllowed);
        }
        check_type(&parts.headers)?;
        check_origin(&parts.headers, &visit)?;
        let body = Bytes::from_request(Request::from_parts(parts, body), app).await?;
        check_text(&body)?;
        let token: Token = read(&body)?;
        if !visit.knows_csrf(&token.csrf) {
            return Err(Error::Csrf);
        }
        read(&body).map(Self)
    }
}

/// No keyboard types NUL, and no database takes it as text.
pub(super) fn check_text(body: &[u8]) -> Result<(), Error> {
    if body.contains(&0) || body.windows(3).any(|at| at == b"%00") {
        return Err(Error::Malformed("a field holds NUL".into()));
    }
    Ok(())
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    // What was typed must not get into the log, so the parser's words stay out.
    serde_urlencoded::from_bytes(body)
        .map_err(|_| Error::Malformed("the form's fields cannot be read".into()))
}

fn check_type(headers: &HeaderMap) -> Result<(), Error> {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let plain = kind.split(';').next().unwrap_or_default().trim();
    if plain.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Ok(())
    } else {
        Err(Error::Malformed("not a form".into()))
    }
}

/// A browser that names where the form came from must name us.
pub(super) fn check_origin(headers: &HeaderMap, visit: &Visit) -> Result<(), Error> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let ours = [&visit.frame.portal_url, &visit.frame.enroll_url];
    if ours.iter().any(|url| origin.as_bytes() == url.as_bytes()) {
        Ok(())
    } else {
        Err(Error::Csrf)
    }
}
