//! `/operator/contracts`: the list, and one contract.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::LIST;
use super::changes::Content;
use super::store::{self, Cursor, Listed, Search};
use super::words::{self, Line};
use crate::app::App;
use crate::base::date::Day;
use crate::base::{money, text};
use crate::db::Conn;
use crate::identity::contracts::{self, Contract};
use crate::identity::lockout::Gate;
use crate::identity::terms::Preset;
use crate::identity::users::{self, User};
use crate::web::{self, Chip, Error, Field, Operator, Pager, Place, Shell};

/// The query of the list's address as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    contract_no: String,
    name: String,
    preset: String,
    state: String,
    after: String,
    before: String,
}

impl Asked {
    fn search(&self) -> Search {
        let plain = |typed: &str| {
            let kept = typed.trim().chars();
            kept.filter(|c| !c.is_control()).take(64).collect::<String>()
        };
        let known = |word: &str, all: &[(&str, &str)]| {
            let found = all.iter().find(|(one, _)| *one == word);
            found.map(|(one, _)| (*one).to_owned()).unwrap_or_default()
        };
        Search {
            contract_no: text::nfkc(&plain(&self.contract_no)),
            name: plain(&self.name),
            preset: known(&self.preset, &words::presets()),
            state: known(&self.state, &words::STATES),
        }
    }

    fn place(&self) -> Place {
        let query = [
            ("contract_no", self.contract_no.as_str()),
            ("name", &self.name),
            ("preset", &self.preset),
            ("state", &self.state),
            ("after", &self.after),
            ("before", &self.before),
        ];
        Place::new(LIST, &query)
    }
}

#[derive(Template)]
#[template(path = "members/contracts/pages/list.html")]
struct ListPage {
    shell: Shell,
    contract_no: Field,
    name: Field,
    preset: Field,
    presets: Vec<(&'static str, &'static str)>,
    state: Field,
    chips: Vec<Chip>,
    count: i64,
    rows: Vec<Listed>,
    pager: Pager,
}

pub(super) async fn show_contracts(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let search = asked.search();
    let cursor = match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => Cursor::Start,
        (key, "") => Cursor::After(key),
        (_, key) => Cursor::Before(key),
    };
    let mut conn = app.db.conn().await?;
    let found = store::found(&mut conn, &search).await?;
    let page = store::page(&mut conn, &found, &cursor).await?;
    let place = asked.place();
    if page.rows.is_empty() && !matches!(cursor, Cursor::Start) {
        return Err(Error::stale(words::TO_FIRST, place.without("")));
    }
    let first = page.rows.first().filter(|_| page.earlier).map(|row| row.contract_no.as_str());
    let last = page.rows.last().filter(|_| page.later).map(|row| row.contract_no.as_str());
    let pager = place.pager(first, last);
    let presets = [vec![("", "すべて")], words::presets()].concat();
    web::page(&ListPage {
        shell: operator.shell(words::CONTRACTS, LIST).crumb_here(),
        contract_no: Field::with("contract_no", &search.contract_no),
        name: Field::with("name", &search.name),
        preset: Field::with("preset", &search.preset),
        presets,
        state: Field::with("state", &search.state),
        chips: chips(&place, &search),
        count: i64::try_from(found.len()).unwrap_or(i64::MAX),
        rows: page.rows,
        pager,
    })
}

fn chips(place: &Place, search: &Search) -> Vec<Chip> {
    let label = |all: &[(&'static str, &'static str)], word: &str| {
        let found = all.iter().find(|(one, _)| *one == word && !word.is_empty());
        found.map(|(_, label)| (*label).to_owned()).unwrap_or_default()
    };
    let parts = [
        (words::CONTRACT_NO, "contract_no", search.contract_no.clone()),
        (words::NAME, "name", search.name.clone()),
        (words::PRESET, "preset", label(&words::presets(), &search.preset)),
        (words::STATE, "state", label(&words::STATES, &search.state)),
    ];
    let used = parts.into_iter().filter(|(_, _, value)| !value.is_empty());
    used.map(|(label, name, value)| Chip::new(format!("{label}：{value}"), place.without(name)))
        .collect()
}

/// The badge of a contract in the list.
fn badge(row: &Listed) -> (&'static str, &'static str) {
    match (row.closed_at, row.attempts.closed_at) {
        (Some(_), _) => ("state", "終了"),
        (None, Some(_)) => ("state state-bad", "初期登録の閉塞"),
        (None, None) => ("state state-good", "ご利用中"),
    }
}

fn preset_name(word: &str) -> &'static str {
    Preset::parse(word).map_or("－", words::preset)
}

#[derive(Template)]
#[template(path = "members/contracts/pages/contract.html")]
struct ContractPage {
    shell: Shell,
    contract: Contract,
    content: Content,
    lines: Vec<Line>,
    master: Option<User>,
    people: i64,
    initial: (&'static str, &'static str),
    is_blocked: bool,
    /// Whether it is the operator's own.
    own: bool,
    csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    pub(super) done: String,
}

pub(super) async fn show_contract(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = load(&mut conn, &number).await?;
    let content = Content::of(&mut conn, &contract).await?;
    let now = app.clock.now();
    let shell = operator.shell(&contract.name, LIST).crumb(words::CONTRACTS, LIST).crumb_here();
    web::page(&ContractPage {
        shell: done(shell.narrow(), &before.done),
        lines: words::lines(&content.terms, &app.config.code),
        master: users::master_of(&mut conn, &number).await?,
        people: users::count(&mut conn, &number).await?,
        initial: words::initial(&contract.attempts, now),
        is_blocked: contract.attempts.gate(now) != Gate::Open,
        own: operator.person().contract.contract_no == number,
        csrf: operator.person().csrf(),
        content,
        contract,
    })
}

/// The contract `number`, closed ones too.
pub(super) async fn load(conn: &mut Conn, number: &str) -> Result<Contract, Error> {
    contracts::find(conn, number).await?.ok_or(Error::NotFound)
}

/// Says on the page what has just been done.
pub(super) fn done(shell: Shell, word: &str) -> Shell {
    match words::done(word) {
        Some(Ok(sentence)) => shell.success(sentence),
        Some(Err(sentence)) => shell.info(sentence),
        None => shell,
    }
}
