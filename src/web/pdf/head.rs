//! What stands above the grid on each page.

use super::List;
use super::canvas::{Canvas, LEADING, Side};
use super::setting::Setting;
use crate::base::date::jst_minutes_ja;

/// Letters of the title, and of the lines below it.
const TITLE: f32 = 15.0;
const SMALL: f32 = 9.0;
/// White between title, lines and grid.
const GAP: f32 = 6.0;

/// Made once for all pages; only the page's number differs.
pub(super) struct PageHead {
    x: f32,
    y: f32,
    width: f32,
    title: Vec<String>,
    /// Group and facts, in lines.
    left: Vec<String>,
    made_at: String,
    /// Where the grid begins.
    pub(super) bottom: f32,
}

impl PageHead {
    /// The head at `x`, `y`, so wide.
    pub(super) fn of(setting: &Setting<'_>, list: &List, (x, y, width): (f32, f32, f32)) -> Self {
        let made_at = format!("作成日 {}", jst_minutes_ja(list.heading.made_at));
        // The page's number stands on the right as well, and is shorter.
        let beside = setting.width(&made_at, SMALL) + 4.0 * GAP;
        let owned = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let left = facts(list);
        let left: Vec<_> =
            left.iter().flat_map(|line| owned(setting.wrap(line, SMALL, width - beside))).collect();
        let title = owned(setting.wrap(&list.title, TITLE, width));
        let lines = |n: usize, size: f32| {
            super::layout::as_f32(u32::try_from(n).unwrap_or(0)) * size * LEADING
        };
        // On the right: date, page, unit.
        let below = lines(left.len().max(3), SMALL);
        let bottom = y + lines(title.len(), TITLE) + GAP + below + GAP / 2.0;
        Self { x, y, width, title, left, made_at, bottom }
    }

    /// Everything that is the same on each page.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let own = self.title.iter().chain(&self.left).map(String::as_str);
        own.chain([self.made_at.as_str()])
    }

    pub(super) fn title(&self, canvas: &mut Canvas<'_, '_, '_>) {
        let mut top = self.y;
        for line in &self.title {
            let middle = (self.x + self.width / 2.0, top);
            canvas.strong(|canvas| canvas.text(middle, TITLE, Side::Middle, line));
            top += TITLE * LEADING;
        }
    }

    pub(super) fn facts(&self, canvas: &mut Canvas<'_, '_, '_>) {
        let mut top = self.below();
        for line in &self.left {
            canvas.text((self.x, top), SMALL, Side::Left, line);
            top += SMALL * LEADING;
        }
    }

    /// When it was made, the page's number, and the unit where there is one.
    pub(super) fn right(&self, canvas: &mut Canvas<'_, '_, '_>, page: (usize, usize), yen: bool) {
        let page = format!("{}/{}ページ", page.0, page.1);
        let unit = if yen { UNIT } else { "" };
        let mut top = self.below();
        for line in [self.made_at.as_str(), &page, unit] {
            canvas.text((self.x + self.width, top), SMALL, Side::Right, line);
            top += SMALL * LEADING;
        }
    }

    fn below(&self) -> f32 {
        let lines = super::layout::as_f32(u32::try_from(self.title.len()).unwrap_or(0));
        self.y + lines * TITLE * LEADING + GAP
    }
}

/// Where amounts are printed.
const UNIT: &str = "（単位：円）";

/// The group on a line of its own, then the facts, two or three on a line.
fn facts(list: &List) -> Vec<String> {
    let heading = &list.heading;
    let mut lines = Vec::new();
    if let Some((number, name)) = &heading.group {
        lines.push(format!("入金グループ：{number}　{name}"));
    }
    let facts: Vec<_> =
        heading.facts.iter().map(|(name, fact)| format!("{name}：{fact}")).collect();
    lines.extend(facts.chunks(3).map(|some| some.join("　　")));
    lines
}
