//! The operator's side: files of the employer are received here, for any contract.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::acts::{self, Confirmation};
use super::ledger::taken;
use super::one::{self, Viewer};
use super::pages::ListRow;
use super::store::{self, Coming};
use super::{Kind, Options, State as Stage, Transfer, result, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::id::{made_at, new_id};
use crate::db::{Conn, Error as DbError, params};
use crate::deduction::deposit;
use crate::deduction::period::Period;
use crate::deduction::rules::may_receive;
use crate::identity::contracts::{self, Service};
use crate::identity::groups;
use crate::web::upload::size_ja;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell, Upload};

const DESK: &str = "/operator/deduction";

/// The pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/operator/deduction/{contract}/receive", get(show_receive).post(submit_receive))
        .route("/operator/deduction/transfers/{id}", get(show_transfer))
        .route("/operator/deduction/transfers/{id}/apply", post(submit_apply))
        .route("/operator/deduction/transfers/{id}/drop", post(submit_drop))
        .route("/operator/deduction/transfers/{id}/file", get(download_file))
        .route("/operator/deduction/transfers/{id}/changes", get(download_changes))
}

#[derive(Template)]
#[template(path = "deduction/transfers/pages/receive.html")]
struct ReceivePage {
    shell: Shell,
    mistakes: Mistakes,
    here: String,
    /// What can be received: word and label.
    all: Vec<(String, String)>,
    what: Field,
    file: Field,
    most: String,
    key: String,
    csrf: String,
    rows: Vec<ListRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    key: String,
    what: String,
}

/// Periods of a contract that are requested, newest first.
pub async fn requested(conn: &mut Conn, contract_no: &str) -> Result<Vec<Period>, DbError> {
    let sql = "SELECT * FROM periods WHERE contract_no = $1 AND requested_at IS NOT NULL \
               ORDER BY requested_at DESC, group_no, kind LIMIT 60";
    conn.query(sql, params![contract_no]).await
}

/// Something that a file can be of.
struct Receivable {
    word: String,
    label: String,
    kind: Kind,
    group_no: Option<String>,
    period: Option<Period>,
}

/// What files of a contract can be of: results of each period that is requested, 一斉積立 of
/// each group that has it, 財形貯蓄.
async fn receivable(conn: &mut Conn, contract_no: &str) -> Result<Vec<Receivable>, DbError> {
    let label = |kind: Kind, of: &str| format!("{}　{of}", words::kind(kind));
    let mut all = Vec::new();
    for period in requested(conn, contract_no).await? {
        all.push(Receivable {
            word: format!("result.{}", period.id),
            label: label(Kind::Result, &format!("{} {}", period.group_no, period.ja())),
            kind: Kind::Result,
            group_no: Some(period.group_no.clone()),
            period: Some(period),
        });
    }
    for group in groups::of_contract(conn, contract_no).await? {
        if group.services.contains(&Service::BulkSaving) {
            all.push(Receivable {
                word: format!("savings.{}", group.group_no),
                label: label(Kind::Savings, &format!("{} {}", group.group_no, group.name)),
                kind: Kind::Savings,
                group_no: Some(group.group_no),
                period: None,
            });
        }
    }
    if contracts::services(conn, contract_no).await?.contains(&Service::Zaikei) {
        all.push(Receivable {
            word: "zaikei".to_owned(),
            label: label(Kind::Zaikei, "預入依頼書・加入者残高一覧表・奨励金"),
            kind: Kind::Zaikei,
            group_no: None,
            period: None,
        });
    }
    Ok(all)
}

async fn show_receive(
    State(app): State<App>,
    operator: Operator,
    Path(contract): Path<String>,
) -> Result<Response, Error> {
    let typed = Typed { key: new_id(app.clock.now()), what: String::new() };
    web::page(&page(&app, (&operator, &contract), (typed, Mistakes::default())).await?)
}

async fn page(
    app: &App,
    (operator, contract_no): (&Operator, &str),
    (typed, mistakes): (Typed, Mistakes),
) -> Result<ReceivePage, Error> {
    let mut conn = app.db.conn().await?;
    let contract = contracts::find(&mut conn, contract_no).await?.ok_or(Error::NotFound)?;
    let all = receivable(&mut conn, contract_no).await?;
    let newest = store::newest(&mut conn, contract_no, 10).await?;
    let shell = operator.shell(words::RECEIVE, DESK);
    let of = format!("{} {}", contract.contract_no, contract.name);
    Ok(ReceivePage {
        shell: shell.crumb(&of, &format!("{DESK}/{contract_no}")).crumb_here(),
        here: format!("{DESK}/{contract_no}/receive"),
        all: all.into_iter().map(|one| (one.word, one.label)).collect(),
        what: mistakes.field("what", typed.what),
        file: mistakes.field("file", ""),
        most: size_ja(app.config.limits.upload_bytes),
        key: typed.key,
        mistakes,
        csrf: operator.person().csrf(),
        rows: newest.iter().map(|one| ListRow::of(one, &here(""))).collect(),
    })
}

