//! `notice run|list|preview`.

use serde_json::{Value, json};

use super::args::{LetterName, NoticeVerb};
use super::open::Open;
use super::{Failure, output};
use crate::base::Moment;
use crate::certificates::notice::words::{Letter, Letters};
use crate::certificates::notice::{self, rules, store};
use crate::config::Config;
use crate::db::{Conn, Error};
use crate::{jobs, work};

const COLUMNS: [&str; 9] =
    ["serial", "user", "contract", "kind", "days", "not_after", "state", "email", "noted_at"];

pub(super) async fn run(open: &Open, verb: NoticeVerb) -> Result<(), Failure> {
    let now = open.clock.now();
    match verb {
        NoticeVerb::Run { at } => tell(open, at.unwrap_or(now)).await,
        NoticeVerb::List { at } => list(open, at.unwrap_or(now)).await,
        NoticeVerb::Preview { letter } => preview(open, letter),
    }
}

/// One round, and then everything that waits to be sent.
async fn tell(open: &Open, at: Moment) -> Result<(), Failure> {
    let app = open.app().await?;
    let told = notice::round(&app, at).await?;
    Box::pin(work::do_due(&app)).await?;
    let (waiting, given_up) = jobs::counts(&mut app.db.conn().await?).await?;
    let shown = json!({
        "at": at.rfc3339(),
        "ending": told.ending,
        "ended": told.ended,
        "expired": told.expired,
        "alarms": told.alarms,
        "waiting": waiting,
        "given_up": given_up,
    });
    output::show(open.json, &shown)
}

async fn list(open: &Open, at: Moment) -> Result<(), Failure> {
    let config = open.config()?;
    let db = open.db(&config).await?;
    let mut conn = db.conn().await?;
    let mut rows: Vec<Value> = store::list(&mut conn).await?.iter().map(sent).collect();
    rows.extend(due(&mut conn, &config, at).await?);
    output::list(open.json, rows, &COLUMNS, "nobody was told yet, and nobody is to be told")
}

fn sent(one: &store::Listed) -> Value {
    json!({
        "serial": one.serial,
        "user": one.subject_cn,
        "contract": one.contract_no,
        "kind": one.kind,
        "days": one.days,
        "not_after": one.not_after.rfc3339(),
        "state": one.state,
        "email": one.email,
        "noted_at": one.noted_at.rfc3339(),
    })
}

async fn due(conn: &mut Conn, config: &Config, at: Moment) -> Result<Vec<Value>, Error> {
    let operator = config.notice.operator_email.as_deref();
    let all = store::Which::First(i64::MAX);
    let row = |one: &store::Due, kind: &str, days: i64| {
        json!({
            "serial": one.serial,
            "user": one.subject_cn,
            "contract": one.contract_no,
            "kind": kind,
            "days": days,
            "not_after": one.not_after.rfc3339(),
            "state": "due",
            "email": one.email,
            "noted_at": null,
        })
    };
    let mut rows = Vec::new();
    for band in rules::bands(at, &config.notice.days) {
        let found = store::ending(conn, &band, operator, all).await?;
        rows.extend(found.iter().map(|one| row(one, "ending", band.threshold)));
    }
    let ends = store::Ends { at, expired_at: at, told: config.notice.ended, operator };
    let found = store::ended(conn, &ends, all).await?;
    rows.extend(found.iter().filter(|one| one.tell).map(|one| row(one, "ended", 0)));
    Ok(rows)
}

fn preview(open: &Open, letter: LetterName) -> Result<(), Failure> {
    let config = open.config()?;
    let letters = Letters::load(&config).map_err(|problems| Failure::of_problems(&problems))?;
    let mail = letters.sample(named(letter), open.clock.now());
    if open.json {
        return output::json(&json!({ "subject": mail.subject, "body": mail.body }));
    }
    output::say(format!("{}\n\n{}", mail.subject, mail.body));
    Ok(())
}

fn named(letter: LetterName) -> Letter {
    match letter {
        LetterName::Ending => Letter::Ending,
        LetterName::Ended => Letter::Ended,
        LetterName::CompanyEnding => Letter::CompanyEnding,
        LetterName::CompanyRetiring => Letter::CompanyRetiring,
        LetterName::CompanyEnded => Letter::CompanyEnded,
        LetterName::Operator => Letter::Operator,
    }
}
