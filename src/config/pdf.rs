//! `[pdf]`: what documents are printed with.

use std::path::PathBuf;

use super::values::Values;

/// What documents are printed with.
#[derive(Clone, Debug)]
pub struct Pdf {
    /// A file with a Japanese font; `None`: one that the system has.
    pub font: Option<PathBuf>,
    /// Which of the file's faces, from 0.
    pub index: u32,
}

impl Values {
    pub(super) fn pdf(&self) -> Pdf {
        Pdf {
            font: self.path("pdf.font"),
            index: u32::try_from(self.number("pdf.font_index")).unwrap_or(0),
        }
    }
}
