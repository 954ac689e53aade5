//! `/operator/deduction`: the contracts with something of 賃金控除, and one of them.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::{HOME, store, words};
use crate::app::App;
use crate::base::money;
use crate::db::Conn;
use crate::deduction::period;
use crate::deduction::scope::Key;
use crate::identity::contracts::{self, Contract, Service};
use crate::identity::groups::{self, Group};
use crate::web::{self, Error, Operator, Pager, Place, Shell};

/// The query of these pages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
    pub done: String,
}

#[derive(Template)]
#[template(path = "deduction/desk/pages/contracts.html")]
struct ContractsPage {
    shell: Shell,
    rows: Vec<(String, String, i64)>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "deduction/desk/pages/contract.html")]
struct ContractPage {
    shell: Shell,
    contract: Contract,
    rows: Vec<(Group, String)>,
    services: Vec<Service>,
}

pub(super) async fn show_contracts(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (rows, more) = store::contracts(&mut app.db.conn().await?, &asked.after).await?;
    let last = rows.last().filter(|_| more).map(|row| row.0.as_str());
    let pager = Place::new(HOME, &[("after", &asked.after)]).pager(None, last);
    let previous = (!asked.after.is_empty()).then(|| HOME.to_owned());
    web::page(&ContractsPage {
        shell: operator.shell(words::HOME, HOME).crumb_here(),
        rows,
        pager: Pager { previous, ..pager },
    })
}

pub(super) async fn show_contract(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = load(&mut conn, &number).await?;
    let mut rows = Vec::new();
    for group in groups::of_contract(&mut conn, &number).await? {
        let key = Key { contract_no: &number, group_no: &group.group_no };
        let open = period::store::unfixed(&mut conn, key).await?;
        let next = open.iter().min_by_key(|period| period.close_on);
        let next = next.map(|period| format!("{}（{}）", period.close_on.ja(), period.ja()));
        rows.push((group, next.unwrap_or_else(|| "－".to_owned())));
    }
    let shell = operator.shell(&contract.name, HOME).crumb(words::HOME, HOME).crumb_here();
    web::page(&ContractPage {
        shell: told(shell, &asked.done),
        services: of_groups(&mut conn, &number).await?,
        contract,
        rows,
    })
}

/// The contract, which must be open.
pub(super) async fn load(conn: &mut Conn, number: &str) -> Result<Contract, Error> {
    let found = contracts::find(conn, number).await?;
    found.filter(|contract| contract.closed_at.is_none()).ok_or(Error::NotFound)
}

/// The contract and the group of it.
pub(super) async fn load_group(
    conn: &mut Conn,
    number: &str,
    group_no: &str,
) -> Result<(Contract, Group), Error> {
    let contract = load(conn, number).await?;
    let group = groups::find(conn, number, group_no).await?.ok_or(Error::NotFound)?;
    Ok((contract, group))
}

/// What the contract includes of what is of groups.
pub(super) async fn of_groups(conn: &mut Conn, number: &str) -> Result<Vec<Service>, Error> {
    let included = contracts::services(conn, number).await?;
    Ok(Service::OF_GROUPS.into_iter().filter(|one| included.contains(one)).collect())
}

/// A page about a group, with the way to it.
pub(super) fn group_shell(
    operator: &Operator,
    title: &str,
    (contract, group): (&Contract, &Group),
) -> Shell {
    let of = format!("{HOME}/{}", contract.contract_no);
    let shell = operator.shell(title, HOME).crumb(words::HOME, HOME).crumb(&contract.name, &of);
    if title == group.name {
        return shell.crumb_here();
    }
    shell.crumb(&group.name, &format!("{of}/{}", group.group_no)).crumb_here()
}

pub(super) fn told(shell: Shell, word: &str) -> Shell {
    match words::done(word) {
        Some(sentence) => shell.success(sentence),
        None => shell,
    }
}
