//! What failures of the layers below mean to a page.

use super::Error;
use crate::db;

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unavailable(_) | db::Error::Full(_) => Self::busy(error),
            // Forms were looked at before; it stood in the address.
            db::Error::Nul(_) => Self::Malformed(error.to_string()),
            _ => Self::internal(error),
        }
    }
}
