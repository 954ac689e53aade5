//! `cert revoke`, and what it shares with `request add`.

use serde_json::Value;

use super::args::CertRevoke;
use super::cert::{normal, object};
use super::open::{Open, actor};
use super::{Failure, output, user};
use crate::base::id::new_id;
use crate::base::{Day, Moment};
use crate::certificates::revoke::{self, Order, Which};
use crate::certificates::roster;
use crate::certificates::store::{self, Certificate};
use crate::db::{Conn, Db};
use crate::identity::paper::{self, Kind, Request};
use crate::pki::crl::Reason;

pub(super) async fn run(open: &Open, typed: &CertRevoke) -> Result<(), Failure> {
    let reason = reason(&typed.reason)?;
    let db = open.db(&open.config()?).await?;
    let (actor, now) = (actor(&open.environment), open.clock.now());
    let mut conn = db.conn().await?;
    let target = target(&mut conn, typed).await?;
    let request = request(&mut conn, typed, &target, (&actor, now)).await?;
    drop(conn);
    let order = Order {
        note: typed.note.as_deref(),
        request: request.as_ref(),
        ..Order::new(reason, now, &actor)
    };
    let revoked = carry_out(&db, &target, &order).await?;
    roster::settled().await;
    tell(open, &db, &revoked, &order).await
}

/// Not `certificateHold`: what is revoked here stays revoked (R004-10), and a hold would
/// promise that it may come back.
fn reason(typed: &str) -> Result<Reason, Failure> {
    let hold = Reason::CertificateHold;
    let reason: Reason = typed.parse().map_err(|_| {
        let names = Reason::names().filter(|name| *name != hold.name());
        Failure::new(format!("{typed:?} is not a reason"))
            .hint(format!("RFC 5280 has: {}", names.collect::<Vec<_>>().join(", ")))
    })?;
    if reason == hold {
        return Err(Failure::new("a certificate cannot be put on hold: revoking is final")
            .hint("give another reason, such as keyCompromise, and issue a new one later"));
    }
    Ok(reason)
}

/// What is revoked.
enum Target {
    One(Box<Certificate>),
    Person { id: String, contract_no: String },
}

impl Target {
    fn contract_no(&self) -> &str {
        match self {
            Self::One(one) => &one.contract_no,
            Self::Person { contract_no, .. } => contract_no,
        }
    }

    fn user_id(&self) -> Option<&str> {
        match self {
            Self::One(one) => one.user_id.as_deref(),
            Self::Person { id, .. } => Some(id),
        }
    }
}

async fn target(conn: &mut Conn, typed: &CertRevoke) -> Result<Target, Failure> {
    if let Some(serial) = &typed.serial {
        let found = store::find(conn, &normal(serial)).await?.ok_or_else(nothing)?;
        return Ok(Target::One(Box::new(found)));
    }
    let person = user::load(conn, typed.user.as_deref().unwrap_or_default()).await?;
    Ok(Target::Person { id: person.id, contract_no: person.contract_no })
}

async fn carry_out(
    db: &Db,
    target: &Target,
    order: &Order<'_>,
) -> Result<Vec<Certificate>, Failure> {
    let (which, none) = match target {
        Target::One(one) => (
            Which::One(one),
            Failure::new("it is at its end already; nothing was changed")
                .hint("`sekisho cert show SERIAL` tells what became of it"),
        ),
        Target::Person { id, .. } => (Which::AllOf(id), nothing()),
    };
    let revoked = revoke::carry_out(db, which, order).await?;
    if revoked.is_empty() { Err(none) } else { Ok(revoked) }
}

fn nothing() -> Failure {
    Failure::new("there is no such certificate to revoke").hint("`sekisho cert list` lists them")
}

/// The request on paper: one that was recorded before, or a new one.
async fn request(
    conn: &mut Conn,
    typed: &CertRevoke,
    target: &Target,
    (actor, now): (&str, Moment),
) -> Result<Option<Request>, Failure> {
    if let Some(id) = &typed.request {
        let found = paper::find(conn, id).await?.map(|listed| listed.request);
        let fits = |one: &Request| {
            one.kind == Kind::CertRevoke
                && one.done_at.is_none()
                && one.contract_no == target.contract_no()
                && one.user_id.as_deref() == target.user_id()
        };
        return found.filter(fits).map(Some).ok_or_else(|| {
            Failure::new(format!("request {id} does not ask for this"))
                .hint("`sekisho request list --open` lists those that are not done")
        });
    }
    let (Some(requested_by), Some(received_on)) = (&typed.requested_by, &typed.received_on) else {
        return Ok(None);
    };
    Ok(Some(Request {
        id: new_id(now),
        kind: Kind::CertRevoke,
        contract_no: target.contract_no().to_owned(),
        user_id: target.user_id().map(str::to_owned),
        received_on: day(received_on, now)?,
        requested_by: text("name of who asked", requested_by)?,
        reason: typed.note.clone().unwrap_or_else(|| typed.reason.clone()),
        note: String::new(),
        recorded_by: actor.to_owned(),
        recorded_at: now,
        done_at: None,
    }))
}

/// The day on which a request was received.
pub(super) fn day(typed: &str, now: Moment) -> Result<Day, Failure> {
    let day = Day::parse(typed).ok_or_else(|| {
        Failure::new(format!("{typed:?} is not a day")).hint("write it as in 2026-11-21")
    })?;
    if day > Day::of(now) {
        return Err(Failure::new(format!("{typed} is not come yet"))
            .hint("give the day on which the request was received"));
    }
    Ok(day)
}

/// A text that must say something.
pub(super) fn text(what: &str, typed: &str) -> Result<String, Failure> {
    let plain = typed.trim();
    if plain.is_empty() || plain.chars().count() > 500 {
        return Err(
            Failure::new(format!("the {what} cannot be taken")).hint("give 1 to 500 characters")
        );
    }
    Ok(plain.to_owned())
}

async fn tell(
    open: &Open,
    db: &Db,
    revoked: &[Certificate],
    order: &Order<'_>,
) -> Result<(), Failure> {
    if !open.json {
        let name = order.reason.name();
        for one in revoked {
            output::say(format!("revoked {} of {} ({name})", one.serial, one.subject_cn));
        }
        return Ok(());
    }
    let mut conn = db.conn().await?;
    let mut objects = Vec::new();
    for one in revoked {
        if let Some(fresh) = store::find(&mut conn, &one.serial).await? {
            objects.push(object(&fresh, order.now));
        }
    }
    output::json(&Value::Array(objects))
}
