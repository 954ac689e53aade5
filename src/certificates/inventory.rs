//! All certificates of all contracts: searched, counted, paged, and as a file.

use super::state::State;
use crate::base::{Moment, csv};
use crate::db::{Conn, Error, FromRow, Row, params};

/// Rows read at a time; also one page of the list.
pub const LINES_A_PAGE: usize = 50;
/// Rows that a file is written from at a time.
const LINES_A_READ: usize = 2_000;

/// A certificate as lists and files show it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Serial number, lower-case hex.
    pub serial: String,
    /// Common name: the user ID, or the name of the company's certificate.
    pub user: String,
    /// Name of the person, where there is one who is not deleted.
    pub user_name: Option<String>,
    /// The contract's number.
    pub contract_no: String,
    /// The contract's name.
    pub contract_name: String,
    /// `user` or `company`.
    pub mode: String,
    /// What has become of it, as of the search.
    pub state: State,
    /// First second.
    pub not_before: Moment,
    /// Last second.
    pub not_after: Moment,
    /// SHA-256 of the certificate, lower-case hex.
    pub fingerprint: String,
    /// When it was issued.
    pub issued_at: Moment,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
    /// Why (RFC 5280 §5.3.1).
    pub reason: Option<String>,
    /// When somebody first signed in with it.
    pub first_used_at: Option<Moment>,
    /// Name of the file it was handed out in.
    pub file_name: String,
    /// The issuing CA that signed it, from 1.
    pub generation: i64,
    /// What was noted with its revocation.
    pub note: Option<String>,
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let state: String = row.get("state")?;
        Ok(Self {
            serial: row.get("serial")?,
            user: row.get("subject_cn")?,
            user_name: row.get("user_name")?,
            contract_no: row.get("contract_no")?,
            contract_name: row.get("contract_name")?,
            mode: row.get("mode")?,
            state: State::parse(&state).ok_or_else(|| Error::missing("certificates.status"))?,
            not_before: row.get("not_before")?,
            not_after: row.get("not_after")?,
            fingerprint: row.get("fingerprint")?,
            issued_at: row.get("issued_at")?,
            revoked_at: row.get("revoked_at")?,
            reason: row.get("reason")?,
            first_used_at: row.get("first_used_at")?,
            file_name: row.get("file_name")?,
            generation: row.get("generation")?,
            note: row.get("note")?,
        })
    }
}

/// What is looked for; empty parts look for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Beginning of the user ID.
    pub user: String,
    /// Beginning of the contract's number.
    pub contract_no: String,
    /// Beginning of the serial number, lower-case hex.
    pub serial: String,
    /// State as of now.
    pub state: Option<State>,
    /// In force, and ending at or before this instant.
    pub ends_by: Option<Moment>,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// ユーザーID.
    User,
    /// 有効期限.
    Ends,
    /// 発行日.
    #[default]
    Issued,
}

/// How a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// By which column; the serial number decides between equals.
    pub column: Column,
    /// Large to small, new to old.
    pub descending: bool,
}

/// The newest first.
impl Default for Sorting {
    fn default() -> Self {
        Self { column: Column::Issued, descending: true }
    }
}

/// Where a page begins or ends: beside the certificate with this serial number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The rows after it.
    After(String),
    /// The rows before it.
    Before(String),
}

/// One page of a list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// In the order asked for.
    pub rows: Vec<Line>,
    /// Whether there are rows before them.
    pub earlier: bool,
    /// Whether there are rows after them.
    pub later: bool,
}

/// The state as of `$1`: one in force whose last second is over has ended.
const STATE: &str = "CASE WHEN c.status IN ('active', 'retiring') AND c.not_after + 999 < $1 \
    THEN 'expired' ELSE c.status END";

const FROM: &str = "FROM certificates c JOIN contracts k ON k.contract_no = c.contract_no \
    LEFT JOIN users u ON u.id = c.user_id AND u.deleted_at IS NULL";

/// What `Search` means: `$1` to `$6`.
fn found() -> String {
    format!(
        "substr(c.subject_cn, 1, length($2)) = $2 \
         AND substr(c.contract_no, 1, length($3)) = $3 \
         AND substr(c.serial, 1, length($4)) = $4 \
         AND (CAST($5 AS TEXT) IS NULL OR {STATE} = $5) \
         AND (CAST($6 AS BIGINT) IS NULL OR (c.not_after <= $6 AND c.not_after >= $1 \
         AND c.status IN ('active', 'retiring')))"
    )
}

fn columns() -> String {
    format!(
        "SELECT c.serial, c.subject_cn, u.name AS user_name, c.contract_no, \
         k.name AS contract_name, c.mode, {STATE} AS state, c.not_before, c.not_after, \
         c.fingerprint, c.issued_at, c.revoked_at, c.reason, c.first_used_at, c.file_name, \
         c.generation, c.note"
    )
}

