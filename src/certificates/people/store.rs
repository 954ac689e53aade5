//! The list of people.

use crate::base::{Moment, text};
use crate::db::{Conn, Error, FromRow, Row, params};
use crate::identity::lockout::{Attempts, Gate};

/// People on one page.
pub const ROWS_A_PAGE: usize = 50;

/// A person as the list shows them.
pub struct Listed {
    pub id: String,
    pub login_id: String,
    pub name: String,
    pub kind: String,
    pub contract_no: String,
    pub contract_name: String,
    pub attempts: Attempts,
    pub last_login_at: Option<Moment>,
}

impl Listed {
    /// Whether a password of theirs is looked at.
    pub fn gate(&self, now: Moment) -> Gate {
        self.attempts.gate(now)
    }
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            login_id: row.get("login_id")?,
            name: row.get("name")?,
            kind: row.get("kind")?,
            contract_no: row.get("contract_no")?,
            contract_name: row.get("contract_name")?,
            attempts: Attempts {
                failures: row.get("failures")?,
                locks: row.get("locks")?,
                locked_until: row.get("locked_until")?,
                closed_at: row.get("closed_at")?,
            },
            last_login_at: row.get("last_login_at")?,
        })
    }
}

/// What is looked for; empty parts look for everyone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Beginning of the ユーザーID.
    pub user_id: String,
    /// Anywhere in the ユーザー名.
    pub name: String,
    /// Beginning of the 契約番号.
    pub contract_no: String,
    /// `active`, `locked` or `closed`.
    pub state: String,
}

impl Search {
    fn patterns(&self) -> [String; 3] {
        text::spellings(&self.name).map(|spelling| text::like_anywhere(&spelling))
    }
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// ユーザーID.
    #[default]
    LoginId,
    /// 最終ログイン日時.
    LastLogin,
}

/// How the list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sorting {
    pub column: Column,
    pub descending: bool,
}

/// Beside which person (our id) a page lies.
#[derive(Clone, Copy, Debug)]
pub enum Cursor<'a> {
    Start,
    After(&'a str),
    Before(&'a str),
}

/// One page of the list.
pub struct Page {
    pub rows: Vec<Listed>,
    pub earlier: bool,
    pub later: bool,
}

/// Names lie as they were typed, without a key: compared without blanks, in each of the widths
/// that was looked for.
const FOUND: &str = "u.deleted_at IS NULL AND substr(u.login_id, 1, length($1)) = $1 \
    AND (replace(replace(lower(u.name), ' ', ''), '　', '') LIKE lower($2) ESCAPE '\\' \
    OR replace(replace(lower(u.name), ' ', ''), '　', '') LIKE lower($6) ESCAPE '\\' \
    OR replace(replace(lower(u.name), ' ', ''), '　', '') LIKE lower($7) ESCAPE '\\') \
    AND substr(u.contract_no, 1, length($3)) = $3 \
    AND ($4 = '' OR $4 = CASE WHEN u.closed_at IS NOT NULL THEN 'closed' \
    WHEN u.locked_until IS NOT NULL AND u.locked_until > $5 THEN 'locked' ELSE 'active' END)";

const FROM: &str = "FROM users u JOIN contracts k ON k.contract_no = u.contract_no";

/// How many people `search` finds at `now`.
pub async fn count(conn: &mut Conn, search: &Search, now: Moment) -> Result<i64, Error> {
    let sql = format!("SELECT COUNT(*) {FROM} WHERE {FOUND}");
    let [name, half, full] = search.patterns();
    let values =
        params![&search.user_id, name, &search.contract_no, &search.state, now, half, full];
    Ok(conn.one(&sql, values).await?.unwrap_or(0))
}

/// The page of what `search` finds at `cursor`.
pub async fn page(
    conn: &mut Conn,
    search: &Search,
    sorting: Sorting,
    cursor: Cursor<'_>,
    now: Moment,
) -> Result<Page, Error> {
    let key = match sorting.column {
        Column::LoginId => "login_id",
        Column::LastLogin => "last_login_at",
    };
    let of = |alias: &str| match sorting.column {
        Column::LoginId => format!("{alias}.{key}"),
        Column::LastLogin => format!("COALESCE({alias}.{key}, 0)"),
    };
    let (id, backwards) = match cursor {
        Cursor::Start => (None, false),
        Cursor::After(id) => (Some(id), false),
        Cursor::Before(id) => (Some(id), true),
    };
    let down = sorting.descending != backwards;
    let (sign, order) = if down { ("<", "DESC") } else { (">", "ASC") };
    let (own, others) = (of("u"), of("c"));
    let sql = format!(
        "SELECT u.id, u.login_id, u.name, u.kind, u.contract_no, k.name AS contract_name, \
         u.failures, u.locks, u.locked_until, u.closed_at, u.last_login_at {FROM} \
         WHERE {FOUND} AND (CAST($8 AS TEXT) IS NULL OR ({own}, u.id) {sign} \
         (SELECT {others}, c.id FROM users c WHERE c.id = $8)) \
         ORDER BY {own} {order}, u.id {order} LIMIT $9"
    );
    let limit = i64::try_from(ROWS_A_PAGE + 1).unwrap_or(i64::MAX);
    let [name, half, full] = search.patterns();
    let (user_id, contract_no) = (&search.user_id, &search.contract_no);
    let values = params![user_id, name, contract_no, &search.state, now, half, full, id, limit];
    let mut rows: Vec<Listed> = conn.query(&sql, values).await?;
    let more = rows.len() > ROWS_A_PAGE;
    rows.truncate(ROWS_A_PAGE);
    if backwards {
        rows.reverse();
    }
    let (earlier, later) = if backwards { (more, true) } else { (id.is_some(), more) };
    Ok(Page { rows, earlier, later })
}
