//! `/contract/invoices`: list, detail, download.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::{File, FileEntry, Invoice, Page, store, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::date::{self, Day};
use crate::base::money::Yen;
use crate::identity::rights::Action;
use crate::web::{self, Error, Pager, Shell, SignedIn};

const LIST: &str = "/contract/invoices";

/// The pages of invoices.
pub fn router() -> Router<App> {
    Router::new()
        .route(LIST, get(show_invoices))
        .route("/contract/invoices/{id}", get(show_invoice))
        .route("/contract/invoices/{id}/files/{file_id}", get(download_file))
}

#[derive(Deserialize)]
struct ListQuery {
    until: Option<String>,
}

#[derive(Template)]
#[template(path = "contract/invoices/pages/list.html")]
pub(super) struct ListPage {
    shell: Shell,
    invoices: Vec<Invoice>,
    pager: Pager,
    is_latest: bool,
}

async fn show_invoices(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<Response, Error> {
    signed_in.needs(Action::InvoiceView)?;
    let until = query.until.as_deref();
    if until.is_some_and(|month| !is_month(month)) {
        return Err(Error::Malformed("until is not a month".into()));
    }
    let mut conn = app.db.conn().await?;
    let page = store::page(&mut conn, signed_in.contract_no(), until).await?;
    let shell = shell(&signed_in, words::LIST).crumb_here();
    web::page(&list_page(shell, page, until.is_none()))
}

pub(super) fn list_page(shell: Shell, page: Page, is_latest: bool) -> ListPage {
    let to = |month: String| format!("{LIST}?until={month}");
    let pager = Pager { previous: page.newer.map(to), next: page.older.map(to) };
    ListPage { shell, invoices: page.rows, pager, is_latest }
}

#[derive(Template)]
#[template(path = "contract/invoices/pages/detail.html")]
pub(super) struct DetailPage {
    shell: Shell,
    invoice: Invoice,
    main_files: Vec<FileEntry>,
    other_files: Vec<FileEntry>,
}

async fn show_invoice(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    signed_in.needs(Action::InvoiceView)?;
    check_id(&id)?;
    let mut conn = app.db.conn().await?;
    let found = store::find(&mut conn, signed_in.contract_no(), &id).await?;
    let (invoice, files) = found.ok_or(Error::NotFound)?;
    let shell = shell(&signed_in, words::DETAIL).crumb(words::LIST, LIST).crumb_here().narrow();
    web::page(&detail_page(shell, invoice, files))
}

pub(super) fn detail_page(shell: Shell, invoice: Invoice, files: Vec<FileEntry>) -> DetailPage {
    let (main_files, other_files) = files.into_iter().partition(|file| file.is_invoice);
    DetailPage { shell, invoice, main_files, other_files }
}

async fn download_file(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, file_id)): Path<(String, String)>,
) -> Result<Response, Error> {
    signed_in.needs(Action::InvoiceView)?;
    check_id(&id)?;
    check_id(&file_id)?;
    let file = {
        let mut conn = app.db.conn().await?;
        store::file(&mut conn, signed_in.contract_no(), &id, &file_id).await?
    };
    let file = file.ok_or(Error::NotFound)?;
    if !file.is_whole() {
        return Err(Error::internal(Damaged { file_id }));
    }
    note(&app, &signed_in, &id, &file).await?;
    let kind = media_type(&file.entry.media_type);
    Ok(web::download(&file.entry.file_name, kind, file.bytes))
}

/// Keeps the first download and tells the audit chain of every one.
async fn note(app: &App, signed_in: &SignedIn, id: &str, file: &File) -> Result<(), Error> {
    let now = app.clock.now();
    let (contract_no, user_id) = (signed_in.contract_no(), &signed_in.0.user.id);
    let mut tx = app.db.begin().await?;
    store::note_download(&mut tx, contract_no, &file.entry.id, user_id, now).await?;
    let target = format!("{id}/{}", file.entry.id);
    let event = Event {
        screen: None,
        target: Some(&target),
        detail: &file.entry.file_name,
        ..signed_in.0.event("invoice-download", "")
    };
    audit::record(&mut tx, now, &event).await?;
    Ok(tx.commit().await?)
}

/// Stored bytes that are not what was put there.
#[derive(Debug, thiserror::Error)]
#[error("invoice file {file_id} does not have the SHA-256 it was stored with")]
struct Damaged {
    file_id: String,
}

/// The page of somebody signed in; the manual gives these screens no number.
fn shell(signed_in: &SignedIn, title: &str) -> Shell {
    let shell = signed_in.shell(title, "", LIST);
    shell.crumb("トップページ", "/home")
}

/// Answers what cannot be an id as an id that does not exist.
fn check_id(id: &str) -> Result<(), Error> {
    let good = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if good && (1..=64).contains(&id.len()) { Ok(()) } else { Err(Error::NotFound) }
}

/// Whether `text` is a month `YYYY-MM`.
fn is_month(text: &str) -> bool {
    Day::parse(&format!("{text}-01")).is_some()
}

/// The media type to send: only what browsers do not run.
fn media_type(stored: &str) -> &'static str {
    match stored {
        "application/pdf" => "application/pdf",
        "text/csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_months_of_the_calendar_lead_to_a_page() {
        assert!(is_month("2026-11"));
        for wrong in ["", "2026", "2026-13", "2026-11-01", "2026-1", "９９９９-01", "x\0"] {
            assert!(!is_month(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_not_found() {
        assert!(check_id("0193-ab").is_ok());
        for wrong in ["", "a/b", "a\0", "'", &"a".repeat(65)] {
            assert!(matches!(check_id(wrong), Err(Error::NotFound)), "{wrong}");
        }
    }

    #[test]
    fn a_file_is_never_sent_as_something_a_browser_runs() {
        assert_eq!(media_type("text/html"), "application/octet-stream");
        assert_eq!(media_type("application/pdf"), "application/pdf");
    }
}
