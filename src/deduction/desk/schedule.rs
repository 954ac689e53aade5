//! A group: its terms, its periods, and the rules by which they open.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::acts::{self, By};
use super::groups::to;
use super::pages::{Asked, group_shell, load_group, told};
use super::{HOME, rules, words};
use crate::app::App;
use crate::base::text::nfkc;
use crate::base::{Day, Moment, date};
use crate::deduction::period::next::{self, Rule};
use crate::deduction::period::{self, Kind, Period};
use crate::deduction::scope::Key;
use crate::identity::groups::Group;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell};

/// Periods of a kind that are shown.
const SHOWN: i64 = 6;

#[derive(Template)]
#[template(path = "deduction/desk/pages/group.html")]
struct GroupPage {
    shell: Shell,
    here: String,
    back: String,
    group: Group,
    kinds: Vec<OfKind>,
    now: Moment,
}

/// The periods of one kind, with the rule in words.
struct OfKind {
    kind: Kind,
    rule: String,
    periods: Vec<Period>,
}

#[derive(Template)]
#[template(path = "deduction/desk/pages/rule.html")]
struct RulePage {
    shell: Shell,
    mistakes: Mistakes,
    here: String,
    back: String,
    kind: Kind,
    month: Field,
    close_day: Field,
    close_months_before: Field,
    pay_day: Field,
    csrf: String,
}

impl RulePage {
    fn is_monthly(&self) -> bool {
        self.kind == Kind::Monthly
    }
}

/// What is typed of a rule.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RuleForm {
    month: String,
    close_day: String,
    close_months_before: String,
    pay_day: String,
}

const BEFORE: [(&str, &str); 3] = [("0", "控除年月と同じ月"), ("1", "前の月"), ("2", "前々月")];

/// How far a period is, in a badge.
fn badge(period: &Period, now: Moment) -> (&'static str, &'static str) {
    match (period.requested_at, period.results_at) {
        (_, Some(_)) => ("state state-good", "結果受信済"),
        (Some(_), None) => ("state", "依頼済"),
        (None, None) if period.is_open(now) => ("state state-good", "入力中"),
        (None, None) => ("state state-warn", "締切中"),
    }
}

fn day(at: Option<&Moment>) -> String {
    at.map(|at| Day::of(*at).ja()).unwrap_or_default()
}

pub(super) async fn show_group(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (contract, group) = load_group(&mut conn, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        let rule = next::rule(&mut conn, key, kind).await?;
        kinds.push(OfKind {
            kind,
            rule: rule.as_ref().map(words::rule).unwrap_or_default(),
            periods: period::store::newest(&mut conn, key, kind, SHOWN).await?,
        });
    }
    let shell = group_shell(&operator, &group.name, (&contract, &group));
    web::page(&GroupPage {
        shell: told(shell, &asked.done),
        here: format!("{HOME}/{number}/{group_no}"),
        back: format!("{HOME}/{number}"),
        group,
        kinds,
        now: app.clock.now(),
    })
}

impl RuleForm {
    fn of(rule: &Rule) -> Self {
        Self {
            month: rule.month.map(|month| month.to_string()).unwrap_or_default(),
            close_day: rule.close_day.to_string(),
            close_months_before: rule.close_months_before.to_string(),
            pay_day: rule.pay_day.to_string(),
        }
    }

    fn rule(&self, kind: Kind) -> Option<Rule> {
        let number = |typed: &str| nfkc(typed.trim()).parse::<i64>().ok();
        let month = if kind == Kind::Monthly { None } else { Some(number(&self.month)?) };
        let rule = Rule {
            kind,
            month,
            close_day: number(&self.close_day)?,
            close_months_before: number(&self.close_months_before)?,
            pay_day: number(&self.pay_day)?,
        };
        rules::rule_holds(&rule).then_some(rule)
    }
}

pub(super) async fn edit_rule(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no, kind)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    let mut conn = app.db.conn().await?;
    let (contract, group) = load_group(&mut conn, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let rule = next::rule(&mut conn, key, kind).await?.unwrap_or(Rule::usual(kind));
    let shell = group_shell(&operator, words::RULE, (&contract, &group));
    let form = RuleForm::of(&rule);
    web::page(&rule_page(&operator, (shell, key), (kind, &form), Mistakes::default()))
}

pub(super) async fn submit_rule(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no, kind)): Path<(String, String, String)>,
    Form(form): Form<RuleForm>,
) -> Result<Response, Error> {
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    let mut tx = app.db.begin().await?;
    let (contract, group) = load_group(&mut tx, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let Some(rule) = form.rule(kind) else {
        let mut mistakes = Mistakes::default();
        mistakes.add_general(
            "日は1～31、月は1～12で入力してください。同じ月のときは、支給日を締切日よりあとにしてください。",
        );
        let shell = group_shell(&operator, words::RULE, (&contract, &group));
        let page = rule_page(&operator, (shell, key), (kind, &form), mistakes);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let event = operator.event("", words::RULE);
    acts::set_rule(&mut tx, key, &rule, By { event: &event, now: app.clock.now() }).await?;
    tx.commit().await?;
    Ok(to(&format!("{HOME}/{number}/{group_no}?done=rule")))
}

fn rule_page(
    operator: &Operator,
    (shell, key): (Shell, Key<'_>),
    (kind, form): (Kind, &RuleForm),
    mistakes: Mistakes,
) -> RulePage {
    let back = format!("{HOME}/{}/{}", key.contract_no, key.group_no);
    RulePage {
        shell: shell.narrow(),
        here: format!("{back}/rules/{}", kind.word()),
        back,
        kind,
        month: mistakes.field("month", &form.month),
        close_day: mistakes.field("close_day", &form.close_day),
        close_months_before: mistakes.field("close_months_before", &form.close_months_before),
        pay_day: mistakes.field("pay_day", &form.pay_day),
        csrf: operator.person().csrf(),
        mistakes,
    }
}
