//! Long lists as PDF: made beside the requests, kept for a few days, found in the history.
//!
//! The making is a task of this process, since a list is what its page made of a question.
//! A stop or a kill ends it; `tidy` then says so, and it can be asked for again.

use std::sync::Arc;

use axum::response::{IntoResponse, Redirect, Response};

use super::progress::Steps;
use super::{Findings, Options, State, store, words};
use crate::app::App;
use crate::base::Moment;
use crate::base::id::new_id;
use crate::db::{Conn, Error as DbError, params};
use crate::identity::rights::Action;
use crate::web::menu::deduction::TRANSFERS;
use crate::web::pdf::{Failure, Progress};
use crate::web::sheet::{self, Heading, Sheet, Unprinted, Wish};
use crate::web::{Error, SignedIn};

/// Lines are read while the first half of the bar fills, pages drawn in the second.
const BAR: i64 = 1_000;

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
        return sheet::pdf_response(app, sheet, wish, heading).await;
    }
    let options = Options { asked: wish.place.with(&[]), ..Options::default() };
    let (now, person) = (app.clock.now(), &asker.person.0);
    let mut tx = app.db.begin().await?;
    // The same list asked for twice is made once.
    let there = store::making(&mut tx, &person.user.id, &options).await?;
    let id = if let Some(id) = there {
        id
    } else {
        let id = new_id(now);
        let of = store::Made {
            id: &id,
            contract_no: &person.user.contract_no,
            group_no: person.actor.place.group().map(|group| group.group_no.as_str()),
            file_name: &format!("{}.pdf", wish.name),
            options: &options,
            rows: count,
            user_id: &person.user.id,
            actor: &format!("{}（{}）", person.user.name, person.user.login_id),
            action: asker.action,
        };
        store::begin_making(&mut tx, &of, now).await?;
        let (of_task, making) = (id.clone(), app.clone());
        app.tasks.spawn(async move {
            Box::pin(make(&making, &of_task, (sheet, heading), count)).await;
        });
        id
    };
    tx.commit().await?;
    Ok(Redirect::to(&format!("{}/{id}", TRANSFERS.href)).into_response())
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
    let made = sheet::printed(app, sheet, heading, progress).await;
    if let Err(error) = keep(app, id, made).await {
        tracing::error!(%error, "a printed list cannot be kept");
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
pub async fn tidy(app: &App, before: Moment) -> Result<(), DbError> {
    let mut conn = app.db.conn().await?;
    let sql = "SELECT id FROM transfers WHERE state = $1 AND created_at < $2 LIMIT 100";
    let stale: Vec<String> = conn.query(sql, params![State::Making.word(), before]).await?;
    for id in stale {
        unmade(&mut conn, (&id, words::NOT_MADE), app.clock.now()).await?;
    }
    Ok(())
}
