//! `/operator/users`: the list, and one person.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, Column, Cursor, Listed, Page, Search, Sorting};
use super::{LIST, words};
use crate::app::App;
use crate::base::{Day, Moment, money, text};
use crate::certificates::store as certificates;
use crate::db::Conn;
use crate::identity::contracts::{self, Contract};
use crate::identity::lockout::Gate;
use crate::identity::users::{self, Kind, User};
use crate::web::{self, Chip, Error, Field, Operator, Order, Pager, Place, Shell, Sort};

/// The query of the list's address as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    user_id: String,
    name: String,
    contract_no: String,
    state: String,
    sort: String,
    after: String,
    before: String,
    /// What has just been done.
    done: String,
}

impl Asked {
    fn search(&self) -> Search {
        let plain = |typed: &str| {
            let kept = typed.trim().chars();
            kept.filter(|c| !c.is_control()).take(64).collect::<String>()
        };
        let known = words::STATES.iter().find(|(word, _)| *word == self.state);
        Search {
            user_id: text::nfkc(&plain(&self.user_id)),
            name: plain(&self.name),
            contract_no: text::nfkc(&plain(&self.contract_no)),
            state: known.map(|(word, _)| (*word).to_owned()).unwrap_or_default(),
        }
    }

    fn sorting(&self) -> Sorting {
        let minus = self.sort.strip_prefix('-');
        let column = match minus.unwrap_or(&self.sort) {
            "login" => Column::LastLogin,
            _ => Column::LoginId,
        };
        Sorting { column, descending: minus.is_some() }
    }

    fn cursor(&self) -> Cursor<'_> {
        match (self.after.as_str(), self.before.as_str()) {
            ("", "") => Cursor::Start,
            (id, "") => Cursor::After(id),
            (_, id) => Cursor::Before(id),
        }
    }

    fn place(&self) -> Place {
        let query = [
            ("user_id", self.user_id.as_str()),
            ("name", &self.name),
            ("contract_no", &self.contract_no),
            ("state", &self.state),
            ("sort", &self.sort),
            ("after", &self.after),
            ("before", &self.before),
        ];
        Place::new(LIST, &query)
    }
}

#[derive(Template)]
#[template(path = "certificates/people/pages/list.html")]
struct ListPage {
    shell: Shell,
    user_id: Field,
    name: Field,
    contract_no: Field,
    state: Field,
    sort: String,
    chips: Vec<Chip>,
    by_user: Sort,
    by_login: Sort,
    count: i64,
    now: Moment,
    rows: Vec<Listed>,
    pager: Pager,
}

pub(super) async fn show_users(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (search, now, place) = (asked.search(), app.clock.now(), asked.place());
    let mut conn = app.db.conn().await?;
    let count = store::count(&mut conn, &search, now).await?;
    let page = store::page(&mut conn, &search, asked.sorting(), asked.cursor(), now).await?;
    if page.rows.is_empty() && !matches!(asked.cursor(), Cursor::Start) {
        return Err(Error::stale(words::TO_FIRST, place.without("")));
    }
    let shell = operator.shell(words::USERS, LIST).crumb_here();
    web::page(&ListPage {
        shell: done(shell, &asked.done),
        user_id: Field::with("user_id", &search.user_id),
        name: Field::with("name", &search.name),
        contract_no: Field::with("contract_no", &search.contract_no),
        state: Field::with("state", &search.state),
        chips: chips(&place, &search),
        by_user: heading(&asked, words::USER_ID, ("user", Column::LoginId)),
        by_login: heading(&asked, words::LAST_LOGIN, ("login", Column::LastLogin)),
        pager: pager(&place, &page),
        sort: asked.sort,
        count,
        now,
        rows: page.rows,
    })
}

/// A heading that sorts by the column; the other way if the list already is.
fn heading(asked: &Asked, label: &str, (word, column): (&str, Column)) -> Sort {
    let sorting = asked.sorting();
    let current = sorting.column == column;
    let minus = if current && !sorting.descending { "-" } else { "" };
    let order = if sorting.descending { Order::Descending } else { Order::Ascending };
    asked.place().heading(label, &format!("{minus}{word}"), current.then_some(order))
}

fn pager(place: &Place, page: &Page) -> Pager {
    let first = page.rows.first().filter(|_| page.earlier).map(|row| row.id.as_str());
    let last = page.rows.last().filter(|_| page.later).map(|row| row.id.as_str());
    place.pager(first, last)
}

fn chips(place: &Place, search: &Search) -> Vec<Chip> {
    let state = words::STATES.iter().find(|(word, _)| *word == search.state && !word.is_empty());
    let parts = [
        (words::USER_ID, "user_id", search.user_id.as_str()),
        (words::NAME, "name", &search.name),
        (words::CONTRACT_NO, "contract_no", &search.contract_no),
        (words::STATE, "state", state.map(|(_, label)| *label).unwrap_or_default()),
    ];
    let used = parts.into_iter().filter(|(_, _, value)| !value.is_empty());
    used.map(|(label, name, value)| Chip::new(format!("{label}：{value}"), place.without(name)))
        .collect()
}

fn kind_of(word: &str) -> &'static str {
    words::kind(Kind::parse(word).unwrap_or(Kind::Employee))
}

#[derive(Template)]
#[template(path = "certificates/people/pages/user.html")]
struct UserPage {
    shell: Shell,
    user: User,
    contract: Contract,
    gate: Gate,
    /// Certificates that can still open a door.
    in_force: usize,
    /// Whether it is the operator who looks.
    own: bool,
    csrf: String,
}

pub(super) async fn show_user(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let user = load(&mut conn, &id).await?;
    let contract = contracts::find(&mut conn, &user.contract_no).await?.ok_or(Error::NotFound)?;
    let now = app.clock.now();
    let mut held = certificates::in_force_of(&mut conn, &user.id).await?;
    held.retain(|one| one.state_at(now).in_force());
    let shell = operator.shell(words::USER, LIST).crumb(words::USERS, LIST).crumb_here().narrow();
    web::page(&UserPage {
        shell: done(shell, &asked.done),
        gate: user.attempts.gate(now),
        in_force: held.len(),
        own: operator.person().user.id == user.id,
        csrf: operator.person().csrf(),
        contract,
        user,
    })
}

/// The person with our id `id`; whoever was deleted meanwhile is not found any more.
pub(super) async fn load(conn: &mut Conn, id: &str) -> Result<User, Error> {
    users::find(conn, id).await?.ok_or(Error::NotFound)
}

/// Says on the page what has just been done.
pub(super) fn done(shell: Shell, word: &str) -> Shell {
    match words::done(word) {
        Some(Ok(sentence)) => shell.success(sentence),
        Some(Err(sentence)) => shell.info(sentence),
        None => shell,
    }
}