/// How many certificates `search` finds at `now`.
pub async fn count(conn: &mut Conn, search: &Search, now: Moment) -> Result<i64, Error> {
    let sql = format!("SELECT COUNT(*) {FROM} WHERE {}", found());
    let state = search.state.map(State::word);
    let (user, contract_no) = (&search.user, &search.contract_no);
    let values = params![now, user, contract_no, &search.serial, state, search.ends_by];
    Ok(conn.one(&sql, values).await?.unwrap_or(0))
}

/// The page of what `search` finds that lies at `cursor`. Empty when the cursor's row
/// is not there.
pub async fn page(
    conn: &mut Conn,
    search: &Search,
    sorting: Sorting,
    cursor: Option<&Cursor>,
    now: Moment,
) -> Result<Page, Error> {
    let mut rows = read(conn, search, (sorting, cursor), LINES_A_PAGE + 1, now).await?;
    let more = rows.len() > LINES_A_PAGE;
    rows.truncate(LINES_A_PAGE);
    let backwards = matches!(cursor, Some(Cursor::Before(_)));
    if backwards {
        rows.reverse();
    }
    // Beyond the row that the cursor names there is at least that row.
    let (earlier, later) = if backwards { (more, true) } else { (cursor.is_some(), more) };
    Ok(Page { rows, earlier, later })
}

/// Everything that `search` finds, by user ID, as CSV in UTF-8 with its mark.
pub async fn file(conn: &mut Conn, search: &Search, now: Moment) -> Result<String, Error> {
    Ok(csv::table(&HEAD, all(conn, search, now).await?.into_iter().map(cells)))
}

/// The same for programs: each certificate's values by the names that head the file.
pub async fn objects(
    conn: &mut Conn,
    search: &Search,
    now: Moment,
) -> Result<Vec<Vec<(&'static str, String)>>, Error> {
    let lines = all(conn, search, now).await?.into_iter();
    Ok(lines.map(|line| HEAD.into_iter().zip(cells(line)).collect()).collect())
}

async fn all(conn: &mut Conn, search: &Search, now: Moment) -> Result<Vec<Line>, Error> {
    let sorting = Sorting { column: Column::User, descending: false };
    let mut all: Vec<Line> = Vec::new();
    loop {
        let cursor = all.last().map(|last| Cursor::After(last.serial.clone()));
        let rows = read(conn, search, (sorting, cursor.as_ref()), LINES_A_READ, now).await?;
        let is_last = rows.len() < LINES_A_READ;
        all.extend(rows);
        if is_last {
            return Ok(all);
        }
    }
}

/// The columns of the file, named as the command line's objects are.
const HEAD: [&str; 16] = [
    "serial",
    "user",
    "contract",
    "contract_name",
    "mode",
    "status",
    "not_before",
    "not_after",
    "sha256",
    "issued_at",
    "revoked_at",
    "reason",
    "first_used_at",
    "file_name",
    "generation",
    "note",
];

fn cells(line: Line) -> Vec<String> {
    let at = |moment: Option<Moment>| moment.map(Moment::rfc3339).unwrap_or_default();
    vec![
        line.serial,
        line.user,
        line.contract_no,
        line.contract_name,
        line.mode,
        line.state.word().to_owned(),
        line.not_before.rfc3339(),
        line.not_after.rfc3339(),
        line.fingerprint,
        line.issued_at.rfc3339(),
        at(line.revoked_at),
        line.reason.unwrap_or_default(),
        at(line.first_used_at),
        line.file_name,
        line.generation.to_string(),
        line.note.unwrap_or_default(),
    ]
}

async fn read(
    conn: &mut Conn,
    search: &Search,
    (sorting, cursor): (Sorting, Option<&Cursor>),
    most: usize,
    now: Moment,
) -> Result<Vec<Line>, Error> {
    let sql = sql(sorting, cursor);
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let state = search.state.map(State::word);
    let (user, contract_no) = (&search.user, &search.contract_no);
    let serial = match cursor {
        None => "",
        Some(Cursor::After(serial) | Cursor::Before(serial)) => serial.as_str(),
    };
    let values =
        params![now, user, contract_no, &search.serial, state, search.ends_by, limit, serial];
    conn.query(&sql, values).await
}

/// Rows from the cursor on, nearest first.
fn sql(sorting: Sorting, cursor: Option<&Cursor>) -> String {
    let key = match sorting.column {
        Column::User => "subject_cn",
        Column::Ends => "not_after",
        Column::Issued => "issued_at",
    };
    let backwards = matches!(cursor, Some(Cursor::Before(_)));
    let (sign, way) = if sorting.descending == backwards { (">", "") } else { ("<", " DESC") };
    // Without a cursor the place is named all the same, so that $8 stands in every text.
    let from = if cursor.is_none() {
        "$8 = ''".to_owned()
    } else {
        format!(
            "(c.{key}, c.serial) {sign} \
             (SELECT o.{key}, o.serial FROM certificates o WHERE o.serial = $8)"
        )
    };
    format!(
        "{} {FROM} WHERE {} AND {from} ORDER BY c.{key}{way}, c.serial{way} LIMIT $7",
        columns(),
        found()
    )
}
