//! From words to lines of glyphs: what the font has, how wide it is, where a line may end.

use std::cell::RefCell;
use std::collections::HashMap;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{BufferClusterLevel, Face, UnicodeBuffer};

use super::{Failure, Fonts};

/// What must not begin a line (JIS X 4051).
const NOT_FIRST: &str = "、。，．・：；？！ー々ゝゞヽヾ）］｝」』】〕〉》’”゛゜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ\
                         ｡､･｣ﾞﾟｰｧｨｩｪｫｬｭｮｯ,.:;?!)]}%％円件名様";
/// What must not end one.
const NOT_LAST: &str = "（［｛「『【〔〈《‘“｢([{¥￥＠@#＃";

/// A font ready to set lines; made anew for each document.
pub struct Setting<'a> {
    face: Face<'a>,
    font: Font,
    em: f32,
    /// How wide a character is, in ems; absent where the font lacks it.
    advances: RefCell<HashMap<char, Option<f32>>>,
    buffer: RefCell<Option<UnicodeBuffer>>,
}

/// A line of glyphs.
pub(super) struct Glyphs {
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In ems.
    pub(super) width: f32,
}

impl<'a> Setting<'a> {
    /// Sets lines in `fonts`.
    ///
    /// # Errors
    /// [`Failure::Broken`] when the font cannot be read after all.
    pub fn new(fonts: &'a Fonts) -> Result<Self, Failure> {
        let (bytes, index) = fonts.bytes();
        let face = Face::from_slice(bytes, index)
            .ok_or_else(|| Failure::Broken("the font cannot be read".to_owned()))?;
        Ok(Self {
            font: fonts.font(),
            #[expect(clippy::cast_precision_loss, reason = "units in an em: 16384 at most")]
            em: face.units_per_em() as f32,
            face,
            advances: RefCell::default(),
            buffer: RefCell::default(),
        })
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The characters of `text` that the font lacks, in order.
    pub fn lacking(&self, text: &str) -> Vec<char> {
        let mut before = '\0';
        let mut lacking = Vec::new();
        for c in text.chars() {
            if !self.has(c, before) {
                lacking.push(c);
            }
            before = c;
        }
        lacking
    }

    fn has(&self, c: char, before: char) -> bool {
        if is_selector(c) {
            return self.face.glyph_variation_index(before, c).is_some();
        }
        c == '\n' || is_invisible(c) || self.advance(c).is_some()
    }

    /// How wide `line` is at `size`, kerning aside.
    pub fn width(&self, line: &str, size: f32) -> f32 {
        line.chars().map(|c| self.step(c)).sum::<f32>() * size
    }

    /// `text` in lines no wider than `width`: ended where one may end, in the middle of a
    /// word only where the word is wider than the line. Words with line ends keep them.
    pub fn wrap<'t>(&self, text: &'t str, size: f32, width: f32) -> Vec<&'t str> {
        let room = width / size + 0.001;
        text.split('\n').flat_map(|part| self.wrap_part(part, room)).collect()
    }

    fn wrap_part<'t>(&self, part: &'t str, room: f32) -> Vec<&'t str> {
        let (mut lines, mut start, mut filled) = (Vec::new(), 0, 0.0);
        let mut may_end: Option<(usize, f32)> = None;
        let mut before: Option<char> = None;
        for (at, c) in part.char_indices() {
            if before.is_some_and(|before| may_break(before, c)) {
                may_end = Some((at, filled));
            }
            let step = self.step(c);
            if filled + step > room && at > start && step > 0.0 && c != ' ' {
                let (end, taken) = may_end.filter(|(end, _)| *end > start).unwrap_or((at, filled));
                lines.push(part[start..end].trim_end_matches(' '));
                (start, filled, may_end) = (end, filled - taken, None);
            }
            filled += step;
            before = Some(c);
        }
        lines.push(part[start..].trim_end_matches(' '));
        lines
    }

    /// The width of `c` in ems; none for what is not seen.
    fn step(&self, c: char) -> f32 {
        if is_selector(c) || is_invisible(c) { 0.0 } else { self.advance(c).unwrap_or(1.0) }
    }

    fn advance(&self, c: char) -> Option<f32> {
        *self.advances.borrow_mut().entry(c).or_insert_with(|| {
            let glyph = self.face.glyph_index(c)?;
            self.face.glyph_hor_advance(glyph).map(|units| f32::from(units) / self.em)
        })
    }

    /// The glyphs of one line.
    pub(super) fn shape(&self, line: &str) -> Glyphs {
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.push_str(line);
        // Each glyph speaks for its own character: of ﾀﾞ both are read again.
        buffer.set_cluster_level(BufferClusterLevel::Characters);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(&self.face, &[], buffer);
        let (infos, places) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut glyphs = Vec::with_capacity(infos.len());
        let mut width = 0.0;
        for (nth, (info, place)) in infos.iter().zip(places).enumerate() {
            let start = info.cluster as usize;
            let end = infos[nth + 1..].iter().map(|next| next.cluster as usize);
            let end = end.clone().find(|end| *end > start).unwrap_or(line.len());
            let ems = |units: i32| {
                #[expect(clippy::cast_precision_loss, reason = "font units are small")]
                let units = units as f32;
                units / self.em
            };
            width += ems(place.x_advance);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                ems(place.x_advance),
                ems(place.x_offset),
                ems(place.y_offset),
                ems(place.y_advance),
                start..end,
                None,
            ));
        }
        *self.buffer.borrow_mut() = Some(shaped.clear());
        Glyphs { glyphs, width }
    }
}

/// Whether a line may end between `a` and `b`.
fn may_break(a: char, b: char) -> bool {
    let in_word = |c: char| c.is_ascii_alphanumeric() || "-.,/:_%+'\"".contains(c);
    let word = in_word(a) && in_word(b);
    !(word || b == ' ' || is_selector(b) || NOT_FIRST.contains(b) || NOT_LAST.contains(a))
}

/// Chooses a form of the character before it.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Shows nothing by its nature, so that nothing is lost without a glyph.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}
