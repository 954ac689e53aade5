//! 「発行」, and the page that waits until the certificate is made (R004-69).

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{STEPS, current, from_the_start, way_on, words};
use crate::app::{App, Progress};
use crate::base::{Day, Secret};
use crate::certificates::issue::{self, Error as IssueError};
use crate::certificates::rules::Plan;
use crate::certificates::store;
use crate::db::Conn;
use crate::identity::contracts;
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::users;
use crate::pki::bundle::Format;
use crate::web::{self, Error, Field, Form, Shell, Visit, csrf_of, must_be_open};

#[derive(Template)]
#[template(path = "certificates/apply/pages/issue.html")]
struct IssuePage {
    shell: Shell,
    format: Field,
    formats: &'static [(&'static str, &'static str)],
    csrf: String,
    user_id: String,
    last_day: String,
    /// Last day of the one in force: this is a renewal.
    old_last_day: Option<String>,
}

#[derive(Template)]
#[template(path = "certificates/apply/pages/issuing.html")]
struct IssuingPage {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "certificates/apply/pages/failed.html")]
struct FailedPage {
    shell: Shell,
    happened: &'static str,
    to_do: &'static str,
    csrf: String,
    format: String,
    again: bool,
}

#[derive(Deserialize)]
pub(super) struct IssueForm {
    #[serde(default)]
    format: String,
}

pub(super) async fn show_issue(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (token, flow) = current(&app, &visit, &mut conn).await?;
    if flow.step != Step::Verified {
        return Err(way_on(flow.step));
    }
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::find(&mut conn, id).await?.ok_or_else(from_the_start)?;
    must_be_open(&app, &mut conn, &user.contract_no, user.kind).await?;
    let agent = headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let now = app.clock.now();
    let today = Day::of(now);
    let old = store::active_of(&mut conn, &user.id).await?;
    let renewed =
        old.filter(|old| issue::plan(&app, Some(old), Some(&flow), now) == Ok(Plan::Renewal));
    let page = IssuePage {
        shell: Shell::new(&visit.frame, "電子証明書の発行").steps(3, STEPS).narrow(),
        format: Field::with("format", word(issue::format_for(agent))),
        formats: words::FORMATS,
        csrf: csrf_of(&token),
        user_id: user.login_id,
        last_day: today.plus_days(app.config.certificate.validity_days - 1).ja(),
        old_last_day: renewed.map(|old| Day::of(old.not_after).ja()),
    };
    web::page(&page)
}

/// Accepts the first click, the second one, and a file that has to be made again.
pub(super) async fn submit_issue(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<IssueForm>,
) -> Result<Response, Error> {
    let Some(token) = visit.flow.clone() else { return Err(from_the_start()) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, &token, Kind::Certificate, now).await?;
    let flow = held.ok_or_else(from_the_start)?;
    let format = parse(&form.format);
    match flow.step {
        Step::Issuing => {}
        // The file waits already, unless it was lost.
        Step::Issued if app.parcels.progress(&flow.token_hash, now) == Progress::Ready => {}
        Step::Verified | Step::Issued => {
            must_be_open_for(&app, &mut tx, &flow).await?;
            flows::set_issuing(&mut tx, &flow, word(format)).await?;
        }
        other => return Err(way_on(other)),
    }
    tx.commit().await?;
    start(&app, &visit, &token, &flow, format);
    Ok(Redirect::to("/certificate/issuing").into_response())
}

/// A certificate is made in the hours of use alone; one that is made may be fetched.
async fn must_be_open_for(app: &App, conn: &mut Conn, flow: &Flow) -> Result<(), Error> {
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::find(conn, id).await?.ok_or_else(from_the_start)?;
    must_be_open(app, conn, &user.contract_no, user.kind).await
}

