//! PDF with our own layout: text and lines on pages, and lists made of them.
//!
//! Words: [`Fonts`] are found once; a [`Setting`] makes lines of glyphs of words; a [`Canvas`]
//! draws them, with rules and boxes; [`print`] makes a list of them. Everything is measured
//! before it is drawn, and every character is looked up in the font first: one that the font
//! lacks is told ([`Lacking`]), never drawn as a box.

mod canvas;
mod fonts;
mod head;
mod layout;
mod letter;
mod list;
mod rows;
mod setting;

use super::sheet::{Head, Heading, Line};
use crate::db;

pub use canvas::{Canvas, Frame, Grey, LEADING, PAD, Rule, Side};
pub use fonts::{Fonts, NoFont};
pub use letter::{Letter, Table, print_letter};
pub use setting::Setting;

/// What is printed besides the lines.
#[derive(Clone, Debug)]
pub struct List {
    /// The manual's title.
    pub title: String,
    /// The columns.
    pub heads: Vec<Head>,
    /// What stands above on each page.
    pub heading: Heading,
    /// What stands in place of the lines when there are none.
    pub empty: String,
}

/// How far the printing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many lines are read and measured.
    Read(u64),
    /// So many pages of all are drawn.
    Drawn(u64, u64),
}

/// A character that the font lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// The line, from 1; 0: above the lines.
    pub row: u64,
    /// The column's heading; empty above the lines.
    pub column: String,
    /// What it stands among.
    pub text: String,
    /// The character.
    pub c: char,
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The font lacks characters: the first of them, and how many there are.
    #[error("the font lacks {1} characters")]
    Lacking(Vec<Lacking>, u64),
    /// There is no Japanese font.
    #[error(transparent)]
    NoFont(NoFont),
    /// The lines could not be read.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The file could not be written.
    #[error("the PDF could not be made: {0}")]
    Broken(String),
}

/// Prints a list; `lines` gives them in pieces until `None`. Blocks: never on a thread that
/// serves.
///
/// # Errors
/// [`Failure`].
pub fn print(
    fonts: &Fonts,
    list: &List,
    lines: &mut dyn FnMut() -> Option<Result<Vec<Line>, db::Error>>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<u8>, Failure> {
    let setting = Setting::new(fonts)?;
    let layout = layout::Layout::of(&setting, list);
    let mut rows = rows::Rows::new(&setting, list, &layout);
    while let Some(piece) = lines() {
        rows.add(&piece?);
        progress(Progress::Read(rows.count()));
    }
    list::draw(&setting, (list, &layout, rows.checked()?), progress)
}

#[cfg(test)]
mod tests;
