//! `deduction receive`.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::args::{Receive, ReceiveKind};
use super::open::{Open, actor};
use super::{Failure, output};
use crate::app::App;
use crate::audit::Event;
use crate::base::id::new_id;
use crate::db::Conn;
use crate::deduction::deposit;
use crate::deduction::period::{self, Period};
use crate::deduction::rules::may_receive;
use crate::deduction::scope::Key;
use crate::deduction::transfers::store::{self, Coming};
use crate::deduction::transfers::{Kind, Options, State, Transfer, acts, desk, one};
use crate::identity::contracts;
use crate::identity::groups;
use crate::work;

/// How often the state is looked at while a server does the work.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn run(open: &Open, wish: Receive) -> Result<(), Failure> {
    let kind = match wish.kind {
        ReceiveKind::Result => Kind::Result,
        ReceiveKind::Savings => Kind::Savings,
        ReceiveKind::Zaikei => Kind::Zaikei,
    };
    let content = fs::read(&wish.file).map_err(|error| {
        Failure::new(format!("{} cannot be read: {error}", wish.file.display()))
            .hint("check its name and that it may be read")
    })?;
    let app = open.app().await?;
    let most = app.config.limits.upload_bytes;
    if content.is_empty() || content.len() > most {
        let reason = format!("the file has {} bytes; 1 to {most} are taken", content.len());
        return Err(Failure::new(reason).hint("`limits.upload_bytes` sets how much is taken"));
    }
    let period_id = place(&app, kind, &wish).await?;
    let name = wish.file.file_name().unwrap_or_default().to_string_lossy();
    let now = open.clock.now();
    let coming = Coming {
        id: new_id(now),
        contract_no: wish.contract.clone(),
        group_no: wish.group.clone().filter(|_| kind != Kind::Zaikei),
        period_id,
        kind,
        file_name: name.chars().take(120).collect(),
        options: Options::default(),
        content,
        user_id: None,
        actor: actor(&open.environment),
    };
    let by = Event { actor: &coming.actor, ..Event::default() };
    acts::send(&app, &coming, Event { action: "transfer-send", ..by.clone() }).await?;
    let mut found = settled(&app, &coming.id).await?;
    if found.state == State::Ready && wish.apply {
        let event = Event { action: "transfer-confirm", ..by };
        acts::confirm(&app, &found, &found.digest, (event, &coming.actor)).await?;
        found = settled(&app, &coming.id).await?;
    }
    let refused = one::refused(&app, &found).await?;
    output::show(open.json, &shown(&found, &refused))?;
    match found.state {
        State::Refused => Err(Failure::new(format!(
            "{} rows cannot be taken; nothing was applied",
            found.counts.refused
        ))),
        State::Dropped => Err(Failure::new("it was not applied").hint(found.findings.told.clone())),
        State::Failed => Err(Failure::new("it could not be taken in")
            .hint("give the file again; the log says what failed")),
        State::Ready if wish.apply => {
            Err(Failure::new("it could not be applied now").hint(found.findings.told.clone()))
        }
        _ => Ok(()),
    }
}

/// The period that the file is of, if it is of one; fails where there is nothing to put it.
async fn place(app: &App, kind: Kind, wish: &Receive) -> Result<Option<String>, Failure> {
    let mut conn = app.db.conn().await?;
    let group_no = wish.group.as_deref().unwrap_or_default();
    let known = contracts::find(&mut conn, &wish.contract).await?.is_some();
    if !known {
        return Err(Failure::new(format!("there is no contract {}", wish.contract))
            .hint("`sekisho contract list` lists them"));
    }
    if kind == Kind::Zaikei {
        return Ok(None);
    }
    if groups::find(&mut conn, &wish.contract, group_no).await?.is_none() {
        let reason = format!("{} has no deposit group {group_no}", wish.contract);
        return Err(Failure::new(reason).hint("`sekisho deduction groups` lists them"));
    }
    if kind == Kind::Savings {
        return Ok(None);
    }
    let key = Key { contract_no: &wish.contract, group_no };
    let period = named(&mut conn, key, wish.period.as_deref().unwrap_or_default()).await?;
    let (stage, _) = deposit::store::stage(&mut conn, &wish.contract, &period).await?;
    may_receive(stage).map_err(|refusal| {
        Failure::new(refusal.to_string())
            .hint("`sekisho deduction schedule CONTRACT GROUP` tells how the periods stand")
    })?;
    Ok(Some(period.id))
}

/// The period that `word` names: `2026-11`, `2026-07/summer`, or an id.
async fn named(conn: &mut Conn, key: Key<'_>, word: &str) -> Result<Period, Failure> {
    let (month, kind) = word.split_once('/').unwrap_or((word, period::Kind::Monthly.word()));
    let all = desk::requested(conn, key.contract_no).await?;
    let is = |period: &Period| {
        period.group_no == key.group_no
            && (period.id == word || period.deduct_ym == month && period.kind.word() == kind)
    };
    all.into_iter().find(is).ok_or_else(|| {
        Failure::new(format!("{word} is no period of {} whose request is fixed", key.group_no))
            .hint("name it as in 2026-11 or 2026-07/summer")
    })
}

/// Does what is to be done, or waits until a server has done it.
async fn settled(app: &App, id: &str) -> Result<Transfer, Failure> {
    loop {
        Box::pin(work::do_long(app)).await?;
        let found = store::find(&mut app.db.conn().await?, id).await?;
        match found {
            Some(found) if !found.state.is_moving() => return Ok(found),
            Some(_) => sleep(PAUSE).await,
            None => return Err(Failure::new("the transfer is gone").hint("give the file again")),
        }
    }
}

fn shown(found: &Transfer, refused: &[(i64, String, String)]) -> Value {
    let figures: serde_json::Map<_, _> = found
        .findings
        .figures
        .iter()
        .map(|(name, figure)| (name.clone(), Value::from(figure.clone())))
        .collect();
    let rows: Vec<_> = refused
        .iter()
        .map(|(row, column, reason)| json!({ "row": row, "column": column, "reason": reason }))
        .collect();
    json!({
        "id": found.id,
        "state": found.state.word(),
        "lines": found.counts.changed + found.counts.added,
        "not_requested": found.counts.unchanged,
        "refused": found.counts.refused,
        "figures": figures,
        "rows": rows,
    })
}
