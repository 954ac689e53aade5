//! What goes out of a period: 控除依頼データ when it is closed, まとめ入金 when it is confirmed.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::acts::{self, By};
use super::export::{Outgoing, What};
use super::groups::to;
use super::pages::{group_shell, load_group};
use super::{HOME, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::date;
use crate::deduction::deposit::acts::Why;
use crate::deduction::deposit::{self, Deposit, words as deposit_words};
use crate::deduction::period::{self, Period};
use crate::deduction::rules::Stage;
use crate::deduction::scope::Key;
use crate::web::sheet::{Encoding, Wish, csv_response};
use crate::web::{self, Error, Form, Operator, Place, Shell};

/// The query of files.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    encoding: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Template)]
#[template(path = "deduction/desk/pages/send.html")]
struct SendPage {
    shell: Shell,
    here: String,
    back: String,
    period: Period,
    deposit: Option<Deposit>,
    csrf: String,
}

type Names = (String, String, String);

pub(super) async fn edit_send(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no, id)): Path<Names>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (contract, group) = load_group(&mut conn, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let period = period::store::find(&mut conn, key, &id).await?.ok_or(Error::NotFound)?;
    let deposit = deposit::store::standing(&mut conn, &number, &id).await?;
    let back = format!("{HOME}/{number}/{group_no}/periods/{id}");
    web::page(&SendPage {
        shell: group_shell(&operator, words::SEND, (&contract, &group)).narrow(),
        here: format!("{back}/send"),
        back,
        period,
        deposit,
        csrf: operator.person().csrf(),
    })
}

pub(super) async fn submit_send(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no, id)): Path<Names>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    load_group(&mut tx, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let event = operator.event("", words::SEND);
    let by = By { event: &event, now: app.clock.now() };
    match acts::send(&mut tx, key, &id, by).await? {
        Ok(_) => {
            tx.commit().await?;
            Ok(to(&format!("{HOME}/{number}/{group_no}?done=sent")))
        }
        Err(Why::NoPeriod) => Err(Error::NotFound),
        // Undone meanwhile: the page says so.
        Err(_) => Ok(to(&format!("{HOME}/{number}/{group_no}/periods/{id}/send"))),
    }
}

pub(super) async fn download_request(
    State(app): State<App>,
    operator: Operator,
    Path(names): Path<Names>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    download(&app, &operator, (names, asked), What::Request).await
}

pub(super) async fn download_deposit(
    State(app): State<App>,
    operator: Operator,
    Path(names): Path<Names>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    download(&app, &operator, (names, asked), What::Paid).await
}

async fn download(
    app: &App,
    operator: &Operator,
    ((number, group_no, id), asked): (Names, Asked),
    what: What,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let key = Key { contract_no: &number, group_no: &group_no };
    let back = format!("{HOME}/{number}/{group_no}/periods/{id}");
    let mut tx = app.db.begin().await?;
    let (contract, group) = load_group(&mut tx, &number, &group_no).await?;
    let period = period::store::find(&mut tx, key, &id).await?.ok_or(Error::NotFound)?;
    let (stage, _) = deposit::store::stage(&mut tx, &number, &period).await?;
    let least = if what == What::Request { Stage::Closed } else { Stage::Confirmed };
    if stage < least {
        return Err(Error::stale("控除年月の日程へ", back));
    }
    let target = format!("{group_no} {}", period.ja());
    let action = match what {
        What::Request => "request-download",
        What::Paid => "deposit-download",
    };
    let event = operator.event(action, words::HOME);
    // What the operator only reads is told in the operator's log alone.
    let target = format!("{number} {target}");
    let event = Event { target: Some(&target), ..event };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    let sheet = outgoing(key, &period, what);
    let name = file_name(&sheet, &period);
    let shell = group_shell(operator, words::PERIOD, (&contract, &group));
    let wish = Wish { shell, place: Place::new(HOME, &[]), name };
    let encoding = Encoding::parse(&asked.encoding).unwrap_or(Encoding::Utf8);
    csv_response(app, Arc::new(sheet), wish, encoding).await
}

/// The list of `period` that goes out.
#[must_use]
pub fn outgoing(key: Key<'_>, period: &Period, what: What) -> Outgoing {
    Outgoing {
        contract_no: key.contract_no.to_owned(),
        group_no: key.group_no.to_owned(),
        period_id: period.id.clone(),
        deduct_ym: period.deduct_ym.clone(),
        what,
    }
}

fn file_name(sheet: &Outgoing, period: &Period) -> String {
    use crate::web::sheet::Sheet as _;
    format!("{}_{}_{}", sheet.title(), sheet.group_no, period.ja().replace(' ', ""))
}
