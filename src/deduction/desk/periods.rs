//! Periods of a group: a new one, and the dates of one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::acts::{self, By, Wrong};
use super::groups::to;
use super::pages::{group_shell, load_group};
use super::{HOME, words};
use crate::app::App;
use crate::base::{Day, date};
use crate::deduction::deposit::{self, Deposit, words as deposit_words};
use crate::deduction::period::{self, Kind, Period, next};
use crate::deduction::rules::Stage;
use crate::deduction::scope::Key;
use crate::deduction::sums::{self, Book, Sums};
use crate::identity::rules::Mistake;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell};

/// What is typed of a period.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PeriodForm {
    kind: String,
    deduct_ym: String,
    close_on: String,
    pay_on: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "deduction/desk/pages/period_new.html")]
struct NewPage {
    shell: Shell,
    mistakes: Mistakes,
    here: String,
    back: String,
    kind: Field,
    deduct_ym: Field,
    close_on: Field,
    pay_on: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "deduction/desk/pages/period.html")]
struct PeriodPage {
    shell: Shell,
    mistakes: Mistakes,
    here: String,
    back: String,
    period: Period,
    is_open: bool,
    stage: Stage,
    standing: Option<Deposit>,
    rokin: Sums,
    ledger: Sums,
    close_on: Field,
    pay_on: Field,
    version: i64,
    csrf: String,
}

impl PeriodForm {
    /// The dates, if both are.
    fn dates(&self, mistakes: &mut Mistakes) -> Option<(Day, Day)> {
        let mut day = |name, label, typed: &str| {
            let day = Day::parse(typed.trim());
            if day.is_none() {
                mistakes.add(name, label, Mistake::Date.ja(label));
            }
            day
        };
        let close_on = day("close_on", words::CLOSE_ON, &self.close_on);
        let pay_on = day("pay_on", words::PAY_ON, &self.pay_on);
        close_on.zip(pay_on)
    }
}

fn add(mistakes: &mut Mistakes, wrong: &Wrong) {
    match wrong {
        Wrong::Dates(all) => {
            for one in all {
                let (name, label, sentence) = words::wrong_dates(*one);
                mistakes.add(name, label, sentence);
            }
        }
        other => {
            let (name, label, sentence) = words::wrong(other);
            mistakes.add(name, label, sentence);
        }
    }
}

pub(super) async fn edit_new(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no)): Path<(String, String)>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (contract, group) = load_group(&mut conn, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let newest = period::store::newest(&mut conn, key, Kind::Monthly, 1).await?;
    let rule = next::rule(&mut conn, key, Kind::Monthly).await?;
    let rule = rule.unwrap_or(next::Rule::usual(Kind::Monthly));
    let calendar = &app.opening.plan().calendar;
    let dates = newest.first().and_then(|newest| next::after(&newest.deduct_ym, &rule, calendar));
    let form = match dates {
        Some(dates) => PeriodForm {
            kind: Kind::Monthly.word().to_owned(),
            deduct_ym: dates.deduct_ym,
            close_on: dates.close_on.to_string(),
            pay_on: dates.pay_on.to_string(),
            version: 1,
        },
        None => PeriodForm { kind: Kind::Monthly.word().to_owned(), ..PeriodForm::default() },
    };
    let shell = group_shell(&operator, words::NEW_PERIOD, (&contract, &group));
    web::page(&new_page(&operator, (shell, key), &form, Mistakes::default()))
}

