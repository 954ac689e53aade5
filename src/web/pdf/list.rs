//! Draws a list: which rows go on which page, heads again on each, sums at the end.

use std::num::NonZeroU16;

use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::tagging::{
    ArtifactType, Identifier, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::canvas::{Canvas, Frame, PAD, Side};
use super::layout::{AIR, Layout};
use super::rows::Packed;
use super::setting::Setting;
use super::{Failure, List, Progress};
use crate::base::Moment;
use crate::base::date::{Day, jst};
use crate::base::money::group;

/// Grey of the heads' cells and of the sums'; of the lines between cells, and around.
const HEAD: u8 = 232;
const INNER: u8 = 150;
const OUTER: u8 = 60;
/// Rows up to which each cell is told apart for those who hear the list.
const MOST_BY_CELL: usize = 1_000;

/// A row, or a part of one that is taller than a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece {
    Row { row: usize, from: usize, lines: usize },
    Sums,
    Empty,
}

/// The list as it is heard.
struct Tags {
    tree: TagTree,
    head: TagGroup,
    body: TagGroup,
    foot: TagGroup,
    /// Whether rows and cells are told apart: of a long list the tags would make nine tenths
    /// of the file.
    by_cell: bool,
}

/// What is drawn, and with what.
struct Sheet<'a> {
    setting: &'a Setting<'a>,
    list: &'a List,
    layout: &'a Layout,
    rows: &'a Packed,
}

