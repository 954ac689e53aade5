//! Lists as files, each with its row in the chain. Long ones as PDF are made beside the
//! requests, kept for a few days, and found in the history.
//!
//! The making is a task of this process, since a list is what its page made of a question.
//! A stop or a kill ends it; `tidy` then says so, and it can be asked for again.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::progress::Steps;
use super::{Findings, Options, store, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::clock::MINUTE_MS;
use crate::base::id::new_id;
use crate::db::{Conn, Error as DbError};
use crate::identity::rights::Action;
use crate::web::menu::deduction::TRANSFERS;
use crate::web::pdf::{Failure, Progress};
use crate::web::sheet::{self, Encoding, Heading, Sheet, Unprinted, Wish};
use crate::web::{Error, SignedIn};

/// Lines are read while the first half of the bar fills, pages drawn in the second.
const BAR: i64 = 1_000;
/// How often the making of a list gives a sign.
const SIGN: Duration = Duration::from_secs(5);
/// What gave no sign for so long, in milliseconds, was cut off.
const SILENT_MS: i64 = MINUTE_MS;

/// Who asks for a list, and what one must be allowed to for it.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The person.
    pub person: &'a SignedIn,
    /// What the list asks for; the file asks for it again.
    pub action: Action,
}

/// The whole of `sheet` as PDF: at once where it is short, else the page on which one sees it
/// being made.
///
/// # Errors
/// The database's; busy.
pub async fn pdf(
    app: &App,
    asker: Asker<'_>,
    (sheet, wish): (Arc<dyn Sheet>, Wish),
    heading: Heading,
) -> Result<Response, Error> {
    let count = sheet.totals(&mut app.db.conn().await?).await?.count;
    if !sheet::is_long(count) {
        let target = target(asker.person, &wish.name, "PDF");
        let answer = sheet::pdf_response(app, sheet, wish, heading).await?;
        return noted(app, asker.person, &target, answer).await;
    }
    let options = Options { asked: wish.place.with(&[]), ..Options::default() };
    let (now, person) = (app.clock.now(), &asker.person.0);
    let (id, file_name) = (new_id(now), format!("{}.pdf", wish.name));
    let of = store::Made {
        id: &id,
        contract_no: &person.user.contract_no,
        group_no: person.actor.place.group().map(|group| group.group_no.as_str()),
        file_name: &file_name,
        options: &options,
        rows: count,
        user_id: &person.user.id,
        actor: &format!("{}（{}）", person.user.name, person.user.login_id),
        action: asker.action,
    };
    let mut tx = app.db.begin().await?;
    // The same list asked for twice is made once.
    if let Some(id) = store::making(&mut tx, &of, now.plus_ms(-SILENT_MS)).await? {
        tx.commit().await?;
        return Ok(to(&id));
    }
    store::begin_making(&mut tx, &of, now).await?;
    tx.commit().await?;
    let (of_task, making) = (id.clone(), app.clone());
    app.tasks.spawn(async move {
        Box::pin(make(&making, &of_task, (sheet, heading), count)).await;
    });
    Ok(to(&id))
}

/// The whole of `sheet` as CSV; the chain tells who had it.
///
/// # Errors
/// The database's.
pub async fn csv(
    app: &App,
    person: &SignedIn,
    (sheet, wish): (Arc<dyn Sheet>, Wish),
    encoding: Encoding,
) -> Result<Response, Error> {
    let target = target(person, &wish.name, "CSV");
    let answer = sheet::csv_response(app, sheet, wish, encoding).await?;
    noted(app, person, &target, answer).await
}

fn target(person: &SignedIn, name: &str, form: &str) -> String {
    let group = person.0.actor.place.group().map_or("", |group| group.group_no.as_str());
    format!("{group} {name} {form}").trim_start().to_owned()
}

/// Notes in the chain that a file was handed out, if it was.
///
/// # Errors
/// The database's: then it is not.
pub async fn noted(
    app: &App,
    person: &SignedIn,
    target: &str,
    answer: Response,
) -> Result<Response, Error> {
    if answer.status() == StatusCode::OK {
        let event = Event { target: Some(target), ..person.0.event("list-download", "") };
        let mut tx = app.db.begin().await?;
        audit::record(&mut tx, app.clock.now(), &event).await?;
        tx.commit().await?;
    }
    Ok(answer)
}

fn to(id: &str) -> Response {
    Redirect::to(&format!("{}/{id}", TRANSFERS.href)).into_response()
}

async fn make(app: &App, id: &str, (sheet, heading): (Arc<dyn Sheet>, Heading), count: i64) {
    let mut bar = Steps::new(id, BAR);
    let count = count.max(1);
    let progress = move |now: Progress| {
        bar.set(match now {
            Progress::Read(lines) => {
                i64::try_from(lines).unwrap_or(count).min(count) * (BAR / 2) / count
            }
            Progress::Drawn(pages, all) => {
                let part = pages.saturating_mul(500) / all.max(1);
                BAR / 2 + i64::try_from(part).unwrap_or(0)
            }
        });
    };
    let mut printing = Box::pin(sheet::printed(app, sheet, heading, progress));
    let made = loop {
        tokio::select! {
            made = &mut printing => break made,
            () = tokio::time::sleep(SIGN) => sign(app, id).await,
        }
    };
    if let Err(error) = keep(app, id, made).await {
        tracing::error!(%error, "a printed list cannot be kept");
    }
}

/// Says that it is still made: what gives no sign was cut off.
async fn sign(app: &App, id: &str) {
    let signed = match app.db.conn().await {
        Ok(mut conn) => store::touch(&mut conn, id, app.clock.now()).await,
        Err(error) => Err(error),
    };
    if let Err(error) = signed {
        tracing::warn!(%error, "nobody is told that a list is still printed");
    }
}

async fn keep(app: &App, id: &str, made: Result<Vec<u8>, Unprinted>) -> Result<(), DbError> {
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    match made {
        Ok(bytes) => store::made(&mut conn, id, &bytes, now).await,
        Err(why) => {
            tracing::warn!(%why, "a long list was not printed");
            unmade(&mut conn, (id, &told(&why)), now).await
        }
    }
}

fn told(why: &Unprinted) -> String {
    match why {
        Unprinted::Pdf(Failure::Lacking(listed, count)) => {
            let first = listed.first().map(|one| format!("{}行目「{}」", one.row, one.c));
            format!(
                "印刷できない文字が{count}か所あります（{}）。CSVファイルをご利用ください。",
                first.unwrap_or_default()
            )
        }
        Unprinted::Pdf(Failure::NoFont(_)) => words::NO_FONT.to_owned(),
        _ => words::NOT_MADE.to_owned(),
    }
}

async fn unmade(conn: &mut Conn, (id, told): (&str, &str), now: Moment) -> Result<(), DbError> {
    let findings = Findings { told: told.to_owned(), ..Findings::default() };
    store::failed(conn, id, &findings, now).await
}

/// Makings that nobody goes on with: those of a process that is gone.
pub async fn tidy(app: &App) -> Result<(), DbError> {
    let (mut conn, now) = (app.db.conn().await?, app.clock.now());
    for id in store::abandoned(&mut conn, now.plus_ms(-SILENT_MS)).await? {
        unmade(&mut conn, (&id, words::NOT_MADE), now).await?;
    }
    Ok(())
}
