//! `…/items/{id}/cancel` and `…/restore`: 解除 with its confirmation, and taking it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::item::{Subject, again_page, told};
use super::{shell_below, to};
use crate::app::App;
use crate::deduction::items::book::{BookItem, BookPages};
use crate::deduction::items::changes::{self, Shown};
use crate::deduction::items::{Op, State as Standing};
use crate::deduction::period::Open;
use crate::deduction::scope::Scope;
use crate::web::{self, Error, Form, Mistakes, Shell};

/// The page that asks before it cancels.
#[derive(Template)]
#[template(path = "deduction/items/pages/cancel.html")]
pub struct CancelPage {
    shell: Shell,
    /// Whose.
    person: String,
    /// What it is called.
    named: String,
    facts: String,
    /// 「2026年12月」: from when nothing is deducted.
    month: String,
    /// Where the item is.
    path: String,
    version: i64,
    token: String,
    csrf: String,
}

/// What the page was shown for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Confirmed {
    version: i64,
    periods: String,
}

impl CancelPage {
    /// The page for an item while `open` is open.
    pub fn of<I: BookItem>(shell: Shell, item: &I, open: &Open) -> Result<Self, Error> {
        let core = item.core();
        Ok(Self {
            csrf: shell.csrf().to_owned(),
            shell: shell.narrow(),
            person: format!(
                "{}さん（職員番号 {}）",
                core.member.kanji_name, core.member.employee_no
            ),
            named: item.named(),
            facts: item.facts()?,
            month: open.month_ja(),
            path: I::PAGES.path_of(&core.id),
            version: core.version,
            token: open.token(),
        })
    }
}

/// Asks whether the item is to be cancelled.
pub async fn edit_cancel<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let of: &BookPages = I::PAGES;
    let mut conn = app.db.conn().await?;
    let subject = Subject::<I>::load(&app, &mut conn, &scope, &id).await?;
    let Subject { item, open, .. } = subject.ok_or(Error::NotFound)?;
    let core = item.core();
    let stands = core.state != Standing::Cancelled && !core.at_counter;
    let Some(open) = open.ok().filter(|_| stands) else {
        // The item's page says why it cannot be cancelled.
        return Err(Error::stale(of.to_latest, of.path_of(&id)));
    };
    let shell = shell_below(&scope, of, of.cancel_title);
    web::page(&CancelPage::of(shell, &item, &open)?)
}

/// Cancels it.
pub async fn submit_cancel<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(confirmed): Form<Confirmed>,
) -> Result<Response, Error> {
    turn::<I>((&app, &scope), &id, &confirmed, (Op::Cancel, "cancelled")).await
}

/// Takes that back.
pub async fn submit_restore<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(confirmed): Form<Confirmed>,
) -> Result<Response, Error> {
    turn::<I>((&app, &scope), &id, &confirmed, (Op::Restore, "restored")).await
}

async fn turn<I: BookItem>(
    (app, scope): (&App, &Scope),
    id: &str,
    confirmed: &Confirmed,
    (op, done): (Op, &str),
) -> Result<Response, Error> {
    let shown = Shown { id, version: confirmed.version, token: &confirmed.periods };
    let Err(refused) = changes::turn::<I>(app, scope, &shown, op).await else {
        return Ok(to(I::PAGES, id, done));
    };
    // The item's page says why nothing was done and what is stored now.
    let mut mistakes = Mistakes::default();
    told::<I>(refused, &mut mistakes)?;
    again_page::<I>(app, scope, id, (None, shown.version, mistakes, StatusCode::CONFLICT)).await
}
