//! Revoking: a page that names whom it hits and what happens, then one transaction.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::rules::{RevokeForm, Typed, is_id, is_serial};
use super::{CERTIFICATES, REQUESTS, words};
use crate::app::App;
use crate::base::id::new_id;
use crate::base::{Day, Moment};
use crate::certificates::revoke::{self, Order, Which};
use crate::certificates::roster;
use crate::certificates::store::{self, Certificate};
use crate::db::Conn;
use crate::identity::contracts;
use crate::identity::paper::{self, Kind, Listed, Request};
use crate::identity::users;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Place, Shell};

#[derive(Template)]
#[template(path = "certificates/desk/pages/revoke.html")]
struct RevokePage {
    shell: Shell,
    mistakes: Mistakes,
    target: Target,
    /// Whether the operator would revoke what he came in with.
    own: bool,
    reason: Field,
    reasons: Vec<(&'static str, &'static str)>,
    note: Field,
    paper: Field,
    received_on: Field,
    requested_by: Field,
    request_reason: Field,
    request: Option<Listed>,
    csrf: String,
}

/// Whom it hits.
struct Target {
    /// The page's own address.
    here: String,
    /// Where one comes from.
    back: String,
    user: String,
    user_id: Option<String>,
    name: Option<String>,
    contract_no: String,
    contract_name: String,
    certificates: Vec<Certificate>,
    is_person: bool,
    /// Whether no other of the same holder's stays in force.
    is_last: bool,
}

impl Target {
    /// Whether everybody of the contract comes in with it.
    fn is_company(&self) -> bool {
        self.user_id.is_none() && self.certificates.iter().all(|one| one.mode == "company")
    }
}

/// The request that is carried out, as the address names it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    request: String,
}

pub(super) async fn edit_one(
    State(app): State<App>,
    operator: Operator,
    Path(serial): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let Some(target) = one(&mut conn, &serial, app.clock.now()).await? else {
        return Ok(to(&format!("{CERTIFICATES}/{serial}"), "ended"));
    };
    edit(&mut conn, &operator, target, &asked.request).await
}

pub(super) async fn edit_user(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let Some(target) = person(&mut conn, &id, app.clock.now()).await? else {
        return Ok(to(CERTIFICATES, "none"));
    };
    edit(&mut conn, &operator, target, &asked.request).await
}

pub(super) async fn submit_one(
    State(app): State<App>,
    operator: Operator,
    Path(serial): Path<String>,
    Form(form): Form<RevokeForm>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let detail = format!("{CERTIFICATES}/{serial}");
    let Some(target) = one(&mut conn, &serial, app.clock.now()).await? else {
        return Ok(to(&detail, "ended"));
    };
    match order(&app, &operator, conn, target, &form).await? {
        Ok(0) => Ok(to(&detail, "ended")),
        Ok(_) => Ok(to(&detail, "revoked")),
        Err(page) => Ok(page),
    }
}

pub(super) async fn submit_user(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<RevokeForm>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let Some(target) = person(&mut conn, &id, app.clock.now()).await? else {
        return Ok(to(CERTIFICATES, "none"));
    };
    let list = target.back.clone();
    match order(&app, &operator, conn, target, &form).await? {
        Ok(0) => Ok(to(&list, "none")),
        Ok(_) => Ok(to(&list, "revoked")),
        Err(page) => Ok(page),
    }
}

/// The certificate and its holder; `None` when it is at its end.
async fn one(conn: &mut Conn, serial: &str, now: Moment) -> Result<Option<Target>, Error> {
    if !is_serial(serial) {
        return Err(Error::NotFound);
    }
    let found = store::find(conn, serial).await?.ok_or(Error::NotFound)?;
    if !found.state_at(now).in_force() {
        return Ok(None);
    }
    let user = match &found.user_id {
        Some(id) => users::find(conn, id).await?,
        None => None,
    };
    let others = store::in_force_of_companies(conn).await?;
    let is_last = !others.iter().any(|one| {
        one.serial != serial && one.contract_no == found.contract_no && one.state_at(now).in_force()
    });
    Ok(Some(Target {
        here: format!("{CERTIFICATES}/{serial}/revoke"),
        back: format!("{CERTIFICATES}/{serial}"),
        user: found.subject_cn.clone(),
        user_id: found.user_id.clone(),
        name: user.map(|user| user.name),
        contract_name: contract_name(conn, &found.contract_no).await?,
        contract_no: found.contract_no.clone(),
        is_last,
        certificates: vec![found],
        is_person: false,
    }))
}

