//! The Japanese font: set by the operator, or found among the system's.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use fontdb::{Database, FaceInfo, Language, Source, Style, Weight};
use krilla::text::Font;

use crate::app::App;

/// Families that hold what names and addresses need, the best first.
const PREFERRED: [&str; 6] =
    ["Noto Sans CJK JP", "Noto Sans JP", "BIZ UDGothic", "IPAexGothic", "IPAGothic", "VL Gothic"];
/// What a Japanese font has: kana, and a form that Chinese ones lack.
const SAMPLE: [char; 4] = ['あ', 'ｱ', '髙', '込'];

/// The font that pages are set in; clones share its bytes.
#[derive(Clone)]
pub struct Fonts(Arc<Found>);

struct Found {
    bytes: Arc<Vec<u8>>,
    index: u32,
    font: Font,
    name: String,
}

/// Why there is no font.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoFont {
    /// The system has no Japanese font and the operator set none.
    #[error("no Japanese font is installed")]
    Absent,
    /// The file cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, String),
    /// The file, or the face of it that was set, is no font, or no Japanese one.
    #[error("{0} has no Japanese font at index {1}")]
    Unfit(PathBuf, u32),
}

impl Fonts {
    /// The font of `app`'s configuration, looked for once in the life of the program.
    /// Blocks.
    ///
    /// # Errors
    /// [`NoFont`]; it is looked for again the next time.
    pub fn of(app: &App) -> Result<Self, NoFont> {
        static FOUND: Mutex<Vec<(Option<PathBuf>, u32, Fonts)>> = Mutex::new(Vec::new());
        let (path, index) = (&app.config.pdf.font, app.config.pdf.index);
        let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., fonts)) = found.iter().find(|(p, i, _)| p == path && *i == index) {
            return Ok(fonts.clone());
        }
        let fonts = Self::find(path.as_deref(), index)?;
        found.push((path.clone(), index, fonts.clone()));
        Ok(fonts)
    }

    /// The face `index` of the file `path`; without one, the best font of the system.
    ///
    /// # Errors
    /// [`NoFont`].
    pub fn find(path: Option<&Path>, index: u32) -> Result<Self, NoFont> {
        match path {
            Some(path) => Self::load(path, index),
            None => Self::search(),
        }
    }

    /// What the font calls itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub(super) fn bytes(&self) -> (&[u8], u32) {
        (&self.0.bytes, self.0.index)
    }

    pub(super) fn font(&self) -> Font {
        self.0.font.clone()
    }

    fn search() -> Result<Self, NoFont> {
        let mut database = Database::new();
        database.load_system_fonts();
        let mut faces: Vec<_> = database.faces().filter(|face| is_plain(face)).collect();
        faces.retain(|face| rank(face).is_some());
        faces.sort_by_key(|face| rank(face));
        let load = |face: &&FaceInfo| {
            let (Source::File(path) | Source::SharedFile(path, _)) = &face.source else {
                return None;
            };
            Self::load(path, face.index).ok()
        };
        faces.iter().find_map(load).ok_or(NoFont::Absent)
    }

    fn load(path: &Path, index: u32) -> Result<Self, NoFont> {
        let unreadable = |error: std::io::Error| NoFont::Unreadable(path.into(), error.to_string());
        let bytes = Arc::new(fs::read(path).map_err(unreadable)?);
        let unfit = || NoFont::Unfit(path.into(), index);
        let name = name(&bytes, index).ok_or_else(unfit)?;
        let font = Font::new(Arc::clone(&bytes).into(), index).ok_or_else(unfit)?;
        Ok(Self(Arc::new(Found { bytes, index, font, name })))
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({})", self.name())
    }
}

/// The name of the face, if it is a Japanese one.
fn name(bytes: &[u8], index: u32) -> Option<String> {
    let face = rustybuzz::Face::from_slice(bytes, index)?;
    if !SAMPLE.iter().all(|c| face.glyph_index(*c).is_some()) {
        return None;
    }
    let mut names = face.names().into_iter();
    let full = names.find(|name| name.name_id == 4 && name.is_unicode());
    full.and_then(|name| name.to_string()).or_else(|| Some("?".to_owned()))
}

fn is_plain(face: &FaceInfo) -> bool {
    face.style == Style::Normal && face.weight == Weight::NORMAL
}

/// Where the face stands among those that could do; `None`: it speaks no Japanese.
fn rank(face: &FaceInfo) -> Option<usize> {
    let preferred = |name: &&str| face.families.iter().any(|(family, _)| family == name);
    let place = PREFERRED.iter().position(preferred);
    let speaks = || face.families.iter().any(|(_, lang)| *lang == Language::Japanese_Japan);
    let sans = !face.families.iter().any(|(family, _)| family.contains("Serif"));
    place.or_else(|| speaks().then_some(PREFERRED.len() + usize::from(!sans)))
}
