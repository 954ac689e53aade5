//! What the operator does, by page or at the machine: each with its row in the chain.

use super::{rules, store, words};
use crate::audit::{self, Event};
use crate::base::calendar::Calendar;
use crate::base::id::new_id;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx};
use crate::deduction::deposit;
use crate::deduction::deposit::acts::Why;
use crate::deduction::period::{self, Kind, Period};
use crate::deduction::scope::Key;
use crate::identity::contracts::Service;
use crate::identity::groups::{self, Group};
use crate::identity::messages::{self, Message};

/// Who does it, in a row to be completed, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Actor, address and screen.
    pub event: &'a Event<'a>,
    /// The present.
    pub now: Moment,
}

impl By<'_> {
    async fn record(
        &self,
        tx: &mut Tx,
        (action, contract_no): (&str, &str),
        (target, detail): (&str, &str),
    ) -> Result<(), Error> {
        let contract_no = Some(contract_no);
        let row = Event { action, contract_no, target: Some(target), detail, ..self.event.clone() };
        audit::record(tx, self.now, &row).await.map(drop)
    }
}

/// Why a period was not added or moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The dates.
    Dates(Vec<rules::WrongDates>),
    /// Another period of the kind is open.
    OpenAlready(Box<Period>),
    /// There is one of this month.
    SameMonth,
    /// Its closing day is over.
    Closed,
    /// Somebody else changed it meanwhile.
    Changed,
    /// The group has no such period.
    NoPeriod,
}

/// Opens a group with the usual periods; `false`: the contract has the number already.
pub async fn open_group(
    tx: &mut Tx,
    contract_no: &str,
    (group, calendar): (&Group, &Calendar),
    by: By<'_>,
) -> Result<bool, Error> {
    if groups::find(tx, contract_no, &group.group_no).await?.is_some() {
        return Ok(false);
    }
    groups::insert(tx, contract_no, group).await?;
    let key = Key { contract_no, group_no: &group.group_no };
    if group.services.contains(&Service::Rokin) || group.services.contains(&Service::Ledger) {
        for kind in Kind::ALL {
            period::open_first(tx, key, calendar, (kind, by.now)).await?;
        }
    }
    by.record(tx, ("group-add", contract_no), (&group.group_no, &group.name)).await?;
    Ok(true)
}

/// Changes the terms of a group that is still as `seen`; whether it was.
pub async fn set_terms(
    tx: &mut Tx,
    contract_no: &str,
    (seen, group): (&Group, &Group),
    by: By<'_>,
) -> Result<bool, Error> {
    store::hold(tx, contract_no, &group.group_no).await?;
    if groups::find(tx, contract_no, &group.group_no).await?.as_ref() != Some(seen) {
        return Ok(false);
    }
    if seen != group {
        store::set_terms(tx, contract_no, group).await?;
        by.record(tx, ("group-change", contract_no), (&group.group_no, &group.name)).await?;
    }
    Ok(true)
}

/// Puts a period in the schedule.
pub async fn add_period(
    tx: &mut Tx,
    key: Key<'_>,
    (kind, deduct_ym, dates): (Kind, &str, (Day, Day)),
    by: By<'_>,
) -> Result<Result<Period, Wrong>, Error> {
    store::hold(tx, key.contract_no, key.group_no).await?;
    let unfixed = period::store::unfixed(tx, key).await?;
    if let Some(open) = unfixed.into_iter().find(|period| period.kind == kind) {
        return Ok(Err(Wrong::OpenAlready(Box::new(open))));
    }
    let wrong = rules::wrong_dates(deduct_ym, dates, Day::of(by.now));
    if !wrong.is_empty() {
        return Ok(Err(Wrong::Dates(wrong)));
    }
    let earlier = period::store::newest(tx, key, kind, i64::MAX).await?;
    if earlier.iter().any(|period| period.deduct_ym == deduct_ym) {
        return Ok(Err(Wrong::SameMonth));
    }
    let period = Period {
        id: new_id(by.now),
        group_no: key.group_no.to_owned(),
        kind,
        deduct_ym: deduct_ym.to_owned(),
        close_on: dates.0,
        pay_on: dates.1,
        requested_at: None,
        results_at: None,
        version: 1,
    };
    period::store::insert(tx, key.contract_no, &period).await?;
    let target = format!("{} {}", key.group_no, period.ja());
    by.record(tx, ("period-add", key.contract_no), (&target, &words::dates(dates))).await?;
    Ok(Ok(period))
}

