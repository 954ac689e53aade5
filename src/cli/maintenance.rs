//! `maintenance add|list|withdraw`.

use serde_json::{Value, json};

use super::args::{MaintenanceAdd, MaintenanceVerb};
use super::open::{Open, actor};
use super::{Failure, output};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::id::new_id;
use crate::identity::maintenance::{self, LONGEST_MESSAGE, MOST_DAYS, Window, Wish, Wrong};
use crate::identity::rights::Action;

const COLUMNS: [&str; 7] = ["id", "from", "to", "state", "message", "announced_at", "created_by"];
/// Windows that are over, on the list.
const PAST: i64 = 100;

pub(super) async fn run(open: &Open, verb: MaintenanceVerb) -> Result<(), Failure> {
    Open::allowed(Action::OperatorMaintenance)?;
    match verb {
        MaintenanceVerb::Add(wish) => add(open, wish).await,
        MaintenanceVerb::List => list(open).await,
        MaintenanceVerb::Withdraw { id } => withdraw(open, &id).await,
    }
}

async fn add(open: &Open, wish: MaintenanceAdd) -> Result<(), Failure> {
    let now = open.clock.now();
    let announced = wish.announce.unwrap_or(now);
    let message = wish.message.trim().to_owned();
    let (from, to) = (Some(wish.from), Some(wish.to));
    let asked = Wish { from, to, announced: wish.announce, message: &message };
    if let Some(wrong) = asked.wrongs(now).into_iter().next() {
        return Err(refused(wrong));
    }
    let db = open.db(&open.config()?).await?;
    let window = Window {
        id: new_id(now),
        from: wish.from,
        to: wish.to,
        message,
        announced,
        created_by: actor(&open.environment),
        created_at: now,
        withdrawn_at: None,
    };
    let mut tx = db.begin().await?;
    maintenance::insert(&mut tx, &window).await?;
    audit::record(&mut tx, now, &event(&window, maintenance::ADD)).await?;
    tx.commit().await?;
    output::show(open.json, &shown(&window, now))
}

fn refused(wrong: Wrong) -> Failure {
    match wrong {
        Wrong::EndsEarly => Failure::new("--to is not later than --from"),
        Wrong::IsOver => Failure::new("--to is over already").hint("give a time that is to come"),
        Wrong::TooLong => {
            Failure::new(format!("--to is more than {MOST_DAYS} days later than --from"))
                .hint("nobody is served until then; look at the year")
        }
        Wrong::AnnouncedLate => Failure::new("--announce is later than --from")
            .hint("people are told at the latest when it begins"),
        Wrong::Message => {
            Failure::new(format!("--message is not one line of 1 to {LONGEST_MESSAGE} characters"))
        }
    }
}

fn event<'a>(window: &'a Window, action: &'a str) -> Event<'a> {
    let (target, detail) = (Some(window.id.as_str()), window.message.as_str());
    Event { actor: &window.created_by, action, target, detail, ..Event::default() }
}

async fn list(open: &Open) -> Result<(), Failure> {
    let now = open.clock.now();
    let db = open.db(&open.config()?).await?;
    let mut conn = db.conn().await?;
    let mut windows = maintenance::coming(&mut conn, now).await?;
    windows.extend(maintenance::past(&mut conn, now, PAST).await?);
    let rows = windows.iter().map(|window| shown(window, now)).collect();
    output::list(open.json, rows, &COLUMNS, "no time out of service is planned or was ever")
}

fn shown(window: &Window, now: Moment) -> Value {
    json!({
        "id": window.id,
        "from": window.from.rfc3339(),
        "to": window.to.rfc3339(),
        "state": window.stage(now).word(),
        "message": window.message,
        "announced_at": window.announced.rfc3339(),
        "created_by": window.created_by,
    })
}

async fn withdraw(open: &Open, id: &str) -> Result<(), Failure> {
    let now = open.clock.now();
    let db = open.db(&open.config()?).await?;
    let found = maintenance::find(&mut db.conn().await?, id).await?;
    let Some(mut window) = found else {
        return Err(Failure::new(format!("there is no time out of service {id}"))
            .hint("`sekisho maintenance list` lists them"));
    };
    let mut tx = db.begin().await?;
    if !maintenance::withdraw(&mut tx, id, now).await? {
        let state = window.stage(now).word();
        return Err(Failure::new(format!("it cannot be taken back: it is {state}")));
    }
    let actor = actor(&open.environment);
    let event = Event { actor: &actor, ..event(&window, maintenance::WITHDRAW) };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    window.withdrawn_at = Some(now);
    output::show(open.json, &shown(&window, now))
}
