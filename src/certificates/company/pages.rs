//! The operator's pages: companies, 「発行する」, what was made, アクセス情報シート.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::rules::Standing;
use super::sheet::Sheet;
use super::{issue, words};
use crate::app::{App, Handover};
use crate::audit::{self, Event};
use crate::base::date::jst_minutes_ja;
use crate::base::{Day, Moment, Secret};
use crate::certificates::issue::Error as IssueError;
use crate::certificates::state::State as Status;
use crate::certificates::store::{self, Certificate};
use crate::identity::contracts::{self, Contract};
use crate::pki::bundle::Format;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell};

const LIST: &str = "/operator/company";

/// `/operator/company` and what follows it.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(show_list))
        .route("/operator/company/{contract}", get(show_company).post(submit_issue))
        .route("/operator/company/{contract}/result", get(show_result))
        .route("/operator/company/{contract}/file", get(fetch_file))
        .route("/operator/company/{contract}/sheet", get(show_sheet))
        .route("/operator/company/{contract}/done", post(submit_done))
}

/// A company in the list.
struct Row {
    contract_no: String,
    contract_name: String,
    name: String,
    standing: Standing,
    last_day: Option<Day>,
    /// What still opens a door, newest first.
    held: Vec<Held>,
}

/// A certificate of a company that still opens a door.
struct Held {
    serial: String,
    last_day: Day,
    /// Whether a newer one was issued.
    before: bool,
}

#[derive(Template)]
#[template(path = "certificates/company/pages/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "certificates/company/pages/company.html")]
struct CompanyPage {
    shell: Shell,
    row: Row,
    mistakes: Mistakes,
    format: Field,
    csrf: String,
    /// The day until which a certificate issued today is good.
    until: Day,
    /// Whether what was made a moment ago still waits for this operator.
    waits: bool,
}

#[derive(Template)]
#[template(path = "certificates/company/pages/result.html")]
struct ResultPage {
    shell: Shell,
    contract_no: String,
    contract_name: String,
    file_name: String,
    last_day: Day,
    until: String,
    csrf: String,
}

#[derive(Template)]
#[template(path = "certificates/company/pages/sheet.html")]
struct SheetPage {
    shell: Shell,
    sheet: Sheet,
    /// Where it is handed over.
    back: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct IssueForm {
    format: String,
}

#[derive(Deserialize)]
struct Nothing {}

/// What has just been done.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Before {
    done: String,
}

async fn show_list(
    State(app): State<App>,
    operator: Operator,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let all = store::in_force_of_companies(&mut conn).await?;
    let contracts = contracts::of_companies(&mut conn).await?;
    let (now, days) = (app.clock.now(), app.config.certificate.renewal_days);
    let rows = contracts.iter().map(|contract| row(contract, &all, now, days)).collect();
    let mut shell = operator.shell(words::TITLE, LIST).crumb_here();
    if before.done == "1" {
        shell = shell.success(words::DONE);
    }
    web::page(&ListPage { shell, rows })
}

async fn show_company(
    State(app): State<App>,
    operator: Operator,
    Path(contract_no): Path<String>,
) -> Result<Response, Error> {
    let page = company_page(&app, &operator, &contract_no, Mistakes::default()).await?;
    web::page(&page)
}

async fn submit_issue(
    State(app): State<App>,
    operator: Operator,
    Path(contract_no): Path<String>,
    Form(form): Form<IssueForm>,
) -> Result<Response, Error> {
    let contract = load(&app, &contract_no).await?;
    let to_result = Redirect::to(&format!("{LIST}/{contract_no}/result")).into_response();
    let format = if form.format == "compat" { Format::Compat } else { Format::Modern };
    let said = match make(&app, &operator, &contract, format).await {
        Ok(()) => return Ok(to_result),
        // The second click of the same button.
        Err(IssueError::Refused(_)) if waiting(&app, &operator, &contract_no).is_some() => {
            return Ok(to_result);
        }
        Err(IssueError::Pki(error)) if !error.is_of_what_was_given() => {
            return Err(Error::busy(error));
        }
        Err(IssueError::Pki(error)) => {
            tracing::warn!(%error, contract_no, "no company certificate was made");
            words::UNFIT
        }
        Err(IssueError::Db(error)) => return Err(error.into()),
        Err(error @ IssueError::Stopping) => return Err(Error::busy(error)),
        Err(_) => words::CHANGED,
    };
    let mut mistakes = Mistakes::default();
    mistakes.add_general(said);
    let page = company_page(&app, &operator, &contract_no, mistakes).await?;
    web::page_with(StatusCode::CONFLICT, &page)
}

async fn make(
    app: &App,
    operator: &Operator,
    contract: &Contract,
    format: Format,
) -> Result<(), IssueError> {
    let made = issue::prepare(app, contract, format).await?;
    let mut tx = app.db.begin().await?;
    let event = event(operator, "certificate-issue");
    issue::store(app, &mut tx, &made.prepared, &event).await?;
    // Before the commit: a certificate whose file nobody can have would be of no use.
    let (token, what) = (token(operator), &contract.contract_no);
    if !app.handovers.leave(&token, what, made.prepared.parcel, &made.password) {
        return Err(IssueError::Stopping);
    }
    let committed = tx.commit().await;
    if committed.is_err() {
        app.handovers.forget(&token, what);
    }
    Ok(committed?)
}

async fn show_result(
    State(app): State<App>,
    operator: Operator,
    Path(contract_no): Path<String>,
) -> Result<Response, Error> {
    let (contract, made, waits) = handover(&app, &operator, &contract_no).await?;
    let shell = operator.shell("発行した電子証明書の受け渡し", LIST).crumb(words::TITLE, LIST);
    web::page(&ResultPage {
        shell: shell.crumb_here().success(words::ISSUED),
        contract_no,
        contract_name: contract.name,
        file_name: waits.file_name,
        last_day: Day::of(made.not_after),
        until: jst_minutes_ja(waits.until),
        csrf: operator.person().csrf(),
    })
}

