//! What is done to a period's まとめ入金: each a step in the caller's transaction, which
//! holds the period so that a result, a stop and a confirmation take turns.

use super::{Deposit, store};
use crate::base::Moment;
use crate::base::id::made_at;
use crate::db::{Error, Tx};
use crate::deduction::period::{self, Kind, Period};
use crate::deduction::rules::{self, Refusal};
use crate::deduction::scope::Key;
use crate::deduction::sums::{self, Book, Sum};

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The group has no such period.
    NoPeriod,
    /// The period is not that far, or further.
    Stage(Refusal),
    /// So many requested lines have no result yet.
    Unanswered(i64),
    /// What the form showed is no longer so.
    Changed,
    /// The form is none of ours.
    NoKey,
}

/// How a confirmation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It was done now.
    Now(Deposit),
    /// By the same form, a click before.
    Before(Deposit),
    /// Somebody else was first; theirs stands.
    Other(Deposit),
}

/// What somebody wants confirmed.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The period.
    pub period_id: &'a str,
    /// The key that the form was given: the deposit's id.
    pub form: &'a str,
    /// What the form showed to be paid.
    pub paid: Sum,
}

/// Confirms (確定): fixes what is paid, under a new number.
pub async fn confirm(
    tx: &mut Tx,
    key: Key<'_>,
    wish: Wish<'_>,
    (who, now): (&str, Moment),
) -> Result<Result<Confirmed, Why>, Error> {
    if made_at(wish.form).is_none() {
        return Ok(Err(Why::NoKey));
    }
    let Some(period) = period::store::hold(tx, key, wish.period_id).await? else {
        return Ok(Err(Why::NoPeriod));
    };
    let (stage, standing) = store::stage(tx, key.contract_no, &period).await?;
    if let Some(standing) = standing {
        let same = standing.id == wish.form;
        return Ok(Ok(if same { Confirmed::Before(standing) } else { Confirmed::Other(standing) }));
    }
    if let Err(refusal) = rules::may_confirm(stage) {
        return Ok(Err(Why::Stage(refusal)));
    }
    let sums = sums::of(tx, key.contract_no, &period.id, Book::Rokin).await?;
    if !sums.is_answered() {
        let open = sums.requested.count - sums.ok.count - sums.unable.count;
        return Ok(Err(Why::Unanswered(open)));
    }
    let earlier = store::of_period(tx, key.contract_no, &period.id).await?;
    // The form's own deposit was undone meanwhile: the form is used up.
    if sums.paid() != wish.paid || earlier.iter().any(|deposit| deposit.id == wish.form) {
        return Ok(Err(Why::Changed));
    }
    let deposit = Deposit {
        id: wish.form.to_owned(),
        period_id: period.id.clone(),
        document_no: document_no(&period, earlier.len() + 1),
        paid: sums.paid(),
        stopped: sums.stopped,
        confirmed_at: now,
        confirmed_by: who.to_owned(),
        undone_at: None,
        undone_by: None,
        sent_at: None,
        sent_by: None,
    };
    store::insert(tx, key.contract_no, &deposit).await?;
    Ok(Ok(Confirmed::Now(deposit)))
}

/// Takes the deposit `id` of the period back (確定を解除); `None`: it was before.
pub async fn undo(
    tx: &mut Tx,
    key: Key<'_>,
    (period_id, id): (&str, &str),
    (who, now): (&str, Moment),
) -> Result<Result<Option<Deposit>, Why>, Error> {
    let Some(period) = period::store::hold(tx, key, period_id).await? else {
        return Ok(Err(Why::NoPeriod));
    };
    let (stage, standing) = store::stage(tx, key.contract_no, &period).await?;
    let Some(standing) = standing.filter(|standing| standing.id == id) else {
        let old = store::find(tx, key.contract_no, id).await?;
        let ours = old.is_some_and(|old| old.period_id == period.id);
        return Ok(if ours { Ok(None) } else { Err(Why::Changed) });
    };
    if let Err(refusal) = rules::may_undo(stage) {
        return Ok(Err(Why::Stage(refusal)));
    }
    store::undo(tx, (key.contract_no, id), (who, now)).await?;
    Ok(Ok(Some(standing)))
}

/// Marks the deposit `id` of the period as sent, if it stands still; `false` with it: it was
/// sent before.
pub async fn send(
    tx: &mut Tx,
    key: Key<'_>,
    (period_id, id): (&str, &str),
    (who, now): (&str, Moment),
) -> Result<Result<(Deposit, bool), Why>, Error> {
    let Some(period) = period::store::hold(tx, key, period_id).await? else {
        return Ok(Err(Why::NoPeriod));
    };
    let (stage, standing) = store::stage(tx, key.contract_no, &period).await?;
    // What was undone meanwhile is not paid, nor is what was confirmed in its place unseen.
    if standing.as_ref().is_some_and(|standing| standing.id != id) {
        return Ok(Err(Why::Changed));
    }
    match (standing, rules::may_send(stage)) {
        (Some(sent), Err(Refusal::AlreadySent)) => Ok(Ok((sent, false))),
        (_, Err(refusal)) => Ok(Err(Why::Stage(refusal))),
        (None, Ok(())) => Ok(Err(Why::Stage(Refusal::NotConfirmed))),
        (Some(mut deposit), Ok(())) => {
            store::mark_sent(tx, (key.contract_no, &deposit.id), (who, now)).await?;
            (deposit.sent_at, deposit.sent_by) = (Some(now), Some(who.to_owned()));
            Ok(Ok((deposit, true)))
        }
    }
}

/// Stops the payment of a line, or lets it go on (入金中止, 中止解除); the line's yen.
pub async fn set_stopped(
    tx: &mut Tx,
    key: Key<'_>,
    ((period_id, line_no), version, stop): ((&str, i64), i64, bool),
    (who, now): (&str, Moment),
) -> Result<Result<i64, Why>, Error> {
    let Some(period) = period::store::hold(tx, key, period_id).await? else {
        return Ok(Err(Why::NoPeriod));
    };
    let (stage, _) = store::stage(tx, key.contract_no, &period).await?;
    if let Err(refusal) = rules::may_stop(stage) {
        return Ok(Err(Why::Stage(refusal)));
    }
    let line = (key.contract_no, period_id, line_no);
    let done = store::set_stopped(tx, line, (version, stop), (who, now)).await?;
    Ok(done.ok_or(Why::Changed))
}

/// 「16000004-202611-101」: group, month, one digit for the kind, two that count.
fn document_no(period: &Period, nth: usize) -> String {
    let kind = match period.kind {
        Kind::Monthly => 1,
        Kind::Summer => 2,
        Kind::Winter => 3,
    };
    format!("{}-{}-{kind}{nth:02}", period.group_no, period.deduct_ym.replace('-', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Day;

    #[test]
    fn each_confirmation_of_a_period_has_its_number() {
        let period = Period {
            id: "p".into(),
            group_no: "16000004".into(),
            kind: Kind::Winter,
            deduct_ym: "2026-12".into(),
            close_on: Day::new(2026, 11, 20).expect("a day"),
            pay_on: Day::new(2026, 12, 10).expect("a day"),
            requested_at: None,
            results_at: None,
            version: 1,
        };
        assert_eq!(document_no(&period, 2), "16000004-202612-302");
    }
}
