//! `/deduction/rokin/items`: 労金控除明細照会, on screen, as CSV and as PDF.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{Item, LIST, NEW, Product, TABLE, path_of, words};
use crate::app::App;
use crate::base::{Day, Moment};
use crate::db::Conn;
use crate::deduction::items::list::{self, Wanted};
use crate::deduction::items::search::{Asked, Column as By, Fields, Foreign, Search, Sorting};
use crate::deduction::scope::{Key, Scope};
use crate::deduction::transfers::print::{self, Asker};
use crate::identity::rights::Action;
use crate::web::menu::deduction::ROKIN;
use crate::web::sheet::{
    self, At, Cell, Column, Encoding, Head, Heading, Line, Reading, Sheet, Totals, View, Wish,
    cells_of, heads_of,
};
use crate::web::{self, Chip, Error, Mistakes, Shell};

#[derive(Template)]
#[template(path = "deduction/rokin/pages/list.html")]
pub(super) struct ListPage {
    shell: Shell,
    mistakes: Mistakes,
    fields: Fields,
    sort: String,
    filtered: bool,
    may_add: bool,
    /// Absent while something is wrong with what was typed.
    list: Option<(View, String, Vec<Chip>)>,
}

/// What is asked for, with the way back to it: the address's query and the file's encoding.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct AskedFile {
    #[serde(flatten)]
    asked: Asked,
    encoding: String,
}

