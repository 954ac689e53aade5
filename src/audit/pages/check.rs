//! 「検証する」: the whole chain is walked beside the requests, and the page shows how far
//! it is.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::words::Tone;
use super::{Reader, store, words};
use crate::app::{App, Check, Ended};
use crate::audit::{self, Event, Verdict, Walk};
use crate::base::Moment;
use crate::base::clock::MINUTE_MS;
use crate::db::Error as DbError;
use crate::web::{self, Error, Form, Shell};

/// After so many minutes it gives up.
const LIMIT_MINUTES: i64 = 10;
/// Seconds after which the page looks again.
const LOOK_AGAIN_SECONDS: u32 = 2;

#[derive(Template)]
#[template(path = "audit/pages/check.html")]
pub(super) struct CheckPage {
    pub(super) shell: Shell,
    /// How far it is, in hundredths, and in rows where all may be known.
    running: Option<(i64, Option<String>)>,
    /// From when the next may begin.
    again: Option<String>,
    here: String,
    list: &'static str,
    csrf: String,
}

/// What is known of the last verification.
#[derive(Default)]
pub(super) struct Known {
    pub(super) check: Option<Check>,
    /// Rows of the reader's contract; `None`: the reader may know of all.
    pub(super) own: Option<i64>,
    /// From when the next may begin, where it may not yet.
    pub(super) again: Option<Moment>,
}

/// Nothing but the form's token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show_check(State(app): State<App>, reader: Reader) -> Result<Response, Error> {
    let shell = reader.shell(words::CHECK_TITLE).crumb(words::TITLE, reader.list).crumb_here();
    let check = app.checks.last();
    let own = match &reader.own {
        Some(contract_no) => Some(store::rows_of(&mut app.db.conn().await?, contract_no).await?),
        None => None,
    };
    let again = check.as_ref().and_then(Check::next_from).filter(|from| app.clock.now() < *from);
    let known = Known { check, own, again };
    web::page(&check_page(shell, reader.check(), reader.list, known))
}

pub(super) fn check_page(
    shell: Shell,
    here: String,
    list: &'static str,
    Known { check, own, again }: Known,
) -> CheckPage {
    let csrf = shell.csrf().to_owned();
    let shell = match check.as_ref().map(|check| (words::told(check, own), check)) {
        Some((Some((Tone::Good, said)), _)) => shell.success(said),
        Some((Some((Tone::Bad, said)), _)) => shell.warning(said),
        Some((None, _)) => shell.refresh(LOOK_AGAIN_SECONDS, &here),
        None => shell,
    };
    let running = check.filter(|check| check.ended.is_none()).map(|check| {
        let far = check.checked.saturating_mul(100) / check.total.max(1);
        (far, own.is_none().then(|| words::far(check.checked, check.total)))
    });
    CheckPage { shell: shell.narrow(), running, again: again.map(words::again), here, list, csrf }
}

pub(super) async fn submit_check(
    State(app): State<App>,
    reader: Reader,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    if app.checks.begin(app.clock.now()) {
        let (who, running) = (Asker::of(&reader), Running(app.clone()));
        app.tasks.spawn(async move { walk(&running.0, &who).await });
    }
    Ok(Redirect::to(&reader.check()).into_response())
}

/// A verification that goes on. However it is left, a panic too, it has ended then: one that
/// went on for ever would keep everybody from the next.
struct Running(App);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.checks.end(self.0.clock.now(), Ended::Failed);
    }
}

/// Who asked, for the row about it.
struct Asker {
    login_id: String,
    contract_no: String,
    user_id: String,
    ip: String,
}

impl Asker {
    fn of(reader: &Reader) -> Self {
        let person = &reader.person.0;
        Self {
            login_id: person.user.login_id.clone(),
            contract_no: person.user.contract_no.clone(),
            user_id: person.user.id.clone(),
            ip: person.visit.ip.clone(),
        }
    }
}

async fn walk(app: &App, who: &Asker) {
    let ended = match to_the_end(app).await {
        Ok(ended) => ended,
        Err(error) => {
            tracing::error!(%error, "the audit chain cannot be verified");
            Ended::Failed
        }
    };
    if let Ended::Found(Verdict::Broken { seq, why }) = &ended {
        tracing::error!(seq, why, "the audit chain is broken");
    }
    if let Err(error) = note(app, who, &ended).await {
        tracing::error!(%error, "the verification is not written down");
    }
    app.checks.end(app.clock.now(), ended);
}

async fn to_the_end(app: &App) -> Result<Ended, DbError> {
    let begun_at = app.clock.now();
    let mut walk = match Walk::begin(&mut app.db.conn().await?).await? {
        Ok(walk) => walk,
        Err(verdict) => return Ok(Ended::Found(verdict)),
    };
    loop {
        let late = app.clock.now().since_ms(begun_at) > LIMIT_MINUTES * MINUTE_MS;
        if late || app.tasks.is_stopping() {
            return Ok(Ended::TooLong);
        }
        let Some(rows) = walk.read(&mut app.db.conn().await?).await? else {
            return Ok(Ended::Found(walk.end(&mut app.db.conn().await?).await?));
        };
        let checked = app.heavy(move || {
            let broken = walk.check(&rows);
            (walk, broken)
        });
        let Some((after, broken)) = checked.await else { return Ok(Ended::Failed) };
        if let Some(verdict) = broken {
            return Ok(Ended::Found(verdict));
        }
        walk = after;
        app.checks.note(walk.checked(), walk.total());
    }
}

async fn note(app: &App, who: &Asker, ended: &Ended) -> Result<(), DbError> {
    let detail = match ended {
        Ended::Found(Verdict::Whole(_)) => "whole",
        Ended::Found(Verdict::Broken { .. }) => "broken",
        Ended::TooLong | Ended::Failed => "not finished",
    };
    let event = Event {
        actor: &who.login_id,
        action: "log-verify",
        contract_no: Some(&who.contract_no),
        user_id: Some(&who.user_id),
        ip: Some(&who.ip),
        screen: Some(words::CHECK_TITLE),
        detail,
        ..Event::default()
    };
    let mut tx = app.db.begin().await?;
    audit::record(&mut tx, app.clock.now(), &event).await?;
    tx.commit().await
}
