//! What failures of the layers below mean to a page.

use super::Error;
use crate::db;

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        if matches!(error, db::Error::Unavailable(_) | db::Error::Full(_)) {
            Self::busy(error)
        } else {
            Self::internal(error)
        }
    }
}
