//! `deduction groups|group|schedule|period|close|request|receive|send`.

use serde_json::{Value, json};

use super::args::{DeductionVerb, GroupTerms, GroupVerb, KindName, PeriodVerb};
use super::open::{Open, actor};
use super::{Failure, deduction_receive, deduction_send, output};
use crate::audit::Event;
use crate::base::{Day, Moment};
use crate::db::{Conn, Db};
use crate::deduction::desk::acts::{self, By, Wrong};
use crate::deduction::desk::rules::{self, WrongDates, WrongGroup};
use crate::deduction::desk::store::place_of;
use crate::deduction::period::{self, Kind, Period};
use crate::deduction::scope::Key;
use crate::identity::contracts::{self, Service};
use crate::identity::groups::{self, Group};
use crate::identity::rights::Action;

const GROUPS: [&str; 8] =
    ["contract", "group", "name", "kana", "branch", "digits", "kana_limit", "services"];
const PERIODS: [&str; 8] =
    ["period", "kind", "month", "close_on", "pay_on", "state", "requested_at", "results_at"];
/// Periods of a kind that are listed.
const SHOWN: i64 = 24;

pub(super) async fn run(open: &Open, verb: DeductionVerb) -> Result<(), Failure> {
    Open::allowed(Action::OperatorDeduction)?;
    let db = open.db(&open.config()?).await?;
    match verb {
        DeductionVerb::Groups { contract } => list_groups(open, &db, contract).await,
        DeductionVerb::Group(GroupVerb::Add(terms)) => add_group(open, &db, terms).await,
        DeductionVerb::Group(GroupVerb::Set(terms)) => set_group(open, &db, terms).await,
        DeductionVerb::Schedule { contract, group } => {
            schedule(open, &db, (&contract, &group)).await
        }
        DeductionVerb::Period(PeriodVerb::Add { contract, group, kind, month, close, pay }) => {
            let key = Key { contract_no: &contract, group_no: &group };
            add_period(open, &db, key, (kind, &month, (close, pay))).await
        }
        DeductionVerb::Period(PeriodVerb::Move { period, close, pay }) => {
            move_period(open, &db, &period, (close, pay)).await
        }
        DeductionVerb::Close { contract, group } => close(open, &db, (contract, group)).await,
        DeductionVerb::Request { period, out } => {
            deduction_send::request(open, &db, (&period, &out)).await
        }
        DeductionVerb::Receive(wish) => deduction_receive::run(open, wish).await,
        DeductionVerb::Send { period, out } => {
            deduction_send::send(open, &db, (&period, out.as_deref())).await
        }
    }
}

async fn list_groups(open: &Open, db: &Db, contract: Option<String>) -> Result<(), Failure> {
    let mut conn = db.conn().await?;
    let numbers = if let Some(number) = contract {
        vec![must_be_open(&mut conn, &number).await?]
    } else {
        let all = contracts::list(&mut conn).await?;
        all.into_iter().map(|contract| contract.contract_no).collect()
    };
    let mut rows = Vec::new();
    for number in numbers {
        let groups = groups::of_contract(&mut conn, &number).await?;
        rows.extend(groups.iter().map(|group| shown_group(&number, group)));
    }
    output::list(open.json, rows, &GROUPS, "there are no groups")
}

fn shown_group(contract: &str, group: &Group) -> Value {
    json!({
        "contract": contract,
        "group": group.group_no,
        "name": group.name,
        "kana": group.kana,
        "branch": group.branch,
        "digits": group.number_digits,
        "kana_limit": group.kana_limit,
        "services": group.services.iter().map(|one| one.word()).collect::<Vec<_>>(),
    })
}

async fn must_be_open(conn: &mut Conn, number: &str) -> Result<String, Failure> {
    match contracts::find(conn, number).await? {
        Some(contract) if contract.closed_at.is_none() => Ok(contract.contract_no),
        Some(_) => Err(Failure::new(format!("the contract {number} is closed"))
            .hint("`sekisho contract list` lists the open ones")),
        None => Err(Failure::new(format!("there is no contract {number}"))
            .hint("`sekisho contract list` lists them")),
    }
}

async fn must_have(conn: &mut Conn, (contract, group): (&str, &str)) -> Result<Group, Failure> {
    must_be_open(conn, contract).await?;
    let found = groups::find(conn, contract, group).await?;
    found.ok_or_else(|| {
        Failure::new(format!("the contract {contract} has no group {group}"))
            .hint(format!("`sekisho deduction groups {contract}` lists them"))
    })
}

