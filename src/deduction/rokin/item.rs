//! `/deduction/rokin/items/{id}`: an item, and the form that changes its amounts.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::changes::{self, Refused, Shown};
use super::{Item, LIST, NEW, path_of, store, words};
use crate::app::App;
use crate::base::date::jst_seconds;
use crate::base::money::Yen;
use crate::db::Conn;
use crate::deduction::items::history::{self, Entry};
use crate::deduction::items::{State as Standing, TypedAmounts};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::identity::rights::Action;
use crate::web::menu::deduction::ROKIN;
use crate::web::{self, Error, Field, Form, Mistakes, Shell};

/// Changes that are shown with the item.
const SHOWN: i64 = 20;

#[derive(Template)]
#[template(path = "deduction/rokin/pages/item.html")]
pub(super) struct ItemPage {
    pub(super) shell: Shell,
    pub(super) mistakes: Mistakes,
    pub(super) item: Item,
    pub(super) history: Vec<Entry>,
    pub(super) may_change: bool,
    /// What is open; in words why nothing is.
    pub(super) open: Result<Open, String>,
    /// The periods that the form was shown for.
    pub(super) token: String,
    pub(super) amounts: [Field; 3],
    /// A way that leads on from a mistake.
    pub(super) way: Option<(&'static str, String)>,
    pub(super) csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// The form, and what it was shown for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) version: i64,
    pub(super) periods: String,
    #[serde(flatten)]
    amounts: TypedAmounts,
}

/// An item with everything that its pages show.
pub(super) struct Subject {
    pub(super) item: Item,
    pub(super) history: Vec<Entry>,
    pub(super) open: Result<Open, Closed>,
}

impl Subject {
    pub(super) async fn load(
        app: &App,
        conn: &mut Conn,
        scope: &Scope,
        id: &str,
    ) -> Result<Option<Self>, Error> {
        let Some(item) = store::find(conn, scope.key(), id).await? else { return Ok(None) };
        let history = history::of_item(conn, scope.key(), id, SHOWN).await?;
        let open = entry::look(conn, scope.key(), app.clock.now()).await?;
        Ok(Some(Self { item, history, open }))
    }

    /// 「2026/11/21 10:00:05　組合　花子（hanako02）：変更」: who changed it last.
    pub(super) fn by_whom(&self) -> Option<String> {
        let newest = self.history.first()?;
        Some(words::by_whom(&jst_seconds(newest.at), &newest.actor, &newest.op_ja()))
    }
}

pub(super) async fn show_item(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::load(&app, &mut conn, &scope, &id).await?.ok_or(Error::NotFound)?;
    let mut shell = shell(&scope, words::ITEM_TITLE);
    if let Some(done) = words::done(&before.done, &subject.item.effective_ym) {
        shell = shell.success(done);
    }
    let may_change = scope.may(Action::RokinChange);
    web::page(&item_page(shell, subject, may_change, None, Mistakes::default()))
}

pub(super) async fn submit_item(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let mut mistakes = Mistakes::default();
    let amounts = typed.amounts.check(&mut mistakes);
    if !mistakes.is_empty() {
        let again = (Some(&typed), typed.version, mistakes, StatusCode::UNPROCESSABLE_ENTITY);
        return again_page(&app, &scope, &id, again).await;
    }
    let shown = Shown { id: &id, version: typed.version, token: &typed.periods };
    match changes::change(&app, &scope, &shown, amounts).await? {
        Ok(()) => Ok(to(&id, "changed")),
        Err(refused) => {
            told(refused, &mut mistakes)?;
            let again = (Some(&typed), typed.version, mistakes, StatusCode::CONFLICT);
            again_page(&app, &scope, &id, again).await
        }
    }
}

/// Notes in words why nothing was changed.
pub(super) fn told(refused: Refused, mistakes: &mut Mistakes) -> Result<(), Error> {
    match refused {
        Refused::Gone => return Err(Error::stale(words::TO_LIST, LIST)),
        Refused::Closed(closed) => mistakes.add_general(closed.ja()),
        Refused::AtCounter => mistakes.add_general(words::AT_COUNTER),
        Refused::Stale => mistakes.add_general(words::STALE),
        Refused::There(_) => mistakes.add_general(words::THERE),
        Refused::Wrong(more) => *mistakes = more,
    }
    Ok(())
}

/// The page again with what was typed, and what is stored now.
pub(super) async fn again_page(
    app: &App,
    scope: &Scope,
    id: &str,
    (typed, version, mut mistakes, status): (Option<&Typed>, i64, Mistakes, StatusCode),
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::load(app, &mut conn, scope, id).await?;
    let subject = subject.ok_or_else(|| Error::stale(words::TO_LIST, LIST))?;
    if subject.item.version != version
        && let Some(whom) = subject.by_whom()
    {
        mistakes.add_general(whom);
    }
    let may_change = scope.may(Action::RokinChange);
    let shell = shell(scope, words::ITEM_TITLE);
    let page = item_page(shell, subject, may_change, typed, mistakes);
    web::page_with(status, &page)
}

/// Back to the item, which tells what was done.
pub(super) fn to(id: &str, done: &str) -> Response {
    Redirect::to(&format!("{}?done={done}", path_of(id))).into_response()
}

/// A page below the list.
pub(super) fn shell(scope: &Scope, title: &str) -> Shell {
    let shell = scope.person.shell(title, "", ROKIN.href).crumb("トップページ", "/home");
    shell.crumb(ROKIN.label, ROKIN.href).crumb(words::TITLE, LIST).crumb_here()
}

pub(super) fn item_page(
    shell: Shell,
    subject: Subject,
    may_change: bool,
    typed: Option<&Typed>,
    mistakes: Mistakes,
) -> ItemPage {
    let csrf = shell.csrf().to_owned();
    let Subject { item, history, open } = subject;
    let amounts = typed.map_or_else(|| item.amounts.into(), |typed| typed.amounts.clone());
    let token = match (typed, &open) {
        // For what it was shown: whoever goes on with an old form is told again.
        (Some(typed), _) => typed.periods.clone(),
        (None, Ok(open)) => open.token(),
        (None, Err(_)) => String::new(),
    };
    let way = ("この明細の最新の画面を開く", path_of(&item.id));
    ItemPage {
        shell,
        amounts: amounts.fields(&mistakes),
        way: mistakes.all().iter().any(|one| one.name.is_empty()).then_some(way),
        mistakes,
        history,
        may_change,
        open: open.map_err(|closed| closed.ja()),
        token,
        item,
        csrf,
    }
}

impl ItemPage {
    /// The three amounts: name, what was last requested, what is registered.
    fn rows(&self) -> [(&'static str, String, String); 3] {
        let yen = |amount: Option<i64>| amount.map_or("－".to_owned(), |yen| Yen(yen).ja());
        let (now, base) = (self.item.amounts, self.item.base);
        [
            ("月例", yen(base.map(|one| one.monthly)), Yen(now.monthly).ja()),
            ("夏季一時金", yen(base.map(|one| one.summer)), Yen(now.summer).ja()),
            ("年末一時金", yen(base.map(|one| one.winter)), Yen(now.winter).ja()),
        ]
    }

    fn is_cancelled(&self) -> bool {
        self.item.state == Standing::Cancelled
    }

    /// Where one registers more for the same member.
    fn more(&self) -> String {
        format!("{NEW}?employee_no={}", self.item.employee_no)
    }
}
