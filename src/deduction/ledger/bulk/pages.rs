//! `/deduction/ledger/bulk`: what is wanted, what would change, 確定.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::apply::{self, Answer, Shown};
use super::rules::{BulkForm, Order};
use super::store::{self, Changed, Counts};
use super::words;
use crate::app::App;
use crate::base::id::{made_at, new_id};
use crate::base::money::{Yen, group};
use crate::deduction::ledger::shell_below;
use crate::deduction::ledger::types::{self, LedgerType};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::web::menu::deduction::LEDGER;
use crate::web::{self, Error, Field, Form, Mistakes, Shell};

const BULK: &str = "/deduction/ledger/bulk";
/// 更新履歴, where one sees what was done.
const HISTORY: &str = "/deduction/ledger/history";

/// `/deduction/ledger/bulk`.
pub fn router() -> Router<App> {
    Router::new().route(BULK, get(show_bulk).post(submit_bulk))
}

#[derive(Template)]
#[template(path = "deduction/ledger/bulk/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    /// What is open; in words why nothing is.
    open: Result<Open, String>,
    /// Whether one was just done.
    done: bool,
    type_code: Field,
    types: Vec<(String, String)>,
    kind: Field,
    rule: Field,
    value: Field,
    only: Field,
    workplace: Field,
}

