//! `/deduction/rokin/items/{id}/cancel` and `…/restore`: 解除 with its confirmation, and
//! taking it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::changes::{self, Refused, Shown};
use super::item::{Subject, Typed, again_page, shell, to, told};
use super::{Item, path_of, words};
use crate::app::App;
use crate::deduction::items::State as Standing;
use crate::deduction::scope::Scope;
use crate::web::{self, Error, Form, Mistakes, Shell};

#[derive(Template)]
#[template(path = "deduction/rokin/pages/cancel.html")]
pub(super) struct CancelPage {
    pub(super) shell: Shell,
    pub(super) item: Item,
    /// 「2026年12月」: from when nothing is deducted.
    pub(super) month: String,
    pub(super) token: String,
    pub(super) csrf: String,
}

pub(super) async fn edit_cancel(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::load(&app, &mut conn, &scope, &id).await?.ok_or(Error::NotFound)?;
    let stands = subject.item.state != Standing::Cancelled && !subject.item.at_counter;
    let Some(open) = subject.open.ok().filter(|_| stands) else {
        // The item's page says why it cannot be cancelled.
        return Err(Error::stale("控除明細の最新の画面へ", path_of(&id)));
    };
    let shell = shell(&scope, words::CANCEL_TITLE);
    web::page(&CancelPage {
        csrf: shell.csrf().to_owned(),
        shell,
        month: open.month_ja(),
        token: open.token(),
        item: subject.item,
    })
}

pub(super) async fn submit_cancel(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let shown = Shown { id: &id, version: typed.version, token: &typed.periods };
    match changes::cancel(&app, &scope, &shown).await? {
        Ok(()) => Ok(to(&id, "cancelled")),
        Err(refused) => refused_page(&app, &scope, &id, (typed.version, refused)).await,
    }
}

pub(super) async fn submit_restore(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let shown = Shown { id: &id, version: typed.version, token: &typed.periods };
    match changes::restore(&app, &scope, &shown).await? {
        Ok(()) => Ok(to(&id, "restored")),
        Err(refused) => refused_page(&app, &scope, &id, (typed.version, refused)).await,
    }
}

/// The item's page, which says why nothing was done and what is stored now.
async fn refused_page(
    app: &App,
    scope: &Scope,
    id: &str,
    (version, refused): (i64, Refused),
) -> Result<Response, Error> {
    let mut mistakes = Mistakes::default();
    told(refused, &mut mistakes)?;
    again_page(app, scope, id, (None, version, mistakes, StatusCode::CONFLICT)).await
}
