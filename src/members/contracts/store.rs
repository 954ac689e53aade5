//! The list of contracts.

use crate::base::Moment;
use crate::base::text::name_key;
use crate::db::{Conn, Error, FromRow, Row, ToValue, Values, params};
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

const FROM: &str = "FROM contracts k LEFT JOIN contract_terms t ON t.contract_no = k.contract_no";

/// The numbers of all contracts that `search` finds, in order. Names are compared by their
/// key, here: the database knows neither widths nor case of Japanese, and contracts are few
/// enough (thousands) to look at each.
pub async fn found(conn: &mut Conn, search: &Search) -> Result<Vec<String>, Error> {
    let sql = format!(
        "SELECT k.contract_no, k.name {FROM} WHERE substr(k.contract_no, 1, length($1)) = $1 \
         AND ($2 = '' OR COALESCE(t.preset, 'rokin') = $2) \
         AND ($3 = '' OR $3 = CASE WHEN k.closed_at IS NOT NULL THEN 'closed' \
         WHEN k.initial_closed_at IS NOT NULL THEN 'blocked' ELSE 'open' END) \
         ORDER BY k.contract_no"
    );
    let values = params![&search.contract_no, &search.preset, &search.state];
    let all: Vec<(String, String)> = conn.query(&sql, values).await?;
    let wanted = name_key(&search.name);
    let fits = |name: &str| wanted.is_empty() || name_key(name).contains(&wanted);
    Ok(all.into_iter().filter(|(_, name)| fits(name)).map(|(number, _)| number).collect())
}

/// The page of the contracts `found` at `cursor`.
pub async fn page(conn: &mut Conn, found: &[String], cursor: &Cursor<'_>) -> Result<Page, Error> {
    let (first, end) = match cursor {
        Cursor::Start => (0, ROWS_A_PAGE),
        Cursor::After(key) => {
            let first = found.partition_point(|number| number.as_str() <= *key);
            (first, first + ROWS_A_PAGE)
        }
        Cursor::Before(key) => {
            let end = found.partition_point(|number| number.as_str() < *key);
            (end.saturating_sub(ROWS_A_PAGE), end)
        }
    };
    let shown = &found[first..end.min(found.len())];
    let rows = rows(conn, shown).await?;
    Ok(Page { rows, earlier: first > 0, later: end < found.len() })
}

async fn rows(conn: &mut Conn, numbers: &[String]) -> Result<Vec<Listed>, Error> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> = (1..=numbers.len()).map(|at| format!("${at}")).collect();
    let sql = format!(
        "SELECT k.contract_no, k.name, k.kind, COALESCE(t.preset, 'rokin') AS preset, \
         k.failures, k.locks, k.locked_until, k.initial_closed_at, k.closed_at, \
         (SELECT COUNT(*) FROM users u WHERE u.contract_no = k.contract_no \
         AND u.deleted_at IS NULL) AS people {FROM} \
         WHERE k.contract_no IN ({}) ORDER BY k.contract_no",
        places.join(", ")
    );
    let values: Vec<_> = numbers.iter().map(ToValue::to_value).collect();
    conn.query(&sql, Values::from(values)).await
}