pub(super) async fn show_items(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (search, mistakes) = asked.search(&Product::choices())?;
    let sorting = asked.sorting(&search)?;
    let at = asked.at()?;
    let shell = scope.shell(words::TITLE, &ROKIN);
    let may_add = scope.may(Action::RokinChange);
    if !mistakes.is_empty() {
        let page = list_page(shell, &asked, (mistakes, may_add), None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let items = Items::of(scope.key(), Wanted { search, sorting }, false);
    let mut conn = app.db.conn().await?;
    let place = asked.place(LIST);
    let encoding = sheet::remembered(&headers);
    let view = View::read(&items, &mut conn, (&place, &at), encoding).await?;
    let count = items.totals(&mut conn).await?.count;
    let list = Some(dressed(&asked, &items.wanted, (view, count), may_add));
    web::page(&list_page(shell, &asked, (mistakes, may_add), list))
}

/// The page of the list with its orders, its ways and what is filtered out.
pub(super) fn dressed(
    asked: &Asked,
    wanted: &Wanted,
    (mut view, count): (View, i64),
    may_change: bool,
) -> (View, String, Vec<Chip>) {
    for column in By::ALL {
        view = view.sorted(asked.heading(LIST, wanted.sorting, column));
    }
    let label = if may_change { "詳細・変更" } else { "詳細" };
    view = view.way(label, |id| Some(path_of(id)));
    let chips = asked.chips(LIST, &wanted.search, &Product::choices());
    view = match (wanted.search.is_all(), may_change) {
        (false, _) => view.empty(words::NONE_FOUND, LIST, words::CLEAR),
        (true, true) => view.empty(words::NONE, NEW, words::NEW_TITLE),
        (true, false) => view.empty(words::NONE, "", ""),
    };
    (view, list::count_ja(count), chips)
}

pub(super) fn list_page(
    shell: Shell,
    asked: &Asked,
    (mistakes, may_add): (Mistakes, bool),
    list: Option<(View, String, Vec<Chip>)>,
) -> ListPage {
    let filtered = list.as_ref().is_none_or(|(_, _, chips)| !chips.is_empty());
    let fields = asked.fields(&mistakes, &Product::choices());
    ListPage { shell, mistakes, fields, sort: asked.sort.clone(), filtered, may_add, list }
}

pub(super) async fn download_csv(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<AskedFile>,
) -> Result<Response, Error> {
    let encoding = match asked.encoding.as_str() {
        "" => sheet::remembered(&headers),
        word => Encoding::parse(word).ok_or(Foreign("encoding"))?,
    };
    let (items, wish) = file(&app, &scope, &asked.asked, false)?;
    sheet::csv_response(&app, Arc::new(items), wish, encoding).await
}

pub(super) async fn download_pdf(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (items, wish) = file(&app, &scope, &asked, true)?;
    let chips = asked.chips(LIST, &items.wanted.search, &Product::choices());
    let facts = chips.iter().filter_map(|chip| chip.label.split_once('：'));
    let heading = Heading {
        group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
        facts: facts.map(|(label, value)| (label.to_owned(), value.to_owned())).collect(),
        made_at: app.clock.now(),
    };
    let by = Asker { person: &scope.person, action: Action::RokinView };
    print::pdf(&app, by, (Arc::new(items), wish), heading).await
}

/// The whole found list, as a file's page asks for it.
fn file(app: &App, scope: &Scope, asked: &Asked, exact: bool) -> Result<(Items, Wish), Error> {
    let (search, mistakes) = asked.search(&Product::choices())?;
    if !mistakes.is_empty() {
        return Err(Foreign("conditions").into());
    }
    let sorting: Sorting = asked.sorting(&search)?;
    let wish = Wish {
        shell: scope.shell(words::TITLE, &ROKIN),
        place: asked.place(LIST),
        name: dated(words::LIST_PAPER, app.clock.now()),
    };
    Ok((Items::of(scope.key(), Wanted { search, sorting }, exact), wish))
}

/// 「労金控除明細一覧20261121」.
pub(super) fn dated(title: &str, now: Moment) -> String {
    format!("{title}{}", Day::of(now).to_string().replace('-', ""))
}

/// The list of a group's items.
pub(super) struct Items {
    contract_no: String,
    group_no: String,
    pub(super) wanted: Wanted,
    /// Whether rows are counted to their end and amounts summed, as paper needs.
    exact: bool,
}

const COLUMNS: &[Column<Item>] = &[
    column(words::EMPLOYEE_NO, 10, |item| Cell::text(&*item.employee_no)),
    column(words::KANA, 22, |item| Cell::text(&*item.kana_name)),
    column(words::KANJI, 18, |item| Cell::text(&*item.kanji_name)),
    column(words::PRODUCT, 12, |item| Cell::text(item.product.ja())),
    column(words::ACCOUNT_NO, 9, |item| Cell::text(&*item.account_no)),
    amount(words::MONTHLY, |item| Cell::Yen(item.amounts.monthly)),
    amount("夏季一時金", |item| Cell::Yen(item.amounts.summer)),
    amount("年末一時金", |item| Cell::Yen(item.amounts.winter)),
    column(words::STATE, 6, |item| Cell::text(item.state.ja())),
    column("適用年月", 11, |item| Cell::Month(item.effective_ym.clone())),
    column(words::WORKPLACE, 16, |item| Cell::text(&*item.workplace)),
    column("窓口扱い", 8, |item| Cell::text(if item.at_counter { "窓口扱い" } else { "" })),
];

const fn column(head: &'static str, width: u16, cell: fn(&Item) -> Cell) -> Column<Item> {
    Column { head, width, cell, summed: false }
}

const fn amount(head: &'static str, cell: fn(&Item) -> Cell) -> Column<Item> {
    Column { head, width: 14, cell, summed: true }
}

impl Items {
    pub(super) fn of(key: Key<'_>, wanted: Wanted, exact: bool) -> Self {
        Self {
            contract_no: key.contract_no.to_owned(),
            group_no: key.group_no.to_owned(),
            wanted,
            exact,
        }
    }

    fn key(&self) -> Key<'_> {
        Key { contract_no: &self.contract_no, group_no: &self.group_no }
    }
}

pub(super) fn line(item: &Item) -> Line {
    Line { key: item.id.clone(), cells: cells_of(COLUMNS, item) }
}

impl Sheet for Items {
    fn title(&self) -> &str {
        words::LIST_PAPER
    }

    fn heads(&self) -> Vec<Head> {
        let mut heads = heads_of(COLUMNS);
        for head in &mut heads {
            head.summed &= self.exact;
        }
        heads
    }

    fn empty(&self) -> &str {
        words::NONE_FOUND
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async move {
            let (key, search): (_, &Search) = (self.key(), &self.wanted.search);
            if self.exact {
                return list::totals(conn, &TABLE, key, search).await;
            }
            let count = list::count(conn, &TABLE, key, search).await?;
            Ok(Totals { count, sums: Vec::new() })
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let found: Vec<Item> =
                list::rows(conn, &TABLE, self.key(), &self.wanted, (at, most)).await?;
            Ok(found.iter().map(line).collect())
        })
    }
}
