//! `/operator/certificates/{serial}`: everything that is known of one.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::rules::is_serial;
use super::store::Notice;
use super::{CERTIFICATES, REQUESTS, words};
use crate::app::App;
use crate::audit::{self, Record};
use crate::certificates::state::State as Standing;
use crate::certificates::store::{self, Certificate};
use crate::identity::contracts::{self, Contract};
use crate::identity::paper::{self, Listed};
use crate::identity::users::{self, User};
use crate::web::{self, Error, Operator, Shell};

/// Rows of the history that are shown.
const HISTORY: i64 = 50;

#[derive(Template)]
#[template(path = "certificates/desk/pages/detail.html")]
struct DetailPage {
    shell: Shell,
    one: Certificate,
    state: Standing,
    /// `None` when deleted, or in company mode.
    user: Option<User>,
    contract: Option<Contract>,
    request: Option<Listed>,
    notices: Vec<Notice>,
    history: Vec<Record>,
    revoked_by: Option<String>,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    pub(super) done: String,
}

pub(super) async fn show_certificate(
    State(app): State<App>,
    operator: Operator,
    Path(serial): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    if !is_serial(&serial) {
        return Err(Error::NotFound);
    }
    let mut conn = app.db.conn().await?;
    let one = store::find(&mut conn, &serial).await?.ok_or(Error::NotFound)?;
    let user = match &one.user_id {
        Some(id) => users::find(&mut conn, id).await?,
        None => None,
    };
    let request = match &one.request_id {
        Some(id) => paper::find(&mut conn, id).await?,
        None => None,
    };
    let history = audit::of_certificate(&mut conn, &one.contract_no, &serial, HISTORY).await?;
    let revoked = history.iter().find(|row| row.action == "certificate-revoke");
    let shell = operator.shell(words::CERTIFICATE, CERTIFICATES);
    let shell = shell.crumb(words::CERTIFICATES, CERTIFICATES).crumb_here().narrow();
    let page = DetailPage {
        shell: super::done(shell, &before.done),
        state: one.state_at(app.clock.now()),
        user,
        contract: contracts::find(&mut conn, &one.contract_no).await?,
        request,
        notices: super::store::notices(&mut conn, &serial).await?,
        revoked_by: revoked.map(|row| row.actor.clone()),
        history,
        one,
    };
    web::page(&page)
}
