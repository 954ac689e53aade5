//! まとめ入金: what was deducted is paid in one sum (R004-124 to R004-126).
//!
//! Words: a *line* of the answered request is deducted (控除済) or unable (控除不能); a
//! deducted one is *stopped* (入金中止) or *paid*. A *deposit* is what was confirmed (確定);
//! one at most *stands* for a period: its undoing (解除) leaves a row, and the next has a
//! new number. Invariants: paid = deducted − stopped, on every page and paper; nothing moves
//! while a deposit stands; what was sent is never undone.

pub mod acts;
mod confirm;
mod documents;
mod lines;
mod list;
mod pages;
mod period;
mod request;
mod stops;
pub mod store;
pub(super) mod words;

use axum::Router;
use axum::routing::get;

use documents::Paper;

use crate::app::App;
use crate::base::Moment;
use crate::db::{Error, FromRow, Row};
use crate::deduction::sums::Sum;

/// まとめ入金確定.
const DEPOSIT: &str = "/deduction/rokin/deposit";
/// まとめ入金依頼書, まとめ入金明細 and まとめ入金更新明細書 of the deposit that stands for a period.
const REQUEST: &str = "/deduction/rokin/deposit/request";
const PAID: &str = "/deduction/rokin/deposit/paid";
const LEFT_OUT: &str = "/deduction/rokin/deposit/updates";
/// まとめ入金依頼入金中止設定.
const STOPS: &str = "/deduction/rokin/stops";
/// まとめ入金WEB更新依頼明細書.
const STOPPED: &str = "/deduction/rokin/updates";

/// The pages of まとめ入金.
pub fn router() -> Router<App> {
    Router::new()
        .route(DEPOSIT, get(pages::show_deposit))
        .route(
            "/deduction/rokin/deposit/confirm",
            get(confirm::edit_confirm).post(confirm::submit_confirm),
        )
        .route("/deduction/rokin/deposit/undo", get(confirm::edit_undo).post(confirm::submit_undo))
        .route(REQUEST, get(request::show_request))
        .route("/deduction/rokin/deposit/request.pdf", get(request::download_request))
        .route(PAID, documents::shown(Paper::Paid))
        .route("/deduction/rokin/deposit/paid.csv", documents::as_csv(Paper::Paid))
        .route("/deduction/rokin/deposit/paid.pdf", documents::as_pdf(Paper::Paid))
        .route(LEFT_OUT, documents::shown(Paper::LeftOut))
        .route("/deduction/rokin/deposit/updates.csv", documents::as_csv(Paper::LeftOut))
        .route("/deduction/rokin/deposit/updates.pdf", documents::as_pdf(Paper::LeftOut))
        .route(STOPS, get(stops::show_stops))
        .route("/deduction/rokin/stops.csv", get(stops::download_csv))
        .route("/deduction/rokin/stops.pdf", get(stops::download_pdf))
        .route("/deduction/rokin/stops/{line}", get(stops::edit_stop).post(stops::submit_stop))
        .route(STOPPED, documents::shown(Paper::Stopped))
        .route("/deduction/rokin/updates.csv", documents::as_csv(Paper::Stopped))
        .route("/deduction/rokin/updates.pdf", documents::as_pdf(Paper::Stopped))
}

/// A まとめ入金 that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// Our id: the key of the form that confirmed it.
    pub id: String,
    /// Of which period.
    pub period_id: String,
    /// 依頼書番号.
    pub document_no: String,
    /// What is paid.
    pub paid: Sum,
    /// What was deducted, but stopped.
    pub stopped: Sum,
    /// 確定日時.
    pub confirmed_at: Moment,
    /// Who confirmed it.
    pub confirmed_by: String,
    /// 解除日時.
    pub undone_at: Option<Moment>,
    /// Who took it back.
    pub undone_by: Option<String>,
    /// When the operator sent it.
    pub sent_at: Option<Moment>,
    /// Who sent it.
    pub sent_by: Option<String>,
}

impl FromRow for Deposit {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            period_id: row.get("period_id")?,
            document_no: row.get("document_no")?,
            paid: Sum { count: row.get("count")?, amount: row.get("amount")? },
            stopped: Sum { count: row.get("stopped_count")?, amount: row.get("stopped_amount")? },
            confirmed_at: row.get("confirmed_at")?,
            confirmed_by: row.get("confirmed_by")?,
            undone_at: row.get("undone_at")?,
            undone_by: row.get("undone_by")?,
            sent_at: row.get("sent_at")?,
            sent_by: row.get("sent_by")?,
        })
    }
}