pub(super) async fn show_issuing(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (token, flow) = current(&app, &visit, &mut conn).await?;
    match flow.step {
        Step::Issued => return Ok(Redirect::to("/certificate/result").into_response()),
        Step::Issuing => {}
        other => return Err(way_on(other)),
    }
    match app.parcels.progress(&flow.token_hash, app.clock.now()) {
        Progress::Failed(reason) => failed(&visit, &token, &flow, reason),
        progress => {
            if progress == Progress::None {
                // The server stopped in between: what was begun is done now.
                let format = parse(flow.format.as_deref().unwrap_or_default());
                start(&app, &visit, &token, &flow, format);
            }
            let shell = Shell::new(&visit.frame, "電子証明書発行中")
                .steps(3, STEPS)
                .refresh(1, "/certificate/issuing")
                .narrow();
            web::page(&IssuingPage { shell })
        }
    }
}

fn failed(visit: &Visit, token: &Secret, flow: &Flow, reason: u8) -> Result<Response, Error> {
    let (happened, to_do) = words::failed(reason);
    let page = FailedPage {
        shell: Shell::new(&visit.frame, "電子証明書を発行できませんでした").narrow(),
        happened,
        to_do,
        csrf: csrf_of(token),
        format: flow.format.clone().unwrap_or_default(),
        again: reason == words::OURS,
    };
    web::page(&page)
}

/// Has the certificate made beside the request, unless that goes on already.
fn start(app: &App, visit: &Visit, token: &Secret, flow: &Flow, format: Format) {
    let key = flow.token_hash.clone();
    if !app.parcels.begin(&key, app.clock.now()) {
        return;
    }
    let (of_app, visit, token) = (app.clone(), visit.clone(), token.clone());
    app.tasks.spawn(async move {
        let Err(error) = make(&of_app, &visit, &token, format).await else { return };
        tracing::warn!(%error, request = visit.caller.request_no, "no certificate was made");
        match error {
            // Somebody else, perhaps another node, was faster: the page that waits
            // looks again how things stand.
            IssueError::Overtaken => of_app.parcels.forget(&key),
            error => of_app.parcels.fail(&key, reason(&error), of_app.clock.now()),
        }
    });
}

async fn make(app: &App, visit: &Visit, token: &Secret, format: Format) -> Result<(), IssueError> {
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    let found = flows::find(&mut conn, token, Kind::Certificate, now).await?;
    let flow = found.ok_or(IssueError::Closed)?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::find(&mut conn, id).await?.ok_or(IssueError::Closed)?;
    let contract = contracts::find(&mut conn, &user.contract_no).await?;
    let contract = contract.ok_or(IssueError::Closed)?;
    drop(conn);
    let password = flow.unseal(token).ok_or(IssueError::Closed)?;
    let prepared = issue::prepare(app, &user, &contract, &password, format).await?;
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, token, Kind::Certificate, now).await?;
    let flow = held.filter(|flow| flow.step == Step::Issuing).ok_or(IssueError::Overtaken)?;
    let event = visit.event(&user.login_id, "certificate-issue", "DC586101");
    issue::store(app, &mut tx, &prepared, Some(&flow), &event).await?;
    // Before the commit: whoever sees the step also finds the file. It is handed
    // out in no other step, so a failed commit gives nothing away.
    app.parcels.leave(&flow.token_hash, prepared.parcel);
    tx.commit().await?;
    Ok(())
}

fn reason(error: &IssueError) -> u8 {
    match error {
        IssueError::Refused(_) => words::REFUSED,
        IssueError::CompanyMode | IssueError::UserMode => words::COMPANY,
        IssueError::Closed => words::CLOSED_NOW,
        IssueError::Pki(error) if error.is_of_what_was_given() => words::UNFIT,
        IssueError::Pki(_) | IssueError::Overtaken | IssueError::Db(_) | IssueError::Stopping => {
            words::OURS
        }
    }
}

fn word(format: Format) -> &'static str {
    match format {
        Format::Modern => "modern",
        Format::Compat => "compat",
    }
}

fn parse(word: &str) -> Format {
    if word == "compat" { Format::Compat } else { Format::Modern }
}
