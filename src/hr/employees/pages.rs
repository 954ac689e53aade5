//! `/hr/employees`: the list (従業員一覧) and one employee (従業員情報（詳細）).

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::rules::{Asked, Column, Foreign, Search, Sorting, is_id};
use super::{Employee, Page, store, words};
use crate::app::App;
use crate::base::money;
use crate::identity::rights::Action;
use crate::web::{self, Chip, Error, Field, Mistakes, Order, Pager, Place, Shell, SignedIn, Sort};

const LIST: &str = "/hr/employees";

/// The pages of employees.
pub fn router() -> Router<App> {
    Router::new().route(LIST, get(show_employees)).route("/hr/employees/{id}", get(show_employee))
}

#[derive(Template)]
#[template(path = "hr/employees/pages/list.html")]
pub(super) struct ListPage {
    shell: Shell,
    mistakes: Mistakes,
    created_from: Field,
    created_to: Field,
    name: Field,
    sort: String,
    /// Absent while something is wrong with what was typed.
    list: Option<List>,
}

impl ListPage {
    /// Whether a condition is set, be it one that cannot be read.
    fn is_filtered(&self) -> bool {
        self.list.as_ref().is_none_or(|list| list.filtered)
    }
}

pub(super) struct List {
    count: i64,
    rows: Vec<Employee>,
    filtered: bool,
    chips: Vec<Chip>,
    by_employee_no: Sort,
    by_name: Sort,
    by_created: Sort,
    pager: Pager,
}

async fn show_employees(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    signed_in.needs(Action::EmployeesView)?;
    let (search, mistakes) = asked.search();
    let (sorting, cursor) = (asked.sorting()?, asked.cursor()?);
    let shell = shell(&signed_in, words::LIST).crumb_here();
    if !mistakes.is_empty() {
        let page = list_page(shell, &asked, mistakes, None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut conn = app.db.conn().await?;
    let contract_no = signed_in.contract_no();
    let count = store::count(&mut conn, contract_no, &search).await?;
    let page = store::page(&mut conn, contract_no, &search, sorting, cursor.as_ref()).await?;
    if page.rows.is_empty() && cursor.is_some() {
        // The row that the address names is gone, or is none of this contract's.
        let first = place(&asked).with(&[("after", ""), ("before", "")]);
        return Err(Error::stale(words::TO_FIRST, first));
    }
    let list = list(&asked, &search, sorting, page, count);
    web::page(&list_page(shell, &asked, mistakes, Some(list)))
}

pub(super) fn list_page(
    shell: Shell,
    asked: &Asked,
    mistakes: Mistakes,
    list: Option<List>,
) -> ListPage {
    ListPage {
        shell,
        created_from: mistakes.field("created_from", &asked.created_from),
        created_to: mistakes.field("created_to", &asked.created_to),
        name: mistakes.field("name", &asked.name),
        sort: asked.sort.clone(),
        mistakes,
        list,
    }
}

pub(super) fn list(
    asked: &Asked,
    search: &Search,
    sorting: Sorting,
    page: Page,
    count: i64,
) -> List {
    let heading = |label, column| heading(asked, sorting, label, column);
    List {
        count,
        filtered: !search.is_all(),
        chips: chips(asked, search),
        by_employee_no: heading(words::EMPLOYEE_NO, Column::EmployeeNo),
        by_name: heading(words::NAME, Column::Name),
        by_created: heading(words::CREATED, Column::Created),
        pager: pager(asked, &page),
        rows: page.rows,
    }
}

/// A heading that sorts by `column`; the other way if the list already is.
fn heading(asked: &Asked, sorting: Sorting, label: &str, column: Column) -> Sort {
    let current = sorting.column == column;
    let next = Sorting { column, descending: current && !sorting.descending };
    let order = if sorting.descending { Order::Descending } else { Order::Ascending };
    place(asked).heading(label, &next.word(), current.then_some(order))
}

/// The filters in use, each with the way to the list without it.
fn chips(asked: &Asked, search: &Search) -> Vec<Chip> {
    let place = place(asked);
    let mut chips = Vec::new();
    if let Some(day) = search.created_from {
        let label = format!("{}：{}から", words::CREATED, day.ja());
        chips.push(Chip::new(label, place.without("created_from")));
    }
    if let Some(day) = search.created_to {
        let label = format!("{}：{}まで", words::CREATED, day.ja());
        chips.push(Chip::new(label, place.without("created_to")));
    }
    if !search.name.is_empty() {
        let label = format!("{}：{}", words::NAME, search.name);
        chips.push(Chip::new(label, place.without("name")));
    }
    chips
}

fn pager(asked: &Asked, page: &Page) -> Pager {
    let first = page.rows.first().filter(|_| page.earlier).map(|row| row.id.as_str());
    let last = page.rows.last().filter(|_| page.later).map(|row| row.id.as_str());
    place(asked).pager(first, last)
}

fn place(asked: &Asked) -> Place {
    let query = [
        ("created_from", asked.created_from.as_str()),
        ("created_to", &asked.created_to),
        ("name", &asked.name),
        ("sort", &asked.sort),
        ("after", &asked.after),
        ("before", &asked.before),
    ];
    Place::new(LIST, &query)
}

#[derive(Template)]
#[template(path = "hr/employees/pages/detail.html")]
pub(super) struct DetailPage {
    shell: Shell,
    employee: Employee,
}

async fn show_employee(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    signed_in.needs(Action::EmployeesView)?;
    if !is_id(&id) {
        return Err(Error::NotFound);
    }
    let mut conn = app.db.conn().await?;
    let found = store::find(&mut conn, signed_in.contract_no(), &id).await?;
    let employee = found.ok_or(Error::NotFound)?;
    let shell = shell(&signed_in, words::DETAIL).crumb(words::LIST, LIST).crumb_here().narrow();
    web::page(&detail_page(shell, employee))
}

pub(super) fn detail_page(shell: Shell, employee: Employee) -> DetailPage {
    DetailPage { shell, employee }
}

/// The page of somebody signed in; the manual gives these screens no number.
fn shell(signed_in: &SignedIn, title: &str) -> Shell {
    let shell = signed_in.shell(title, "", LIST);
    shell.crumb("トップページ", "/home")
}

impl From<Foreign> for Error {
    fn from(foreign: Foreign) -> Self {
        Self::Malformed(foreign.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_lifts_its_own_filter() {
        // R001-42
        let asked = Asked {
            created_from: "2026-11-01".into(),
            name: "やまだ".into(),
            after: "0001".into(),
            ..Asked::default()
        };
        let chips = chips(&asked, &asked.search().0);
        assert_eq!(chips[0].label, "従業員データ作成日：2026年11月1日から");
        assert_eq!(chips[1].label, "氏名：ヤマダ");
        assert_eq!(chips[1].href, "/hr/employees?created_from=2026-11-01");
    }
}
