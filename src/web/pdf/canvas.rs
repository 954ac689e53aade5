//! Text, lines and boxes on a page. Lengths are points (1/72 inch), from the upper left.

use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier};

use super::setting::Setting;

/// Room left and right of words in a box.
pub const PAD: f32 = 3.0;
/// A line's height, in sizes.
pub const LEADING: f32 = 1.35;
/// How far below a line's upper edge its letters stand, in sizes.
const BASELINE: f32 = 1.02;
/// The outline of letters that stand out, in sizes.
const STRONG: f32 = 0.035;

/// A page while it is drawn.
pub struct Canvas<'p, 's, 'f> {
    surface: Surface<'p>,
    setting: &'s Setting<'f>,
    strong: bool,
    within: bool,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// From the left edge.
    pub x: f32,
    /// From the upper edge.
    pub y: f32,
    /// Its width.
    pub w: f32,
    /// Its height.
    pub h: f32,
}

/// To which side words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Headings of the page.
    Middle,
    /// Numbers.
    Right,
}

/// A straight line, from a point to a point.
pub type Rule = ((f32, f32), (f32, f32));

/// How grey: 0 black, 255 white.
pub type Grey = u8;

impl<'p, 's, 'f> Canvas<'p, 's, 'f> {
    /// Draws on `surface` with letters of `setting`.
    #[must_use]
    pub fn new(surface: Surface<'p>, setting: &'s Setting<'f>) -> Self {
        Self { surface, setting, strong: false, within: false }
    }

    /// The page is done.
    pub fn finish(self) {
        self.surface.finish();
    }

    /// What `draw` draws is one thing to those who hear the page; none of its own within
    /// another.
    pub fn content(&mut self, draw: impl FnOnce(&mut Self)) -> Option<Identifier> {
        if self.within {
            draw(self);
            return None;
        }
        let id = self.surface.start_tagged(ContentTag::Other);
        self.within = true;
        draw(self);
        self.within = false;
        self.surface.end_tagged();
        Some(id)
    }

    /// What `draw` draws is only there to be seen, or was heard before.
    pub fn decoration(&mut self, kind: ArtifactType, draw: impl FnOnce(&mut Self)) {
        if self.within {
            return draw(self);
        }
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        self.within = true;
        draw(self);
        self.within = false;
        self.surface.end_tagged();
    }

    /// What `draw` writes stands out: letters with an outline, so that one font does.
    pub fn strong(&mut self, draw: impl FnOnce(&mut Self)) {
        self.strong = true;
        draw(self);
        self.strong = false;
    }

    /// `line` at `size`, its left end, middle or right end at `x`, below `top`.
    pub fn text(&mut self, (x, top): (f32, f32), size: f32, to: Side, line: &str) {
        if line.is_empty() {
            return;
        }
        let shaped = self.setting.shape(line);
        let width = shaped.width * size;
        let x = match to {
            Side::Left => x,
            Side::Middle => x - width / 2.0,
            Side::Right => x - width,
        };
        let start = Point::from_xy(x, top + size * BASELINE);
        self.surface.set_stroke(self.strong.then(|| stroke(size * STRONG, 0)));
        self.surface.set_fill(Some(fill(0)));
        let font = self.setting.font();
        self.surface.draw_glyphs(start, &shaped.glyphs, font, line, size, false);
    }

    /// `lines` in a box, one below the other from its upper edge on.
    pub fn lines(&mut self, frame: Frame, size: f32, to: Side, lines: &[&str]) {
        let x = match to {
            Side::Left => frame.x + PAD,
            Side::Middle => frame.x + frame.w / 2.0,
            Side::Right => frame.x + frame.w - PAD,
        };
        let mut top = frame.y;
        for line in lines {
            self.text((x, top), size, to, line);
            top += size * LEADING;
        }
    }

    /// A grey box.
    pub fn shade(&mut self, frame: Frame, grey: Grey) {
        let Some(rect) = Rect::from_xywh(frame.x, frame.y, frame.w, frame.h) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(grey)));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// Straight lines, from point to point.
    pub fn rules(&mut self, rules: &[Rule], width: f32, grey: Grey) {
        let mut path = PathBuilder::new();
        for ((x, y), (to_x, to_y)) in rules {
            path.move_to(*x, *y);
            path.line_to(*to_x, *to_y);
        }
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke(width, grey)));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }
}

fn stroke(width: f32, grey: Grey) -> Stroke {
    Stroke { paint: luma::Color::new(grey).into(), width, ..Stroke::default() }
}

fn fill(grey: Grey) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}
