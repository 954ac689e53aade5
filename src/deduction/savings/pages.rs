//! `/deduction/savings/…`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::lists::List;
use super::{Saving, store, words};
use crate::app::App;
use crate::db::Conn;
use crate::deduction::received::Asked;
use crate::deduction::received::pages::{self, Around, Card, Chooser, Wanted};
use crate::deduction::scope::Scope;
use crate::deduction::transfers::print::Asker;
use crate::identity::rights::Action;
use crate::web::menu::deduction::SAVINGS;
use crate::web::{Error, Field, Shell};

const LINES: &str = "/deduction/savings/lines";
const TABLES: &str = "/deduction/savings/tables";
const EXPORT: &str = "/deduction/savings/export";
/// What a reception is called in addresses.
const NAME: &str = "saving";

/// The pages of 一斉積立事務.
pub fn router() -> Router<App> {
    Router::new()
        .route(LINES, get(show_lines))
        .route(TABLES, get(show_tables))
        .route(EXPORT, get(show_export))
        .route("/deduction/savings/lists/{list}", get(show_list))
        .route("/deduction/savings/lists/{list}/csv", get(download_csv))
        .route("/deduction/savings/lists/{list}/pdf", get(download_pdf))
}

/// R004-142.
async fn show_lines(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let shell = pages::shell(&scope.person, words::LINES, &SAVINGS);
    let Some((saving, all)) = chosen(&mut conn, &scope, &asked).await? else {
        return pages::none(shell, words::NONE);
    };
    let filter = asked.filter().0;
    let sheet = List::Details.of(scope.contract_no(), &saving, filter);
    let around = around(shell, LINES, (&saving, &all));
    let asked = (&asked, &headers);
    pages::lines(&mut conn, around, asked, &sheet, List::Details.path()).await
}

/// R004-143.
async fn show_tables(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let page = (words::TABLES, TABLES, words::TABLES_LEAD, false);
    cards(&app, &scope, (&asked, &headers), page).await
}

/// R004-144.
async fn show_export(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let page = (words::EXPORT, EXPORT, words::EXPORT_LEAD, true);
    cards(&app, &scope, (&asked, &headers), page).await
}

/// Title, address and lead of a page with cards, and whether it only exports.
type CardsPage = (&'static str, &'static str, &'static str, bool);

async fn cards(
    app: &App,
    scope: &Scope,
    (asked, headers): (&Asked, &HeaderMap),
    (title, path, lead, exports): CardsPage,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let shell = pages::shell(&scope.person, title, &SAVINGS);
    let Some((saving, all)) = chosen(&mut conn, scope, asked).await? else {
        return pages::none(shell, words::NONE);
    };
    let card = |list: List| {
        let (count, amount) = list.kept(&saving);
        Card::of(list.title(), list.path(), (NAME, &saving.id), (count, Some(amount)))
    };
    let cards = List::ALL.map(card).to_vec();
    let around = around(shell, path, (&saving, &all));
    pages::tables(around, headers, (lead, exports), cards)
}

async fn show_list(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Path(list): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (list, wanted) = wanted(&mut conn, &scope, (&list, &asked)).await?;
    let (asked, back) = ((&asked, &headers), (words::BACK, TABLES));
    pages::list(&mut conn, wanted.around, asked, (&*wanted.sheet, list.path()), back).await
}

async fn download_csv(
    State(app): State<App>,
    scope: Scope,
    headers: HeaderMap,
    Path(list): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (_, wanted) = wanted(&mut app.db.conn().await?, &scope, (&list, &asked)).await?;
    pages::csv(&app, &scope.person, wanted, (&asked, &headers)).await
}

async fn download_pdf(
    State(app): State<App>,
    scope: Scope,
    Path(list): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (_, wanted) = wanted(&mut app.db.conn().await?, &scope, (&list, &asked)).await?;
    let by = Asker { person: &scope.person, action: Action::BulkSavingView };
    pages::pdf(&app, by, (wanted, &asked)).await
}

async fn wanted(
    conn: &mut Conn,
    scope: &Scope,
    (list, asked): (&str, &Asked),
) -> Result<(List, Wanted), Error> {
    let list = List::parse(list).ok_or(Error::NotFound)?;
    let (saving, all) = chosen(conn, scope, asked).await?.ok_or(Error::NotFound)?;
    let shell = pages::shell(&scope.person, list.title().0, &SAVINGS);
    let sheet = list.of(scope.contract_no(), &saving, asked.good_filter()?);
    let wanted = Wanted {
        sheet: Arc::new(sheet),
        path: list.path(),
        around: around(shell, TABLES, (&saving, &all)),
        group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
    };
    Ok((list, wanted))
}

/// The reception that is asked for, else the newest, and all that can be chosen; `None`:
/// there is none yet. Another group's is as absent as what never was.
async fn chosen(
    conn: &mut Conn,
    scope: &Scope,
    asked: &Asked,
) -> Result<Option<(Saving, Vec<Saving>)>, Error> {
    let all = store::choosable(conn, scope.key()).await?;
    let saving = if asked.reception.is_empty() {
        all.first().cloned()
    } else {
        let found = store::find(conn, scope.key(), &asked.reception).await?;
        Some(found.ok_or(Error::NotFound)?)
    };
    Ok(saving.map(|saving| (saving, all)))
}

fn around(shell: Shell, action: &'static str, (saving, all): (&Saving, &[Saving])) -> Around {
    let mut options: Vec<_> = all.iter().map(|one| (one.id.clone(), one.label())).collect();
    if all.iter().all(|one| one.id != saving.id) {
        options.push((saving.id.clone(), saving.label()));
    }
    let fact = |label: &str, value: String| (label.to_owned(), value);
    Around {
        shell,
        chooser: Chooser {
            action,
            name: NAME,
            label: words::CHOOSE,
            field: Field::with(NAME, &*saving.id),
            options,
        },
        facts: vec![
            fact("一斉積立", format!("{} {}", saving.no, saving.name)),
            fact("作成日", format!("{}（{}）", saving.made_on.ja(), saving.timing.ja())),
            fact("受信日", crate::base::Day::of(saving.received_at).ja()),
        ],
    }
}