async fn submit_receive(
    State(app): State<App>,
    operator: Operator,
    Path(contract): Path<String>,
    Upload { form, file }: Upload<Typed>,
) -> Result<Response, Error> {
    if made_at(&form.key).is_none() {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let mut mistakes = Mistakes::default();
    let found = taken(file, &mut mistakes);
    let mut conn = app.db.conn().await?;
    let all = receivable(&mut conn, &contract).await?;
    let what = all.into_iter().find(|one| one.word == form.what);
    match &what {
        None => mistakes.add("what", words::WHAT, "どれかを選んでください。"),
        Some(Receivable { period: Some(period), .. }) => {
            let (stage, _) = deposit::store::stage(&mut conn, &contract, period).await?;
            if let Err(refusal) = may_receive(stage) {
                let reason = result::apply::refused(refusal, period);
                mistakes.add("what", words::WHAT, reason);
            }
        }
        Some(_) => {}
    }
    drop(conn);
    let (Some((file_name, content)), Some(what), true) = (found, what, mistakes.is_empty()) else {
        let page = page(&app, (&operator, &contract), (form, mistakes)).await?;
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let coming = Coming {
        id: form.key,
        contract_no: contract,
        group_no: what.group_no,
        period_id: what.period.map(|period| period.id),
        kind: what.kind,
        file_name,
        options: Options::default(),
        content,
        user_id: None,
        actor: operator.person().user.login_id.clone(),
    };
    acts::send(&app, &coming, operator.event("transfer-send", words::RECEIVE)).await?;
    Ok(Redirect::to(&here(&format!("/{}", coming.id))).into_response())
}

fn here(rest: &str) -> String {
    format!("{DESK}/transfers{rest}")
}

async fn load(app: &App, id: &str) -> Result<Transfer, Error> {
    store::find(&mut app.db.conn().await?, id).await?.ok_or(Error::NotFound)
}

/// The operator applies what the operator received; the ledger is its people's.
const fn may_change(kind: Kind) -> bool {
    kind.applied_with().is_none()
}

async fn load_to_change(app: &App, id: &str) -> Result<Transfer, Error> {
    let found = load(app, id).await?;
    if may_change(found.kind) { Ok(found) } else { Err(Error::Forbidden) }
}

async fn show_transfer(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let transfer = load(&app, &id).await?;
    let title = format!("{}の取込", words::kind(transfer.kind));
    let receive = format!("{DESK}/{}/receive", transfer.contract_no);
    let shell = operator.shell(&title, DESK).crumb(words::RECEIVE, &receive).crumb_here();
    let viewer = Viewer {
        shell,
        here: here(&format!("/{id}")),
        inside: true,
        may_change: may_change(transfer.kind),
        again: Some(receive),
        history: "",
        csrf: operator.person().csrf(),
    };
    one::show(&app, &transfer, viewer).await
}

async fn submit_apply(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<Confirmation>,
) -> Result<Response, Error> {
    let transfer = load_to_change(&app, &id).await?;
    let event = operator.event("transfer-confirm", words::RECEIVE);
    let name = operator.person().user.login_id.as_str();
    acts::apply(&app, &transfer, (&form, &here(&format!("/{id}"))), (event, name)).await
}

#[derive(Deserialize)]
struct Nothing {}

async fn submit_drop(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let transfer = load_to_change(&app, &id).await?;
    let event = operator.event("transfer-drop", words::RECEIVE);
    acts::give_up(&app, &transfer, (event, &here(&format!("/{id}")))).await
}

async fn download_file(
    State(app): State<App>,
    _: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let transfer = load(&app, &id).await?;
    if transfer.state != Stage::Refused {
        return Err(Error::stale(words::TO_ONE, here(&format!("/{id}"))));
    }
    one::refused_file(&app, &transfer).await
}

async fn download_changes(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let transfer = load(&app, &id).await?;
    let file = one::changes_file(&app, &transfer, &here(&format!("/{id}"))).await?;
    let event = Event {
        contract_no: Some(&transfer.contract_no),
        target: Some(&transfer.file_name),
        ..operator.event("list-download", words::RECEIVE)
    };
    let mut tx = app.db.begin().await?;
    audit::record(&mut tx, app.clock.now(), &event).await?;
    tx.commit().await?;
    Ok(file)
}
