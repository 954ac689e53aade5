//! `…/items`: 明細照会 (R004-117, R004-129), on screen, as CSV and as PDF.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::app::App;
use crate::deduction::files;
use crate::deduction::items::book::{BookItem, BookPages, Choices};
use crate::deduction::items::list::{Wanted, count_ja};
use crate::deduction::items::listed::{AskedFile, Items};
use crate::deduction::items::search::{Asked, Fields, Foreign, Search, Sorting};
use crate::deduction::items::words;
use crate::deduction::scope::Scope;
use crate::deduction::transfers::print::{self, Asker};
use crate::web::sheet::{self, Heading, View, Wish};
use crate::web::{self, Chip, Error, Mistakes, Shell};

/// The list's page.
#[derive(Template)]
#[template(path = "deduction/items/pages/list.html")]
pub struct ListPage {
    shell: Shell,
    mistakes: Mistakes,
    of: &'static BookPages,
    fields: Fields,
    sort: String,
    filtered: bool,
    may_add: bool,
    /// Absent while something is wrong with what was typed.
    list: Option<Dressed>,
}

/// The rows, how many there are, and what is filtered out.
type Dressed = (View, String, Vec<Chip>);

/// Shows the list.
pub async fn show_items<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let of: &'static BookPages = I::PAGES;
    let mut conn = app.db.conn().await?;
    let choices = I::searched(&mut conn, scope.contract_no()).await?;
    let (search, mistakes) = asked.search(&choices)?;
    let sorting = sorting(of, &asked, &search)?;
    let at = asked.at()?;
    let shell = scope.shell(of.title, of.menu);
    let may = (scope.may(of.change), &choices);
    if !mistakes.is_empty() {
        let page = list_page::<I>(shell, &asked, (mistakes, may), None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let items = Items::of(I::LISTING, scope.key(), Wanted { search, sorting }, false);
    let place = asked.place(of.list);
    let encoding = sheet::remembered(&headers);
    let view = View::read(&items, &mut conn, (&place, &at), encoding).await?;
    let count = view.counted;
    let list = dressed::<I>(&asked, &items.wanted, (view, count), may);
    web::page(&list_page::<I>(shell, &asked, (mistakes, may), Some(list)))
}

/// A page of the list with its orders, its ways and what is filtered out.
#[must_use]
pub fn dressed<I: BookItem>(
    asked: &Asked,
    wanted: &Wanted,
    (mut view, count): (View, i64),
    (may_change, choices): (bool, &Choices),
) -> Dressed {
    let of: &'static BookPages = I::PAGES;
    for column in of.orders {
        view = view.sorted(asked.heading(of.list, wanted.sorting, *column));
    }
    let label = if may_change { "詳細・変更" } else { "詳細" };
    view = view.way(label, |id| Some(of.path_of(id)));
    let chips = asked.chips(of.list, &wanted.search, choices);
    view = match (wanted.search.is_all(), may_change) {
        (false, _) => view.empty(I::LISTING.empty, of.list, words::CLEAR),
        (true, true) => view.empty(of.none, of.new, of.new_title),
        (true, false) => view.empty(of.none_to_see, "", ""),
    };
    (view, count_ja(count), chips)
}

/// The page of the list.
#[must_use]
pub fn list_page<I: BookItem>(
    shell: Shell,
    asked: &Asked,
    (mistakes, (may_add, choices)): (Mistakes, (bool, &Choices)),
    list: Option<Dressed>,
) -> ListPage {
    let filtered = list.as_ref().is_none_or(|(_, _, chips)| !chips.is_empty());
    let fields = asked.fields(&mistakes, choices);
    let (of, sort) = (I::PAGES, asked.sort.clone());
    ListPage { shell, mistakes, of, fields, sort, filtered, may_add, list }
}

fn sorting(of: &BookPages, asked: &Asked, search: &Search) -> Result<Sorting, Foreign> {
    let sorting = asked.sorting(search)?;
    if of.orders.contains(&sorting.column) { Ok(sorting) } else { Err(Foreign("sort")) }
}

/// The list as CSV.
pub async fn download_csv<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(file): Query<AskedFile>,
) -> Result<Response, Error> {
    let encoding = file.encoding(sheet::remembered(&headers))?;
    let (items, wish, _) = whole::<I>(&app, &scope, &file.asked, false).await?;
    print::csv(&app, &scope.person, (Arc::new(items), wish), encoding).await
}

/// The list as PDF.
pub async fn download_pdf<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (items, wish, chips) = whole::<I>(&app, &scope, &asked, true).await?;
    let facts = chips.iter().filter_map(|chip| chip.label.split_once('：'));
    let heading = Heading {
        group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
        facts: facts.map(|(label, value)| (label.to_owned(), value.to_owned())).collect(),
        made_at: app.clock.now(),
    };
    let by = Asker { person: &scope.person, action: I::PAGES.view };
    print::pdf(&app, by, (Arc::new(items), wish), heading).await
}

/// All that is found, as a file's page asks for it, with the conditions.
async fn whole<I: BookItem>(
    app: &App,
    scope: &Scope,
    asked: &Asked,
    exact: bool,
) -> Result<(Items<I>, Wish, Vec<Chip>), Error> {
    let of: &'static BookPages = I::PAGES;
    let choices = I::searched(&mut app.db.conn().await?, scope.contract_no()).await?;
    let (search, mistakes) = asked.search(&choices)?;
    if !mistakes.is_empty() {
        return Err(Foreign("conditions").into());
    }
    let sorting = sorting(of, asked, &search)?;
    let chips = asked.chips(of.list, &search, &choices);
    let wish = Wish {
        shell: scope.shell(of.title, of.menu),
        place: asked.place(of.list),
        name: files::of_day(I::LISTING.title, Some(&scope.group.group_no), app.clock.now()),
    };
    Ok((Items::of(I::LISTING, scope.key(), Wanted { search, sorting }, exact), wish, chips))
}