/// The person and what can still open a door; `None` when nothing can.
async fn person(conn: &mut Conn, id: &str, now: Moment) -> Result<Option<Target>, Error> {
    let user = users::find(conn, id).await?.ok_or(Error::NotFound)?;
    let mut certificates = store::in_force_of(conn, &user.id).await?;
    certificates.retain(|one| one.state_at(now).in_force());
    if certificates.is_empty() {
        return Ok(None);
    }
    Ok(Some(Target {
        here: format!("/operator/users/{}/revoke", user.id),
        back: Place::new(CERTIFICATES, &[("user_id", &user.login_id)]).with(&[]),
        contract_name: contract_name(conn, &user.contract_no).await?,
        user: user.login_id,
        user_id: Some(user.id),
        name: Some(user.name),
        contract_no: user.contract_no,
        certificates,
        is_person: true,
        is_last: true,
    }))
}

async fn contract_name(conn: &mut Conn, contract_no: &str) -> Result<String, Error> {
    let contract = contracts::find(conn, contract_no).await?;
    Ok(contract.map(|contract| contract.name).unwrap_or_default())
}

/// The recorded request `id` that asks for this; stale when it was done before.
async fn request(conn: &mut Conn, target: &Target, id: &str) -> Result<Option<Listed>, Error> {
    if id.is_empty() {
        return Ok(None);
    }
    let found = if is_id(id) { paper::find(conn, id).await? } else { None };
    let found = found.filter(|listed| {
        listed.request.kind == Kind::CertRevoke
            && listed.request.contract_no == target.contract_no
            && listed.request.user_id == target.user_id
    });
    let found = found.ok_or(Error::NotFound)?;
    if found.request.done_at.is_some() {
        return Err(Error::stale("依頼書の詳細へ", format!("{REQUESTS}/{id}")));
    }
    Ok(Some(found))
}

async fn edit(
    conn: &mut Conn,
    operator: &Operator,
    target: Target,
    id: &str,
) -> Result<Response, Error> {
    let request = request(conn, &target, id).await?;
    let form = RevokeForm::default();
    web::page(&page(operator, target, request, (&form, Mistakes::default())))
}

/// Carries out what was typed: how many were revoked, or the page with what is wrong.
async fn order(
    app: &App,
    operator: &Operator,
    mut conn: Conn,
    target: Target,
    form: &RevokeForm,
) -> Result<Result<usize, Response>, Error> {
    let now = app.clock.now();
    let known = request(&mut conn, &target, &form.request).await?;
    drop(conn);
    let typed = match form.read(Day::of(now)) {
        Ok(typed) => typed,
        Err(mistakes) => {
            let page = page(operator, target, known, (form, mistakes));
            return Ok(Err(web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)?));
        }
    };
    let person = operator.person();
    let request = known.map(|listed| listed.request);
    let request = request.or_else(|| new_request(&typed, &target, &person.user.login_id, now));
    let order = Order {
        from: (Some(&person.visit.ip), Some(words::REVOKE)),
        note: Some(typed.note.as_str()).filter(|note| !note.is_empty()),
        request: request.as_ref(),
        ..Order::new(typed.reason, now, &person.user.login_id)
    };
    let which = match (&target.user_id, target.certificates.first()) {
        (Some(id), _) if target.is_person => Which::AllOf(id),
        (_, Some(one)) => Which::One(one),
        _ => return Ok(Ok(0)),
    };
    let revoked = revoke::carry_out(&app.db, which, &order).await?.len();
    roster::settled().await;
    Ok(Ok(revoked))
}

fn new_request(typed: &Typed, target: &Target, actor: &str, now: Moment) -> Option<Request> {
    let paper = typed.paper.clone()?;
    Some(Request {
        id: new_id(now),
        kind: Kind::CertRevoke,
        contract_no: target.contract_no.clone(),
        user_id: target.user_id.clone(),
        received_on: paper.received_on,
        requested_by: paper.requested_by,
        reason: paper.reason,
        note: String::new(),
        recorded_by: actor.to_owned(),
        recorded_at: now,
        done_at: None,
    })
}

fn page(
    operator: &Operator,
    target: Target,
    request: Option<Listed>,
    (form, mistakes): (&RevokeForm, Mistakes),
) -> RevokePage {
    let shell = operator.shell(words::REVOKE, CERTIFICATES);
    let serial = &operator.person().holder.serial;
    RevokePage {
        shell: shell.crumb(words::CERTIFICATES, CERTIFICATES).crumb_here().narrow(),
        own: target.certificates.iter().any(|one| one.serial == *serial),
        reason: mistakes.field("reason", &form.reason),
        reasons: words::REASONS.iter().map(|(reason, label)| (reason.name(), *label)).collect(),
        note: mistakes.field("note", &form.note),
        paper: mistakes.field("paper", &form.paper),
        received_on: mistakes.field("received_on", &form.received_on),
        requested_by: mistakes.field("requested_by", &form.requested_by),
        request_reason: mistakes.field("request_reason", &form.request_reason),
        csrf: operator.person().csrf(),
        target,
        request,
        mistakes,
    }
}

/// The page at `path`, saying what was done.
fn to(path: &str, done: &str) -> Response {
    let sign = if path.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{path}{sign}done={done}")).into_response()
}
