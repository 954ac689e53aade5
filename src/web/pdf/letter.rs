//! A letter of one page: title, number, addressee, sender, a sum, facts and small tables.

use std::num::NonZeroU16;

use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{ArtifactType, Identifier, Tag, TagGroup, TagKind, TagTree};
use krilla::{Document, SerializeSettings};

use super::canvas::{Canvas, Frame, LEADING, PAD, Side};
use super::layout::as_f32;
use super::list::date;
use super::setting::Setting;
use super::{Failure, Fonts, Lacking};
use crate::base::Moment;

/// A4 upright, points.
const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 56.0;
const ROOM: f32 = PAGE.0 - 2.0 * MARGIN;
/// Sizes of letters.
const TITLE: f32 = 20.0;
const MAIN: f32 = 18.0;
const TEXT: f32 = 10.5;
/// White between parts.
const GAP: f32 = 16.0;
/// Room above and below words in a cell.
const AIR: f32 = 4.0;
const HEAD: u8 = 232;
const INNER: u8 = 150;
const OUTER: u8 = 60;

/// What a letter says.
#[derive(Clone, Debug)]
pub struct Letter {
    /// In large letters.
    pub title: String,
    /// Number and date, on the right.
    pub corner: Vec<String>,
    /// 「…　御中」.
    pub to: String,
    /// Who sends it, on the right.
    pub from: Vec<String>,
    /// The sentence.
    pub lead: String,
    /// The sum: its name, in digits, in words.
    pub main: (String, String, String),
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// Below one another.
    pub tables: Vec<Table>,
    /// When it was made.
    pub made_at: Moment,
}

/// A small table of a letter.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Heading, width in parts of the whole, whether numbers stand below.
    pub heads: Vec<(String, u16, bool)>,
    /// The last is the sum.
    pub rows: Vec<Vec<String>>,
}

/// Prints a letter. Blocks: never on a thread that serves.
///
/// # Errors
/// [`Failure`]; a character that the font lacks is told with the part it stands in.
pub fn print_letter(fonts: &Fonts, letter: &Letter) -> Result<Vec<u8>, Failure> {
    let setting = Setting::new(fonts)?;
    check(&setting, letter)?;
    let mut document = Document::new_with(SerializeSettings::default());
    let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
        .ok_or_else(|| Failure::Broken("a page without size".to_owned()))?;
    let mut page = document.start_page_with(settings);
    let tree = drawn(page.surface(), &setting, letter);
    page.finish();
    document.set_tag_tree(tree);
    let metadata = Metadata::new().title(letter.title.clone()).language("ja".to_owned());
    let metadata = metadata.creator("Sekisho".to_owned()).creation_date(date(letter.made_at));
    document.set_metadata(metadata);
    document.finish().map_err(|error| Failure::Broken(format!("{error:?}")))
}

fn drawn(surface: Surface<'_>, setting: &Setting<'_>, letter: &Letter) -> TagTree {
    let tree = TagTree::new().with_lang(Some("ja".to_owned()));
    let mut drawing = Drawing { canvas: Canvas::new(surface, setting), setting, tree, y: MARGIN };
    drawing.letter(letter);
    drawing.canvas.finish();
    drawing.tree
}

/// Tells the characters that the font lacks.
fn check(setting: &Setting<'_>, letter: &Letter) -> Result<(), Failure> {
    let (label, digits, words) = &letter.main;
    let mut parts = vec![&letter.title, &letter.to, &letter.lead, label, digits, words];
    parts.extend(letter.corner.iter().chain(&letter.from));
    parts.extend(letter.facts.iter().flat_map(|(name, value)| [name, value]));
    for table in &letter.tables {
        parts.push(&table.caption);
        parts.extend(table.heads.iter().map(|(label, ..)| label));
        parts.extend(table.rows.iter().flatten());
    }
    let lacking = |text: &&String| {
        let text = (*text).clone();
        let chars = setting.lacking(&text).into_iter();
        chars.map(move |c| Lacking { row: 0, column: String::new(), text: text.clone(), c })
    };
    let all: Vec<_> = parts.iter().flat_map(lacking).collect();
    let count = all.len() as u64;
    if all.is_empty() {
        return Ok(());
    }
    Err(Failure::Lacking(all.into_iter().take(20).collect(), count))
}

/// A page under way; what is written goes below what was.
struct Drawing<'p, 's, 'f> {
    canvas: Canvas<'p, 's, 'f>,
    setting: &'s Setting<'f>,
    tree: TagTree,
    y: f32,
}

