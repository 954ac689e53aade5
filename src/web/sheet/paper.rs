//! The list as PDF.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use tokio::sync::{Semaphore, mpsc};

use super::csv::read;
use super::{At, Heading, Line, Sheet, Wish, telling};
use crate::app::App;
use crate::db;
use crate::web::pdf::{self, Failure, Fonts, List, Progress};
use crate::web::{self, Error};

/// Lines of the longest list that is printed while somebody waits; longer ones are jobs.
pub const MOST_AT_ONCE: i64 = 2_000;
/// Lists that are printed at once: pages must go on being served beside them.
static TURNS: Semaphore = Semaphore::const_new(2);
/// How long one waits for a turn.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pieces of a list that wait for the printer.
const WAITING: usize = 2;

type Read = Result<Vec<Line>, db::Error>;

/// Why a list was not printed.
#[derive(Debug, thiserror::Error)]
pub enum Unprinted {
    /// The printer's reason.
    #[error(transparent)]
    Pdf(#[from] Failure),
    /// Too much is printed already, or the program stops.
    #[error("the printer has no turn")]
    Busy,
}

/// Whether a list of so many lines is printed by a job.
#[must_use]
pub const fn is_long(count: i64) -> bool {
    count > MOST_AT_ONCE
}

/// The whole of `sheet` as a file, while somebody waits; a page where it cannot be printed,
/// also when it is long.
///
/// # Errors
/// The database's; busy.
pub async fn pdf_response(
    app: &App,
    sheet: Arc<dyn Sheet>,
    wish: Wish,
    heading: Heading,
) -> Result<Response, Error> {
    let totals = sheet.totals(&mut app.db.conn().await?).await?;
    if is_long(totals.count) {
        return telling::long(wish, totals.count);
    }
    match printed(app, sheet, heading, |_| ()).await {
        Ok(bytes) => Ok(web::download(&format!("{}.pdf", wish.name), "application/pdf", bytes)),
        Err(why) => unprinted_response(wish, why),
    }
}

/// Prints the whole of `sheet` beside the requests; `progress` is told how far it is.
///
/// # Errors
/// [`Unprinted`]; [`unprinted_response`] makes a page of it.
pub async fn printed(
    app: &App,
    sheet: Arc<dyn Sheet>,
    heading: Heading,
    mut progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Vec<u8>, Unprinted> {
    let turn = tokio::time::timeout(PATIENCE, TURNS.acquire()).await;
    let _turn = turn.map_err(|_| Unprinted::Busy)?.map_err(|_| Unprinted::Busy)?;
    let list = List {
        title: sheet.title().to_owned(),
        heads: sheet.heads(),
        heading,
        empty: sheet.empty().to_owned(),
    };
    let (sender, mut lines) = mpsc::channel(WAITING);
    let of = app.clone();
    let printing = app.tasks.blocking(move || {
        let fonts = Fonts::of(&of).map_err(Failure::NoFont)?;
        pdf::print(&fonts, &list, &mut || lines.blocking_recv(), &mut progress)
    });
    let (printed, ()) = tokio::join!(printing, feed(app, &*sheet, sender));
    Ok(printed.ok_or(Unprinted::Busy)??)
}

/// Reads the list piece by piece, as the printer takes it.
async fn feed(app: &App, sheet: &dyn Sheet, sender: mpsc::Sender<Read>) {
    let mut at = At::First;
    loop {
        let lines = if app.tasks.is_stopping() {
            Err(db::Error::Unavailable("the program stops".to_owned()))
        } else {
            read(app, sheet, &at).await
        };
        let over = match &lines {
            Ok(lines) if lines.is_empty() => return,
            Ok(lines) => {
                at = lines.last().map_or(At::First, |last| At::After(last.key.clone()));
                false
            }
            Err(_) => true,
        };
        if sender.send(lines).await.is_err() || over {
            return;
        }
    }
}

/// The page that tells why a list was not printed.
///
/// # Errors
/// What is no reason that a person could do something about.
pub fn unprinted_response(wish: Wish, why: Unprinted) -> Result<Response, Error> {
    match why {
        Unprinted::Pdf(Failure::Lacking(listed, count)) => telling::lacking(wish, &listed, count),
        Unprinted::Pdf(Failure::NoFont(why)) => {
            tracing::error!(%why, "no PDF without a font");
            telling::no_font(wish, &why)
        }
        Unprinted::Pdf(Failure::Db(error)) => Err(error.into()),
        Unprinted::Pdf(broken @ Failure::Broken(_)) => Err(Error::internal(broken)),
        Unprinted::Busy => Err(Error::busy(Unprinted::Busy)),
    }
}