pub(super) fn draw(
    setting: &Setting<'_>,
    (list, layout, rows): (&List, &Layout, Packed),
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<u8>, Failure> {
    let pages = paged(layout, &rows);
    let sheet = Sheet { setting, list, layout, rows: &rows };
    let mut document = Document::new_with(SerializeSettings::default());
    let mut tags = Tags::new(rows.len() <= MOST_BY_CELL);
    for (nth, pieces) in pages.iter().enumerate() {
        let (width, height) = layout.page;
        let settings = PageSettings::from_wh(width, height)
            .ok_or_else(|| Failure::Broken("a page without size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut canvas = Canvas::new(page.surface(), setting);
        sheet.head(&mut canvas, (nth, pages.len()), &mut tags);
        sheet.body(&mut canvas, pieces, &mut tags);
        canvas.finish();
        page.finish();
        progress(Progress::Drawn(nth as u64 + 1, pages.len() as u64));
    }
    document.set_tag_tree(tags.tree());
    document.set_metadata(metadata(list));
    document.finish().map_err(|error| Failure::Broken(format!("{error:?}")))
}

impl Tags {
    fn new(by_cell: bool) -> Self {
        Self {
            tree: TagTree::new().with_lang(Some("ja".to_owned())),
            head: TagGroup::new(Tag::THead),
            body: if by_cell { TagGroup::new(Tag::TBody) } else { TagGroup::new(Tag::Section) },
            foot: TagGroup::new(Tag::TFoot),
            by_cell,
        }
    }

    fn tree(self) -> TagTree {
        let (mut tree, parts) = (self.tree, [self.head, self.body, self.foot]);
        if self.by_cell {
            tree.push(TagGroup::with_children(Tag::Table, parts.map(Into::into).into()));
        } else {
            let [_, body, _] = parts;
            tree.push(body);
        }
        tree
    }
}

fn metadata(list: &List) -> Metadata {
    Metadata::new()
        .title(list.title.clone())
        .language("ja".to_owned())
        .creator("Sekisho".to_owned())
        .creation_date(date(list.heading.made_at))
}

pub(super) fn date(at: Moment) -> DateTime {
    let (year, month, day) = Day::of(at).parts();
    let time = jst(at);
    DateTime::new(u16::try_from(year).unwrap_or(u16::MAX))
        .month(month)
        .day(day)
        .hour(time.hour())
        .minute(time.minute())
        .second(time.second())
        .utc_offset_hour(9)
        .utc_offset_minute(0)
}

/// Which pieces go on which page. No row is split that fits on a page.
pub(super) fn paged(layout: &Layout, rows: &Packed) -> Vec<Vec<Piece>> {
    let (top, bottom) = layout.body();
    let (mut pages, mut page, mut y) = (Vec::new(), Vec::new(), top);
    let mut put = |piece: Piece, height: f32| {
        if y + height > bottom + 0.01 && !page.is_empty() {
            pages.push(std::mem::take(&mut page));
            y = top;
        }
        page.push(piece);
        y += height;
    };
    for row in 0..rows.len() {
        let (tall, most) = (rows.tall(row), layout.most_lines());
        for from in (0..tall).step_by(most) {
            let lines = (tall - from).min(most);
            put(Piece::Row { row, from, lines }, layout.height(lines));
        }
    }
    put(if rows.len() == 0 { Piece::Empty } else { Piece::Sums }, layout.height(1));
    pages.push(page);
    pages
}

impl Sheet<'_> {
    /// Everything above the first row; heard on the first page only.
    fn head(&self, canvas: &mut Canvas<'_, '_, '_>, (nth, pages): (usize, usize), tags: &mut Tags) {
        let head = &self.layout.head;
        let yen = self.rows.has_yen;
        if nth > 0 {
            canvas.decoration(ArtifactType::Header, |canvas| {
                head.title(canvas);
                head.facts(canvas);
                head.right(canvas, (nth + 1, pages), yen);
            });
            canvas.decoration(ArtifactType::Layout, |canvas| self.shade_heads(canvas));
            canvas.decoration(ArtifactType::Header, |canvas| self.head_cells(canvas));
            return;
        }
        let first = Tag::Hn(NonZeroU16::MIN, Some(self.list.title.clone()));
        let tree = &mut tags.tree;
        tree.push(group_of(first, canvas.content(|canvas| head.title(canvas))));
        tree.push(group_of(Tag::P, canvas.content(|canvas| head.facts(canvas))));
        let right = canvas.content(|canvas| head.right(canvas, (nth + 1, pages), yen));
        tree.push(group_of(Tag::P, right));
        canvas.decoration(ArtifactType::Layout, |canvas| self.shade_heads(canvas));
        if !tags.by_cell {
            let heads = canvas.content(|canvas| self.head_cells(canvas));
            tags.body.push(group_of(Tag::P, heads));
            return;
        }
        let mut row = TagGroup::new(Tag::TR);
        for column in 0..self.list.heads.len() {
            let cell = canvas.content(|canvas| self.head_cell(canvas, column));
            row.push(group_of(Tag::TH(TableHeaderScope::Column), cell));
        }
        tags.head.push(row);
    }

    fn shade_heads(&self, canvas: &mut Canvas<'_, '_, '_>) {
        let top = self.layout.head.bottom;
        canvas.shade(self.across(top, self.layout.heads), HEAD);
    }

    fn head_cells(&self, canvas: &mut Canvas<'_, '_, '_>) {
        (0..self.list.heads.len()).for_each(|column| self.head_cell(canvas, column));
    }

    fn head_cell(&self, canvas: &mut Canvas<'_, '_, '_>, column: usize) {
        let label = self.list.heads[column].label;
        let lines = self.setting.wrap(label, self.layout.size, self.layout.inner(column));
        let frame = self.frame(column, self.layout.head.bottom, self.layout.heads);
        let slack = (self.layout.heads - self.layout.height(lines.len())) / 2.0;
        let inner = Frame { y: frame.y + slack + AIR, ..frame };
        canvas.strong(|canvas| {
            canvas.lines(inner, self.layout.size, self.side(column), &lines);
        });
    }

    fn body(&self, canvas: &mut Canvas<'_, '_, '_>, pieces: &[Piece], tags: &mut Tags) {
        if tags.by_cell {
            return self.pieces(canvas, pieces, tags);
        }
        let mut none = Tags::new(true);
        let page = canvas.content(|canvas| self.pieces(canvas, pieces, &mut none));
        tags.body.push(group_of(Tag::P, page));
    }

    fn pieces(&self, canvas: &mut Canvas<'_, '_, '_>, pieces: &[Piece], tags: &mut Tags) {
        let mut tops = vec![self.layout.head.bottom];
        let mut y = self.layout.body().0;
        for piece in pieces {
            tops.push(y);
            match *piece {
                Piece::Row { row, from, lines } => {
                    let height = self.layout.height(lines);
                    tags.body.push(self.row(canvas, (row, from, lines), (y, height)));
                    y += height;
                }
                Piece::Sums => {
                    tags.foot.push(self.sums(canvas, y));
                    y += self.layout.height(1);
                }
                Piece::Empty => {
                    tags.body.push(self.empty(canvas, y));
                    y += self.layout.height(1);
                }
            }
        }
        tops.push(y);
        let last = *pieces.last().unwrap_or(&Piece::Empty);
        canvas.decoration(ArtifactType::Layout, |canvas| self.rules(canvas, &tops, last));
    }

    fn row(
        &self,
        canvas: &mut Canvas<'_, '_, '_>,
        (row, from, lines): (usize, usize, usize),
        (y, height): (f32, f32),
    ) -> TagGroup {
        let mut tags = TagGroup::new(Tag::TR);
        for column in 0..self.list.heads.len() {
            let words = self.rows.cell(row, column);
            let frame = self.frame(column, y + AIR, height);
            let cell = canvas.content(|canvas| {
                if self.rows.numbers[column] && !words.contains('\n') {
                    let words = if from == 0 { words } else { "" };
                    self.number(canvas, frame, words);
                } else {
                    let inner = self.layout.inner(column);
                    let all = self.setting.wrap(words, self.layout.size, inner);
                    let some = all.get(from..(from + lines).min(all.len())).unwrap_or_default();
                    canvas.lines(frame, self.layout.size, self.side(column), some);
                }
            });
            tags.push(group_of(Tag::TD, cell));
        }
        tags
    }

    /// A number is never broken: where the column is too narrow its letters are smaller.
    fn number(&self, canvas: &mut Canvas<'_, '_, '_>, frame: Frame, words: &str) {
        let size = self.layout.size;
        let (wide, room) = (self.setting.width(words, size), frame.w - 2.0 * PAD);
        let size = if wide > room { size * room / wide } else { size };
        canvas.lines(frame, size, Side::Right, &[words]);
    }

    /// How many lines, and the sums below their columns.
    fn sums(&self, canvas: &mut Canvas<'_, '_, '_>, y: f32) -> TagGroup {
        let height = self.layout.height(1);
        canvas.decoration(ArtifactType::Layout, |canvas| {
            canvas.shade(self.across(y, height), HEAD);
        });
        let mut tags = TagGroup::new(Tag::TR);
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let label = format!("合計　{}件", group(count));
        let frame = self.frame(0, y + AIR, height);
        let cell = canvas.content(|canvas| {
            canvas.lines(frame, self.layout.size, Side::Left, &[&label]);
        });
        tags.push(group_of(Tag::TH(TableHeaderScope::Row), cell));
        let summed = self.list.heads.iter().enumerate().filter(|(_, head)| head.summed);
        for ((column, _), sum) in summed.zip(&self.rows.sums) {
            let frame = self.frame(column, y + AIR, height);
            let cell = canvas.content(|canvas| self.number(canvas, frame, &group(*sum)));
            tags.push(group_of(Tag::TD, cell));
        }
        tags
    }

    fn empty(&self, canvas: &mut Canvas<'_, '_, '_>, y: f32) -> TagGroup {
        let frame = self.across(y + AIR, self.layout.height(1));
        let cell = canvas.content(|canvas| {
            canvas.lines(frame, self.layout.size, Side::Middle, &[&self.list.empty]);
        });
        let mut tags = TagGroup::new(Tag::TR);
        tags.push(group_of(Tag::TD, cell));
        tags
    }

    /// The lines of the grid; `tops`: of the heads, the rows, and below the last.
    fn rules(&self, canvas: &mut Canvas<'_, '_, '_>, tops: &[f32], last: Piece) {
        let edges = &self.layout.edges;
        let (Some(left), Some(right)) = (edges.first(), edges.last()) else { return };
        let (Some(top), Some(bottom)) = (tops.first(), tops.last()) else { return };
        let across = |y: &f32| ((*left, *y), (*right, *y));
        let inner = tops.get(1..tops.len() - 1).unwrap_or_default();
        canvas.rules(&inner.iter().map(across).collect::<Vec<_>>(), 0.4, INNER);
        // The sums' row and the empty list's have no cells between columns but their own.
        let above =
            if matches!(last, Piece::Row { .. }) { *bottom } else { inner[inner.len() - 1] };
        let down = edges[1..edges.len() - 1].iter().map(|x| ((*x, *top), (*x, above)));
        canvas.rules(&down.collect::<Vec<_>>(), 0.4, INNER);
        let around = [
            across(top),
            across(bottom),
            ((*left, *top), (*left, *bottom)),
            ((*right, *top), (*right, *bottom)),
        ];
        canvas.rules(&around, 0.8, OUTER);
    }

    fn side(&self, column: usize) -> Side {
        if self.rows.numbers[column] { Side::Right } else { Side::Left }
    }

    fn frame(&self, column: usize, y: f32, h: f32) -> Frame {
        let x = self.layout.edges[column];
        Frame { x, y, w: self.layout.edges[column + 1] - x, h }
    }

    /// From the first column's left edge to the last's right edge.
    fn across(&self, y: f32, h: f32) -> Frame {
        let x = self.layout.margin;
        let right = self.layout.edges.last().copied().unwrap_or(x);
        Frame { x, y, w: right - x, h }
    }
}

fn group_of(tag: impl Into<TagKind>, content: Option<Identifier>) -> TagGroup {
    let mut group = TagGroup::new(tag);
    if let Some(content) = content {
        group.push(content);
    }
    group
}
