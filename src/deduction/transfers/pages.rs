//! `/deduction/transfers`: 取込・出力履歴, and one of its rows.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use super::acts::{self, Confirmation};
use super::one::{self, Viewer};
use super::store::{self, Seen};
use super::{Kind, State as Stage, Transfer, ledger, print, result, words};
use crate::app::App;
use crate::audit::words::OPERATOR;
use crate::base::date::jst_minutes;
use crate::db::Conn;
use crate::deduction::sums::Book;
use crate::identity::rights::Action;
use crate::web::menu::deduction::TRANSFERS;
use crate::web::sheet::At;
use crate::web::{self, Error, Form, Pager, Shell, SignedIn};

/// The pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/deduction/transfers", get(show_transfers))
        .route("/deduction/transfers/{id}", get(show_transfer))
        .route("/deduction/transfers/{id}/apply", post(submit_apply))
        .route("/deduction/transfers/{id}/drop", post(submit_drop))
        .route("/deduction/transfers/{id}/file", get(download_file))
        .route("/deduction/transfers/{id}/changes", get(download_changes))
}

#[derive(Template)]
#[template(path = "deduction/transfers/pages/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<ListRow>,
    pager: Pager,
    /// Where the first file is chosen; empty: not by this person.
    start: &'static str,
}

/// A transfer in a list.
pub(super) struct ListRow {
    pub(super) href: String,
    pub(super) kind: &'static str,
    pub(super) file_name: String,
    pub(super) at: String,
    pub(super) actor: String,
    pub(super) state: &'static str,
    pub(super) mark: &'static str,
    pub(super) counts: String,
}

