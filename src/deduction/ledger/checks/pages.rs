//! `/deduction/ledger/checks`: which list, and the list on screen, as CSV and as PDF.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::Check;
use crate::app::App;
use crate::deduction::files;
use crate::deduction::items::Foreign;
use crate::deduction::items::list::count_ja;
use crate::deduction::ledger::shell_below;
use crate::deduction::period::{Open, entry};
use crate::deduction::scope::Scope;
use crate::deduction::transfers::print::{self, Asker};
use crate::identity::rights::Action;
use crate::web::menu::deduction::LEDGER;
use crate::web::sheet::{self, At, Encoding, Heading, View, Wish};
use crate::web::{self, Error, Place, Shell};

const CHECKS: &str = "/deduction/ledger/checks";
const TITLE: &str = "賃控元帳確認リスト出力";

/// `/deduction/ledger/checks` and the lists below.
pub fn router() -> Router<App> {
    Router::new()
        .route(CHECKS, get(show_checks))
        .route("/deduction/ledger/checks/{list}", get(show_list))
}

#[derive(Template)]
#[template(path = "deduction/ledger/checks/pages/checks.html")]
struct ChecksPage {
    shell: Shell,
    checks: [Check; 3],
}

#[derive(Template)]
#[template(path = "deduction/ledger/checks/pages/list.html")]
struct ListPage {
    shell: Shell,
    check: Check,
    /// 「2026年12月」: what is entered for.
    month: String,
    view: View,
    count: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    after: String,
    before: String,
    encoding: String,
}

impl ListPage {
    fn is_by_type(&self) -> bool {
        self.check == Check::Types
    }
}

async fn show_checks(scope: Scope) -> Result<Response, Error> {
    web::page(&ChecksPage { shell: scope.shell(TITLE, &LEDGER), checks: Check::ALL })
}

/// A list's page; its files end in `.csv` and `.pdf`.
async fn show_list(
    State(app): State<App>,
    scope: Scope,
    Path(name): Path<String>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (name, end) = name.split_once('.').unwrap_or((&name, ""));
    let check = Check::find(name).ok_or(Error::NotFound)?;
    let remembered = sheet::remembered(&headers);
    match end {
        "" => on_screen(&app, &scope, check, (&asked, remembered)).await,
        "csv" => {
            let encoding = match asked.encoding.as_str() {
                "" => remembered,
                word => Encoding::parse(word).ok_or(Foreign("encoding"))?,
            };
            let wish = wish(&app, &scope, check);
            let list = check.sheet(scope.key(), true);
            print::csv(&app, &scope.person, (list, wish), encoding).await
        }
        "pdf" => {
            let wish = wish(&app, &scope, check);
            let heading = Heading {
                group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
                facts: vec![("控除年月".to_owned(), month(&app, &scope).await?)],
                made_at: app.clock.now(),
            };
            let list = check.sheet(scope.key(), true);
            let by = Asker { person: &scope.person, action: Action::LedgerView };
            print::pdf(&app, by, (list, wish), heading).await
        }
        _ => Err(Error::NotFound),
    }
}

async fn on_screen(
    app: &App,
    scope: &Scope,
    check: Check,
    (asked, encoding): (&Asked, Encoding),
) -> Result<Response, Error> {
    let list = check.sheet(scope.key(), false);
    let month = month(app, scope).await?;
    let mut conn = app.db.conn().await?;
    let at = At::of(&asked.after, &asked.before);
    let place = place(check, asked);
    let view = View::read(&*list, &mut conn, (&place, &at), encoding).await?;
    let count = view.counted;
    let shell = shell(scope, check);
    web::page(&ListPage { shell, check, month, view, count: count_ja(count) })
}

/// What is entered for; empty while nothing is.
async fn month(app: &App, scope: &Scope) -> Result<String, Error> {
    let mut conn = app.db.conn().await?;
    let open = entry::look(&mut conn, scope.key(), app.clock.now()).await?;
    Ok(open.as_ref().map(Open::month_ja).unwrap_or_default())
}

fn shell(scope: &Scope, check: Check) -> Shell {
    shell_below(scope, check.title(), (TITLE, CHECKS))
}

fn place(check: Check, asked: &Asked) -> Place {
    Place::new(check.path(), &[("after", &asked.after), ("before", &asked.before)])
}

fn wish(app: &App, scope: &Scope, check: Check) -> Wish {
    Wish {
        shell: shell(scope, check),
        place: place(check, &Asked::default()),
        name: files::of_day(check.title(), Some(&scope.group.group_no), app.clock.now()),
    }
}

#[cfg(test)]
pub(in crate::deduction::ledger) mod samples {
    //! The page that leads to the lists.

    use super::*;

    pub(in crate::deduction::ledger) fn pages(
        shell: &dyn Fn(&str) -> Shell,
    ) -> Vec<(&'static str, String)> {
        let checks = ChecksPage { shell: shell(TITLE), checks: Check::ALL };
        vec![("checks", checks.render().expect("rendered"))]
    }
}
