//! `/deduction/rokin/deposit/confirm` and `…/undo`: pages that ask first, and what they do.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::acts::{self, Confirmed, Why, Wish};
use super::pages::{Asked, Entry, account};
use super::period::{Chosen, must};
use super::{DEPOSIT, Deposit, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::date;
use crate::base::id::new_id;
use crate::deduction::rules;
use crate::deduction::scope::Scope;
use crate::deduction::sums::Sum;
use crate::web::menu::deduction;
use crate::web::{self, Error, Form, Shell};

#[derive(Template)]
#[template(path = "deduction/deposit/pages/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    chosen: Chosen,
    account: Vec<Entry>,
    /// The deposit's id to be.
    key: String,
    /// Why it cannot be confirmed; empty: it can.
    refusal: String,
    csrf: String,
}

#[derive(Template)]
#[template(path = "deduction/deposit/pages/undo.html")]
struct UndoPage {
    shell: Shell,
    chosen: Chosen,
    /// What would be undone.
    deposit: Option<Deposit>,
    refusal: String,
    csrf: String,
}

/// What the forms of both pages carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    period: String,
    key: String,
    /// What the page showed.
    count: i64,
    amount: i64,
}

pub(super) async fn edit_confirm(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let chosen = must(&mut app.db.conn().await?, scope.key(), &asked.period).await?;
    let refusal = match rules::may_confirm(chosen.stage) {
        Err(refusal) => words::why(Why::Stage(refusal)),
        Ok(()) if chosen.sums.is_answered() => String::new(),
        Ok(()) => {
            let sums = &chosen.sums;
            let open = sums.requested.count - sums.ok.count - sums.unable.count;
            words::why(Why::Unanswered(open))
        }
    };
    web::page(&ConfirmPage {
        shell: shell(&scope, words::CONFIRM, &chosen),
        account: account(&chosen),
        key: new_id(app.clock.now()),
        refusal,
        csrf: scope.person.0.csrf(),
        chosen,
    })
}

pub(super) async fn submit_confirm(
    State(app): State<App>,
    scope: Scope,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let paid = Sum { count: sent.count, amount: sent.amount };
    let wish = Wish { period_id: &sent.period, form: &sent.key, paid };
    let mut tx = app.db.begin().await?;
    match acts::confirm(&mut tx, scope.key(), wish, (&scope.who(), now)).await? {
        Ok(Confirmed::Now(deposit)) => {
            let target = target(&scope, &deposit);
            let detail = words::sum(deposit.paid);
            let event = Event { detail: &detail, ..event(&scope, "deposit-confirm", &target) };
            audit::record(&mut tx, now, &event).await?;
            tx.commit().await?;
            Ok(back(&sent.period, "confirmed"))
        }
        Ok(Confirmed::Before(_)) => Ok(back(&sent.period, "confirmed")),
        Ok(Confirmed::Other(_)) => Ok(back(&sent.period, "other")),
        Err(why) => Err(refused(why, &format!("{DEPOSIT}/confirm?period={}", sent.period))),
    }
}

pub(super) async fn edit_undo(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let chosen = must(&mut app.db.conn().await?, scope.key(), &asked.period).await?;
    let refusal = match rules::may_undo(chosen.stage) {
        Err(refusal) => words::why(Why::Stage(refusal)),
        Ok(()) => String::new(),
    };
    web::page(&UndoPage {
        shell: shell(&scope, words::UNDO, &chosen),
        deposit: chosen.standing.clone(),
        refusal,
        csrf: scope.person.0.csrf(),
        chosen,
    })
}

pub(super) async fn submit_undo(
    State(app): State<App>,
    scope: Scope,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ids = (sent.period.as_str(), sent.key.as_str());
    match acts::undo(&mut tx, scope.key(), ids, (&scope.who(), now)).await? {
        Ok(Some(deposit)) => {
            let target = target(&scope, &deposit);
            audit::record(&mut tx, now, &event(&scope, "deposit-undo", &target)).await?;
            tx.commit().await?;
            Ok(back(&sent.period, "undone"))
        }
        Ok(None) => Ok(back(&sent.period, "undone")),
        // The page says why not.
        Err(Why::Stage(_)) => {
            let to = format!("{DEPOSIT}/undo?period={}", sent.period);
            Ok(Redirect::to(&to).into_response())
        }
        Err(why) => Err(refused(why, &format!("{DEPOSIT}?period={}", sent.period))),
    }
}

fn shell(scope: &Scope, title: &str, chosen: &Chosen) -> Shell {
    let shell = scope.person.shell(title, "", deduction::ROKIN.href);
    let shell = shell.crumb("トップページ", "/home");
    let shell = shell.crumb(deduction::ROKIN.label, deduction::ROKIN.href);
    shell.crumb(words::DEPOSIT, &chosen.at(DEPOSIT)).crumb_here().narrow()
}

fn event<'a>(scope: &'a Scope, action: &'a str, target: &'a str) -> Event<'a> {
    Event { target: Some(target), ..scope.person.0.event(action, words::DEPOSIT) }
}

fn target(scope: &Scope, deposit: &Deposit) -> String {
    format!("{} {}", scope.group.group_no, deposit.document_no)
}

fn back(period: &str, word: &str) -> Response {
    Redirect::to(&format!("{DEPOSIT}?period={period}&done={word}")).into_response()
}

/// A step that is not to be taken any more, with the way to what is so now.
pub(super) fn refused(why: Why, to: &str) -> Error {
    match why {
        Why::NoPeriod => Error::NotFound,
        Why::NoKey => Error::Malformed("the form has no key".into()),
        Why::Stage(_) | Why::Unanswered(_) | Why::Changed => Error::stale(words::TO_NEWEST, to),
    }
}
