//! `/deduction/zaikei/…`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use super::lists::List;
use super::{Batch, Document, store, words};
use crate::app::App;
use crate::base::Day;
use crate::db::Conn;
use crate::deduction::received::Asked;
use crate::deduction::received::pages::{self, Around, Card, Chooser, Wanted};
use crate::deduction::transfers::print::Asker;
use crate::web::menu::deduction::ZAIKEI;
use crate::web::{Error, Field, Shell, SignedIn};

const LINES: &str = "/deduction/zaikei/lines";
const STATEMENTS: &str = "/deduction/zaikei/statements";
const EXPORT: &str = "/deduction/zaikei/export";
/// What a reception is called in addresses.
const NAME: &str = "batch";

/// The pages of 財形貯蓄事務.
pub fn router() -> Router<App> {
    Router::new()
        .route(LINES, get(show_lines))
        .route(STATEMENTS, get(show_statements))
        .route(EXPORT, get(show_export))
        .route("/deduction/zaikei/lists/{list}", get(show_list))
        .route("/deduction/zaikei/lists/{list}/csv", get(download_csv))
        .route("/deduction/zaikei/lists/{list}/pdf", get(download_pdf))
        .route("/deduction/zaikei/balances", shown(List::Balances))
        .route("/deduction/zaikei/balances/csv", as_csv(List::Balances))
        .route("/deduction/zaikei/balances/pdf", as_pdf(List::Balances))
        .route("/deduction/zaikei/incentives", shown(List::Incentives))
        .route("/deduction/zaikei/incentives/csv", as_csv(List::Incentives))
        .route("/deduction/zaikei/incentives/pdf", as_pdf(List::Incentives))
}

/// The page of a list that has its own place in the menu.
fn shown(list: List) -> MethodRouter<App> {
    get(async move |State(app): State<App>, person, headers, Query(asked): Query<Asked>| {
        lines(&app, person, (asked, headers), (list, list.path())).await
    })
}

fn as_csv(list: List) -> MethodRouter<App> {
    get(async move |State(app): State<App>, person, headers, Query(asked): Query<Asked>| {
        csv(&app, person, (asked, headers), list).await
    })
}

fn as_pdf(list: List) -> MethodRouter<App> {
    get(async move |State(app): State<App>, person, Query(asked): Query<Asked>| {
        pdf(&app, person, asked, list).await
    })
}

/// R004-152.
async fn show_lines(
    State(app): State<App>,
    person: SignedIn,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    lines(&app, person, (asked, headers), (List::Details, LINES)).await
}

