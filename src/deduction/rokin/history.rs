//! `/deduction/rokin/history`: 労金控除明細更新履歴照会 (R004-119).

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::list::dated;
use super::{HISTORY, words};
use crate::app::App;
use crate::base::text::nfkc;
use crate::deduction::items::form::is_number;
use crate::deduction::items::history::History;
use crate::deduction::items::{Book, Foreign, list};
use crate::deduction::scope::Scope;
use crate::web::menu::deduction::ROKIN;
use crate::web::sheet::{self, At, Encoding, Heading, Sheet, View, Wish};
use crate::web::{self, Error, Field, Mistakes, Place, Shell};

#[derive(Template)]
#[template(path = "deduction/rokin/pages/history.html")]
pub(super) struct HistoryPage {
    shell: Shell,
    mistakes: Mistakes,
    employee_no: Field,
    filtered: bool,
    /// Absent while something is wrong with what was typed.
    list: Option<(View, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    employee_no: String,
    after: String,
    before: String,
    encoding: String,
}

impl Asked {
    fn place(&self) -> Place {
        let query = [
            ("employee_no", &*self.employee_no),
            ("after", &*self.after),
            ("before", &*self.before),
        ];
        Place::new(HISTORY, &query)
    }

    /// The list that is asked for; `None` when no number can be like that.
    fn history(&self, scope: &Scope, exact: bool) -> Option<History> {
        let employee_no = nfkc(self.employee_no.trim());
        if !employee_no.is_empty() && (!is_number(&employee_no) || employee_no.len() > 40) {
            return None;
        }
        let key = scope.key();
        Some(History {
            title: words::HISTORY_PAPER,
            contract_no: key.contract_no.to_owned(),
            group_no: key.group_no.to_owned(),
            book: Book::Rokin,
            employee_no,
            exact,
        })
    }

    fn wish(&self, app: &App, scope: &Scope) -> Wish {
        Wish {
            shell: scope.shell(words::HISTORY_TITLE, &ROKIN),
            place: self.place(),
            name: dated(words::HISTORY_PAPER, app.clock.now()),
        }
    }
}

pub(super) async fn show_history(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let shell = scope.shell(words::HISTORY_TITLE, &ROKIN);
    let Some(history) = asked.history(&scope, false) else {
        let said = "英字・数字・ハイフンで入力してください。";
        let mistakes = Mistakes::one("employee_no", words::EMPLOYEE_NO, said);
        let page = history_page(shell, &asked.employee_no, mistakes, None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let mut conn = app.db.conn().await?;
    let at = At::of(&asked.after, &asked.before);
    let encoding = sheet::remembered(&headers);
    let view = View::read(&history, &mut conn, (&asked.place(), &at), encoding).await?;
    let count = list::count_ja(history.totals(&mut conn).await?.count);
    let view = if history.employee_no.is_empty() {
        view
    } else {
        view.empty(words::NO_HISTORY, HISTORY, words::CLEAR)
    };
    let list = Some((view, count));
    web::page(&history_page(shell, &asked.employee_no, Mistakes::default(), list))
}

pub(super) fn history_page(
    shell: Shell,
    employee_no: &str,
    mistakes: Mistakes,
    list: Option<(View, String)>,
) -> HistoryPage {
    HistoryPage {
        shell,
        employee_no: mistakes.field("employee_no", employee_no.trim()),
        filtered: !employee_no.trim().is_empty(),
        mistakes,
        list,
    }
}

pub(super) async fn download_csv(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let encoding = match asked.encoding.as_str() {
        "" => sheet::remembered(&headers),
        word => Encoding::parse(word).ok_or(Foreign("encoding"))?,
    };
    let history = asked.history(&scope, true).ok_or(Foreign("employee_no"))?;
    let wish = asked.wish(&app, &scope);
    sheet::csv_response(&app, Arc::new(history), wish, encoding).await
}

pub(super) async fn download_pdf(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let history = asked.history(&scope, true).ok_or(Foreign("employee_no"))?;
    let mut facts = Vec::new();
    if !history.employee_no.is_empty() {
        facts.push((words::EMPLOYEE_NO.to_owned(), history.employee_no.clone()));
    }
    let heading = Heading {
        group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
        facts,
        made_at: app.clock.now(),
    };
    let wish = asked.wish(&app, &scope);
    sheet::pdf_response(&app, Arc::new(history), wish, heading).await
}
