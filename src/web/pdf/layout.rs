//! How a list lies on its paper: which way the sheet is turned, how wide the columns are.

use super::List;
use super::canvas::{LEADING, PAD};
use super::head::PageHead;
use super::setting::Setting;

/// A4, upright.
const SHORT: f32 = 595.28;
const LONG: f32 = 841.89;
/// White at the edges.
const MARGIN: f32 = 36.0;
/// Letters of a list, where there is room.
const SIZE: f32 = 9.0;
/// The smallest that is still read.
const SMALLEST: f32 = 5.5;
/// Columns' widths up to which the sheet stands upright.
const UPRIGHT: u32 = 100;
/// Room above and below words in a cell.
pub(super) const AIR: f32 = 2.5;

/// Lengths are points.
pub(super) struct Layout {
    pub(super) page: (f32, f32),
    pub(super) margin: f32,
    /// The size of letters in the grid.
    pub(super) size: f32,
    /// Left edges of the columns, and the right edge of the last.
    pub(super) edges: Vec<f32>,
    pub(super) head: PageHead,
    /// Height of the row of heads.
    pub(super) heads: f32,
}

impl Layout {
    pub(super) fn of(setting: &Setting<'_>, list: &List) -> Self {
        let widths: Vec<u32> = list.heads.iter().map(|head| u32::from(head.width.max(1))).collect();
        let sum: u32 = widths.iter().sum();
        let page = if sum > UPRIGHT { (LONG, SHORT) } else { (SHORT, LONG) };
        let room = page.0 - 2.0 * MARGIN;
        let natural = |size: f32, width: u32| as_f32(width) * size / 2.0 + 2.0 * PAD;
        let padding = widths.iter().map(|_| 2.0 * PAD).sum::<f32>();
        let fits = (room - padding) * 2.0 / as_f32(sum.max(1));
        let size = fits.clamp(SMALLEST, SIZE);
        let all: f32 = widths.iter().map(|width| natural(size, *width)).sum();
        let mut edges = vec![MARGIN];
        for width in &widths {
            let left = edges.last().copied().unwrap_or(MARGIN);
            edges.push(left + natural(size, *width) * room / all);
        }
        let head = PageHead::of(setting, list, (MARGIN, MARGIN, room));
        let mut layout = Self { page, margin: MARGIN, size, edges, head, heads: 0.0 };
        let tallest = list
            .heads
            .iter()
            .enumerate()
            .map(|(at, head)| setting.wrap(head.label, layout.size, layout.inner(at)).len());
        layout.heads = layout.height(tallest.max().unwrap_or(1));
        layout
    }

    /// Where words may stand in the column.
    pub(super) fn inner(&self, column: usize) -> f32 {
        self.edges[column + 1] - self.edges[column] - 2.0 * PAD
    }

    /// The height of a row of so many lines.
    pub(super) fn height(&self, lines: usize) -> f32 {
        as_f32(u32::try_from(lines).unwrap_or(u32::MAX)) * self.size * LEADING + 2.0 * AIR
    }

    /// Where the first row begins, and where the last must end.
    pub(super) fn body(&self) -> (f32, f32) {
        (self.head.bottom + self.heads, self.page.1 - self.margin)
    }

    /// Lines of a row that fit on a page of its own.
    pub(super) fn most_lines(&self) -> usize {
        let (top, bottom) = self.body();
        let lines = (bottom - top - 2.0 * AIR) / (self.size * LEADING);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen")]
        let lines = lines.max(1.0) as usize;
        lines
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
pub(super) fn as_f32(n: u32) -> f32 {
    n as f32
}
