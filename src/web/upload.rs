//! Forms of our own pages that bring a file (RFC 7578): read, and checked for their token
//! (CSRF) before a byte of the file is taken.
//!
//! The form's other fields stand before the file, so that a page with a file that is too
//! large keeps what was typed. The file is held in memory, at most as much as
//! `limits.upload_bytes` says; what is beyond is read and dropped, or the browser would
//! show an error of its own in place of the page.

use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::{Method, StatusCode};
use serde::de::DeserializeOwned;

use super::form::{check_origin, check_text};
use super::{Error, Visit};
use crate::app::App;

/// A form of our own page with its file. Absent fields must be `#[serde(default)]` in
/// `T`.
pub struct Upload<T> {
    /// What was typed.
    pub form: T,
    /// What came as the file.
    pub file: Sent,
}

/// What came as a form's file.
pub enum Sent {
    /// None was chosen.
    Nothing,
    /// A file.
    File {
        /// Its name, as the browser gives it: without folders.
        name: String,
        /// All of it.
        bytes: Vec<u8>,
    },
    /// More than is taken.
    TooLarge {
        /// The limit, in bytes.
        most: usize,
    },
}

/// The largest body that brings a file of at most `file` bytes: room for the fields, and
/// for a file beyond the limit that is told so.
#[must_use]
pub const fn most_bytes(file: usize) -> usize {
    file.saturating_mul(4).saturating_add(64 * 1024)
}

/// 「20MB」, 「5.1MB」, 「64KB」: a size as people say it (R004-158).
#[must_use]
pub fn size_ja(bytes: usize) -> String {
    const KILO: usize = 1_024;
    const MEGA: usize = KILO * KILO;
    if bytes < KILO {
        return format!("{bytes}バイト");
    }
    if bytes < MEGA {
        return format!("{}KB", bytes.div_ceil(KILO));
    }
    // Tenths, rounded; none where it is a whole number.
    let tenths = (bytes * 10 + MEGA / 2) / MEGA;
    match tenths % 10 {
        0 => format!("{}MB", tenths / 10),
        rest => format!("{}.{rest}MB", tenths / 10),
    }
}

/// Longest text of all fields besides the file, in bytes.
const MOST_TEXT: usize = 64 * 1024;

impl<T: DeserializeOwned> FromRequest<App> for Upload<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        if parts.method != Method::POST {
            return Err(Error::MethodNotAllowed);
        }
        check_origin(&parts.headers, &visit)?;
        let mut sent = Multipart::from_request(Request::from_parts(parts, body), app).await?;
        let mut typed: Vec<(String, String)> = Vec::new();
        let mut file = Sent::Nothing;
        let (mut trusted, mut room) = (false, MOST_TEXT);
        while let Some(field) = sent.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_some() {
                if !trusted {
                    return Err(Error::Csrf);
                }
                file = taken(field, app.config.limits.upload_bytes).await?;
                continue;
            }
            let value = text(field, &mut room).await?;
            if name == "csrf" {
                trusted = visit.knows_csrf(&value);
            } else {
                typed.push((name, value));
            }
        }
        if !trusted {
            return Err(Error::Csrf);
        }
        Ok(Self { form: read(&typed)?, file })
    }
}

/// The file, or that it is too large; then the rest of it is dropped as it comes.
async fn taken(mut field: Field<'_>, most: usize) -> Result<Sent, Error> {
    let name = field.file_name().unwrap_or_default().to_owned();
    // Old browsers give the whole path.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    let mut too_large = false;
    while let Some(piece) = field.chunk().await? {
        seen = seen.saturating_add(piece.len());
        if seen > most_bytes(most) {
            return Err(Error::TooLarge);
        }
        too_large |= seen > most;
        if too_large {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    Ok(match (too_large, name.is_empty() && bytes.is_empty()) {
        (true, _) => Sent::TooLarge { most },
        (false, true) => Sent::Nothing,
        (false, false) => Sent::File { name, bytes },
    })
}

async fn text(mut field: Field<'_>, room: &mut usize) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        *room = room.checked_sub(piece.len()).ok_or(Error::TooLarge)?;
        bytes.extend_from_slice(&piece);
    }
    check_text(&bytes)?;
    String::from_utf8(bytes).map_err(|_| Error::Malformed("a field is not UTF-8".into()))
}

fn read<T: DeserializeOwned>(typed: &[(String, String)]) -> Result<T, Error> {
    let wrong = || Error::Malformed("the form's fields cannot be read".into());
    let plain = serde_urlencoded::to_string(typed).map_err(|_| wrong())?;
    serde_urlencoded::from_str(&plain).map_err(|_| wrong())
}

impl From<MultipartRejection> for Error {
    fn from(rejection: MultipartRejection) -> Self {
        Self::Malformed(rejection.body_text())
    }
}

impl From<MultipartError> for Error {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed("the form's parts cannot be read".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_as_people_say_it() {
        // R004-158
        assert_eq!(size_ja(0), "0バイト");
        assert_eq!(size_ja(1_025), "2KB");
        assert_eq!(size_ja(5_347_738), "5.1MB");
        assert_eq!(size_ja(20 * 1024 * 1024), "20MB");
    }
}
