//! Times out of service (メンテナンス) besides the hours of use (R004-02).
//!
//! A window is announced, comes, and is over; until then it can be withdrawn. Whoever
//! writes one also records `ADD` or `WITHDRAW`: every node follows the chain.

use crate::base::Moment;
use crate::base::clock::DAY_MS;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// The action of a new window in the audit chain.
pub const ADD: &str = "maintenance-add";
/// The action of a window taken back.
pub const WITHDRAW: &str = "maintenance-withdraw";

/// Longest message, in characters.
pub const LONGEST_MESSAGE: usize = 200;
/// Most days that a window lasts: who types another year closes the service with it.
pub const MOST_DAYS: i64 = 31;

/// A window as it was ordered; what could not be read is absent.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// See `Window`.
    pub from: Option<Moment>,
    /// See `Window`.
    pub to: Option<Moment>,
    /// See `Window`; `None`: at once.
    pub announced: Option<Moment>,
    /// See `Window`, without blanks around it.
    pub message: &'a str,
}

/// What is wrong with a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It does not end later than it begins.
    EndsEarly,
    /// It is over already.
    IsOver,
    /// It lasts more than `MOST_DAYS`.
    TooLong,
    /// People would be told after it began.
    AnnouncedLate,
    /// The message is not one line of 1 to `LONGEST_MESSAGE` characters.
    Message,
}

impl Wish<'_> {
    /// Everything that is wrong with it at `now`: at most one thing about its end.
    #[must_use]
    pub fn wrongs(&self, now: Moment) -> Vec<Wrong> {
        let lasts_ms = self.from.zip(self.to).map(|(from, to)| to.since_ms(from));
        let end = match (lasts_ms, self.to) {
            (Some(..=0), _) => Some(Wrong::EndsEarly),
            (_, Some(to)) if to <= now => Some(Wrong::IsOver),
            (Some(lasts), _) if lasts > MOST_DAYS * DAY_MS => Some(Wrong::TooLong),
            _ => None,
        };
        let late = self.from.zip(self.announced).is_some_and(|(from, told)| told > from);
        let length = self.message.chars().count();
        let good = (1..=LONGEST_MESSAGE).contains(&length);
        let good = good && !self.message.contains(char::is_control);
        let rest = [late.then_some(Wrong::AnnouncedLate), (!good).then_some(Wrong::Message)];
        end.into_iter().chain(rest.into_iter().flatten()).collect()
    }
}

/// A time out of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Our id.
    pub id: String,
    /// The first instant out of service.
    pub from: Moment,
    /// The first instant in service again.
    pub to: Moment,
    /// What people are told, one line.
    pub message: String,
    /// From when they are told beforehand.
    pub announced: Moment,
    /// Who decided it: a login ID or `cli:USER`.
    pub created_by: String,
    /// When.
    pub created_at: Moment,
    /// When it was taken back.
    pub withdrawn_at: Option<Moment>,
}

/// How far a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not announced yet.
    Planned,
    /// Announced, not begun.
    Announced,
    /// Now.
    Now,
    /// Over.
    Past,
    /// Taken back.
    Withdrawn,
}

impl Stage {
    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Announced => "announced",
            Self::Now => "now",
            Self::Past => "past",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Window {
    /// How far it is at `now`.
    #[must_use]
    pub fn stage(&self, now: Moment) -> Stage {
        if self.withdrawn_at.is_some() {
            Stage::Withdrawn
        } else if now >= self.to {
            Stage::Past
        } else if now >= self.from {
            Stage::Now
        } else if now >= self.announced {
            Stage::Announced
        } else {
            Stage::Planned
        }
    }

    /// Whether it can still be taken back.
    #[must_use]
    pub fn is_to_come(&self, now: Moment) -> bool {
        !matches!(self.stage(now), Stage::Past | Stage::Withdrawn)
    }
}

impl FromRow for Window {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            from: row.get("from_at")?,
            to: row.get("to_at")?,
            message: row.get("message")?,
            announced: row.get("announced_at")?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
            withdrawn_at: row.get("withdrawn_at")?,
        })
    }
}

/// Adds a window; `false` when its id is there already: the same form sent twice.
pub async fn insert(tx: &mut Tx, window: &Window) -> Result<bool, Error> {
    let sql = "INSERT INTO maintenance (id, from_at, to_at, message, announced_at, created_by, \
               created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    let values = params![
        &window.id,
        window.from,
        window.to,
        &window.message,
        window.announced,
        &window.created_by,
        window.created_at
    ];
    Ok(tx.execute(sql, values).await? > 0)
}

/// Takes a window back, unless it is over; `false` when it was before.
pub async fn withdraw(tx: &mut Tx, id: &str, now: Moment) -> Result<bool, Error> {
    let sql = "UPDATE maintenance SET withdrawn_at = $2 \
               WHERE id = $1 AND withdrawn_at IS NULL AND to_at > $2";
    Ok(tx.execute(sql, params![id, now]).await? > 0)
}

/// The window `id`.
pub async fn find(conn: &mut Conn, id: &str) -> Result<Option<Window>, Error> {
    conn.one("SELECT * FROM maintenance WHERE id = $1", params![id]).await
}

/// Windows that are not over, the next first.
pub async fn coming(conn: &mut Conn, now: Moment) -> Result<Vec<Window>, Error> {
    let sql = "SELECT * FROM maintenance WHERE withdrawn_at IS NULL AND to_at > $1 \
               ORDER BY from_at, id";
    conn.query(sql, params![now]).await
}

/// The newest `limit` windows that are over or were taken back, the last first.
pub async fn past(conn: &mut Conn, now: Moment, limit: i64) -> Result<Vec<Window>, Error> {
    let sql = "SELECT * FROM maintenance WHERE withdrawn_at IS NOT NULL OR to_at <= $1 \
               ORDER BY from_at DESC, id DESC LIMIT $2";
    conn.query(sql, params![now, limit]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lies_ahead_lasts_days_at_most_and_is_announced_before_it() {
        let now = Moment::from_unix(1_800_000_000);
        let good = Wish {
            from: Some(now.plus_minutes(60)),
            to: Some(now.plus_minutes(120)),
            announced: None,
            message: "機器の入れ替え",
        };
        let far = Some(Moment::from_ms(i64::MAX));
        let edge = now.plus_minutes(60).plus_ms(MOST_DAYS * DAY_MS);
        for (wish, wrongs) in [
            (good, vec![]),
            (Wish { from: Some(now.plus_minutes(-60)), ..good }, vec![]),
            (Wish { announced: good.from, ..good }, vec![]),
            (Wish { to: Some(edge), ..good }, vec![]),
            (Wish { to: Some(edge.plus_ms(1)), ..good }, vec![Wrong::TooLong]),
            (Wish { to: far, ..good }, vec![Wrong::TooLong]),
            (Wish { to: good.from, ..good }, vec![Wrong::EndsEarly]),
            (Wish { from: None, to: Some(now), ..good }, vec![Wrong::IsOver]),
            (
                Wish { announced: good.to, message: "a\nb", ..good },
                vec![Wrong::AnnouncedLate, Wrong::Message],
            ),
            (Wish { from: None, to: None, message: "", ..good }, vec![Wrong::Message]),
        ] {
            assert_eq!(wish.wrongs(now), wrongs, "{wish:?}");
        }
    }
}
