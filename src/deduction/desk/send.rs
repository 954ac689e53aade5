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
use crate::deduction::files;
use crate::deduction::period::{self, Period};
use crate::deduction::rules::Stage;
use crate::deduction::scope::Key;
use crate::web::sheet::{Encoding, Wish, csv_response};
use crate::web::{self, Error, Form, Operator, Place, Shell};

/// The query of まとめ入金データ.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// Which まとめ入金 the page showed.
    deposit: String,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    /// Which まとめ入金 the page showed.
    deposit: String,
}

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
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    load_group(&mut tx, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let event = operator.event("", words::SEND);
    let by = By { event: &event, now: app.clock.now() };
    match acts::send(&mut tx, key, (&id, &sent.deposit), by).await? {
        Ok(_) => {
            tx.commit().await?;
            Ok(to(&format!("{HOME}/{number}/{group_no}?done=sent")))
        }
        Err(Why::NoPeriod) => Err(Error::NotFound),
        // Undone meanwhile, perhaps confirmed anew.
        Err(_) => Err(Error::stale(
            words::TO_SEND,
            format!("{HOME}/{number}/{group_no}/periods/{id}/send"),
        )),
    }
}

pub(super) async fn download_request(
    State(app): State<App>,
    operator: Operator,
    Path(names): Path<Names>,
) -> Result<Response, Error> {
    download(&app, &operator, (names, Asked::default()), What::Request).await
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
    let (stage, standing) = deposit::store::stage(&mut tx, &number, &period).await?;
    let shown = || standing.is_some_and(|standing| standing.id == asked.deposit);
    if what == What::Request && stage < Stage::Closed {
        return Err(Error::stale(words::TO_PERIOD, back));
    }
    if what == What::Paid && !shown() {
        return Err(Error::stale(words::TO_SEND, format!("{back}/send")));
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
    // Machines read it: always the form that can carry everything.
    csv_response(app, Arc::new(sheet), wish, Encoding::Utf8).await
}

/// The list of `period` that goes out.
#[must_use]
pub fn outgoing(key: Key<'_>, period: &Period, what: What) -> Outgoing {
    Outgoing {
        contract_no: key.contract_no.to_owned(),
        group_no: key.group_no.to_owned(),
        period_id: period.id.clone(),
        deduct_ym: period.deduct_ym.clone(),
        kind: period.kind,
        what,
    }
}

fn file_name(sheet: &Outgoing, period: &Period) -> String {
    use crate::web::sheet::Sheet as _;
    files::of_period(sheet.title(), &sheet.group_no, period)
}