/// `before` with what was typed in its place.
fn typed(terms: &GroupTerms, before: Group) -> Result<Group, Failure> {
    let services = match &terms.services {
        None => before.services,
        Some(words) => {
            let unknown = words.iter().find(|word| {
                !Service::OF_GROUPS.iter().any(|service| service.word() == word.as_str())
            });
            if let Some(word) = unknown {
                return Err(Failure::new(format!("{word} is no service of groups"))
                    .hint("they are rokin, rokin_update, ledger and bulk_saving"));
            }
            let has = |service: &Service| words.iter().any(|word| word == service.word());
            Service::OF_GROUPS.into_iter().filter(has).collect()
        }
    };
    Ok(Group {
        group_no: terms.group.clone(),
        name: terms.name.clone().unwrap_or(before.name),
        kana: terms.kana.clone().unwrap_or(before.kana),
        branch: terms.branch.clone().unwrap_or(before.branch),
        number_digits: terms.digits.unwrap_or(before.number_digits),
        kana_limit: terms.kana_limit.unwrap_or(before.kana_limit),
        services,
    })
}

async fn offered(conn: &mut Conn, contract: &str) -> Result<Vec<Service>, Failure> {
    let included = contracts::services(conn, contract).await?;
    Ok(Service::OF_GROUPS.into_iter().filter(|one| included.contains(one)).collect())
}

fn check(group: &Group, offered: &[Service]) -> Result<(), Failure> {
    let Some(wrong) = rules::wrongs(group, offered).into_iter().next() else { return Ok(()) };
    let (what, hint) = match wrong {
        WrongGroup::Number => ("the number of the group is not eight digits", "such as 16000004"),
        WrongGroup::Name => ("--name is not 1 to 40 characters", "give a shorter name"),
        WrongGroup::Kana => {
            ("--kana is not 1 to 40 characters of katakana", "write the name in katakana alone")
        }
        WrongGroup::Branch => ("--branch is more than 40 characters", "give a shorter name"),
        WrongGroup::Digits => ("--digits is not 1 to 20", "8 is usual"),
        WrongGroup::KanaLimit => ("--kana-limit is not 1 to 50", "20 is usual"),
        WrongGroup::Services => (
            "--services are not all in the contract, or none",
            "`sekisho contract show CONTRACT` tells what it includes",
        ),
        WrongGroup::UpdateAlone => (
            "rokin_update does not go without rokin in --services",
            "name both, or leave rokin_update out",
        ),
    };
    Err(Failure::new(what).hint(hint))
}

async fn add_group(open: &Open, db: &Db, terms: GroupTerms) -> Result<(), Failure> {
    let calendar = open.config()?.hours.calendar;
    let mut tx = db.begin().await?;
    must_be_open(&mut tx, &terms.contract).await?;
    let offered = offered(&mut tx, &terms.contract).await?;
    let usual = Group {
        group_no: String::new(),
        name: String::new(),
        kana: String::new(),
        branch: String::new(),
        number_digits: 8,
        kana_limit: 20,
        services: offered.clone(),
    };
    let group = typed(&terms, usual)?;
    check(&group, &offered)?;
    let actor = actor(&open.environment);
    let event = Event { actor: &actor, ..Event::default() };
    let by = By { event: &event, now: open.clock.now() };
    if !acts::open_group(&mut tx, &terms.contract, (&group, &calendar), by).await? {
        return Err(Failure::new(format!("the contract has a group {} already", terms.group))
            .hint("`sekisho deduction group set` changes it"));
    }
    tx.commit().await?;
    output::show(open.json, &shown_group(&terms.contract, &group))
}

async fn set_group(open: &Open, db: &Db, terms: GroupTerms) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    let before = must_have(&mut tx, (&terms.contract, &terms.group)).await?;
    let group = typed(&terms, before.clone())?;
    let offered = offered(&mut tx, &terms.contract).await?;
    check(&group, &offered)?;
    let actor = actor(&open.environment);
    let event = Event { actor: &actor, ..Event::default() };
    let by = By { event: &event, now: open.clock.now() };
    if !acts::set_terms(&mut tx, &terms.contract, (&before, &group), by).await? {
        return Err(
            Failure::new("somebody else changed the group meanwhile").hint("run the command again")
        );
    }
    tx.commit().await?;
    output::show(open.json, &shown_group(&terms.contract, &group))
}

async fn schedule(open: &Open, db: &Db, of: (&str, &str)) -> Result<(), Failure> {
    let mut conn = db.conn().await?;
    must_have(&mut conn, of).await?;
    let key = Key { contract_no: of.0, group_no: of.1 };
    let mut rows = Vec::new();
    for kind in Kind::ALL {
        let periods = period::store::newest(&mut conn, key, kind, SHOWN).await?;
        rows.extend(periods.iter().map(|period| shown(open, period)));
    }
    output::list(open.json, rows, &PERIODS, "the group has no periods")
}

fn shown(open: &Open, period: &Period) -> Value {
    let state = match (period.requested_at, period.results_at) {
        (_, Some(_)) => "received",
        (Some(_), None) => "closed",
        (None, None) if period.is_open(open.clock.now()) => "entering",
        (None, None) => "due",
    };
    json!({
        "period": period.id,
        "kind": period.kind.word(),
        "month": period.deduct_ym,
        "close_on": period.close_on.to_string(),
        "pay_on": period.pay_on.to_string(),
        "state": state,
        "requested_at": period.requested_at.map(Moment::rfc3339),
        "results_at": period.results_at.map(Moment::rfc3339),
    })
}

