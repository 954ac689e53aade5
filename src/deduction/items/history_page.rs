//! 更新履歴照会 of a book (R004-119, R004-132): on screen, as CSV and as PDF.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use serde::Deserialize;

use super::form::{EMPLOYEE_NO, is_number};
use super::history::History;
use super::{Book, Foreign, list};
use crate::app::App;
use crate::base::text::nfkc;
use crate::deduction::files;
use crate::deduction::scope::Scope;
use crate::deduction::transfers::print::{self, Asker};
use crate::web::menu::Entry;
use crate::web::sheet::{self, At, Encoding, Heading, View, Wish};
use crate::web::{self, Error, Field, Mistakes, Place, Shell};

#[derive(Template)]
#[template(path = "deduction/items/pages/history.html")]
struct HistoryPage {
    shell: Shell,
    path: &'static str,
    mistakes: Mistakes,
    employee_no: Field,
    filtered: bool,
    /// Absent while something is wrong with what was typed.
    list: Option<(View, String)>,
}

/// What the history of a book is like.
#[derive(Debug)]
pub struct Told {
    /// Which book's.
    pub book: Book,
    /// Where it is; its files end in `.csv` and `.pdf`.
    pub path: &'static str,
    /// The menu's group that it is in.
    pub menu: &'static Entry,
    /// Its title on screen.
    pub title: &'static str,
    /// Its title on paper.
    pub paper: &'static str,
}

/// No change that fits.
const NONE: &str = "この職員番号の更新の記録はありません。";
/// The way out of it.
const CLEAR: &str = "条件をすべて外す";

/// The history's page.
pub fn shown(of: &'static Told) -> MethodRouter<App> {
    get(move |app, scope, headers, asked| show(of, (app, scope, headers, asked)))
}

/// The history as CSV.
pub fn as_csv(of: &'static Told) -> MethodRouter<App> {
    get(move |app, scope, headers, asked| csv(of, (app, scope, headers, asked)))
}

/// The history as PDF.
pub fn as_pdf(of: &'static Told) -> MethodRouter<App> {
    get(move |app, scope, headers, asked| pdf(of, (app, scope, headers, asked)))
}

/// What a page is asked with.
type Request = (State<App>, Scope, HeaderMap, Query<Asked>);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    employee_no: String,
    after: String,
    before: String,
    encoding: String,
}

impl Asked {
    fn place(&self, of: &Told) -> Place {
        let query = [
            ("employee_no", &*self.employee_no),
            ("after", &*self.after),
            ("before", &*self.before),
        ];
        Place::new(of.path, &query)
    }

    /// The list that is asked for; `None` when no number can be like that.
    fn history(&self, of: &Told, scope: &Scope, exact: bool) -> Option<History> {
        let employee_no = nfkc(self.employee_no.trim());
        if !employee_no.is_empty() && (!is_number(&employee_no) || employee_no.len() > 40) {
            return None;
        }
        let key = scope.key();
        Some(History {
            title: of.paper,
            contract_no: key.contract_no.to_owned(),
            group_no: key.group_no.to_owned(),
            book: of.book,
            employee_no,
            exact,
        })
    }

    fn wish(&self, of: &Told, app: &App, scope: &Scope) -> Wish {
        Wish {
            shell: scope.shell(of.title, of.menu),
            place: self.place(of),
            name: files::of_day(of.paper, Some(&scope.group.group_no), app.clock.now()),
        }
    }
}

async fn show(
    of: &'static Told,
    (State(app), scope, headers, Query(asked)): Request,
) -> Result<Response, Error> {
    let shell = scope.shell(of.title, of.menu);
    let Some(history) = asked.history(of, &scope, false) else {
        let said = "英字・数字・ハイフンで入力してください。";
        let mistakes = Mistakes::one("employee_no", EMPLOYEE_NO, said);
        let page = history_page((shell, of.path), &asked.employee_no, mistakes, None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let mut conn = app.db.conn().await?;
    let at = At::of(&asked.after, &asked.before);
    let encoding = sheet::remembered(&headers);
    let view = View::read(&history, &mut conn, (&asked.place(of), &at), encoding).await?;
    let count = list::count_ja(view.counted);
    let view = if history.employee_no.is_empty() { view } else { view.empty(NONE, of.path, CLEAR) };
    let list = Some((view, count));
    web::page(&history_page((shell, of.path), &asked.employee_no, Mistakes::default(), list))
}

fn history_page(
    (shell, path): (Shell, &'static str),
    employee_no: &str,
    mistakes: Mistakes,
    list: Option<(View, String)>,
) -> HistoryPage {
    HistoryPage {
        shell,
        path,
        employee_no: mistakes.field("employee_no", employee_no.trim()),
        filtered: !employee_no.trim().is_empty(),
        mistakes,
        list,
    }
}

async fn csv(
    of: &'static Told,
    (State(app), scope, headers, Query(asked)): Request,
) -> Result<Response, Error> {
    let encoding = match asked.encoding.as_str() {
        "" => sheet::remembered(&headers),
        word => Encoding::parse(word).ok_or(Foreign("encoding"))?,
    };
    let history = asked.history(of, &scope, true).ok_or(Foreign("employee_no"))?;
    let wish = asked.wish(of, &app, &scope);
    print::csv(&app, &scope.person, (Arc::new(history), wish), encoding).await
}

async fn pdf(
    of: &'static Told,
    (State(app), scope, _, Query(asked)): Request,
) -> Result<Response, Error> {
    let history = asked.history(of, &scope, true).ok_or(Foreign("employee_no"))?;
    let mut facts = Vec::new();
    if !history.employee_no.is_empty() {
        facts.push((EMPLOYEE_NO.to_owned(), history.employee_no.clone()));
    }
    let heading = Heading {
        group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
        facts,
        made_at: app.clock.now(),
    };
    let wish = asked.wish(of, &app, &scope);
    let by = Asker { person: &scope.person, action: of.menu.action };
    print::pdf(&app, by, (Arc::new(history), wish), heading).await
}