impl Drawing<'_, '_, '_> {
    fn letter(&mut self, letter: &Letter) {
        let heading = Tag::Hn(NonZeroU16::MIN, Some(letter.title.clone()));
        self.words((TITLE, Side::Middle), heading, std::slice::from_ref(&letter.title), true);
        self.y += GAP;
        self.words((TEXT, Side::Right), Tag::P, &letter.corner, false);
        self.words((TEXT + 2.0, Side::Left), Tag::P, std::slice::from_ref(&letter.to), false);
        self.y += GAP / 2.0;
        self.words((TEXT, Side::Right), Tag::P, &letter.from, false);
        self.y += GAP;
        self.words((TEXT, Side::Left), Tag::P, std::slice::from_ref(&letter.lead), false);
        self.y += GAP / 2.0;
        self.main(&letter.main);
        self.y += GAP;
        for (name, value) in &letter.facts {
            self.fact(name, value);
        }
        for table in &letter.tables {
            self.y += GAP;
            self.table(table);
        }
    }

    fn words(
        &mut self,
        (size, edge): (f32, Side),
        tag: impl Into<TagKind>,
        lines: &[String],
        strong: bool,
    ) {
        let x = match edge {
            Side::Left => MARGIN,
            Side::Middle => PAGE.0 / 2.0,
            Side::Right => PAGE.0 - MARGIN,
        };
        let (mut down, setting) = (self.y, self.setting);
        let content = self.canvas.content(|canvas| {
            for line in lines.iter().flat_map(|line| setting.wrap(line, size, ROOM)) {
                if strong {
                    canvas.strong(|canvas| canvas.text((x, down), size, edge, line));
                } else {
                    canvas.text((x, down), size, edge, line);
                }
                down += size * LEADING;
            }
        });
        self.y = down;
        self.tree.push(group(tag, content));
    }

    /// The sum in a box of its own.
    fn main(&mut self, (label, digits, words): &(String, String, String)) {
        let height = MAIN * LEADING + TEXT * LEADING + 3.0 * AIR;
        let (y, middle) = (self.y, PAGE.0 / 2.0);
        self.canvas.decoration(ArtifactType::Layout, |canvas| frame(canvas, y, height));
        let content = self.canvas.content(|canvas| {
            let top = y + (height - TEXT * LEADING) / 2.0;
            canvas.text((MARGIN + GAP, top), TEXT + 1.0, Side::Left, label);
            canvas
                .strong(|canvas| canvas.text((middle + GAP, y + AIR), MAIN, Side::Middle, digits));
            let below = y + AIR + MAIN * LEADING;
            canvas.text((middle + GAP, below), TEXT, Side::Middle, words);
        });
        self.tree.push(group(Tag::P, content));
        self.y += height;
    }

    fn fact(&mut self, name: &str, value: &str) {
        let (y, left) = (self.y, MARGIN + 96.0);
        let lines = self.setting.wrap(value, TEXT, PAGE.0 - MARGIN - left);
        let content = self.canvas.content(|canvas| {
            canvas.text((MARGIN, y), TEXT, Side::Left, name);
            let mut top = y;
            for line in &lines {
                canvas.text((left, top), TEXT, Side::Left, line);
                top += TEXT * LEADING;
            }
        });
        self.tree.push(group(Tag::P, content));
        self.y += as_f32(u32::try_from(lines.len()).unwrap_or(1)) * TEXT * LEADING + AIR;
    }

    fn table(&mut self, table: &Table) {
        self.words((TEXT, Side::Left), Tag::P, std::slice::from_ref(&table.caption), true);
        self.y += AIR;
        let edges = edges(table);
        let height = TEXT * LEADING + 2.0 * AIR;
        let (top, rows) = (self.y, table.rows.len() + 1);
        let at = |row: usize| top + as_f32(u32::try_from(row).unwrap_or(0)) * height;
        let last = at(rows - 1);
        self.canvas.decoration(ArtifactType::Layout, |canvas| {
            for y in [top, last] {
                canvas.shade(Frame { x: MARGIN, y, w: ROOM, h: height }, HEAD);
            }
            let across = (1..rows).map(|row| ((MARGIN, at(row)), (PAGE.0 - MARGIN, at(row))));
            let inner = &edges[1..edges.len() - 1];
            let down = inner.iter().map(|x| ((*x, top), (*x, last + height)));
            canvas.rules(&across.chain(down).collect::<Vec<_>>(), 0.4, INNER);
            frame(canvas, top, last + height - top);
        });
        let labels: Vec<_> = table.heads.iter().map(|(label, ..)| label.clone()).collect();
        let mut tags = TagGroup::new(Tag::Table);
        for (row, cells) in std::iter::once(&labels).chain(&table.rows).enumerate() {
            let mut line = TagGroup::new(Tag::TR);
            for (column, (words, (_, _, number))) in cells.iter().zip(&table.heads).enumerate() {
                let (x, w) = (edges[column], edges[column + 1] - edges[column]);
                let cell = Frame { x: x + PAD, y: at(row) + AIR, w: w - 2.0 * PAD, h: height };
                let side = if *number { Side::Right } else { Side::Left };
                let strong = row + 1 == rows;
                let content = self.canvas.content(|canvas| {
                    let draw = |canvas: &mut Canvas<'_, '_, '_>| {
                        canvas.lines(cell, TEXT, side, &[words.as_str()]);
                    };
                    if strong { canvas.strong(draw) } else { draw(canvas) }
                });
                line.push(group(Tag::TD, content));
            }
            tags.push(line);
        }
        self.tree.push(tags);
        self.y = last + height;
    }
}

/// Left edges of the columns, and the right edge of the last.
fn edges(table: &Table) -> Vec<f32> {
    let all: u32 = table.heads.iter().map(|(_, width, _)| u32::from(*width)).sum();
    let mut edges = vec![MARGIN];
    let mut so_far = 0;
    for (_, width, _) in &table.heads {
        so_far += u32::from(*width);
        edges.push(MARGIN + ROOM * as_f32(so_far) / as_f32(all.max(1)));
    }
    edges
}

fn frame(canvas: &mut Canvas<'_, '_, '_>, y: f32, height: f32) {
    let (left, right, bottom) = (MARGIN, PAGE.0 - MARGIN, y + height);
    let sides = [
        ((left, y), (right, y)),
        ((left, bottom), (right, bottom)),
        ((left, y), (left, bottom)),
        ((right, y), (right, bottom)),
    ];
    canvas.rules(&sides, 0.8, OUTER);
}

fn group(tag: impl Into<TagKind>, content: Option<Identifier>) -> TagGroup {
    let content = content.into_iter().map(Into::into).collect();
    TagGroup::with_children(tag, content)
}