impl ListRow {
    pub(super) fn of(transfer: &Transfer, base: &str) -> Self {
        Self {
            href: format!("{base}/{}", transfer.id),
            kind: words::kind(transfer.kind),
            file_name: transfer.file_name.clone(),
            at: jst_minutes(transfer.created_at),
            actor: transfer.actor.clone(),
            state: words::state(transfer.kind, transfer.state),
            mark: words::mark(transfer.state),
            counts: words::summary(transfer.kind, &transfer.counts),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    after: String,
    before: String,
}

async fn show_transfers(
    State(app): State<App>,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let of = (person.contract_no(), group_no(&person).unwrap_or_default());
    let at = At::of(&asked.after, &asked.before);
    let (found, more) = store::page(&mut conn, of, &seen(&person), &at).await?;
    let shell = person.shell(words::HISTORY, "", TRANSFERS.href);
    let shell = shell.crumb("トップページ", "/home").crumb_here();
    let pager = pager(&found, &at, more);
    let rows = found.into_iter().map(|one| ListRow::of(&as_clerks_see(one), TRANSFERS.href));
    let imports = group_no(&person).is_some() && may_change(&person, Kind::Ledger);
    let start = if imports { ledger::IMPORT } else { "" };
    web::page(&ListPage { shell, rows: rows.collect(), pager, start })
}

/// To the pages before and after; `more`: in the direction that was asked for.
fn pager(found: &[Transfer], at: &At, more: bool) -> Pager {
    let (newer, older) = match at {
        At::First => (false, more),
        At::After(_) => (true, more),
        At::Before(_) => (more, true),
    };
    let to = |word: &str, one: Option<&Transfer>| {
        one.map(|one| format!("{}?{word}={}", TRANSFERS.href, one.id))
    };
    Pager {
        previous: to("before", found.first()).filter(|_| newer),
        next: to("after", found.last()).filter(|_| older),
    }
}

/// The chosen group; a contract of 財形貯蓄 alone has none.
fn group_no(person: &SignedIn) -> Option<&str> {
    person.0.actor.place.group().map(|group| group.group_no.as_str())
}

fn sees(person: &SignedIn, kind: Kind) -> bool {
    kind.seen_with().iter().any(|action| person.0.may(*action))
}

fn seen(person: &SignedIn) -> Seen {
    Seen {
        kinds: Kind::ALL.into_iter().filter(|kind| sees(person, *kind)).collect(),
        actions: Action::ALL.iter().copied().filter(|action| person.0.may(*action)).collect(),
    }
}

/// Whether this person may know that it is there, and how it went.
fn sees_one(person: &SignedIn, transfer: &Transfer) -> bool {
    transfer.action.map_or_else(|| sees(person, transfer.kind), |action| person.0.may(action))
}

/// Whether this person may see what is in it: of 控除結果 nothing of a book that is hidden from
/// them, of 財形貯蓄 no document that is.
async fn sees_inside(
    conn: &mut Conn,
    person: &SignedIn,
    transfer: &Transfer,
) -> Result<bool, Error> {
    match transfer.kind {
        Kind::Result => {
            for (book, action) in
                [(Book::Rokin, Action::RokinView), (Book::Ledger, Action::LedgerView)]
            {
                if !person.0.may(action) && result::is_of(conn, transfer, book).await? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Kind::Zaikei if transfer.action.is_none() => {
            Ok(transfer.kind.seen_with().iter().all(|action| person.0.may(*action)))
        }
        _ => Ok(true),
    }
}

/// The transfer, if this person may see it: another contract's is not there, nor what is of
/// another group.
async fn load(app: &App, person: &SignedIn, id: &str) -> Result<Transfer, Error> {
    let found = store::find(&mut app.db.conn().await?, id).await?.ok_or(Error::NotFound)?;
    let of_group = found.group_no.as_ref().is_none_or(|no| group_no(person) == Some(no.as_str()));
    if found.contract_no != person.contract_no() || !of_group {
        return Err(Error::NotFound);
    }
    if sees_one(person, &found) { Ok(as_clerks_see(found)) } else { Err(Error::Forbidden) }
}

/// The operator's people have no names there.
fn as_clerks_see(mut transfer: Transfer) -> Transfer {
    if transfer.user_id.is_none() {
        OPERATOR.clone_into(&mut transfer.actor);
    }
    if let Some(by) = &mut transfer.confirmed
        && by.user_id.is_none()
    {
        OPERATOR.clone_into(&mut by.name);
    }
    transfer
}

fn may_change(person: &SignedIn, kind: Kind) -> bool {
    kind.applied_with().is_some_and(|action| person.0.may(action))
}

async fn load_to_change(app: &App, person: &SignedIn, id: &str) -> Result<Transfer, Error> {
    let found = load(app, person, id).await?;
    if may_change(person, found.kind) { Ok(found) } else { Err(Error::Forbidden) }
}

fn here(id: &str) -> String {
    format!("{}/{id}", TRANSFERS.href)
}

async fn show_transfer(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let transfer = load(&app, &person, &id).await?;
    let title = match transfer.kind {
        Kind::Print => words::kind(Kind::Print).to_owned(),
        kind => format!("{}の取込", words::kind(kind)),
    };
    let shell = person.shell(&title, "", TRANSFERS.href).crumb("トップページ", "/home");
    let inside = sees_inside(&mut app.db.conn().await?, &person, &transfer).await?;
    let viewer = Viewer {
        shell: shell.crumb(words::HISTORY, TRANSFERS.href).crumb_here(),
        here: here(&id),
        inside,
        may_change: may_change(&person, transfer.kind),
        again: match transfer.kind {
            Kind::Ledger => Some(ledger::IMPORT.to_owned()),
            Kind::Print => Some(transfer.options.asked.clone()),
            _ => None,
        },
        history: TRANSFERS.href,
        csrf: person.0.csrf(),
    };
    one::show(&app, &transfer, viewer).await
}

async fn submit_apply(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Confirmation>,
) -> Result<Response, Error> {
    let transfer = load_to_change(&app, &person, &id).await?;
    let event = person.0.event("transfer-confirm", words::HISTORY);
    let user = &person.0.user;
    let name = format!("{}（{}）", user.name, user.login_id);
    acts::apply(&app, &transfer, (&form, &here(&id)), (event, &name)).await
}

#[derive(Deserialize)]
struct Nothing {}

async fn submit_drop(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let transfer = load_to_change(&app, &person, &id).await?;
    let event = person.0.event("transfer-drop", words::HISTORY);
    acts::give_up(&app, &transfer, (event, &here(&id))).await
}

/// The file that was made, or the rows of one that cannot be taken.
async fn download_file(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let transfer = load(&app, &person, &id).await?;
    if transfer.kind == Kind::Print {
        let content = store::content(&mut app.db.conn().await?, &id).await?;
        let content = content.ok_or_else(|| Error::stale(words::TO_ONE, here(&id)))?;
        let file = web::download(&transfer.file_name, "application/pdf", content);
        return print::noted(&app, &person, &handed(&transfer), file).await;
    }
    if !sees_inside(&mut app.db.conn().await?, &person, &transfer).await? {
        return Err(Error::Forbidden);
    }
    if transfer.state != Stage::Refused {
        return Err(Error::stale(words::TO_ONE, here(&id)));
    }
    let file = one::refused_file(&app, &transfer).await?;
    print::noted(&app, &person, &handed(&transfer), file).await
}

/// What the chain calls a file of the history.
fn handed(transfer: &Transfer) -> String {
    let group_no = transfer.group_no.as_deref().unwrap_or_default();
    format!("{group_no} {}", transfer.file_name).trim_start().to_owned()
}

/// All that the file will change.
async fn download_changes(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let transfer = load(&app, &person, &id).await?;
    if !sees_inside(&mut app.db.conn().await?, &person, &transfer).await? {
        return Err(Error::Forbidden);
    }
    let file = one::changes_file(&app, &transfer, &here(&id)).await?;
    print::noted(&app, &person, &handed(&transfer), file).await
}
