//! People of a contract and what they were given, in the database.

use super::rules::{Draft, Given, Person};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::db::{Conn, Error, Tx};
use crate::identity::rights::{self, Role};
use crate::identity::users;

/// Everybody of the contract, by ユーザーID.
pub async fn people(conn: &mut Conn, contract_no: &str) -> Result<Vec<Person>, Error> {
    let all = users::list(conn, Some(contract_no)).await?.into_iter();
    let person = |user: users::User| Person {
        id: user.id,
        login_id: user.login_id,
        name: user.name,
        kind: user.kind,
    };
    Ok(all.map(person).collect())
}

/// Who was given what.
pub async fn given(conn: &mut Conn, contract_no: &str) -> Result<Given, Error> {
    Ok(rights::given(conn, contract_no).await?.into_iter().collect())
}

/// Puts a checked draft in force; how many people's rights changed. `event` says who
/// does it and where; each change leaves a row of its own with the person it concerns.
pub async fn save(
    tx: &mut Tx,
    draft: &Draft,
    people: &[Person],
    event: &Event<'_>,
    now: Moment,
) -> Result<usize, Error> {
    let contract_no = event.contract_no.unwrap_or_default();
    let mut done: Vec<(&'static str, Role, &str)> = Vec::new();
    for (role, id) in &draft.removed {
        if rights::take(tx, (contract_no, id), *role).await? {
            done.push(("role-take", *role, id));
        }
    }
    for (role, id) in &draft.added {
        if rights::give(tx, (contract_no, id), *role, event.actor, now).await? {
            done.push(("role-give", *role, id));
        }
    }
    let login_id = |id: &str| people.iter().find(|one| one.id == id).map(|one| &*one.login_id);
    let events: Vec<_> = done
        .iter()
        .map(|(action, role, id)| Event {
            action,
            user_id: Some(id),
            target: login_id(id),
            detail: role.word(),
            ..event.clone()
        })
        .collect();
    if !events.is_empty() {
        audit::record_all(tx, now, &events).await?;
    }
    Ok(events.len())
}
