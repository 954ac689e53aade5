//! `/settings/manuals`: what people read.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, Manual};
use super::{SHELF, kinds, words};
use crate::app::App;
use crate::base::date::jst_minutes_ja;
use crate::db::Conn;
use crate::identity::rights;
use crate::web::upload::size_ja;
use crate::web::{self, Error, Shell, SignedIn};

#[derive(Template)]
#[template(path = "members/manuals/pages/shelf.html")]
struct ShelfPage {
    shell: Shell,
    rows: Vec<Line>,
    /// Whether the list is that of papers of a contract (R002-50).
    as_papers: bool,
}

/// A line of the list.
struct Line {
    href: String,
    name: String,
    comment: String,
    updated: String,
    kind: &'static str,
    size: String,
}

impl Line {
    fn of(manual: &Manual) -> Self {
        Self {
            href: format!("{SHELF}/{}", manual.id),
            name: manual.name.clone(),
            comment: words::comment(manual),
            updated: jst_minutes_ja(manual.updated_at),
            kind: manual.label(),
            size: size_ja(manual.size()),
        }
    }

    fn own((name, comment, href): (&str, &str, &str)) -> Self {
        Self {
            href: href.to_owned(),
            name: name.to_owned(),
            comment: comment.to_owned(),
            updated: "－".to_owned(),
            kind: "画面",
            size: "－".to_owned(),
        }
    }
}

pub(super) async fn show_manuals(
    State(app): State<App>,
    person: SignedIn,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let kind = person.0.contract.kind.as_str();
    let all = store::list(&mut conn, Some(kind)).await?;
    let meant = all.iter().filter(|one| rights::is_meant(&person.0.actor, one.role.as_deref()));
    let rows = meant.map(Line::of).chain(words::OWN.into_iter().map(Line::own)).collect();
    let as_papers = kind == "office";
    web::page(&ShelfPage { shell: shell(&person, words::SHELF).crumb_here(), rows, as_papers })
}

#[derive(Template)]
#[template(path = "members/manuals/pages/manual.html")]
struct ManualPage {
    shell: Shell,
    manual: Manual,
    line: Line,
}

pub(super) async fn show_manual(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let manual = load(&mut app.db.conn().await?, &person, &id).await?;
    let shell = shell(&person, words::MANUAL).crumb(words::SHELF, SHELF).crumb_here().narrow();
    web::page(&ManualPage { shell, line: Line::of(&manual), manual })
}

/// How a file is wanted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// `1`: shown by the browser, which only PDF is.
    view: String,
}

pub(super) async fn download_file(
    State(app): State<App>,
    person: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let manual = load(&mut conn, &person, &id).await?;
    let bytes = store::bytes(&mut conn, &id).await?.ok_or(Error::NotFound)?;
    let kind = kinds::by_name(&manual.file_name).map_or(store::UNKNOWN, |kind| kind.media_type);
    let mut file = web::download(&manual.file_name, kind, bytes);
    if wanted.view == "1" && manual.is_pdf() {
        let inline = HeaderValue::from_static("inline");
        file.headers_mut().insert(CONTENT_DISPOSITION, inline);
    }
    Ok(file)
}

/// The manual, if it is for this person; for others it is not there.
async fn load(conn: &mut Conn, person: &SignedIn, id: &str) -> Result<Manual, Error> {
    let found = store::find(conn, id).await?;
    let kind = person.0.contract.kind.as_str();
    let meant = found.filter(|one| {
        (one.audience == "all" || one.audience == kind)
            && rights::is_meant(&person.0.actor, one.role.as_deref())
    });
    meant.ok_or(Error::NotFound)
}

/// The manual of the screens gives these no number.
fn shell(person: &SignedIn, title: &str) -> Shell {
    let shell = person.shell(title, "", "/settings");
    shell.crumb("トップページ", "/home").crumb("共通機能", "/settings")
}
