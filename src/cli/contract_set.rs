//! `contract set` and `contract close`.

use serde_json::json;

use super::args::ContractSet;
use super::contract::{initial_password, refused};
use super::open::{Open, actor};
use super::{Failure, output};
use crate::audit::Event;
use crate::base::Secret;
use crate::certificates::roster;
use crate::db::{Conn, Db, Tx};
use crate::identity::contracts;
use crate::identity::password as hashing;
use crate::members::contracts::changes::{self, Content};
use crate::members::contracts::rules;

/// Everything that was ordered happens in one transaction, or nothing.
pub(super) async fn run(open: &Open, set: &ContractSet) -> Result<(), Failure> {
    let number = set.contract.as_str();
    let made = new_password(set)?;
    let hash = match &made {
        None => None,
        Some(password) => Some(
            hashing::hash(password)
                .ok_or_else(|| Failure::new("there is no memory to hash the password"))?,
        ),
    };
    let db = open.db(&open.config()?).await?;
    let (seen, new) = content(&mut db.conn().await?, set).await?;
    let mut tx = db.begin().await?;
    let done = order(&mut tx, open, set, (&seen, &new, hash.as_deref())).await?;
    tx.commit().await?;
    let generated = made.filter(|_| set.generate);
    if open.json {
        return output::json(&json!({
            "contract": number,
            "done": done,
            "initial_password": generated.as_ref().map(Secret::expose),
        }));
    }
    if done.is_empty() {
        output::say(format!("contract {number} is so already; nothing was changed"));
    } else {
        output::say(format!("contract {number}: {}", done.join(", ")));
    }
    if let Some(password) = generated {
        output::say(format!("initial password: {}  (shown only now)", password.expose()));
    }
    Ok(())
}

async fn order(
    tx: &mut Tx,
    open: &Open,
    set: &ContractSet,
    (seen, new, hash): (&str, &Content, Option<&str>),
) -> Result<Vec<&'static str>, Failure> {
    let number = set.contract.as_str();
    let (actor, now) = (actor(&open.environment), open.clock.now());
    let event = |action| Event { actor: &actor, action, ..Event::default() };
    let wrong = |why| refused(why, number);
    let mut done = Vec::new();
    let change = event("contract-change");
    if changes::change(tx, number, (seen, new), now, &change).await?.map_err(wrong)? {
        done.push("changed");
    }
    if let Some(hash) = hash {
        let event = event("initial-password-change");
        changes::set_initial_password(tx, number, hash, now, &event).await?.map_err(wrong)?;
        done.push("new initial password");
    }
    if set.unblock_initial
        && changes::unblock(tx, number, now, &event("contract-unblock")).await?.map_err(wrong)?
    {
        done.push("initial registration unblocked");
    }
    Ok(done)
}

fn new_password(set: &ContractSet) -> Result<Option<Secret>, Failure> {
    if !set.generate && set.initial_password_file.is_none() {
        return Ok(None);
    }
    initial_password(set.generate, set.initial_password_file.as_deref()).map(Some)
}

/// The digest of the present content, and that content with what was ordered.
async fn content(conn: &mut Conn, set: &ContractSet) -> Result<(String, Content), Failure> {
    let number = &set.contract;
    let contract = contracts::find(conn, number)
        .await?
        .ok_or_else(|| refused(changes::Refused::Unknown, number))?;
    let mut content = Content::of(conn, &contract).await?;
    let seen = content.digest();
    if let Some(name) = &set.name {
        name.trim().clone_into(&mut content.name);
        if !rules::is_name(&content.name) {
            return Err(Failure::new("a contract's name has 1 to 64 characters on one line"));
        }
    }
    if let Some(preset) = set.preset {
        content.terms.preset = preset;
    }
    set.terms.apply(&mut content.terms);
    content.services.retain(|service| !set.removed.contains(service));
    for service in &set.added {
        if !content.services.contains(service) {
            content.services.push(*service);
        }
    }
    Ok((seen, content))
}

pub(super) async fn close(open: &Open, number: &str) -> Result<(), Failure> {
    let db: Db = open.db(&open.config()?).await?;
    let (actor, now) = (actor(&open.environment), open.clock.now());
    let mut tx = db.begin().await?;
    let event = Event { actor: &actor, action: "contract-close", ..Event::default() };
    if let Err(why) = changes::close(&mut tx, number, now, &event).await? {
        return Err(refused(why, number));
    }
    tx.commit().await?;
    roster::settled().await;
    if open.json {
        return output::json(&json!({ "contract": number, "closed_at": now.rfc3339() }));
    }
    output::say(format!("closed contract {number}; nobody of it can enter any more"));
    Ok(())
}
