//! `/deduction/rokin/deposit`: where the period stands, its account, and its documents.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::period::{Chosen, choose};
use super::{DEPOSIT, Deposit, LEFT_OUT, PAID, REQUEST, STOPPED, STOPS, store, words};
use crate::app::App;
use crate::base::date::{self, jst_minutes_ja};
use crate::deduction::rules::Stage;
use crate::deduction::scope::Scope;
use crate::deduction::sums::Sum;
use crate::identity::rights::Action;
use crate::web::menu::deduction;
use crate::web::{self, Error, Field, Shell};

/// The query of the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The period's id; empty: the newest answered.
    pub period: String,
    /// What has just been done.
    pub done: String,
}

#[derive(Template)]
#[template(path = "deduction/deposit/pages/deposit.html")]
struct DepositPage {
    shell: Shell,
    period: Field,
    offered: Vec<(String, String)>,
    /// Absent while nothing was requested.
    now: Option<Now>,
}

/// How a period stands.
struct Now {
    chosen: Chosen,
    stations: Vec<Station>,
    account: Vec<Entry>,
    /// Everything that was confirmed, the newest first.
    history: Vec<Deposit>,
    may_change: bool,
}

/// A station of the flow.
struct Station {
    label: &'static str,
    /// `done`, `next` or `ahead`.
    state: &'static str,
    at: String,
}

/// A line of the account.
pub(super) struct Entry {
    pub label: &'static str,
    /// 「－」, 「＝」 or nothing.
    pub sign: &'static str,
    pub sum: Sum,
    pub is_total: bool,
}

/// The account: 依頼 − 控除不能 = 控除済 − 入金中止 = まとめ入金.
pub(super) fn account(chosen: &Chosen) -> Vec<Entry> {
    let sums = &chosen.sums;
    let entry = |label, sign, sum, is_total| Entry { label, sign, sum, is_total };
    vec![
        entry("控除依頼", "", sums.requested, false),
        entry(words::UNABLE, "－", sums.unable, false),
        entry(words::DEDUCTED, "＝", sums.ok, true),
        entry(words::STOPPED, "－", sums.stopped, false),
        entry("まとめ入金", "＝", sums.paid(), true),
    ]
}

/// Says above the page what has just been done.
pub(super) fn told(shell: Shell, word: &str) -> Shell {
    match words::done(word) {
        Some(Ok(sentence)) => shell.success(sentence),
        Some(Err(sentence)) => shell.info(sentence),
        None => shell,
    }
}

pub(super) async fn show_deposit(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let chosen = choose(&mut conn, scope.key(), &asked.period).await?;
    let history = match &chosen {
        Some(chosen) => store::of_period(&mut conn, scope.contract_no(), &chosen.period.id).await?,
        None => Vec::new(),
    };
    let shell = told(scope.shell(words::DEPOSIT, &deduction::ROKIN), &asked.done);
    let id = chosen.as_ref().map(|chosen| chosen.period.id.clone()).unwrap_or_default();
    let may_change = scope.may(Action::DepositChange);
    web::page(&DepositPage {
        shell,
        period: Field::with("period", id),
        offered: chosen.as_ref().map(|chosen| chosen.offered.clone()).unwrap_or_default(),
        now: chosen.map(|chosen| Now {
            stations: stations(&chosen),
            account: account(&chosen),
            history,
            may_change,
            chosen,
        }),
    })
}

fn stations(chosen: &Chosen) -> Vec<Station> {
    let reached = words::reached(chosen.stage);
    let standing = chosen.standing.as_ref();
    let times = [
        chosen.period.requested_at,
        chosen.period.results_at,
        standing.map(|deposit| deposit.confirmed_at),
        standing.and_then(|deposit| deposit.sent_at),
    ];
    let station = |(nth, (label, at)): (usize, (&'static str, Option<_>))| Station {
        label,
        state: match nth {
            nth if nth < reached => "done",
            nth if nth == reached => "next",
            _ => "ahead",
        },
        at: at.map(jst_minutes_ja).unwrap_or_default(),
    };
    words::STATIONS.into_iter().zip(times).enumerate().map(station).collect()
}

impl Now {
    fn may_confirm(&self) -> bool {
        self.may_change && self.chosen.stage == Stage::Received && self.chosen.sums.is_answered()
    }

    fn may_undo(&self) -> bool {
        self.may_change && self.chosen.stage == Stage::Confirmed
    }

    /// Requested lines without a result.
    fn unanswered(&self) -> i64 {
        let sums = &self.chosen.sums;
        sums.requested.count - sums.ok.count - sums.unable.count
    }
}

/// What became of a confirmation, in a badge.
fn badge(deposit: &Deposit) -> (&'static str, &'static str) {
    match (deposit.undone_at, deposit.sent_at) {
        (Some(_), _) => ("state", "解除"),
        (None, Some(_)) => ("state state-good", "送信済"),
        (None, None) => ("state state-good", "確定"),
    }
}