#[derive(Template)]
#[template(path = "deduction/ledger/bulk/pages/check.html")]
struct CheckPage {
    shell: Shell,
    month: String,
    of_type: LedgerType,
    order: Order,
    counts: Counts,
    rows: Vec<Changed>,
    /// The form's fields to be carried on: names and values.
    carried: Vec<(&'static str, String)>,
    /// The way back to the form as it was filled in.
    again: String,
    csrf: String,
}

async fn show_bulk(
    State(app): State<App>,
    scope: Scope,
    Query(form): Query<BulkForm>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let types = types::list(&mut conn, scope.contract_no()).await?;
    let open = entry::look(&mut conn, scope.key(), app.clock.now()).await?;
    let mut shell = scope.shell(words::TITLE, &LEDGER);
    let mut done = false;
    if !form.done.is_empty()
        && let Some(one) = store::find_done(&mut conn, scope.key(), &form.done).await?
    {
        done = true;
        let said = format!("{}件の明細を更新しました。{}", group(one.changed), one.summary);
        shell = shell.success(said);
    }
    let open = match open {
        Ok(open) if form.way == "check" => {
            drop(conn);
            return check(&app, &scope, (form, types, open), None).await;
        }
        open => open,
    };
    let form = BulkForm { kind: or(&form.kind, "monthly"), rule: or(&form.rule, "set"), ..form };
    web::page(&FormPage { done, ..form_page(shell, &form, (types, open), Mistakes::default()) })
}

fn or(word: &str, usual: &str) -> String {
    if word.is_empty() { usual.to_owned() } else { word.to_owned() }
}

/// What would change; or the form again. `warning`: what happened meanwhile.
async fn check(
    app: &App,
    scope: &Scope,
    (form, types, open): (BulkForm, Vec<LedgerType>, Open),
    warning: Option<&str>,
) -> Result<Response, Error> {
    let order = match form.read(|code| types.iter().any(|one| one.code == code)) {
        Ok(order) => order,
        Err(mistakes) => {
            let shell = scope.shell(words::TITLE, &LEDGER);
            let page = form_page(shell, &form, (types, Ok(open)), mistakes);
            // Nothing chosen yet is no mistake of a value.
            let status = match form.type_code.as_str() {
                "" => StatusCode::OK,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            return web::page_with(status, &page);
        }
    };
    let key = scope.key();
    let mut conn = app.db.conn().await?;
    // First: whatever changes from here on is told.
    let digest = store::digest(&mut conn, key, &order, &open.token()).await?;
    let counts = store::counts(&mut conn, key, &order).await?;
    let rows = store::changed(&mut conn, key, &order).await?;
    let mut shell = shell_below(scope, words::CHECK, (words::TITLE, BULK));
    let status = match warning {
        None => StatusCode::OK,
        Some(warning) => {
            shell = shell.warning(warning);
            StatusCode::CONFLICT
        }
    };
    let of_type = types.into_iter().find(|one| one.code == order.type_code);
    let of_type = of_type.ok_or_else(|| Error::stale(words::TITLE, BULK))?;
    let id = new_id(app.clock.now());
    let page = check_page(shell, (&form, order, of_type), (counts, rows), (&open, id, digest));
    web::page_with(status, &page)
}

fn check_page(
    shell: Shell,
    (form, order, of_type): (&BulkForm, Order, LedgerType),
    (counts, rows): (Counts, Vec<Changed>),
    (open, id, digest): (&Open, String, String),
) -> CheckPage {
    let fields = [
        ("type_code", &form.type_code),
        ("kind", &form.kind),
        ("rule", &form.rule),
        ("value", &form.value),
        ("only", &form.only),
        ("workplace", &form.workplace),
    ];
    let again = format!("{BULK}?{}", serde_urlencoded::to_string(fields).unwrap_or_default());
    let typed = fields.into_iter().map(|(name, value)| (name, value.clone()));
    let more = [("periods", open.token()), ("key", id), ("digest", digest)];
    CheckPage {
        csrf: shell.csrf().to_owned(),
        shell,
        month: open.month_ja(),
        of_type,
        order,
        counts,
        rows,
        carried: typed.chain(more).collect(),
        again,
    }
}

async fn submit_bulk(
    State(app): State<App>,
    scope: Scope,
    Form(form): Form<BulkForm>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let types = types::list(&mut conn, scope.contract_no()).await?;
    drop(conn);
    let known = form.key.len() == 36 && made_at(&form.key).is_some();
    let order = form.read(|code| types.iter().any(|one| one.code == code));
    // No page of ours sends a form that was not checked.
    let order = order.ok().filter(|_| known).ok_or_else(|| Error::stale(words::TITLE, BULK))?;
    let shown = Shown { key: &form.key, token: &form.periods, digest: &form.digest };
    match apply::apply(&app, &scope, &shown, &order).await? {
        Answer::Done => Ok(Redirect::to(&format!("{BULK}?done={}", form.key)).into_response()),
        Answer::Gone => Err(Error::stale(words::TITLE, BULK)),
        Answer::Closed(closed) => closed_page(&app, &scope, &form, (types, closed)).await,
        Answer::Changed => {
            let mut conn = app.db.conn().await?;
            let open = entry::look(&mut conn, scope.key(), app.clock.now()).await?;
            drop(conn);
            match open {
                Ok(open) => {
                    let of = (form, types, open);
                    check(&app, &scope, of, Some(words::CHANGED_MEANWHILE)).await
                }
                Err(closed) => closed_page(&app, &scope, &form, (types, closed)).await,
            }
        }
    }
}

async fn closed_page(
    app: &App,
    scope: &Scope,
    form: &BulkForm,
    (types, closed): (Vec<LedgerType>, Closed),
) -> Result<Response, Error> {
    let mut mistakes = Mistakes::default();
    mistakes.add_general(closed.ja());
    let open = entry::look(&mut app.db.conn().await?, scope.key(), app.clock.now()).await?;
    let shell = scope.shell(words::TITLE, &LEDGER);
    let page = form_page(shell, form, (types, open), mistakes);
    web::page_with(StatusCode::CONFLICT, &page)
}

fn form_page(
    shell: Shell,
    form: &BulkForm,
    (types, open): (Vec<LedgerType>, Result<Open, Closed>),
    mistakes: Mistakes,
) -> FormPage {
    let choose = [(String::new(), "選んでください".to_owned())];
    let all = types.iter().map(|one| (one.code.clone(), types::labelled(one)));
    FormPage {
        shell: shell.narrow(),
        open: open.map_err(|closed| closed.ja()),
        done: false,
        type_code: mistakes.field("type_code", &form.type_code),
        types: choose.into_iter().chain(all).collect(),
        kind: mistakes.field("kind", &form.kind),
        rule: mistakes.field("rule", &form.rule),
        value: mistakes.field("value", &form.value),
        only: mistakes.field("only", &form.only),
        workplace: mistakes.field("workplace", &form.workplace),
        mistakes,
    }
}

impl CheckPage {
    fn type_ja(&self) -> String {
        types::labelled(&self.of_type)
    }

    /// Why so many are left out: words and number, those that there are.
    fn left_out(&self) -> Vec<(&'static str, String)> {
        let reasons = [
            ("解除した明細", self.counts.cancelled),
            ("条件に合わない明細", self.counts.others),
            ("金額が0～9,999,999円の外か、控除がなくなる明細", self.counts.impossible),
        ];
        let there = reasons.into_iter().filter(|(_, count)| *count > 0);
        there.map(|(words, count)| (words, group(count))).collect()
    }

    fn left_out_count(&self) -> i64 {
        self.counts.cancelled + self.counts.others + self.counts.impossible
    }
}

#[cfg(test)]
pub(in crate::deduction::ledger) mod samples {
    //! The pages with made-up values.

    use super::*;
    use crate::deduction::ledger::items::samples::{open, some_type};

    fn form() -> BulkForm {
        BulkForm {
            type_code: "101".into(),
            kind: "monthly".into(),
            rule: "set".into(),
            value: "3,800".into(),
            only: "3,500".into(),
            ..BulkForm::default()
        }
    }

    pub(in crate::deduction::ledger) fn pages(
        shell: &dyn Fn(&str) -> Shell,
    ) -> Vec<(&'static str, String)> {
        let form_with = |open, mistakes| {
            form_page(shell(words::TITLE), &form(), (vec![some_type()], open), mistakes)
                .render()
                .expect("rendered")
        };
        let row = |n: i64| Changed {
            employee_no: format!("{}", 10_000_000 + n * 37),
            kanji_name: ["山田　太郎", "小笠原　龍之介"][usize::try_from(n % 2).expect("small")]
                .into(),
            workplace: "本社総務部".into(),
            before: 3_500,
            after: 3_800,
        };
        let check = |changed: i64, shell: Shell| {
            let order = form().read(|_| true).expect("good");
            let counts = Counts {
                all: 4_900,
                changed,
                before: changed * 3_500,
                after: changed * 3_800,
                same: 61,
                cancelled: 12,
                others: 15,
                impossible: 0,
            };
            let open = open().expect("open");
            let about = (&form(), order, some_type());
            let of = (counts, (0..changed.min(50)).map(row).collect());
            let page = check_page(shell, about, of, (&open, String::new(), String::new()));
            page.render().expect("rendered")
        };
        let mistakes = BulkForm::default().read(|_| false).expect_err("empty");
        let warned = shell(words::CHECK).warning(words::CHANGED_MEANWHILE);
        vec![
            ("bulk", form_with(open(), Mistakes::default())),
            ("bulk-wrong", form_with(open(), mistakes)),
            (
                "bulk-closed",
                form_with(Err(Closed::Closing("2026年12月 月例".into())), Mistakes::default()),
            ),
            ("bulk-check", check(4_812, shell(words::CHECK))),
            ("bulk-changed", check(3, warned)),
            ("bulk-nothing", check(0, shell(words::CHECK))),
        ]
    }
}
