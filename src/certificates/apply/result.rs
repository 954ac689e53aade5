//! The result: the file by itself, how to import it, 「閉じる」 (R004-70..77).

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{STEPS, current, from_the_start, way_on, words};
use crate::app::{App, Parcel, Progress};
use crate::audit;
use crate::base::Day;
use crate::certificates::state::State as Standing;
use crate::certificates::store::{self, Certificate};
use crate::db;
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::users;
use crate::web::{self, Error, Form, Shell, Visit, csrf_of};

#[derive(Template)]
#[template(path = "certificates/apply/pages/result.html")]
struct ResultPage {
    shell: Shell,
    file_name: String,
    user_id: String,
    last_day: String,
    /// Last day of the one before, while it is still good.
    old_last_day: Option<String>,
    password_name: &'static str,
    waits: bool,
    /// Whether a file that is lost later can be replaced without the operator.
    by_self: bool,
    csrf: String,
    format: String,
}

#[derive(Template)]
#[template(path = "certificates/apply/pages/closed.html")]
struct ClosedPage {
    shell: Shell,
    login_url: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show_result(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (token, flow) = current(&app, &visit, &mut conn).await?;
    if flow.step != Step::Issued {
        return Err(way_on(flow.step));
    }
    let serial = flow.serial.as_deref().unwrap_or_default();
    let made: Certificate = store::find(&mut conn, serial).await?.ok_or_else(from_the_start)?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::find(&mut conn, id).await?.ok_or_else(from_the_start)?;
    let now = app.clock.now();
    let old = store::in_force_of(&mut conn, id).await?;
    let old = old
        .iter()
        .rev()
        .find(|old| old.status == Standing::Retiring && old.state_at(now).in_force());
    let waits = app.parcels.progress(&flow.token_hash, now) == Progress::Ready;
    let mut shell =
        Shell::new(&visit.frame, "電子証明書発行 結果").screen("DC586101").steps(4, STEPS);
    if waits {
        // The browser saves the file and stays on this page.
        shell = shell.refresh(1, "/certificate/file").success(words::STARTS);
    } else {
        shell = shell.success(words::HANDED_OUT);
    }
    let page = ResultPage {
        shell,
        file_name: made.file_name,
        user_id: user.login_id,
        last_day: Day::of(made.not_after).ja(),
        old_last_day: old.map(|old| Day::of(old.not_after).ja()),
        password_name: if user.password_temporary {
            "仮のログインパスワード"
        } else {
            "ログインパスワード"
        },
        waits,
        by_self: app.config.certificate.reissue_unused,
        csrf: csrf_of(&token),
        format: flow.format.unwrap_or_default(),
    };
    web::page(&page)
}

/// Hands the file out, once.
pub(super) async fn fetch_file(
    State(app): State<App>,
    visit: Visit,
    method: Method,
) -> Result<Response, Error> {
    if method != Method::GET {
        // The router answers HEAD too, which would use the file up.
        return Err(Error::MethodNotAllowed);
    }
    let mut conn = app.db.conn().await?;
    let (_, flow) = current(&app, &visit, &mut conn).await?;
    if flow.step != Step::Issued {
        return Err(way_on(flow.step));
    }
    drop(conn);
    let now = app.clock.now();
    let Some(parcel) = app.parcels.take(&flow.token_hash, now) else {
        return Err(way_on(Step::Issued));
    };
    if let Err(error) = note_fetch(&app, &visit, &flow, &parcel).await {
        // What was not handed out waits on.
        app.parcels.leave(&flow.token_hash, parcel);
        return Err(error.into());
    }
    Ok(web::download(&parcel.file_name, "application/x-pkcs12", parcel.bytes.to_vec()))
}

async fn note_fetch(
    app: &App,
    visit: &Visit,
    flow: &Flow,
    parcel: &Parcel,
) -> Result<(), db::Error> {
    let mut tx = app.db.begin().await?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let who = users::find(&mut tx, id).await?.map_or_else(String::new, |user| user.login_id);
    let event = audit::Event {
        contract_no: flow.contract_no.as_deref(),
        user_id: flow.user_id.as_deref(),
        serial: Some(&parcel.serial),
        target: Some(&parcel.file_name),
        ..visit.event(&who, "certificate-fetch", "DC586101")
    };
    audit::record(&mut tx, app.clock.now(), &event).await?;
    tx.commit().await
}

/// 「閉じる」: what was typed is forgotten.
pub(super) async fn submit_close(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let Some(token) = visit.flow.clone() else { return Err(from_the_start()) };
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, &token, Kind::Certificate, app.clock.now()).await?;
    let flow = held.ok_or_else(from_the_start)?;
    if !matches!(flow.step, Step::Issued | Step::Done) {
        return Err(way_on(flow.step));
    }
    flows::finish(&mut tx, &flow).await?;
    tx.commit().await?;
    drop(app.parcels.take(&flow.token_hash, app.clock.now()));
    Ok(Redirect::to("/certificate/closed").into_response())
}

pub(super) async fn show_closed(visit: Visit) -> Result<Response, Error> {
    let login_url = format!("{}/login", visit.frame.portal_url);
    let shell = Shell::new(&visit.frame, "電子証明書の発行が終わりました").narrow();
    web::page(&ClosedPage { shell, login_url })
}
