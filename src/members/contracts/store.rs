//! The list of contracts.

use crate::base::Moment;
use crate::base::text::like_anywhere;
use crate::db::{Conn, Error, FromRow, Row, params};
use crate::identity::lockout::Attempts;

/// Contracts on one page.
pub const ROWS_A_PAGE: usize = 50;

/// A contract as the list shows it.
pub struct Listed {
    pub contract_no: String,
    pub name: String,
    pub kind: String,
    /// The word of its preset.
    pub preset: String,
    pub attempts: Attempts,
    pub closed_at: Option<Moment>,
    /// How many people it has.
    pub people: i64,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            contract_no: row.get("contract_no")?,
            name: row.get("name")?,
            kind: row.get("kind")?,
            preset: row.get("preset")?,
            attempts: Attempts {
                failures: row.get("failures")?,
                locks: row.get("locks")?,
                locked_until: row.get("locked_until")?,
                closed_at: row.get("initial_closed_at")?,
            },
            closed_at: row.get("closed_at")?,
            people: row.get("people")?,
        })
    }
}

/// What is looked for; empty parts look for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Beginning of the 契約番号.
    pub contract_no: String,
    /// Anywhere in the 契約者名.
    pub name: String,
    /// The word of a preset.
    pub preset: String,
    /// `open`, `blocked` or `closed`.
    pub state: String,
}

/// One page of the list.
pub struct Page {
    pub rows: Vec<Listed>,
    pub earlier: bool,
    pub later: bool,
}

/// Beside which contract a page lies.
pub enum Cursor<'a> {
    Start,
    After(&'a str),
    Before(&'a str),
}

const FOUND: &str = "substr(k.contract_no, 1, length($1)) = $1 AND k.name LIKE $2 ESCAPE '\\' \
    AND ($3 = '' OR COALESCE(t.preset, 'rokin') = $3) \
    AND ($4 = '' OR $4 = CASE WHEN k.closed_at IS NOT NULL THEN 'closed' \
    WHEN k.initial_closed_at IS NOT NULL THEN 'blocked' ELSE 'open' END)";

const FROM: &str = "FROM contracts k LEFT JOIN contract_terms t ON t.contract_no = k.contract_no";

/// How many contracts `search` finds.
pub async fn count(conn: &mut Conn, search: &Search) -> Result<i64, Error> {
    let sql = format!("SELECT COUNT(*) {FROM} WHERE {FOUND}");
    let name = like_anywhere(&search.name);
    let values = params![&search.contract_no, name, &search.preset, &search.state];
    Ok(conn.one(&sql, values).await?.unwrap_or(0))
}

/// The page of what `search` finds at `cursor`, by number.
pub async fn page(conn: &mut Conn, search: &Search, cursor: &Cursor<'_>) -> Result<Page, Error> {
    let (beside, order, key) = match cursor {
        Cursor::Start => ("CAST($5 AS TEXT) IS NULL", "ASC", None),
        Cursor::After(key) => ("k.contract_no > $5", "ASC", Some(*key)),
        Cursor::Before(key) => ("k.contract_no < $5", "DESC", Some(*key)),
    };
    let sql = format!(
        "SELECT k.contract_no, k.name, k.kind, COALESCE(t.preset, 'rokin') AS preset, \
         k.failures, k.locks, k.locked_until, k.initial_closed_at, k.closed_at, \
         (SELECT COUNT(*) FROM users u WHERE u.contract_no = k.contract_no \
         AND u.deleted_at IS NULL) AS people {FROM} \
         WHERE {FOUND} AND {beside} ORDER BY k.contract_no {order} LIMIT $6"
    );
    let limit = i64::try_from(ROWS_A_PAGE + 1).unwrap_or(i64::MAX);
    let name = like_anywhere(&search.name);
    let values = params![&search.contract_no, name, &search.preset, &search.state, key, limit];
    let mut rows: Vec<Listed> = conn.query(&sql, values).await?;
    let more = rows.len() > ROWS_A_PAGE;
    rows.truncate(ROWS_A_PAGE);
    let backwards = matches!(cursor, Cursor::Before(_));
    if backwards {
        rows.reverse();
    }
    let from_start = matches!(cursor, Cursor::Start);
    let (earlier, later) = if backwards { (more, true) } else { (!from_start, more) };
    Ok(Page { rows, earlier, later })
}
