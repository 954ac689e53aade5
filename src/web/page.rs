//! A template becomes an answer.

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::error::Error;

/// `page` with status 200.
pub fn page(page: &impl Template) -> Result<Response, Error> {
    page_with(StatusCode::OK, page)
}

/// `page` with another status: 422 for a form with mistakes.
pub fn page_with(status: StatusCode, page: &impl Template) -> Result<Response, Error> {
    let html = page.render().map_err(Error::internal)?;
    Ok((status, [(CONTENT_TYPE, HTML)], html).into_response())
}

/// The media type of every page.
pub const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