/// Moves the dates of an open period that is still at `version`, and tells the people of
/// the contract (お知らせ).
pub async fn move_dates(
    tx: &mut Tx,
    key: Key<'_>,
    ((id, version), dates): ((&str, i64), (Day, Day)),
    by: By<'_>,
) -> Result<Result<Period, Wrong>, Error> {
    store::hold(tx, key.contract_no, key.group_no).await?;
    let Some(period) = period::store::hold(tx, key, id).await? else {
        return Ok(Err(Wrong::NoPeriod));
    };
    if !period.is_open(by.now) {
        return Ok(Err(Wrong::Closed));
    }
    if period.version != version {
        return Ok(Err(Wrong::Changed));
    }
    let wrong = rules::wrong_dates(&period.deduct_ym, dates, Day::of(by.now));
    if !wrong.is_empty() {
        return Ok(Err(Wrong::Dates(wrong)));
    }
    if dates == (period.close_on, period.pay_on) {
        return Ok(Ok(period));
    }
    period::store::move_dates(tx, key.contract_no, (id, version), dates).await?;
    let moved =
        Period { close_on: dates.0, pay_on: dates.1, version: version + 1, ..period.clone() };
    let before = (period.close_on, period.pay_on);
    let group = groups::find(tx, key.contract_no, key.group_no).await?;
    let name = group.map(|group| group.name).unwrap_or_default();
    let message = Message {
        id: new_id(by.now),
        contract_no: Some(key.contract_no.to_owned()),
        audience: "all".to_owned(),
        posted_on: Day::of(by.now),
        until_on: Some(dates.1.max(before.1)),
        subject: words::moved_subject(&moved),
        body: words::moved(&moved, (key.group_no, &name), before),
        version: 1,
        withdrawn_at: None,
    };
    messages::insert(tx, &message, (by.event.actor, by.now)).await?;
    let target = format!("{} {}", key.group_no, moved.ja());
    let detail = format!("{} → {}", words::dates(before), words::dates(dates));
    by.record(tx, ("period-move", key.contract_no), (&target, &detail)).await?;
    Ok(Ok(moved))
}

/// Sets the rule by which the next periods of a kind open.
pub async fn set_rule(
    tx: &mut Tx,
    key: Key<'_>,
    rule: &period::next::Rule,
    by: By<'_>,
) -> Result<(), Error> {
    period::next::set_rule(tx, key, rule).await?;
    let target = format!("{} {}", key.group_no, rule.kind.ja());
    by.record(tx, ("period-rule", key.contract_no), (&target, &words::rule(rule))).await
}

/// Says in which groups a person works; none: in all.
pub async fn set_people(
    tx: &mut Tx,
    contract_no: &str,
    ((user_id, login_id), groups): ((&str, &str), &[String]),
    by: By<'_>,
) -> Result<(), Error> {
    groups::set_for_user(tx, contract_no, user_id, groups).await?;
    let event = Event { user_id: Some(user_id), ..by.event.clone() };
    let by = By { event: &event, ..by };
    by.record(tx, ("group-people", contract_no), (login_id, &groups.join(" "))).await
}

/// Marks the deposit `id` of the period as sent; `false` with it: it was before.
pub async fn send(
    tx: &mut Tx,
    key: Key<'_>,
    (period_id, id): (&str, &str),
    by: By<'_>,
) -> Result<Result<(deposit::Deposit, bool), Why>, Error> {
    let who = (by.event.actor, by.now);
    let sent = deposit::acts::send(tx, key, (period_id, id), who).await?;
    if let Ok((deposit, true)) = &sent {
        let target = format!("{} {}", key.group_no, deposit.document_no);
        by.record(tx, ("deposit-send", key.contract_no), (&target, "")).await?;
    }
    Ok(sent)
}
