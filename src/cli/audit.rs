//! `audit list|verify`.

use serde_json::{Value, json};

use super::args::AuditVerb;
use super::open::Open;
use super::{Failure, output};
use crate::audit::{self, Record, Verdict};

pub(super) async fn run(open: &Open, verb: AuditVerb) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    match verb {
        AuditVerb::List { contract, limit } => {
            let rows = audit::list(&mut db.conn().await?, contract.as_deref(), limit).await?;
            let objects = rows.iter().map(object).collect();
            let columns =
                ["seq", "at", "actor", "contract", "action", "target", "result", "detail"];
            output::list(open.json, objects, &columns, "nothing has happened yet")
        }
        AuditVerb::Verify => verify(open, &audit::verify(&mut db.conn().await?).await?),
    }
}

fn verify(open: &Open, verdict: &Verdict) -> Result<(), Failure> {
    match verdict {
        Verdict::Whole(rows) if open.json => output::json(&json!({ "whole": true, "rows": rows })),
        Verdict::Whole(rows) => {
            output::say(format!("the chain is whole: {rows} rows"));
            Ok(())
        }
        Verdict::Broken { seq, why } => {
            if open.json {
                output::json(&json!({ "whole": false, "seq": seq, "why": why }))?;
            }
            Err(Failure::new(format!("the chain is broken at row {seq}: {why}"))
                .hint("keep this database as it is and compare it with a backup"))
        }
    }
}

fn object(row: &Record) -> Value {
    json!({
        "seq": row.seq,
        "at": row.at.rfc3339(),
        "actor": row.actor,
        "contract": row.contract_no,
        "user_id": row.user_id,
        "serial": row.serial,
        "ip": row.ip,
        "screen": row.screen,
        "action": row.action,
        "target": row.target,
        "result": row.result,
        "detail": row.detail,
        "hash": row.hash,
    })
}
