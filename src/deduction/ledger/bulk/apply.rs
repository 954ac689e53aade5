//! 確定: the order is done as it was shown, once.

use super::rules::Order;
use super::store::{self, Counts};
use super::words;
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::money::{Yen, group};
use crate::deduction::ledger::types;
use crate::deduction::period::{Closed, entry};
use crate::deduction::scope::Scope;
use crate::web::Error;

/// How it ended.
pub enum Answer {
    /// It is done, now or by an earlier click.
    Done,
    /// Nothing can be entered for what the form was shown for.
    Closed(Closed),
    /// The items are not as they were shown.
    Changed,
    /// The type is not there any more.
    Gone,
}

/// What the form was shown for.
pub struct Shown<'a> {
    /// The form's key.
    pub key: &'a str,
    /// The periods that were open.
    pub token: &'a str,
    /// [`store::digest`].
    pub digest: &'a str,
}

/// Does the order in one transaction.
pub async fn apply(
    app: &App,
    scope: &Scope,
    shown: &Shown<'_>,
    order: &Order,
) -> Result<Answer, Error> {
    let key = scope.key();
    let mut tx = app.db.begin().await?;
    let mut now = app.clock.now();
    let asked = || {
        now = app.clock.now();
        now
    };
    let open = entry::hold_for(&mut tx, key, shown.token, asked).await?;
    // A second click comes here when the first is done, and the period perhaps over.
    if store::find_done(&mut tx, key, shown.key).await?.is_some() {
        return Ok(Answer::Done);
    }
    if let Err(closed) = open {
        return Ok(Answer::Closed(closed));
    }
    let held = types::hold(&mut tx, scope.contract_no(), &order.type_code).await?;
    let Some(of_type) = held else { return Ok(Answer::Gone) };
    if store::digest(&mut tx, key, order, shown.token).await? != shown.digest {
        return Ok(Answer::Changed);
    }
    let counts = store::counts(&mut tx, key, order).await?;
    let who = scope.who();
    let label = types::labelled(&of_type);
    let changed = store::apply(&mut tx, key, (order, &label), (&who, now)).await?;
    if i64::try_from(changed) != Ok(counts.changed) {
        return Ok(Answer::Changed);
    }
    let summary = format!("{label}　{}", order.ja());
    if !store::note(&mut tx, key, (shown.key, &summary, &counts), (&who, now)).await? {
        return Ok(Answer::Done);
    }
    let detail = detail(order, &counts);
    let event = Event {
        target: Some(&label),
        detail: &detail,
        ..scope.person.0.event("ledger-bulk", words::TITLE)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(Answer::Done)
}

/// 「月例を3,800円にする　変更 4,812件　16,842,000円 → 18,285,600円」.
fn detail(order: &Order, counts: &Counts) -> String {
    let (before, after) = (Yen(counts.before).ja(), Yen(counts.after).ja());
    format!("{}　変更 {}件　{before} → {after}", order.ja(), group(counts.changed))
}
