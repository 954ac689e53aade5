//! `request list|show|add`: requests on paper (依頼書).

use serde_json::{Value, json};

use super::args::{RequestAdd, RequestKind, RequestVerb};
use super::open::{Open, actor};
use super::revoke::{day, text};
use super::{Failure, output, user};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::db::Conn;
use crate::identity::contracts;
use crate::identity::paper::{self, Kind, Listed, Request, Wanted};

pub(super) async fn run(open: &Open, verb: RequestVerb) -> Result<(), Failure> {
    Open::allowed(crate::identity::rights::Action::OperatorRequests)?;
    match verb {
        RequestVerb::List { contract, open: only } => list(open, contract, only).await,
        RequestVerb::Show { id } => show(open, &id).await,
        RequestVerb::Add(add) => insert(open, &add).await,
    }
}

async fn list(open: &Open, contract: Option<String>, only_open: bool) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let wanted = Wanted {
        contract_no: contract.unwrap_or_default(),
        login_id: String::new(),
        done: only_open.then_some(false),
    };
    let mut objects = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = paper::page(&mut conn, &wanted, after.as_deref()).await?;
        objects.extend(page.rows.iter().map(object));
        after = page.rows.last().map(|row| row.request.id.clone());
        if !page.later {
            break;
        }
    }
    let columns = ["id", "received_on", "kind", "contract", "user", "requested_by", "done_at"];
    output::list(open.json, objects, &columns, "no requests; `sekisho request add` records one")
}

async fn show(open: &Open, id: &str) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    output::show(open.json, &object(&load(&mut db.conn().await?, id).await?))
}

async fn load(conn: &mut Conn, id: &str) -> Result<Listed, Failure> {
    paper::find(conn, id).await?.ok_or_else(|| {
        Failure::new(format!("there is no request {id}")).hint("`sekisho request list` lists them")
    })
}

async fn insert(open: &Open, add: &RequestAdd) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let (actor, now) = (actor(&open.environment), open.clock.now());
    let mut conn = db.conn().await?;
    let request = checked(&mut conn, add, &actor, now).await?;
    drop(conn);
    let mut tx = db.begin().await?;
    paper::insert(&mut tx, &request).await?;
    let event = Event {
        actor: &actor,
        action: "request-record",
        contract_no: Some(&request.contract_no),
        user_id: request.user_id.as_deref(),
        target: Some(&request.id),
        detail: request.kind.word(),
        ..Event::default()
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    let listed = load(&mut db.conn().await?, &request.id).await?;
    if open.json {
        return output::json(&object(&listed));
    }
    output::say(format!("recorded request {}", request.id));
    Ok(())
}

async fn checked(
    conn: &mut Conn,
    add: &RequestAdd,
    actor: &str,
    now: Moment,
) -> Result<Request, Failure> {
    let contract = contracts::find(conn, &add.contract).await?.ok_or_else(|| {
        Failure::new(format!("there is no contract {}", add.contract))
            .hint("`sekisho contract list` lists them")
    })?;
    // The company's certificate is nobody's: its name means the same as no user.
    let company = contract.mode.certificate_name();
    let user_id = match &add.user {
        None => None,
        Some(name) if company.as_ref() == Some(name) => None,
        Some(login_id) => {
            let person = user::load(conn, login_id).await?;
            if person.contract_no != add.contract {
                return Err(Failure::new(format!("{login_id} is not of {}", add.contract))
                    .hint(format!("`sekisho user show {login_id}` names the contract")));
            }
            Some(person.id)
        }
    };
    let kind = kind(add.kind);
    if kind == Kind::CertRevoke && user_id.is_none() && company.is_none() {
        return Err(Failure::new("whose certificate it is, is missing").hint("give --user USER"));
    }
    Ok(Request {
        id: new_id(now),
        kind,
        contract_no: add.contract.clone(),
        user_id,
        received_on: day(&add.received_on, now)?,
        requested_by: text("name of who asked", &add.requested_by)?,
        reason: text("reason", &add.reason)?,
        note: add.note.trim().to_owned(),
        recorded_by: actor.to_owned(),
        recorded_at: now,
        done_at: None,
    })
}

fn kind(kind: RequestKind) -> Kind {
    match kind {
        RequestKind::CertRevoke => Kind::CertRevoke,
        RequestKind::InitReset => Kind::InitReset,
        RequestKind::Unblock => Kind::Unblock,
        RequestKind::InitialPassword => Kind::InitialPassword,
        RequestKind::ContractNoReissue => Kind::ContractNoReissue,
    }
}

/// A request as the command line shows it.
fn object(listed: &Listed) -> Value {
    let one = &listed.request;
    json!({
        "id": one.id,
        "kind": one.kind.word(),
        "contract": one.contract_no,
        "user": listed.login_id,
        "received_on": one.received_on.to_string(),
        "requested_by": one.requested_by,
        "reason": one.reason,
        "note": one.note,
        "recorded_by": one.recorded_by,
        "recorded_at": one.recorded_at.rfc3339(),
        "done_at": one.done_at.map(Moment::rfc3339),
    })
}
