//! The list as CSV, streamed: memory stays flat however long the list is.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use http_body_util::channel::{Channel, Sender};

use super::telling::Missing;
use super::{At, Cell, Encoding, Line, Sheet, Wish, telling};
use crate::app::App;
use crate::base::csv;
use crate::db;
use crate::web::cookies::Choice;
use crate::web::{self, Error};

/// Lines that are read at once.
pub(super) const CHUNK: i64 = 1_000;
/// Pieces of a file that wait for the network.
const WAITING: usize = 4;

type Pieces = Sender<Bytes, io::Error>;

/// The whole of `sheet` as a file; where characters cannot be written in `encoding`, a page
/// that tells them (422). The browser is given the encoding to keep.
///
/// # Errors
/// The database's.
pub async fn csv_response(
    app: &App,
    sheet: Arc<dyn Sheet>,
    wish: Wish,
    encoding: Encoding,
) -> Result<Response, Error> {
    // UTF-8 has every character: nothing needs to be looked at before.
    if encoding != Encoding::Utf8 {
        let missing = missing(app, &*sheet, encoding).await?;
        if missing.count > 0 {
            return telling::unwritable(wish, encoding, &missing);
        }
    }
    let (sender, body) = Channel::new(WAITING);
    let sending = app.clone();
    app.tasks.spawn(async move { send(&sending, &*sheet, (sender, encoding)).await });
    let kind = match encoding {
        Encoding::Utf8 => "text/csv; charset=utf-8",
        Encoding::Cp932 => "text/csv; charset=windows-31j",
    };
    let mut file = web::download(&format!("{}.csv", wish.name), kind, Body::new(body));
    file.headers_mut().append(SET_COOKIE, Choice::ENCODING.keep(encoding.word()));
    Ok(file)
}

/// The encoding that this browser took last.
#[must_use]
pub fn remembered(headers: &HeaderMap) -> Encoding {
    Choice::ENCODING.read(headers).and_then(Encoding::parse).unwrap_or(Encoding::Utf8)
}

/// What of the list, its heads included, cannot be written in `encoding`.
async fn missing(app: &App, sheet: &dyn Sheet, encoding: Encoding) -> Result<Missing, db::Error> {
    let heads: Vec<_> = sheet.heads().iter().map(|head| head.label).collect();
    let mut missing = Missing::default();
    let (mut at, mut row) = (At::First, 0);
    loop {
        let lines = read(app, sheet, &at).await?;
        let Some(last) = lines.last() else { return Ok(missing) };
        at = At::After(last.key.clone());
        for line in &lines {
            row += 1;
            for (cell, head) in line.cells.iter().zip(&heads) {
                // Only words hold characters of others.
                let Cell::Text(words) = cell else { continue };
                let lacks =
                    words.chars().filter(|c| encoding.encode(c.encode_utf8(&mut [0; 4])).is_err());
                lacks.for_each(|c| missing.add((row, head, words), c));
            }
        }
    }
}

/// Sends the file piece by piece, as the network takes it; whoever left ends it.
async fn send(app: &App, sheet: &dyn Sheet, (mut sender, encoding): (Pieces, Encoding)) {
    if let Err(error) = pieces(app, sheet, (&mut sender, encoding)).await {
        tracing::error!(%error, "a list cannot be sent to its end");
        sender.abort(error);
    }
}

async fn pieces(
    app: &App,
    sheet: &dyn Sheet,
    (sender, encoding): (&mut Pieces, Encoding),
) -> Result<(), io::Error> {
    let mut piece = encoding.mark().to_vec();
    let heads: Vec<_> = sheet.heads().iter().map(|head| csv::cell(head.label)).collect();
    piece.extend(encode(encoding, &heads)?);
    let mut at = At::First;
    loop {
        if sender.send_data(Bytes::from(piece)).await.is_err() {
            return Ok(());
        }
        if app.tasks.is_stopping() {
            return Err(io::Error::other("the program stops"));
        }
        let lines = read(app, sheet, &at).await.map_err(io::Error::other)?;
        let Some(last) = lines.last() else { return Ok(()) };
        at = At::After(last.key.clone());
        piece = Vec::with_capacity(lines.len() * 100);
        for line in &lines {
            let cells: Vec<_> = line.cells.iter().map(Cell::csv).collect();
            piece.extend(encode(encoding, &cells)?);
        }
    }
}

fn encode(encoding: Encoding, cells: &[String]) -> Result<Vec<u8>, io::Error> {
    // It could be a moment ago, so the line has changed since: half a file is no file.
    let lost = |lost: crate::base::encoding::Unencodable| io::Error::other(lost.to_string());
    encoding.encode(&format!("{}\r\n", cells.join(","))).map_err(lost)
}

pub(super) async fn read(app: &App, sheet: &dyn Sheet, at: &At) -> Result<Vec<Line>, db::Error> {
    sheet.lines(&mut app.db.conn().await?, at, CHUNK).await
}
