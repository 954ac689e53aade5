//! `/deduction/ledger/items`: 賃控元帳明細照会, on screen, as CSV and as PDF.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{Item, LIST, NEW, TABLE, path_of, words};
use crate::app::App;
use crate::db::Conn;
use crate::deduction::items::list::{Wanted, count_ja};
use crate::deduction::items::listed::{AskedFile, Items, Listing, amount, column, dated};
use crate::deduction::items::search::{Asked, Column as By, Fields, Foreign, Search, Sorting};
use crate::deduction::ledger::types;
use crate::deduction::scope::Scope;
use crate::deduction::transfers::print::{self, Asker};
use crate::identity::rights::Action;
use crate::web::menu::deduction::LEDGER;
use crate::web::sheet::{self, Cell, Column, Heading, Sheet as _, View, Wish};
use crate::web::{self, Chip, Error, Mistakes, Shell};

#[derive(Template)]
#[template(path = "deduction/ledger/items/pages/list.html")]
struct ListPage {
    shell: Shell,
    mistakes: Mistakes,
    fields: Fields,
    sort: String,
    filtered: bool,
    may_add: bool,
    /// Absent while something is wrong with what was typed.
    list: Option<(View, String, Vec<Chip>)>,
}

/// The orders that an index of the ledger serves.
const ORDERS: [By; 2] = [By::EmployeeNo, By::Kana];

const LISTING: Listing<Item> = Listing {
    title: words::LIST_PAPER,
    table: &TABLE,
    columns: COLUMNS,
    id: |item| &item.id,
    empty: words::NONE_FOUND,
};

const COLUMNS: &[Column<Item>] = &[
    column(words::EMPLOYEE_NO, 10, |item| Cell::text(&*item.member.employee_no)),
    column(words::KANA, 20, |item| Cell::text(&*item.member.kana_name)),
    column(words::KANJI, 16, |item| Cell::text(&*item.member.kanji_name)),
    column(words::TYPE, 18, |item| Cell::text(item.type_ja())),
    amount(words::MONTHLY, |item| Cell::Yen(item.terms.amounts.monthly)),
    amount(words::SUMMER, |item| Cell::Yen(item.terms.amounts.summer)),
    amount(words::WINTER, |item| Cell::Yen(item.terms.amounts.winter)),
    column(words::STATE, 6, |item| Cell::text(item.state.ja())),
    column(words::START, 11, |item| Cell::Month(item.terms.start_ym.clone())),
    column(words::END, 11, |item| item.terms.end_ym.clone().map_or(Cell::Blank, Cell::Month)),
    column(words::WORKPLACE, 16, |item| Cell::text(&*item.member.workplace)),
];

type Choices = Vec<(String, String)>;

pub(super) async fn show_items(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let choices = choices(&mut conn, &scope).await?;
    let (search, mistakes) = asked.search(&choices)?;
    let sorting = sorting(&asked, &search)?;
    let at = asked.at()?;
    let shell = scope.shell(words::TITLE, &LEDGER);
    let may_add = scope.may(Action::LedgerChange);
    if !mistakes.is_empty() {
        let page = list_page(shell, &asked, (mistakes, may_add, &choices), None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let items = Items::of(&LISTING, scope.key(), Wanted { search, sorting }, false);
    let place = asked.place(LIST);
    let encoding = sheet::remembered(&headers);
    let view = View::read(&items, &mut conn, (&place, &at), encoding).await?;
    let count = items.totals(&mut conn).await?.count;
    let list = dressed(&asked, &items.wanted, (view, count), (may_add, &choices));
    web::page(&list_page(shell, &asked, (mistakes, may_add, &choices), Some(list)))
}

/// The page of the list with its orders, its ways and what is filtered out.
fn dressed(
    asked: &Asked,
    wanted: &Wanted,
    (mut view, count): (View, i64),
    (may_change, choices): (bool, &Choices),
) -> (View, String, Vec<Chip>) {
    for column in ORDERS {
        view = view.sorted(asked.heading(LIST, wanted.sorting, column));
    }
    let label = if may_change { "詳細・変更" } else { "詳細" };
    view = view.way(label, |id| Some(path_of(id)));
    let chips = asked.chips(LIST, &wanted.search, choices);
    view = match (wanted.search.is_all(), may_change) {
        (false, _) => view.empty(words::NONE_FOUND, LIST, words::CLEAR),
        (true, true) => view.empty(words::NONE, NEW, words::NEW),
        (true, false) => view.empty(words::NONE_TO_SEE, "", ""),
    };
    (view, count_ja(count), chips)
}

fn list_page(
    shell: Shell,
    asked: &Asked,
    (mistakes, may_add, choices): (Mistakes, bool, &Choices),
    list: Option<(View, String, Vec<Chip>)>,
) -> ListPage {
    let filtered = list.as_ref().is_none_or(|(_, _, chips)| !chips.is_empty());
    let fields = asked.fields(&mistakes, choices);
    ListPage { shell, mistakes, fields, sort: asked.sort.clone(), filtered, may_add, list }
}

/// Code and label of each type there is.
async fn choices(conn: &mut Conn, scope: &Scope) -> Result<Choices, Error> {
    let all = types::list(conn, scope.contract_no()).await?;
    Ok(all.iter().map(|one| (one.code.clone(), types::labelled(one))).collect())
}

fn sorting(asked: &Asked, search: &Search) -> Result<Sorting, Foreign> {
    let sorting = asked.sorting(search)?;
    if ORDERS.contains(&sorting.column) { Ok(sorting) } else { Err(Foreign("sort")) }
}

pub(super) async fn download_csv(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(file): Query<AskedFile>,
) -> Result<Response, Error> {
    let encoding = file.encoding(sheet::remembered(&headers))?;
    let (items, wish, _) = whole(&app, &scope, &file.asked, false).await?;
    sheet::csv_response(&app, Arc::new(items), wish, encoding).await
}

pub(super) async fn download_pdf(
    State(app): State<App>,
    scope: Scope,
    Query(file): Query<AskedFile>,
) -> Result<Response, Error> {
    let (items, wish, chips) = whole(&app, &scope, &file.asked, true).await?;
    let facts = chips.iter().filter_map(|chip| chip.label.split_once('：'));
    let heading = Heading {
        group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
        facts: facts.map(|(label, value)| (label.to_owned(), value.to_owned())).collect(),
        made_at: app.clock.now(),
    };
    let asker = Asker { person: &scope.person, action: Action::LedgerView };
    print::pdf(&app, asker, (Arc::new(items), wish), heading).await
}

/// All that is found, as a file's page asks for it, with the conditions.
async fn whole(
    app: &App,
    scope: &Scope,
    asked: &Asked,
    exact: bool,
) -> Result<(Items<Item>, Wish, Vec<Chip>), Error> {
    let choices = choices(&mut app.db.conn().await?, scope).await?;
    let (search, mistakes) = asked.search(&choices)?;
    if !mistakes.is_empty() {
        return Err(Foreign("conditions").into());
    }
    let sorting = sorting(asked, &search)?;
    let chips = asked.chips(LIST, &search, &choices);
    let wish = Wish {
        shell: scope.shell(words::TITLE, &LEDGER),
        place: asked.place(LIST),
        name: dated(words::LIST_PAPER, app.clock.now()),
    };
    Ok((Items::of(&LISTING, scope.key(), Wanted { search, sorting }, exact), wish, chips))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_on_paper_across() {
        let width: u16 = COLUMNS.iter().map(|column| column.width).sum();
        assert!(width <= 155, "{width}");
    }
}