/// The lines of `list` with the search, at `path`.
async fn lines(
    app: &App,
    person: SignedIn,
    (asked, headers): (Asked, HeaderMap),
    (list, path): (List, &'static str),
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (title, none) = match list {
        List::Balances => (words::BALANCES, words::NO_BALANCES),
        List::Incentives => (words::INCENTIVES, words::NO_INCENTIVES),
        _ => (words::LINES, words::NONE),
    };
    let shell = pages::shell(&person, title, &ZAIKEI);
    let Some((batch, all)) = chosen(&mut conn, &person, list.document(), &asked).await? else {
        return pages::none(shell, none);
    };
    let sheet = list.of(person.contract_no(), &batch, asked.filter().0);
    let around = around(shell, path, (&batch, &all));
    pages::lines(&mut conn, around, (&asked, &headers), &*sheet, list.path()).await
}

/// R004-153.
async fn show_statements(
    State(app): State<App>,
    person: SignedIn,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let page = (words::STATEMENTS, STATEMENTS, words::STATEMENTS_LEAD, false);
    cards(&app, &person, (&asked, &headers), page).await
}

/// R004-154.
async fn show_export(
    State(app): State<App>,
    person: SignedIn,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let page = (words::EXPORT, EXPORT, words::EXPORT_LEAD, true);
    cards(&app, &person, (&asked, &headers), page).await
}

/// Title, address and lead of a page with cards, and whether it only exports.
type CardsPage = (&'static str, &'static str, &'static str, bool);

async fn cards(
    app: &App,
    person: &SignedIn,
    (asked, headers): (&Asked, &HeaderMap),
    (title, path, lead, exports): CardsPage,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let shell = pages::shell(person, title, &ZAIKEI);
    let Some((batch, all)) = chosen(&mut conn, person, Document::Deposit, asked).await? else {
        return pages::none(shell, words::NONE);
    };
    let card =
        |list: List| Card::of(list.title(), list.path(), (NAME, &batch.id), list.kept(&batch));
    // 財形アラーム明細一覧表 is for reading; the manual exports the other two.
    let lists = List::STATEMENTS.into_iter().filter(|list| !exports || *list != List::Alarms);
    let cards = lists.map(card).collect();
    pages::tables(around(shell, path, (&batch, &all)), headers, (lead, exports), cards)
}

async fn show_list(
    State(app): State<App>,
    person: SignedIn,
    headers: HeaderMap,
    Path(list): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let list = List::parse(&list).ok_or(Error::NotFound)?;
    let mut conn = app.db.conn().await?;
    let wanted = wanted(&mut conn, &person, (list, &asked)).await?;
    let (asked, back) = ((&asked, &headers), (words::BACK, STATEMENTS));
    pages::list(&mut conn, wanted.around, asked, (&*wanted.sheet, list.path()), back).await
}

async fn download_csv(
    State(app): State<App>,
    person: SignedIn,
    headers: HeaderMap,
    Path(list): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let list = List::parse(&list).ok_or(Error::NotFound)?;
    csv(&app, person, (asked, headers), list).await
}

async fn download_pdf(
    State(app): State<App>,
    person: SignedIn,
    Path(list): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    pdf(&app, person, asked, List::parse(&list).ok_or(Error::NotFound)?).await
}

async fn csv(
    app: &App,
    person: SignedIn,
    (asked, headers): (Asked, HeaderMap),
    list: List,
) -> Result<Response, Error> {
    let wanted = wanted(&mut app.db.conn().await?, &person, (list, &asked)).await?;
    pages::csv(app, &person, wanted, (&asked, &headers)).await
}

async fn pdf(app: &App, person: SignedIn, asked: Asked, list: List) -> Result<Response, Error> {
    let wanted = wanted(&mut app.db.conn().await?, &person, (list, &asked)).await?;
    let by = Asker { person: &person, action: list.document().action() };
    pages::pdf(app, by, (wanted, &asked)).await
}

async fn wanted(
    conn: &mut Conn,
    person: &SignedIn,
    (list, asked): (List, &Asked),
) -> Result<Wanted, Error> {
    let found = chosen(conn, person, list.document(), asked).await?;
    let (batch, all) = found.ok_or(Error::NotFound)?;
    let shell = pages::shell(person, list.title().0, &ZAIKEI);
    let sheet = list.of(person.contract_no(), &batch, asked.good_filter()?);
    Ok(Wanted {
        sheet: Arc::from(sheet),
        path: list.path(),
        around: around(shell, STATEMENTS, (&batch, &all)),
        group: None,
    })
}

/// The reception of `document` that is asked for, else the newest, and all that can be
/// chosen; `None`: there is none yet. Another contract's, and another document's, is as
/// absent as what never was.
async fn chosen(
    conn: &mut Conn,
    person: &SignedIn,
    document: Document,
    asked: &Asked,
) -> Result<Option<(Batch, Vec<Batch>)>, Error> {
    person.needs(document.action())?;
    let mut all = store::all(conn, person.contract_no()).await?;
    all.retain(|batch| batch.document == document);
    let batch = if asked.reception.is_empty() {
        all.first().cloned()
    } else {
        let found = all.iter().find(|batch| batch.id == asked.reception);
        Some(found.cloned().ok_or(Error::NotFound)?)
    };
    Ok(batch.map(|batch| (batch, all)))
}

fn around(shell: Shell, action: &'static str, (batch, all): (&Batch, &[Batch])) -> Around {
    let fact = |label: &str, value: String| (label.to_owned(), value);
    Around {
        shell,
        chooser: Chooser {
            action,
            name: NAME,
            label: words::CHOOSE,
            field: Field::with(NAME, &*batch.id),
            options: all.iter().map(|one| (one.id.clone(), one.label())).collect(),
        },
        facts: vec![
            fact("帳票", batch.name()),
            fact("作成基準日", batch.base_on.ja()),
            fact("受信日", Day::of(batch.received_at).ja()),
        ],
    }
}
