//! `user explain|grant|withdraw`: who may do what, and why.

use serde_json::{Value, json};

use super::open::{Open, actor};
use super::user::load;
use super::{Failure, output};
use crate::audit::{self, Event};
use crate::db::{Conn, Db};
use crate::identity::contracts::{self, Service};
use crate::identity::rights::{self, Action, Actor, Resource, Role, matrix};
use crate::identity::users::User;

pub(super) async fn explain(
    open: &Open,
    login_id: &str,
    action: Option<&str>,
    contract_no: Option<&str>,
) -> Result<(), Failure> {
    let action = action.map(parse).transpose()?;
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let user = load(&mut conn, login_id).await?;
    let person = as_they_come(&mut conn, &user, contract_no).await?;
    let resource = match contract_no {
        None => Resource::own(&person),
        Some(number) => Resource::of_contract(number),
    };
    match action {
        Some(action) => show_one(open, &user, &person, action, &resource),
        None => show_all(open, &person, &resource),
    }
}

/// The person with the certificate that their contract gives them.
async fn as_they_come(conn: &mut Conn, user: &User, other: Option<&str>) -> Result<Actor, Failure> {
    let mut by_company = false;
    for number in [Some(user.contract_no.as_str()), other].into_iter().flatten() {
        let contract = contracts::find(conn, number).await?.ok_or_else(|| {
            Failure::new(format!("there is no contract {number}"))
                .hint("`sekisho contract list` lists them")
        })?;
        by_company |= number == user.contract_no && contract.mode.is_company();
    }
    Ok(rights::load(conn, user, !by_company).await?)
}

fn parse(word: &str) -> Result<Action, Failure> {
    Action::parse(word).ok_or_else(|| {
        let words: Vec<_> = Action::ALL.iter().map(|action| action.word()).collect();
        Failure::new(format!("there is no action {word}"))
            .hint(format!("the actions are {}", words.join(", ")))
    })
}

fn show_one(
    open: &Open,
    user: &User,
    person: &Actor,
    action: Action,
    resource: &Resource<'_>,
) -> Result<(), Failure> {
    let answer = rights::may(person, action, resource);
    let reasons = rights::explain(person, action, resource);
    let conditions: Vec<Value> = reasons
        .iter()
        .map(|reason| {
            json!({
                "condition": reason.condition,
                "met": reason.denial.is_none(),
                "because": reason.because,
            })
        })
        .collect();
    let state = user.state(open.clock.now());
    if open.json {
        return output::json(&json!({
            "user": user.login_id,
            "contract": user.contract_no,
            "kind": user.kind.word(),
            "state": state,
            "roles": person.roles.iter().map(|role| role.word()).collect::<Vec<_>>(),
            "action": action.word(),
            "allowed": answer.is_ok(),
            "conditions": conditions,
        }));
    }
    let (user, word) = (&user.login_id, action.word());
    match answer {
        Ok(()) => output::say(format!("{user} may: {word}")),
        Err(denial) => output::say(format!("{user} may not: {word}, because {denial}")),
    }
    if state != "active" {
        output::say(format!("{user} is {state} and cannot log in at present"));
    }
    output::list(false, conditions, &["condition", "met", "because"], "")
}

fn show_all(open: &Open, person: &Actor, resource: &Resource<'_>) -> Result<(), Failure> {
    let line = |action: &Action| {
        let answer = rights::may(person, *action, resource);
        json!({
            "action": action.word(),
            "allowed": answer.is_ok(),
            "because": answer.err().map(|denial| denial.to_string()),
        })
    };
    let lines = Action::ALL.iter().map(line).collect();
    output::list(open.json, lines, &["action", "allowed", "because"], "")
}

pub(super) async fn grant(open: &Open, login_id: &str, role: &str) -> Result<(), Failure> {
    let (db, user, role) = named(open, login_id, role).await?;
    let (actor, now) = (actor(&open.environment), open.clock.now());
    let mut tx = db.begin().await?;
    let whose = (user.contract_no.as_str(), user.id.as_str());
    if !rights::give(&mut tx, whose, role, &actor, now).await? {
        return tell(open, &user, role, "holds", false);
    }
    audit::record(&mut tx, now, &event(&actor, "role-give", &user, role)).await?;
    tx.commit().await?;
    tell(open, &user, role, "was given", true)
}

pub(super) async fn withdraw(open: &Open, login_id: &str, role: &str) -> Result<(), Failure> {
    let (db, user, role) = named(open, login_id, role).await?;
    let (actor, now) = (actor(&open.environment), open.clock.now());
    let mut tx = db.begin().await?;
    if !rights::take(&mut tx, (&user.contract_no, &user.id), role).await? {
        return tell(open, &user, role, "does not hold", false);
    }
    audit::record(&mut tx, now, &event(&actor, "role-take", &user, role)).await?;
    tx.commit().await?;
    tell(open, &user, role, "no longer holds", true)
}

/// The user and the role, where the contract has the role and it is not the kind's own.
async fn named(open: &Open, login_id: &str, word: &str) -> Result<(Db, User, Role), Failure> {
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let user = load(&mut conn, login_id).await?;
    let services = contracts::services(&mut conn, &user.contract_no).await?;
    drop(conn);
    let role = Role::parse(word).ok_or_else(|| {
        Failure::new(format!("there is no role {word}")).hint(roles_of(&user, &services))
    })?;
    if !matrix::included(&services).any(|section| section.roles.contains(&role)) {
        let no = &user.contract_no;
        let failure =
            Failure::new(format!("contract {no} includes no service with the role {word}"));
        return Err(failure.hint(roles_of(&user, &services)));
    }
    if Role::of_kind(user.kind).contains(&role) {
        let kind = user.kind.word();
        return Err(Failure::new(format!("the role {word} comes with every {kind}"))
            .hint("it can be neither given nor taken away"));
    }
    Ok((db, user, role))
}

fn roles_of(user: &User, services: &[Service]) -> String {
    let roles = matrix::included(services).flat_map(|section| section.roles);
    let words: Vec<_> = roles.map(|role| format!("{} ({})", role.word(), role.ja())).collect();
    if words.is_empty() {
        return format!("no service of contract {} has roles", user.contract_no);
    }
    format!("contract {} has {}", user.contract_no, words.join(", "))
}

fn event<'a>(actor: &'a str, action: &'a str, user: &'a User, role: Role) -> Event<'a> {
    Event {
        actor,
        action,
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        detail: role.word(),
        ..Event::default()
    }
}

fn tell(open: &Open, user: &User, role: Role, verb: &str, changed: bool) -> Result<(), Failure> {
    if open.json {
        let (user, role) = (&user.login_id, role.word());
        return output::json(&json!({ "user": user, "role": role, "changed": changed }));
    }
    let unchanged = if changed { "" } else { "; nothing was changed" };
    output::say(format!("{} {verb} {} ({}){unchanged}", user.login_id, role.word(), role.ja()));
    Ok(())
}