pub(super) async fn submit_new(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no)): Path<(String, String)>,
    Form(form): Form<PeriodForm>,
) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    let (contract, group) = load_group(&mut tx, &number, &group_no).await?;
    let key = Key { contract_no: &number, group_no: &group_no };
    let mut mistakes = Mistakes::default();
    let kind = Kind::parse(&form.kind).ok_or_else(|| Error::Malformed("no kind".into()))?;
    if let Some(dates) = form.dates(&mut mistakes) {
        let event = operator.event("", words::NEW_PERIOD);
        let by = By { event: &event, now: app.clock.now() };
        let wish = (kind, form.deduct_ym.trim(), dates);
        match acts::add_period(&mut tx, key, wish, by).await? {
            Ok(_) => {
                tx.commit().await?;
                return Ok(to(&format!("{HOME}/{number}/{group_no}?done=period")));
            }
            Err(wrong) => add(&mut mistakes, &wrong),
        }
    }
    let shell = group_shell(&operator, words::NEW_PERIOD, (&contract, &group));
    let page = new_page(&operator, (shell, key), &form, mistakes);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn new_page(
    operator: &Operator,
    (shell, key): (Shell, Key<'_>),
    form: &PeriodForm,
    mistakes: Mistakes,
) -> NewPage {
    let back = format!("{HOME}/{}/{}", key.contract_no, key.group_no);
    NewPage {
        shell: shell.narrow(),
        here: format!("{back}/periods/new"),
        back,
        kind: mistakes.field("kind", &form.kind),
        deduct_ym: mistakes.field("deduct_ym", &form.deduct_ym),
        close_on: mistakes.field("close_on", &form.close_on),
        pay_on: mistakes.field("pay_on", &form.pay_on),
        csrf: operator.person().csrf(),
        mistakes,
    }
}

pub(super) async fn edit_period(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no, id)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let page = period_page(&app, &operator, (&number, &group_no, &id), None).await?;
    web::page(&page)
}

pub(super) async fn submit_period(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no, id)): Path<(String, String, String)>,
    Form(form): Form<PeriodForm>,
) -> Result<Response, Error> {
    let here = format!("{HOME}/{number}/{group_no}");
    let key = Key { contract_no: &number, group_no: &group_no };
    let mut mistakes = Mistakes::default();
    if let Some(dates) = form.dates(&mut mistakes) {
        let mut tx = app.db.begin().await?;
        load_group(&mut tx, &number, &group_no).await?;
        let event = operator.event("", words::PERIOD);
        // The clock is read when the group is held: a closing may have come between.
        let by = By { event: &event, now: app.clock.now() };
        let wish = ((id.as_str(), form.version), dates);
        match acts::move_dates(&mut tx, key, wish, by).await? {
            Ok(_) => {
                tx.commit().await?;
                return Ok(to(&format!("{here}?done=moved")));
            }
            Err(Wrong::NoPeriod) => return Err(Error::NotFound),
            Err(wrong @ Wrong::Dates(_)) => add(&mut mistakes, &wrong),
            Err(_) => {
                return Err(Error::stale("最新の日程へ", format!("{here}/periods/{id}")));
            }
        }
    }
    let of = (number.as_str(), group_no.as_str(), id.as_str());
    let page = period_page(&app, &operator, of, Some((form, mistakes))).await?;
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn period_page(
    app: &App,
    operator: &Operator,
    (number, group_no, id): (&str, &str, &str),
    typed: Option<(PeriodForm, Mistakes)>,
) -> Result<PeriodPage, Error> {
    let mut conn = app.db.conn().await?;
    let (contract, group) = load_group(&mut conn, number, group_no).await?;
    let key = Key { contract_no: number, group_no };
    let period = period::store::find(&mut conn, key, id).await?.ok_or(Error::NotFound)?;
    let (stage, standing) = deposit::store::stage(&mut conn, number, &period).await?;
    let (form, mistakes) = typed.unwrap_or_else(|| {
        let form = PeriodForm {
            close_on: period.close_on.to_string(),
            pay_on: period.pay_on.to_string(),
            version: period.version,
            ..PeriodForm::default()
        };
        (form, Mistakes::default())
    });
    let back = format!("{HOME}/{number}/{group_no}");
    let title = format!("{}（{}）", words::PERIOD, period.ja());
    Ok(PeriodPage {
        shell: group_shell(operator, &title, (&contract, &group)).narrow(),
        here: format!("{back}/periods/{id}"),
        back,
        is_open: period.is_open(app.clock.now()),
        stage,
        standing,
        rokin: sums::of(&mut conn, number, id, Book::Rokin).await?,
        ledger: sums::of(&mut conn, number, id, Book::Ledger).await?,
        close_on: mistakes.field("close_on", &form.close_on),
        pay_on: mistakes.field("pay_on", &form.pay_on),
        version: form.version,
        csrf: operator.person().csrf(),
        mistakes,
        period,
    })
}
