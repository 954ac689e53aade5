//! `account add|list`.

use serde_json::{Value, json};

use super::args::AccountVerb;
use super::open::{Open, actor};
use super::{Failure, output};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::db::Conn;
use crate::identity::accounts::{self, Account};
use crate::identity::rights::Action;
use crate::identity::{contracts, terms, users};

pub(super) async fn run(open: &Open, verb: AccountVerb) -> Result<(), Failure> {
    Open::allowed(Action::OperatorContracts)?;
    match verb {
        AccountVerb::Add { contract, count } => add(open, &contract, count).await,
        AccountVerb::List { contract } => list(open, &contract).await,
    }
}

fn no_contract(contract_no: &str) -> Failure {
    Failure::new(format!("there is no contract {contract_no}"))
        .hint("`sekisho contract list` lists them")
}

async fn add(open: &Open, contract_no: &str, count: Option<i64>) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let now = open.clock.now();
    let mut tx = db.begin().await?;
    let contract = contracts::hold(&mut tx, contract_no).await?;
    let contract = contract.ok_or_else(|| no_contract(contract_no))?;
    if contract.closed_at.is_some() {
        return Err(Failure::new(format!("contract {contract_no} is closed"))
            .hint(format!("`sekisho contract show {contract_no}` shows it")));
    }
    let licences = terms::of(&mut tx, contract_no).await?.licences;
    let Some(wanted) = count.or(licences) else {
        return Err(Failure::new(format!("contract {contract_no} has no number of licences"))
            .hint("say with --count how many accounts it shall have"));
    };
    let added = accounts::fill(&mut tx, contract_no, wanted, now).await?;
    let actor = actor(&open.environment);
    for account_id in &added {
        let event = Event {
            actor: &actor,
            action: "account-add",
            contract_no: Some(contract_no),
            target: Some(account_id),
            ..Event::default()
        };
        audit::record(&mut tx, now, &event).await?;
    }
    tx.commit().await?;
    if open.json {
        return output::json(&json!({ "contract": contract_no, "added": added }));
    }
    if added.is_empty() {
        output::say(format!("contract {contract_no} has {wanted} accounts or more already"));
    } else {
        output::say(format!("added {} to contract {contract_no}", added.join(", ")));
    }
    Ok(())
}

async fn list(open: &Open, contract_no: &str) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    if contracts::find(&mut conn, contract_no).await?.is_none() {
        return Err(no_contract(contract_no));
    }
    let mut objects = Vec::new();
    for account in accounts::list(&mut conn, contract_no).await? {
        objects.push(object(&mut conn, &account).await?);
    }
    let none = "no accounts: nobody is asked for one; `sekisho account add` adds them";
    output::list(open.json, objects, &["account", "user", "name", "tied_at", "first"], none)
}

/// An account as the command line shows it.
async fn object(conn: &mut Conn, account: &Account) -> Result<Value, Failure> {
    let user = match &account.tied {
        Some((user_id, _)) => users::find(conn, user_id).await?,
        None => None,
    };
    Ok(json!({
        "account": account.account_id,
        "user": user.as_ref().map(|user| user.login_id.clone()),
        "name": user.map(|user| user.name),
        "tied_at": account.tied.as_ref().map(|(_, at)| Moment::rfc3339(*at)),
        "first": account.is_first,
    }))
}
