//! Pages in place of a file: what it cannot hold, and the way on.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Encoding, Wish, words};
use crate::base::money::group;
use crate::web::pdf::{Lacking, NoFont};
use crate::web::{self, Error, Shell};

/// Characters that are told one by one.
pub(super) const MOST_TOLD: usize = 20;

#[derive(Template)]
#[template(path = "web/pages/sheet_instead.html")]
struct Instead {
    shell: Shell,
    lead: String,
    steps: Vec<String>,
    rows: Vec<Row>,
    /// How many there are besides.
    more: String,
    /// Words and address; the first is the main one.
    ways: Vec<(&'static str, String)>,
}

struct Row {
    line: String,
    column: String,
    c: String,
    text: String,
}

/// Characters that an encoding lacks.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// How many, those not listed too.
    pub(super) count: u64,
    listed: Vec<Lacking>,
}

impl Missing {
    /// One more: `c` in the line, under the head, among the words.
    pub(super) fn add(&mut self, (row, column, text): (u64, &str, &str), c: char) {
        self.count += 1;
        if self.listed.len() < MOST_TOLD {
            let (column, text) = (column.to_owned(), text.to_owned());
            self.listed.push(Lacking { row, column, text, c });
        }
    }
}

/// The page about characters that the encoding lacks.
pub(super) fn unwritable(
    wish: Wish,
    encoding: Encoding,
    missing: &Missing,
) -> Result<Response, Error> {
    let utf8 = wish.place.file_with("csv", &[("encoding", Encoding::Utf8.word())]);
    let page = Instead {
        lead: words::unwritable(encoding),
        steps: words::UNWRITABLE_STEPS.map(str::to_owned).to_vec(),
        ways: vec![(words::AS_UTF8, utf8), (words::BACK, wish.place.with(&[]))],
        ..Instead::of(wish.shell, &missing.listed, missing.count)
    };
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The page about characters that the font lacks.
pub(super) fn lacking(wish: Wish, listed: &[Lacking], count: u64) -> Result<Response, Error> {
    let utf8 = wish.place.file_with("csv", &[("encoding", Encoding::Utf8.word())]);
    let page = Instead {
        lead: words::LACKING.to_owned(),
        steps: words::LACKING_STEPS.map(str::to_owned).to_vec(),
        ways: vec![(words::AS_UTF8, utf8), (words::BACK, wish.place.with(&[]))],
        ..Instead::of(wish.shell, listed, count)
    };
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The page about a font that is not there: the operator has to do something.
pub(super) fn no_font(wish: Wish, why: &NoFont) -> Result<Response, Error> {
    let page = Instead {
        lead: words::NO_FONT.to_owned(),
        steps: words::no_font(why),
        ways: vec![(words::BACK, wish.place.with(&[]))],
        ..Instead::of(wish.shell, &[], 0)
    };
    web::page_with(StatusCode::SERVICE_UNAVAILABLE, &page)
}

/// The page about a list that is too long to be waited for.
pub(super) fn long(wish: Wish, count: i64) -> Result<Response, Error> {
    let utf8 = wish.place.file_with("csv", &[("encoding", Encoding::Utf8.word())]);
    let page = Instead {
        lead: words::long(count),
        steps: words::LONG_STEPS.map(str::to_owned).to_vec(),
        ways: vec![(words::BACK, wish.place.with(&[])), (words::AS_UTF8, utf8)],
        ..Instead::of(wish.shell, &[], 0)
    };
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

impl Instead {
    fn of(shell: Shell, listed: &[Lacking], count: u64) -> Self {
        let row = |one: &Lacking| Row {
            line: words::row(one.row),
            column: one.column.clone(),
            c: words::character(one.c),
            text: one.text.clone(),
        };
        let more = count.saturating_sub(listed.len() as u64);
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        Self {
            shell,
            lead: String::new(),
            steps: Vec::new(),
            rows: listed.iter().map(row).collect(),
            more: if more > 0 { group(more) } else { String::new() },
            ways: Vec::new(),
        }
    }
}
