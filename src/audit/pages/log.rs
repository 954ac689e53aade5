//! The list, and all that is found as a file.

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::channel::{Channel, Sender};

use super::rules::{Asked, Search};
use super::store::{self, Bounded, Page};
use super::{Reader, words};
use crate::app::App;
use crate::audit::{self, Event, Record, words as chain};
use crate::base::csv;
use crate::base::date::jst_compact;
use crate::web::{self, Chip, Error, Field, Mistakes, Pager, Shell};

/// Pieces of a file that wait for the network.
const WAITING: usize = 4;

#[derive(Template)]
#[template(path = "audit/pages/log.html")]
pub(super) struct LogPage {
    pub(super) shell: Shell,
    mistakes: Mistakes,
    from: Field,
    to: Field,
    user_id: Field,
    contract_no: Field,
    done: Field,
    result: Field,
    actions: Vec<(&'static str, &'static str)>,
    path: &'static str,
    check: String,
    /// Whether all contracts' rows are read.
    of_all: bool,
    is_filtered: bool,
    csrf: String,
    /// Absent while something is wrong with what was typed.
    list: Option<List>,
}

pub(super) struct List {
    count: String,
    rows: Vec<Row>,
    chips: Vec<Chip>,
    pager: Pager,
    file: String,
}

/// A row as it is read.
struct Row {
    seq: i64,
    at: String,
    actor: String,
    contract_no: String,
    action: String,
    target: String,
    is_refused: bool,
    result: String,
    detail: String,
    screen: String,
    ip: String,
}

pub(super) async fn show_log(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (search, mistakes) = asked.search(reader.own.as_deref());
    let cursor = asked.cursor()?;
    let shell = reader.shell(words::TITLE).crumb_here();
    if !mistakes.is_empty() {
        let page = log_page(shell, (&reader.check(), reader.list), &asked, (mistakes, None));
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut conn = app.db.conn().await?;
    let bounded = store::bound(&mut conn, &search).await?;
    let page = store::page(&mut conn, &bounded, cursor).await?;
    if page.rows.is_empty() && !(asked.after.is_empty() && asked.before.is_empty()) {
        let first = asked.place(reader.list).with(&[("after", ""), ("before", "")]);
        return Err(Error::stale(words::TO_FIRST, first));
    }
    let count = store::count(&mut conn, &bounded).await?;
    let list = list(&asked, reader.list, &page, count);
    let found = (mistakes, Some(list));
    web::page(&log_page(shell, (&reader.check(), reader.list), &asked, found))
}

/// All that is found as CSV; that it left the house is audited.
pub(super) async fn download_log(
    State(app): State<App>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (search, mistakes) = asked.search(reader.own.as_deref());
    if !mistakes.is_empty() {
        return Err(Error::Malformed("the search cannot be read".into()));
    }
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    let bounded = store::bound(&mut conn, &search).await?;
    let count = store::count(&mut conn, &bounded).await?;
    drop(conn);
    let told = count.min(store::MOST_COUNTED).to_string();
    let event = Event { detail: &told, ..reader.person.0.event("log-download", words::TITLE) };
    let mut tx = app.db.begin().await?;
    let place = audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    let (sender, body) = Channel::new(WAITING);
    let sending = app.clone();
    app.tasks.spawn(async move { send(&sending, sender, bounded, place).await });
    let name = format!("操作ログ{}.csv", jst_compact(now));
    Ok(web::download(&name, "text/csv; charset=utf-8", Body::new(body)))
}

type Pieces = Sender<Bytes, crate::db::Error>;

/// Sends the file piece by piece, as the network takes it; whoever left ends it.
async fn send(app: &App, mut sender: Pieces, bounded: Bounded, mut below: i64) {
    let head = csv::table(&words::HEAD, []);
    if sender.send_data(Bytes::from(head)).await.is_err() {
        return;
    }
    while !app.tasks.is_stopping() {
        let rows = match read(app, &bounded, below).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::error!(%error, "the log cannot be read to its end");
                sender.abort(error);
                return;
            }
        };
        let Some(last) = rows.last() else { return };
        below = last.seq;
        let text: String = rows.iter().map(line).collect();
        if sender.send_data(Bytes::from(text)).await.is_err() {
            return;
        }
    }
}

