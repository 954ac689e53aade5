//! `…/items/{id}`: an item, and the form that changes it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{shell_below, to};
use crate::app::App;
use crate::base::date::jst_seconds;
use crate::base::money::Yen;
use crate::db::Conn;
use crate::deduction::items::book::{self, BookItem, BookPages, Core};
use crate::deduction::items::changes::{self, Refused, Shown};
use crate::deduction::items::history::{self, Entry};
use crate::deduction::items::{State as Standing, words};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::web::{self, Error, Form, Mistakes, Shell};

/// Changes that are shown with the item.
const SHOWN: i64 = 20;

/// An item's page.
#[derive(Template)]
#[template(path = "deduction/items/pages/item.html")]
pub struct ItemPage {
    shell: Shell,
    mistakes: Mistakes,
    of: &'static BookPages,
    core: Core,
    facts: String,
    history: Vec<Entry>,
    may_change: bool,
    /// What is open; in words why nothing is.
    open: Result<Open, String>,
    /// The periods that the form was shown for.
    token: String,
    fields: String,
    /// A way that leads on from a mistake.
    way: Option<(&'static str, String)>,
    csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Before {
    done: String,
}

/// The form, and what it was shown for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound = "T: DeserializeOwned + Default")]
pub struct Typed<T> {
    version: i64,
    periods: String,
    #[serde(flatten)]
    terms: T,
}

/// An item with everything that its pages show.
pub struct Subject<I> {
    /// The item.
    pub item: I,
    /// Its newest changes.
    pub history: Vec<Entry>,
    /// What is open.
    pub open: Result<Open, Closed>,
}

impl<I: BookItem> Subject<I> {
    /// The item `id` of the group, unless it has ended.
    pub async fn load(
        app: &App,
        conn: &mut Conn,
        scope: &Scope,
        id: &str,
    ) -> Result<Option<Self>, Error> {
        let key = scope.key();
        let found = book::find(conn, I::LISTING.table, key, id).await?;
        let Some(item) = found else { return Ok(None) };
        let history = history::of_item(conn, key, id, SHOWN).await?;
        let open = entry::look(conn, key, app.clock.now()).await?;
        Ok(Some(Self { item, history, open }))
    }

    /// Who changed it last, and when.
    fn by_whom(&self) -> Option<String> {
        let newest = self.history.first()?;
        Some(words::by_whom(&jst_seconds(newest.at), &newest.actor, &newest.op_ja()))
    }
}

/// Shows the item.
pub async fn show_item<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::<I>::load(&app, &mut conn, &scope, &id).await?;
    let subject = subject.ok_or(Error::NotFound)?;
    let mut shell = shell_below(&scope, I::PAGES, I::PAGES.one_title);
    let month = subject.open.as_ref().map_or("", Open::month);
    if let Some(done) = words::done(&before.done, &subject.item.holds_from(month)) {
        shell = shell.success(done);
    }
    let may_change = scope.may(I::PAGES.change);
    web::page(&item_page(shell, subject, may_change, None, Mistakes::default())?)
}

/// Changes it.
pub async fn submit_item<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(typed): Form<Typed<I::TypedTerms>>,
) -> Result<Response, Error> {
    let shown = Shown { id: &id, version: typed.version, token: &typed.periods };
    let refused = match changes::change::<I>(&app, &scope, &shown, &typed.terms).await {
        Ok(()) => return Ok(to(I::PAGES, &id, "changed")),
        Err(refused) => refused,
    };
    let status = match refused {
        Refused::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    };
    let mut mistakes = Mistakes::default();
    told::<I>(refused, &mut mistakes)?;
    again_page::<I>(&app, &scope, &id, (Some(&typed), typed.version, mistakes, status)).await
}

/// Notes in words why nothing was changed.
pub(super) fn told<I: BookItem>(refused: Refused, mistakes: &mut Mistakes) -> Result<(), Error> {
    match refused {
        Refused::Gone => return Err(Error::stale(I::PAGES.to_list, I::PAGES.list)),
        Refused::Failed(error) => return Err(error),
        Refused::Closed(closed) => mistakes.add_general(closed.ja()),
        Refused::AtCounter => mistakes.add_general(words::AT_COUNTER),
        Refused::Stale => mistakes.add_general(words::STALE),
        Refused::There(_) => mistakes.add_general(I::PAGES.there),
        Refused::Wrong(more) => *mistakes = more,
    }
    Ok(())
}

/// The page again with what was typed, and what is stored now.
pub(super) async fn again_page<I: BookItem>(
    app: &App,
    scope: &Scope,
    id: &str,
    (typed, version, mut mistakes, status): (
        Option<&Typed<I::TypedTerms>>,
        i64,
        Mistakes,
        StatusCode,
    ),
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::<I>::load(app, &mut conn, scope, id).await?;
    let subject = subject.ok_or_else(|| Error::stale(I::PAGES.to_list, I::PAGES.list))?;
    if subject.item.core().version != version
        && let Some(whom) = subject.by_whom()
    {
        mistakes.add_general(whom);
    }
    let shell = shell_below(scope, I::PAGES, I::PAGES.one_title);
    let page = item_page(shell, subject, scope.may(I::PAGES.change), typed, mistakes)?;
    web::page_with(status, &page)
}

/// The page of `subject`, with what was typed before if anything was.
pub fn item_page<I: BookItem>(
    shell: Shell,
    subject: Subject<I>,
    may_change: bool,
    typed: Option<&Typed<I::TypedTerms>>,
    mistakes: Mistakes,
) -> Result<ItemPage, Error> {
    let Subject { item, history, open } = subject;
    let fields = match typed {
        Some(typed) => I::fields(&typed.terms, &mistakes)?,
        None => I::fields(&item.terms().into(), &mistakes)?,
    };
    let token = match (typed, &open) {
        // For what it was shown: whoever goes on with an old form is told again.
        (Some(typed), _) => typed.periods.clone(),
        (None, Ok(open)) => open.token(),
        (None, Err(_)) => String::new(),
    };
    let core = item.core();
    let way = (words::TO_LATEST, I::PAGES.path_of(&core.id));
    Ok(ItemPage {
        csrf: shell.csrf().to_owned(),
        shell,
        fields,
        way: mistakes.all().iter().any(|one| one.name.is_empty()).then_some(way),
        mistakes,
        of: I::PAGES,
        core,
        facts: item.facts()?,
        history,
        may_change,
        open: open.map_err(|closed| closed.ja()),
        token,
    })
}

impl ItemPage {
    /// The three amounts: name, what was last requested, what is registered.
    fn rows(&self) -> [(&'static str, String, String); 3] {
        let yen = |amount: Option<i64>| amount.map_or("－".to_owned(), |yen| Yen(yen).ja());
        let (now, base) = (self.core.amounts, self.core.base);
        [
            ("月例", yen(base.map(|one| one.monthly)), Yen(now.monthly).ja()),
            ("夏季一時金", yen(base.map(|one| one.summer)), Yen(now.summer).ja()),
            ("年末一時金", yen(base.map(|one| one.winter)), Yen(now.winter).ja()),
        ]
    }

    fn is_cancelled(&self) -> bool {
        self.core.state == Standing::Cancelled
    }

    fn path(&self) -> String {
        self.of.path_of(&self.core.id)
    }
}