/// The file; as often as it takes to get it onto its medium, for half an hour.
async fn fetch_file(
    State(app): State<App>,
    operator: Operator,
    Path(contract_no): Path<String>,
    method: Method,
) -> Result<Response, Error> {
    let (_, made, waits) = handover(&app, &operator, &contract_no).await?;
    note(&app, &operator, &made, (&method, "certificate-fetch")).await?;
    Ok(web::download(&waits.file_name, "application/x-pkcs12", waits.bytes.to_vec()))
}

async fn show_sheet(
    State(app): State<App>,
    operator: Operator,
    Path(contract_no): Path<String>,
    method: Method,
) -> Result<Response, Error> {
    let (contract, made, waits) = handover(&app, &operator, &contract_no).await?;
    note(&app, &operator, &made, (&method, "certificate-sheet")).await?;
    let sheet = Sheet::new(&app.config, &contract, &made, waits.password.expose());
    let back = format!("{LIST}/{contract_no}/result");
    let shell = operator.shell("アクセス情報シート", LIST).crumb("受け渡し", &back);
    web::page(&SheetPage { shell: shell.crumb_here(), sheet, back })
}

/// 「受け渡しを終わる」: file and password are wiped.
async fn submit_done(
    State(app): State<App>,
    operator: Operator,
    Path(contract_no): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    app.handovers.forget(&token(&operator), &contract_no);
    Ok(Redirect::to(&format!("{LIST}?done=1")).into_response())
}

/// The contract, its newest certificate and what waits of it for this operator; or the
/// way back.
async fn handover(
    app: &App,
    operator: &Operator,
    contract_no: &str,
) -> Result<(Contract, Certificate, Handover), Error> {
    let contract = load(app, contract_no).await?;
    let gone = || Error::stale("会社用の電子証明書の状態を見る", format!("{LIST}/{contract_no}"));
    let waits = waiting(app, operator, contract_no).ok_or_else(gone)?;
    let made = store::find(&mut app.db.conn().await?, &waits.serial).await?;
    // One that was revoked meanwhile is not handed out any more.
    let made = made.filter(|made| made.status == Status::Active).ok_or_else(gone)?;
    Ok((contract, made, waits))
}

fn waiting(app: &App, operator: &Operator, contract_no: &str) -> Option<Handover> {
    app.handovers.find(&token(operator), contract_no, app.clock.now())
}

/// The token of the operator's session; the guard has seen it.
fn token(operator: &Operator) -> Secret {
    operator.person().visit.session.clone().unwrap_or_default()
}

async fn load(app: &App, contract_no: &str) -> Result<Contract, Error> {
    let found = contracts::find(&mut app.db.conn().await?, contract_no).await?;
    found.filter(|contract| contract.mode.is_company()).ok_or(Error::NotFound)
}

/// Writes down that something was handed out; whoever asks for the head gets nothing.
async fn note(
    app: &App,
    operator: &Operator,
    made: &Certificate,
    (method, action): (&Method, &str),
) -> Result<(), Error> {
    if method != Method::GET {
        return Err(Error::MethodNotAllowed);
    }
    let event = Event {
        contract_no: Some(&made.contract_no),
        serial: Some(&made.serial),
        target: Some(&made.file_name),
        ..event(operator, action)
    };
    let mut tx = app.db.begin().await?;
    audit::record(&mut tx, app.clock.now(), &event).await?;
    Ok(tx.commit().await?)
}

/// The operator does it, but it is not about them: neither their own contract nor they.
fn event<'a>(operator: &'a Operator, action: &'a str) -> Event<'a> {
    let person = operator.person();
    Event { serial: None, ..person.visit.event(&person.user.login_id, action, "") }
}

async fn company_page(
    app: &App,
    operator: &Operator,
    contract_no: &str,
    mistakes: Mistakes,
) -> Result<CompanyPage, Error> {
    let contract = load(app, contract_no).await?;
    let all = store::in_force_of_companies(&mut app.db.conn().await?).await?;
    let (now, set) = (app.clock.now(), app.config.certificate);
    let row = row(&contract, &all, now, set.renewal_days);
    let shell = operator.shell(&contract.name, LIST).crumb(words::TITLE, LIST).crumb_here();
    Ok(CompanyPage {
        shell: shell.narrow(),
        row,
        mistakes,
        format: Field::with("format", "modern"),
        csrf: operator.person().csrf(),
        until: Day::of(now).plus_days(set.validity_days - 1),
        waits: waiting(app, operator, contract_no).is_some(),
    })
}

fn row(contract: &Contract, all: &[Certificate], now: Moment, renewal_days: i64) -> Row {
    let own: Vec<_> = all.iter().filter(|one| one.contract_no == contract.contract_no).collect();
    let active = own.iter().find(|one| one.status == Status::Active).copied();
    let held = own.iter().filter(|one| one.state_at(now).in_force());
    Row {
        contract_no: contract.contract_no.clone(),
        contract_name: contract.name.clone(),
        name: contract.mode.certificate_name().unwrap_or_default(),
        standing: Standing::of(active, contract.closed_at.is_some(), now, renewal_days),
        last_day: active.map(|one| Day::of(one.not_after)),
        held: held
            .map(|one| Held {
                serial: one.serial.clone(),
                last_day: Day::of(one.not_after),
                before: one.status == Status::Retiring,
            })
            .collect(),
    }
}
