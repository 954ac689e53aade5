//! `/operator/certificates`: search, list, and the whole of it as a file.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::rules::{Asked, column_word};
use super::{CERTIFICATES, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::date::{Day, jst_compact};
use crate::base::{Moment, money};
use crate::certificates::inventory::{self, Column, Line, Page, Search, Sorting};
use crate::certificates::state::State as Standing;
use crate::certificates::store;
use crate::db::Conn;
use crate::identity::users;
use crate::web::{self, Chip, Error, Field, Mistakes, Operator, Order, Pager, Place, Shell, Sort};

#[derive(Template)]
#[template(path = "certificates/desk/pages/list.html")]
struct ListPage {
    shell: Shell,
    mistakes: Mistakes,
    user_id: Field,
    contract_no: Field,
    serial: Field,
    state: Field,
    within: Field,
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

struct List {
    count: i64,
    rows: Vec<Line>,
    filtered: bool,
    chips: Vec<Chip>,
    by_user: Sort,
    by_ends: Sort,
    by_issued: Sort,
    pager: Pager,
    file: String,
    /// The person whose whole user ID was typed, with certificates in force.
    person: Option<Found>,
}

/// A person whose certificates may all be revoked at once.
struct Found {
    id: String,
    login_id: String,
    name: String,
    in_force: usize,
}

pub(super) async fn show_certificates(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let (search, mistakes) = asked.search(now)?;
    let (sorting, cursor) = (asked.sorting()?, asked.cursor()?);
    let shell = super::done(operator.shell(words::CERTIFICATES, CERTIFICATES), &asked.done);
    let shell = shell.crumb_here();
    if !mistakes.is_empty() {
        let page = list_page(shell, &asked, mistakes, None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut conn = app.db.conn().await?;
    let count = inventory::count(&mut conn, &search, now).await?;
    let page = inventory::page(&mut conn, &search, sorting, cursor.as_ref(), now).await?;
    if page.rows.is_empty() && cursor.is_some() {
        let first = place(&asked).with(&[("after", ""), ("before", "")]);
        return Err(Error::stale(words::TO_FIRST, first));
    }
    let person = person(&mut conn, &search.user).await?;
    let list = List { person, ..list(&asked, &search, sorting, page, count) };
    web::page(&list_page(shell, &asked, mistakes, Some(list)))
}

/// All that is found as CSV; that it left the house is audited.
pub(super) async fn download_inventory(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let (search, mistakes) = asked.search(now)?;
    if !mistakes.is_empty() {
        return Err(Error::Malformed("the search cannot be read".into()));
    }
    let mut conn = app.db.conn().await?;
    let text = inventory::file(&mut conn, &search, now).await?;
    drop(conn);
    let lines = text.lines().count().saturating_sub(1).to_string();
    let mut tx = app.db.begin().await?;
    let person = operator.person();
    let event = Event {
        contract_no: None,
        user_id: None,
        detail: &lines,
        ..person.event("inventory-download", words::CERTIFICATES)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    let name = format!("電子証明書一覧{}.csv", jst_compact(now));
    Ok(web::download(&name, "text/csv; charset=utf-8", text))
}

async fn person(conn: &mut Conn, login_id: &str) -> Result<Option<Found>, Error> {
    let Some(user) = users::find_by_login_id(conn, login_id).await? else { return Ok(None) };
    let in_force = store::in_force_of(conn, &user.id).await?.len();
    let found = Found { id: user.id, login_id: user.login_id, name: user.name, in_force };
    Ok(Some(found).filter(|found| found.in_force > 0))
}

fn list_page(shell: Shell, asked: &Asked, mistakes: Mistakes, list: Option<List>) -> ListPage {
    ListPage {
        shell,
        user_id: mistakes.field("user_id", asked.user_id.trim()),
        contract_no: mistakes.field("contract_no", asked.contract_no.trim()),
        serial: mistakes.field("serial", asked.serial.trim()),
        state: mistakes.field("state", &asked.state),
        within: mistakes.field("within", &asked.within),
        sort: asked.sort.clone(),
        mistakes,
        list,
    }
}

fn list(asked: &Asked, search: &Search, sorting: Sorting, page: Page, count: i64) -> List {
    let heading = |label, column| heading(asked, sorting, label, column);
    let query = place(asked).with(&[("sort", ""), ("after", ""), ("before", "")]);
    List {
        count,
        filtered: *search != Search::default(),
        chips: chips(asked, search),
        by_user: heading(words::USER_ID, Column::User),
        by_ends: heading(words::ENDS, Column::Ends),
        by_issued: heading(words::ISSUED, Column::Issued),
        pager: pager(asked, &page),
        file: query.replacen(CERTIFICATES, "/operator/certificates.csv", 1),
        rows: page.rows,
        person: None,
    }
}

/// A heading that sorts by `column`; the other way if the list already is.
fn heading(asked: &Asked, sorting: Sorting, label: &str, column: Column) -> Sort {
    let current = sorting.column == column;
    let minus = if current && !sorting.descending { "-" } else { "" };
    let order = if sorting.descending { Order::Descending } else { Order::Ascending };
    let word = format!("{minus}{}", column_word(column));
    place(asked).heading(label, &word, current.then_some(order))
}

/// The filters in use, each with the way to the list without it.
fn chips(asked: &Asked, search: &Search) -> Vec<Chip> {
    let within = words::WITHINS.iter().find(|(days, _)| *days == asked.within);
    let within = within.map_or_else(|| format!("{}日以内", asked.within), |(_, w)| (*w).to_owned());
    let parts = [
        (words::USER_ID, "user_id", search.user.clone(), !search.user.is_empty()),
        (words::CONTRACT_NO, "contract_no", search.contract_no.clone(), true),
        (words::SERIAL, "serial", search.serial.clone(), true),
        (words::STATE, "state", search.state.map(words::state).unwrap_or_default().into(), true),
        (words::WITHIN, "within", within, search.ends_by.is_some()),
    ];
    let used = parts.into_iter().filter(|(_, _, value, used)| *used && !value.is_empty());
    let place = place(asked);
    used.map(|(label, name, value, _)| Chip::new(format!("{label}：{value}"), place.without(name)))
        .collect()
}

fn pager(asked: &Asked, page: &Page) -> Pager {
    let first = page.rows.first().filter(|_| page.earlier).map(|row| row.serial.as_str());
    let last = page.rows.last().filter(|_| page.later).map(|row| row.serial.as_str());
    place(asked).pager(first, last)
}

fn place(asked: &Asked) -> Place {
    let query = [
        ("user_id", asked.user_id.as_str()),
        ("contract_no", &asked.contract_no),
        ("serial", &asked.serial),
        ("state", &asked.state),
        ("within", &asked.within),
        ("sort", &asked.sort),
        ("after", &asked.after),
        ("before", &asked.before),
    ];
    Place::new(CERTIFICATES, &query)
}

/// 「2026年11月21日」 of an instant.
fn day(at: Moment) -> String {
    Day::of(at).ja()
}

/// The day of the first use.
fn first_use(at: Option<Moment>) -> String {
    at.map_or_else(|| "まだ".to_owned(), day)
}

/// The badge of a state.
fn badge(state: Standing) -> (&'static str, &'static str) {
    (words::state_class(state), words::state(state))
}