async fn add_period(
    open: &Open,
    db: &Db,
    key: Key<'_>,
    (kind, month, dates): (KindName, &str, (Day, Day)),
) -> Result<(), Failure> {
    let kind = match kind {
        KindName::Monthly => Kind::Monthly,
        KindName::Summer => Kind::Summer,
        KindName::Winter => Kind::Winter,
    };
    let mut tx = db.begin().await?;
    must_have(&mut tx, (key.contract_no, key.group_no)).await?;
    let actor = actor(&open.environment);
    let event = Event { actor: &actor, ..Event::default() };
    let by = By { event: &event, now: open.clock.now() };
    let period = acts::add_period(&mut tx, key, (kind, month, dates), by).await?.map_err(wrong)?;
    tx.commit().await?;
    output::show(open.json, &shown(open, &period))
}

async fn move_period(
    open: &Open,
    db: &Db,
    id: &str,
    (close, pay): (Option<Day>, Option<Day>),
) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    let (contract, group, before) = find(&mut tx, id).await?;
    let key = Key { contract_no: &contract, group_no: &group };
    let dates = (close.unwrap_or(before.close_on), pay.unwrap_or(before.pay_on));
    let actor = actor(&open.environment);
    let event = Event { actor: &actor, ..Event::default() };
    let by = By { event: &event, now: open.clock.now() };
    let wish = ((id, before.version), dates);
    let moved = acts::move_dates(&mut tx, key, wish, by).await?.map_err(wrong)?;
    tx.commit().await?;
    output::show(open.json, &shown(open, &moved))
}

fn wrong(wrong: Wrong) -> Failure {
    let dates = |all: &[WrongDates]| {
        let (what, hint) = match all.first() {
            Some(WrongDates::Month) | None => ("--month is no month", "write it as in 2026-12"),
            Some(WrongDates::ClosePast) => ("--close is over already", "give today or later"),
            Some(WrongDates::PayFirst) => {
                ("--pay is earlier than --close", "people are paid after the closing")
            }
            Some(WrongDates::TooFar) => {
                ("--month is more than 13 months ahead", "look at the year again")
            }
            Some(WrongDates::OtherMonth) => {
                ("--pay is not in the month of the deduction", "give --month and --pay that agree")
            }
        };
        Failure::new(what).hint(hint)
    };
    match wrong {
        Wrong::Dates(all) => dates(&all),
        Wrong::OpenAlready(open) => Failure::new(format!(
            "a period of this kind is open already: {} of {}",
            open.id, open.deduct_ym
        ))
        .hint("the next one opens by itself when it closes"),
        Wrong::SameMonth => Failure::new("there is a period of this month already")
            .hint("`sekisho deduction period move` changes its dates"),
        Wrong::Closed => Failure::new("the closing day of the period is over")
            .hint("what was requested stays; move the next period instead"),
        Wrong::Changed => {
            Failure::new("somebody else changed the period meanwhile").hint("run the command again")
        }
        Wrong::NoPeriod => Failure::new("there is no such period")
            .hint("`sekisho deduction schedule CONTRACT GROUP` lists them"),
    }
}

/// Contract, group and the period `id`.
pub(super) async fn find(conn: &mut Conn, id: &str) -> Result<(String, String, Period), Failure> {
    let nobody = || {
        Failure::new(format!("there is no period {id}"))
            .hint("`sekisho deduction schedule CONTRACT GROUP` lists them")
    };
    let (contract, group) = place_of(conn, id).await?.ok_or_else(nobody)?;
    let key = Key { contract_no: &contract, group_no: &group };
    let period = period::store::find(conn, key, id).await?.ok_or_else(nobody)?;
    Ok((contract, group, period))
}

async fn close(
    open: &Open,
    db: &Db,
    (contract, group): (Option<String>, Option<String>),
) -> Result<(), Failure> {
    let calendar = open.config()?.hours.calendar;
    let now = open.clock.now();
    if let (Some(contract), Some(group)) = (&contract, &group) {
        must_have(&mut db.conn().await?, (contract, group)).await?;
    }
    let actor = actor(&open.environment);
    let due = period::store::due(&mut db.conn().await?, Day::of(now)).await?;
    let mut rows = Vec::new();
    for (of, in_group, id) in due {
        let others = contract.as_ref().is_some_and(|only| *only != of)
            || group.as_ref().is_some_and(|only| *only != in_group);
        if others {
            continue;
        }
        let key = Key { contract_no: &of, group_no: &in_group };
        let mut tx = db.begin().await?;
        if period::close::close(&mut tx, key, &id, (&actor, &calendar), now).await? {
            tx.commit().await?;
            rows.push(json!({ "contract": of, "group": in_group, "period": id }));
        }
    }
    output::list(open.json, rows, &["contract", "group", "period"], "nothing was due")
}
