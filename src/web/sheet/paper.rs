//! The list as PDF.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use super::{Heading, Sheet, Wish};
use crate::app::App;
use crate::db;
use crate::web::Error;
use crate::web::pdf;

/// Lines of the longest list that is printed while somebody waits; longer ones are jobs.
pub const MOST_AT_ONCE: i64 = 2_000;

/// Why a list was not printed.
#[derive(Debug, thiserror::Error)]
pub enum Unprinted {
    /// The printer's reason.
    #[error(transparent)]
    Pdf(#[from] pdf::Failure),
    /// The list could not be read.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Too much is printed already, or the program stops.
    #[error("the printer has no turn")]
    Busy,
}

/// Whether a list of so many lines is printed by a job.
#[must_use]
pub const fn is_long(count: i64) -> bool {
    count > MOST_AT_ONCE
}

/// The whole of `sheet` as a file, while somebody waits; a page where it cannot be printed,
/// also when it is long.
///
/// # Errors
/// The database's; busy.
pub async fn pdf_response(
    app: &App,
    sheet: Arc<dyn Sheet>,
    wish: Wish,
    heading: Heading,
) -> Result<Response, Error> {
    _ = (app, sheet, wish, heading);
    Err(Error::Malformed("not yet".into()))
}

/// Prints the whole of `sheet` beside the requests; `progress` is told how far it is.
///
/// # Errors
/// [`Unprinted`]; [`unprinted_response`] makes a page of it.
pub async fn printed(
    app: &App,
    sheet: Arc<dyn Sheet>,
    heading: Heading,
    progress: impl FnMut(pdf::Progress) + Send + 'static,
) -> Result<Vec<u8>, Unprinted> {
    _ = (app, sheet, heading, progress);
    Err(Unprinted::Busy)
}

/// The page that tells why `sheet` was not printed.
///
/// # Errors
/// What is no reason that a person could do something about.
pub fn unprinted_response(
    sheet: &dyn Sheet,
    wish: &Wish,
    why: Unprinted,
) -> Result<(StatusCode, Response), Error> {
    _ = (sheet, wish);
    match why {
        Unprinted::Db(error) => Err(error.into()),
        other => Err(Error::busy(other)),
    }
}
