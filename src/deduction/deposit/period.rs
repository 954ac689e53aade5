//! Which period a page of まとめ入金 is about.

use super::{Deposit, store};
use crate::db::Conn;
use crate::deduction::period::{self, Period};
use crate::deduction::rules::Stage;
use crate::deduction::scope::Key;
use crate::deduction::sums::{self, Book, Sums};
use crate::web::Error;

/// Periods that are offered: two years of all kinds.
const OFFERED: i64 = 36;

/// The period, and everything that pages say of it.
pub struct Chosen {
    pub period: Period,
    pub stage: Stage,
    pub sums: Sums,
    /// The deposit that stands.
    pub standing: Option<Deposit>,
    /// Ids and names of those that can be chosen.
    pub offered: Vec<(String, String)>,
}

impl Chosen {
    /// Where a page is for this period.
    pub fn at(&self, path: &str) -> String {
        format!("{path}?period={}", self.period.id)
    }
}

/// The period that the address names; without a name the newest that is answered, or at
/// least requested. `None`: nothing was requested yet.
pub async fn choose(conn: &mut Conn, key: Key<'_>, asked: &str) -> Result<Option<Chosen>, Error> {
    let fixed = period::store::fixed(conn, key, OFFERED).await?;
    let offered = fixed.iter().map(|period| (period.id.clone(), period.ja())).collect();
    let found = if asked.is_empty() {
        let answered = fixed.iter().find(|period| period.results_at.is_some());
        answered.or(fixed.first()).cloned()
    } else {
        // Another group's is as absent as what never was (RX-06).
        let found = period::store::find(conn, key, asked).await?;
        let requested = found.filter(|period| period.requested_at.is_some());
        Some(requested.ok_or(Error::NotFound)?)
    };
    let Some(period) = found else { return Ok(None) };
    let (stage, standing) = store::stage(conn, key.contract_no, &period).await?;
    let sums = sums::of(conn, key.contract_no, &period.id, Book::Rokin).await?;
    Ok(Some(Chosen { period, stage, sums, standing, offered }))
}

/// As `choose`, for pages that make no sense without a period.
pub async fn must(conn: &mut Conn, key: Key<'_>, asked: &str) -> Result<Chosen, Error> {
    choose(conn, key, asked).await?.ok_or(Error::NotFound)
}