async fn read(app: &App, bounded: &Bounded, below: i64) -> Result<Vec<Record>, crate::db::Error> {
    store::chunk(&mut app.db.conn().await?, bounded, below).await
}

fn line(row: &Record) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        row.seq.to_string(),
        words::when(row.at),
        text(&row.contract_no),
        chain::actor(&row.actor),
        chain::action(&row.action).to_owned(),
        text(&row.target),
        chain::result(&row.result).to_owned(),
        chain::detail(&row.detail),
        text(&row.screen),
        text(&row.ip),
        text(&row.serial),
    ];
    let cells: Vec<_> = cells.iter().map(|cell| csv::cell(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

pub(super) fn list(asked: &Asked, path: &'static str, page: &Page, count: i64) -> List {
    let place = asked.place(path);
    let key =
        |row: Option<&Record>, there: bool| row.filter(|_| there).map(|row| row.seq.to_string());
    let newer = key(page.rows.first(), page.has_newer);
    let older = key(page.rows.last(), page.has_older);
    let query = place.with(&[("after", ""), ("before", "")]);
    List {
        count: words::found(count, store::MOST_COUNTED),
        rows: page.rows.iter().map(shown).collect(),
        chips: chips(asked, path),
        pager: place.pager(newer.as_deref(), older.as_deref()),
        file: query.replacen(path, &format!("{path}.csv"), 1),
    }
}

fn shown(row: &Record) -> Row {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Row {
        seq: row.seq,
        at: words::when(row.at),
        actor: chain::actor(&row.actor),
        contract_no: text(&row.contract_no),
        action: chain::action(&row.action).to_owned(),
        target: text(&row.target),
        is_refused: row.result == "refused",
        result: chain::result(&row.result).to_owned(),
        detail: chain::detail(&row.detail),
        screen: text(&row.screen),
        ip: text(&row.ip),
    }
}

/// The filters in use, each with the way to the list without it.
fn chips(asked: &Asked, path: &'static str) -> Vec<Chip> {
    let action = chain::action(&asked.action).to_owned();
    let result = chain::result(&asked.result).to_owned();
    let parts = [
        ("from", words::FROM, asked.from.clone()),
        ("to", words::TO, asked.to.clone()),
        ("user_id", words::USER_ID, asked.user_id.clone()),
        ("contract_no", words::CONTRACT_NO, asked.contract_no.clone()),
        ("action", words::ACTION, action),
        ("result", words::RESULT, result),
    ];
    let place = asked.place(path);
    let used = parts.into_iter().filter(|(_, _, value)| !value.is_empty());
    used.map(|(name, label, value)| Chip::new(format!("{label}：{value}"), place.without(name)))
        .collect()
}

pub(super) fn log_page(
    shell: Shell,
    (check, path): (&str, &'static str),
    asked: &Asked,
    (mistakes, list): (Mistakes, Option<List>),
) -> LogPage {
    let csrf = shell.csrf().to_owned();
    let all = [("", "すべて")];
    LogPage {
        shell,
        from: mistakes.field("from", asked.from.trim()),
        to: mistakes.field("to", asked.to.trim()),
        user_id: mistakes.field("user_id", asked.user_id.trim()),
        contract_no: mistakes.field("contract_no", asked.contract_no.trim()),
        done: mistakes.field("action", &asked.action),
        result: mistakes.field("result", &asked.result),
        actions: all.into_iter().chain(chain::ACTIONS.iter().copied()).collect(),
        path,
        check: check.to_owned(),
        of_all: path == super::ALL,
        is_filtered: asked.search(None).0 != Search::default() || !mistakes.is_empty(),
        mistakes,
        csrf,
        list,
    }
}
