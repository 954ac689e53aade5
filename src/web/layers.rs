//! What failures of the layers below mean to a page.

use super::Error;
use crate::db;

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        if error.will_pass() { Self::busy(error) } else { Self::internal(error) }
    }
}
