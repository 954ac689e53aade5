//! The list as CSV, streamed: memory stays flat however long the list is.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::response::Response;
use http_body_util::channel::{Channel, Sender};

use super::{At, Encoding, Line, Sheet, Wish};
use crate::app::App;
use crate::base::csv;
use crate::db;
use crate::web::{self, Error};

/// Lines that are read at once.
const CHUNK: i64 = 1_000;
/// Pieces of a file that wait for the network.
const WAITING: usize = 4;

type Pieces = Sender<Bytes, db::Error>;

/// The whole of `sheet` as a file; where characters cannot be written in `encoding`, a page
/// that tells them (422). The browser is given the encoding to keep.
///
/// # Errors
/// The database's.
pub async fn csv_response(
    app: &App,
    sheet: Arc<dyn Sheet>,
    wish: Wish,
    _encoding: Encoding,
) -> Result<Response, Error> {
    let (sender, body) = Channel::new(WAITING);
    let sending = app.clone();
    app.tasks.spawn(async move { send(&sending, &*sheet, sender).await });
    Ok(web::download(&format!("{}.csv", wish.name), "text/csv; charset=utf-8", Body::new(body)))
}

/// The encoding that this browser took last.
#[must_use]
pub fn remembered(_headers: &HeaderMap) -> Encoding {
    Encoding::default()
}

/// Sends the file piece by piece, as the network takes it; whoever left ends it.
async fn send(app: &App, sheet: &dyn Sheet, mut sender: Pieces) {
    let labels: Vec<_> = sheet.heads().iter().map(|head| head.label).collect();
    if sender.send_data(Bytes::from(csv::table(&labels, []))).await.is_err() {
        return;
    }
    let mut at = At::First;
    while !app.tasks.is_stopping() {
        let lines = match read(app, sheet, &at).await {
            Ok(lines) => lines,
            Err(error) => {
                tracing::error!(%error, "a list cannot be read to its end");
                sender.abort(error);
                return;
            }
        };
        let Some(last) = lines.last() else { return };
        at = At::After(last.key.clone());
        let text: String = lines.iter().map(text).collect();
        if sender.send_data(Bytes::from(text)).await.is_err() {
            return;
        }
    }
}

async fn read(app: &App, sheet: &dyn Sheet, at: &At) -> Result<Vec<Line>, db::Error> {
    sheet.lines(&mut app.db.conn().await?, at, CHUNK).await
}

fn text(line: &Line) -> String {
    let cells: Vec<_> = line.cells.iter().map(super::Cell::csv).collect();
    format!("{}\r\n", cells.join(","))
}
