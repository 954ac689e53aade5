//! `deduction request|send`: what goes out of a period, as files.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde_json::json;

use super::cert::cannot_write;
use super::deduction::find;
use super::open::{Open, actor};
use super::{Failure, output};
use crate::audit::{self, Event};
use crate::base::{Moment, csv};
use crate::db::{Conn, Db};
use crate::deduction::deposit;
use crate::deduction::deposit::acts::Why;
use crate::deduction::desk::acts::{self, By};
use crate::deduction::desk::export::What;
use crate::deduction::desk::outgoing;
use crate::deduction::period::Period;
use crate::deduction::scope::Key;
use crate::web::sheet::{At, Cell, Sheet as _};

/// Lines read at once.
const CHUNK: i64 = 1_000;

pub(super) async fn request(open: &Open, db: &Db, (id, out): (&str, &Path)) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    let (contract, group, period) = find(&mut tx, id).await?;
    if period.requested_at.is_none() {
        return Err(Failure::new("nothing was requested yet for this period")
            .hint(format!("its closing day is {}", period.close_on)));
    }
    let key = Key { contract_no: &contract, group_no: &group };
    let count = write(&mut tx, (key, &period), What::Request, out).await?;
    // As its page does: the file names everybody from whom something is deducted.
    let (actor, target) = (actor(&open.environment), format!("{contract} {group} {}", period.ja()));
    let event = Event {
        actor: &actor,
        action: "request-download",
        target: Some(&target),
        ..Event::default()
    };
    audit::record(&mut tx, open.clock.now(), &event).await?;
    tx.commit().await?;
    let file = out.display().to_string();
    output::show(open.json, &json!({ "period": id, "lines": count, "file": file }))
}

pub(super) async fn send(
    open: &Open,
    db: &Db,
    (id, out): (&str, Option<&Path>),
) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    let (contract, group, period) = find(&mut tx, id).await?;
    let key = Key { contract_no: &contract, group_no: &group };
    let actor = actor(&open.environment);
    let event = Event { actor: &actor, ..Event::default() };
    let by = By { event: &event, now: open.clock.now() };
    let standing = deposit::store::standing(&mut tx, &contract, id).await?;
    let shown = standing.map(|deposit| deposit.id).unwrap_or_default();
    let (deposit, now) = match acts::send(&mut tx, key, (id, &shown), by).await? {
        Ok(sent) => sent,
        Err(Why::Stage(refusal)) => {
            return Err(Failure::new(refusal.to_string())
                .hint("the members' clerk confirms it on the page まとめ入金確定"));
        }
        Err(_) => {
            return Err(Failure::new("the period changed meanwhile").hint("run the command again"));
        }
    };
    // The file first: what cannot be written is not sent.
    if let Some(out) = out {
        write(&mut tx, (key, &period), What::Paid, out).await?;
    }
    tx.commit().await?;
    output::show(
        open.json,
        &json!({
            "document": deposit.document_no,
            "count": deposit.paid.count,
            "amount": deposit.paid.amount,
            "sent_at": deposit.sent_at.map(Moment::rfc3339),
            "before": !now,
        }),
    )
}

/// Writes a list to a new file; how many lines.
async fn write(
    conn: &mut Conn,
    (key, period): (Key<'_>, &Period),
    what: What,
    out: &Path,
) -> Result<usize, Failure> {
    let sheet = outgoing(key, period, what);
    let heads: Vec<_> = sheet.heads().iter().map(|head| csv::cell(head.label)).collect();
    let mut text = format!("\u{feff}{}\r\n", heads.join(","));
    let (mut at, mut count) = (At::First, 0);
    loop {
        let lines = sheet.lines(conn, &at, CHUNK).await?;
        let Some(last) = lines.last() else { break };
        at = At::After(last.key.clone());
        count += lines.len();
        for line in &lines {
            let cells: Vec<_> = line.cells.iter().map(Cell::csv).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
    }
    write_new(out, &text)?;
    Ok(count)
}

/// Writes a file that only we may read: it names people and what they pay.
fn write_new(out: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(out);
    if opened.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists) {
        return Err(Failure::new(format!("{} is there already", out.display()))
            .hint("name another file, or remove that one"));
    }
    let written = opened.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| cannot_write(out, &error))
}
