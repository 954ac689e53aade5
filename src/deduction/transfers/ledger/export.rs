//! `/deduction/ledger/export`: the table, streamed.

use std::io;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use http_body_util::channel::{Channel, Sender};
use serde::Deserialize;

use super::{COLUMNS, MENU, STORED, Stored};
use crate::app::App;
use crate::base::csv::{Style, Writer};
use crate::base::encoding::Encoding;
use crate::base::money::group;
use crate::db::{Conn, Error as DbError, params};
use crate::deduction::files;
use crate::deduction::scope::{Key, Scope};
use crate::deduction::transfers::{print, words};
use crate::web::cookies::Choice;
use crate::web::menu::deduction::TRANSFERS;
use crate::web::{self, Error, sheet};

/// Rows that are read at once.
const CHUNK: i64 = 1_000;
/// Pieces that wait for the network.
const WAITING: usize = 4;
/// Characters that are told one by one.
const MOST_TOLD: usize = 20;

#[derive(Template)]
#[template(path = "deduction/transfers/pages/export.html")]
struct ExportPage {
    shell: web::Shell,
    count: String,
    encodings: Vec<(&'static str, &'static str, bool)>,
    lead: String,
    missing: Vec<Missing>,
    more: String,
}

struct Missing {
    row: i64,
    column: &'static str,
    character: String,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    encoding: String,
}

pub(super) async fn show_export(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let encoding = sheet::remembered(&headers);
    web::page(&page(&app, &scope, encoding).await?)
}

async fn page(app: &App, scope: &Scope, chosen: Encoding) -> Result<ExportPage, Error> {
    let sql = "SELECT COUNT(*) FROM ledger_items WHERE contract_no = $1 AND group_no = $2 \
               AND state <> 'ended' AND state <> 'cancelled'";
    let key = scope.key();
    let mut conn = app.db.conn().await?;
    let count: Option<i64> = conn.one(sql, params![key.contract_no, key.group_no]).await?;
    let choice = |one: Encoding| (one.word(), one.label(), one == chosen);
    Ok(ExportPage {
        shell: scope.shell(words::EXPORT, MENU),
        count: group(count.unwrap_or(0)),
        encodings: Encoding::ALL.map(choice).to_vec(),
        lead: String::new(),
        missing: Vec::new(),
        more: String::new(),
    })
}

pub(super) async fn download_table(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let remembered = sheet::remembered(&headers);
    let encoding = Encoding::parse(&asked.encoding).unwrap_or(remembered);
    if encoding != Encoding::Utf8 {
        let (missing, count) = missing(&app, scope.key(), encoding).await?;
        if count > 0 {
            let listed = i64::try_from(missing.len()).unwrap_or(i64::MAX);
            let mut page = page(&app, &scope, Encoding::Utf8).await?;
            page.lead = words::unwritable(encoding);
            page.more = if count > listed { group(count - listed) } else { String::new() };
            page.missing = missing;
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    }
    let name = files::of_day("賃控元帳明細", Some(&scope.group.group_no), app.clock.now());
    let name = format!("{name}.csv");
    let (sender, body) = Channel::new(WAITING);
    let of = (scope.contract_no().to_owned(), scope.group.group_no.clone());
    let sending = app.clone();
    app.tasks.spawn(async move { send(&sending, of, (sender, encoding)).await });
    let kind = match encoding {
        Encoding::Utf8 => "text/csv; charset=utf-8",
        Encoding::Cp932 => "text/csv; charset=windows-31j",
    };
    let mut file = web::download(&name, kind, Body::new(body));
    file.headers_mut().append(SET_COOKIE, Choice::ENCODING.keep(encoding.word()));
    print::noted(&app, &scope.person, &name, file).await
}

/// The rows behind this number and id, in the order of the table.
async fn rows(
    conn: &mut Conn,
    key: Key<'_>,
    after: &(String, String),
) -> Result<Vec<Stored>, DbError> {
    let sql = format!(
        "{STORED} AND i.state <> 'cancelled' AND (i.employee_no, i.id) > ($3, $4) \
         ORDER BY i.employee_no, i.id LIMIT $5"
    );
    conn.query(&sql, params![key.contract_no, key.group_no, &after.0, &after.1, CHUNK]).await
}

fn end_of(rows: &[Stored]) -> Option<(String, String)> {
    rows.last().map(|row| (row.member.employee_no.clone(), row.id.clone()))
}

/// What `encoding` lacks, and how much of it.
async fn missing(
    app: &App,
    key: Key<'_>,
    encoding: Encoding,
) -> Result<(Vec<Missing>, i64), DbError> {
    let (mut listed, mut count) = (Vec::new(), 0);
    let (mut after, mut row) = (<(String, String)>::default(), 1);
    loop {
        let rows = rows(&mut app.db.conn().await?, key, &after).await?;
        let Some(end) = end_of(&rows) else { return Ok((listed, count)) };
        after = end;
        for item in &rows {
            row += 1;
            for (column, text) in COLUMNS.into_iter().zip(item.cells()) {
                let lacks =
                    text.chars().filter(|c| encoding.encode(c.encode_utf8(&mut [0; 4])).is_err());
                for c in lacks {
                    count += 1;
                    if listed.len() < MOST_TOLD {
                        let character = format!("{c}（U+{:04X}）", u32::from(c));
                        listed.push(Missing { row, column, character, text: text.clone() });
                    }
                }
            }
        }
    }
}

type Pieces = Sender<Bytes, io::Error>;

async fn send(app: &App, of: (String, String), (mut sender, encoding): (Pieces, Encoding)) {
    if let Err(error) = pieces(app, &of, (&mut sender, encoding)).await {
        tracing::error!(%error, "a table cannot be sent to its end");
        sender.abort(error);
    }
}

async fn pieces(
    app: &App,
    (contract_no, group_no): &(String, String),
    (sender, encoding): (&mut Pieces, Encoding),
) -> Result<(), io::Error> {
    let mut table = Writer::new(encoding, Style::Exact);
    table.row(&COLUMNS).map_err(io::Error::other)?;
    let mut after = <(String, String)>::default();
    loop {
        // Whoever left needs no more.
        if sender.send_data(Bytes::from(table.take())).await.is_err() {
            return Ok(());
        }
        if app.tasks.is_stopping() {
            return Err(io::Error::other("the program stops"));
        }
        let mut conn = app.db.conn().await.map_err(io::Error::other)?;
        let rows = rows(&mut conn, Key { contract_no, group_no }, &after).await;
        drop(conn);
        let rows = rows.map_err(io::Error::other)?;
        let Some(end) = end_of(&rows) else { return Ok(()) };
        after = end;
        for row in &rows {
            table.row(&row.cells()).map_err(io::Error::other)?;
        }
    }
}
