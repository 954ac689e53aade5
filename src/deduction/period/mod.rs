//! Periods (スケジュール): when a group's deduction is entered, requested, answered, paid.
//!
//! There are three kinds: 月例, 夏季一時金, 年末一時金. Until the end of its closing day
//! (JST) a period is entered for; then its request is fixed (`close`) as lines that never
//! change their amounts, and the next period opens by rule. Invariants: of a kind one
//! period at most is entered for; after the closing instant nothing reaches a period, also
//! while it is not fixed yet (`entry`); what was fixed stays.

pub mod close;
pub mod entry;
pub mod information;
pub mod next;
pub mod store;

pub use entry::{Closed, Open};

use crate::base::calendar::Calendar;
use crate::base::date::month_ja;
use crate::base::id::new_id;
use crate::base::{Day, Moment};
use crate::db::{Error, FromRow, Row, Tx};
use crate::deduction::scope::Key;

/// Sets the usual rule of `kind` for a new group and opens its first period: the next that
/// has not closed at `now`.
pub async fn open_first(
    tx: &mut Tx,
    key: Key<'_>,
    calendar: &Calendar,
    (kind, now): (Kind, Moment),
) -> Result<(), Error> {
    let rule = next::Rule::usual(kind);
    next::set_rule(tx, key, &rule).await?;
    let (year, month, _) = Day::of(now).parts();
    let first = match rule.month.and_then(|month| u8::try_from(month).ok()) {
        Some(own) => (year, own),
        None => (year, month),
    };
    let mut dates = next::dates(first, &rule, calendar);
    while let Some(passed) = dates.as_ref().filter(|dates| dates.close_on < Day::of(now)) {
        dates = next::after(&passed.deduct_ym, &rule, calendar);
    }
    let Some(dates) = dates else { return Ok(()) };
    let period = Period {
        id: new_id(now),
        group_no: key.group_no.to_owned(),
        kind,
        deduct_ym: dates.deduct_ym,
        close_on: dates.close_on,
        pay_on: dates.pay_on,
        requested_at: None,
        results_at: None,
        version: 1,
    };
    store::insert(tx, key.contract_no, &period).await
}

/// What is deducted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 月例: the monthly pay.
    Monthly,
    /// 夏季一時金.
    Summer,
    /// 年末一時金.
    Winter,
}

/// One deduction of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Our id.
    pub id: String,
    /// 入金グループ番号.
    pub group_no: String,
    /// From which pay.
    pub kind: Kind,
    /// 控除年月, `YYYY-MM`.
    pub deduct_ym: String,
    /// 締切日: its end is the last instant of entry.
    pub close_on: Day,
    /// 支給日(入金予定日).
    pub pay_on: Day,
    /// When the request was fixed (依頼データ受信).
    pub requested_at: Option<Moment>,
    /// When the newest results came (結果データ受信).
    pub results_at: Option<Moment>,
    /// Counts changes.
    pub version: i64,
}

impl Kind {
    /// All of them, in the order of the schedule (R004-110).
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Summer, Self::Winter];

    /// The word for it in the database, in addresses and in columns' names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Summer => "summer",
            Self::Winter => "winter",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// 「夏季一時金」.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Monthly => "月例",
            Self::Summer => "夏季一時金",
            Self::Winter => "年末一時金",
        }
    }
}

impl Period {
    /// 「2026年11月 月例」.
    #[must_use]
    pub fn ja(&self) -> String {
        format!("{} {}", month_ja(&self.deduct_ym), self.kind.ja())
    }

    /// Whether it is entered for at `now` (入力中, R004-112).
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        self.requested_at.is_none() && !self.has_closed(now)
    }

    /// Whether its closing day is over at `now`.
    #[must_use]
    pub fn has_closed(&self, now: Moment) -> bool {
        now >= self.close_on.plus_days(1).starts_at()
    }
}

impl FromRow for Period {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let kind: String = row.get("kind")?;
        Ok(Self {
            id: row.get("id")?,
            group_no: row.get("group_no")?,
            kind: Kind::parse(&kind).ok_or_else(|| Error::missing("periods.kind"))?,
            deduct_ym: row.get("deduct_ym")?,
            close_on: row.get("close_on")?,
            pay_on: row.get("pay_on")?,
            requested_at: row.get("requested_at")?,
            results_at: row.get("results_at")?,
            version: row.get("version")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_entered_for_until_the_last_instant_of_its_closing_day() {
        // R004-112, R004-147
        let period = Period {
            id: "p".into(),
            group_no: "16000004".into(),
            kind: Kind::Monthly,
            deduct_ym: "2026-11".into(),
            close_on: Day::new(2026, 11, 9).expect("a day"),
            pay_on: Day::new(2026, 11, 25).expect("a day"),
            requested_at: None,
            results_at: None,
            version: 1,
        };
        let end = Moment::parse("2026-11-10T00:00:00+09:00").expect("a moment");
        assert!(period.is_open(end.plus_ms(-1)));
        assert!(!period.is_open(end));
        assert_eq!(period.ja(), "2026年11月 月例");
    }
}
