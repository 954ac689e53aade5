//! ご利用開始（変更）のお知らせ: what the customer gets on paper (R004-102, R004-161).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::acts::Nothing;
use super::changes::Content;
use super::pages::{self, Before};
use super::{LIST, words};
use crate::app::App;
use crate::base::date::jst_minutes_ja;
use crate::base::{Day, Moment};
use crate::identity::contracts::Contract;
use crate::identity::initial_password::what;
use crate::identity::terms::LoginKind;
use crate::web::{self, Error, Form, Operator, Shell, told};

#[derive(Template)]
#[template(path = "members/contracts/pages/notice.html")]
struct NoticePage {
    shell: Shell,
    /// ご利用開始（変更）のお知らせ or ご利用開始のお知らせ.
    title: &'static str,
    contract: Contract,
    content: Content,
    /// The new one, while it waits, and until when.
    initial_password: Option<(String, String)>,
    by_email: bool,
    today: Day,
    csrf: String,
}

pub(super) async fn show_notice(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = pages::load(&mut conn, &number).await?;
    let content = Content::of(&mut conn, &contract).await?;
    let found = told::find(&app, operator.person(), &what(&number));
    let initial = found.map(|told| (told.password.expose().to_owned(), when(told.until)));
    let title = if before.done == "password" { words::NOTICE_CHANGED } else { words::NOTICE };
    let own = format!("{LIST}/{number}");
    let shell = operator.shell(title, LIST).crumb(words::CONTRACTS, LIST);
    // Once it is handed over there is nothing more to say about it.
    let done = if initial.is_some() { before.done.as_str() } else { "" };
    web::page(&NoticePage {
        shell: pages::done(shell.crumb(&contract.name, &own).crumb_here(), done),
        title,
        by_email: content.terms.clone().terms().login == LoginKind::Email,
        contract,
        content,
        initial_password: initial,
        today: Day::of(app.clock.now()),
        csrf: operator.person().csrf(),
    })
}

/// 「お渡しを終わる」: the password is wiped.
pub(super) async fn submit_done(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    told::forget(&app, operator.person(), &what(&number));
    Ok(Redirect::to(&format!("{LIST}/{number}?done=handed")).into_response())
}

fn when(at: Moment) -> String {
    jst_minutes_ja(at)
}
