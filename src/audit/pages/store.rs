//! The rows of the chain that somebody asked for, newest first, by key.

use std::collections::BTreeSet;

use super::rules::{Cursor, Search};
use crate::audit::Record;
use crate::audit::words::OPERATOR;
use crate::base::Moment;
use crate::db::{Conn, Error, ToValue, Value, Values, params};

/// Rows on a page.
const PAGE: usize = 50;
/// More than so many are not counted.
pub const MOST_COUNTED: i64 = 10_000;
/// Rows of the file that are read at once.
const CHUNK: i64 = 1_000;

/// Who is, or was, of the provider.
const OPERATORS: &str = "SELECT login_id FROM users WHERE kind = 'operator'";

/// A page of the log.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Newest first.
    pub rows: Vec<Record>,
    /// Whether there are newer ones.
    pub has_newer: bool,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// A search with its period as places in the chain: that is what every index knows.
#[derive(Clone, Debug)]
pub struct Bounded {
    search: Search,
    /// The first and the last place; `None`: nothing lies in the period.
    places: Option<(i64, i64)>,
}

/// Finds the places of the period.
pub async fn bound(conn: &mut Conn, search: &Search) -> Result<Bounded, Error> {
    let places = match (search.from, search.to) {
        (None, None) => Some((0, i64::MAX)),
        (from, to) => {
            // The index on `at` answers this alone; the limit keeps it to that index.
            let sql = "SELECT MIN(p.seq), MAX(p.seq) FROM (SELECT seq FROM audit \
                       WHERE at >= $1 AND at < $2 ORDER BY at, seq LIMIT $3) p";
            let from = from.unwrap_or(Moment::from_ms(0));
            let to = to.unwrap_or(Moment::from_ms(i64::MAX));
            let found: Option<(Option<i64>, Option<i64>)> =
                conn.one(sql, params![from, to, i64::from(i32::MAX)]).await?;
            found.and_then(|(first, last)| first.zip(last))
        }
    };
    Ok(Bounded { search: search.clone(), places })
}

/// The page at `cursor`.
pub async fn page(conn: &mut Conn, bounded: &Bounded, cursor: Cursor) -> Result<Page, Error> {
    let Some(mut filter) = Filter::of(bounded) else { return Ok(Page::default()) };
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let backward = matches!(cursor, Cursor::Newer(_));
    match cursor {
        Cursor::Newest => {}
        Cursor::Older(seq) => filter.and("seq < {}", seq.to_value()),
        Cursor::Newer(seq) => filter.and("seq > {}", seq.to_value()),
    }
    let order = if backward { "ASC" } else { "DESC" };
    let (sql, values) = filter.select("*", &format!("ORDER BY seq {order}"), most);
    let mut rows: Vec<Record> = conn.query(&sql, values).await?;
    veil(conn, bounded, &mut rows).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if backward {
        rows.reverse();
    }
    let (has_newer, has_older) = match cursor {
        Cursor::Newest => (false, more),
        Cursor::Older(_) => (true, more),
        Cursor::Newer(_) => (more, true),
    };
    Ok(Page { rows, has_newer, has_older })
}

/// How many rows there are, up to one more than `MOST_COUNTED`.
pub async fn count(conn: &mut Conn, bounded: &Bounded) -> Result<i64, Error> {
    let Some(filter) = Filter::of(bounded) else { return Ok(0) };
    let (inner, values) = filter.select("seq", "", MOST_COUNTED + 1);
    let sql = format!("SELECT COUNT(*) FROM ({inner}) found");
    Ok(conn.one(&sql, values).await?.unwrap_or(0))
}

/// How many rows the contract has.
pub async fn rows_of(conn: &mut Conn, contract_no: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM audit WHERE contract_no = $1";
    Ok(conn.one(sql, params![contract_no]).await?.unwrap_or(0))
}

/// The rows of the file before the place `below`, newest first; empty at the end.
pub async fn chunk(conn: &mut Conn, bounded: &Bounded, below: i64) -> Result<Vec<Record>, Error> {
    let Some(mut filter) = Filter::of(bounded) else { return Ok(Vec::new()) };
    filter.and("seq < {}", below.to_value());
    let (sql, values) = filter.select("*", "ORDER BY seq DESC", CHUNK);
    let mut rows = conn.query(&sql, values).await?;
    veil(conn, bounded, &mut rows).await?;
    Ok(rows)
}

/// Leaves neither name nor address of the provider's people in the log of a contract.
async fn veil(conn: &mut Conn, bounded: &Bounded, rows: &mut [Record]) -> Result<(), Error> {
    if !bounded.search.veils_operators || rows.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = conn.query(OPERATORS, params![]).await?;
    let names = BTreeSet::from_iter(names);
    for row in rows.iter_mut().filter(|row| names.contains(&row.actor)) {
        OPERATOR.clone_into(&mut row.actor);
        row.ip = None;
    }
    Ok(())
}

/// Conditions and their values.
struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    fn of(bounded: &Bounded) -> Option<Self> {
        let (first, last) = bounded.places?;
        let search = &bounded.search;
        let mut filter = Self { conditions: Vec::new(), values: Vec::new() };
        if let Some(contract_no) = &search.contract_no {
            filter.and("contract_no = {}", contract_no.to_value());
        }
        filter.and("seq >= {}", first.to_value());
        filter.and("seq <= {}", last.to_value());
        if let Some(from) = search.from {
            filter.and("at >= {}", from.to_value());
        }
        if let Some(to) = search.to {
            filter.and("at < {}", to.to_value());
        }
        if !search.user.is_empty() {
            if search.veils_operators {
                filter.and(&format!("{{}} NOT IN ({OPERATORS})"), search.user.to_value());
            }
            // Whoever acted, or whom it concerned; a ユーザーID may have been several people's.
            filter.and(
                "(actor = {} OR user_id IN (SELECT id FROM users WHERE login_id = {}))",
                search.user.to_value(),
            );
        }
        if !search.action.is_empty() {
            filter.and("action = {}", search.action.to_value());
        }
        if !search.result.is_empty() {
            filter.and("result = {}", search.result.to_value());
        }
        Some(filter)
    }

    /// One more condition, with one value wherever `?` stands.
    fn and(&mut self, condition: &str, value: Value) {
        self.values.push(value);
        self.conditions.push(condition.replace("{}", &format!("${}", self.values.len())));
    }

    fn select(mut self, what: &str, order: &str, most: i64) -> (String, Values) {
        let wanted = self.conditions.join(" AND ");
        self.values.push(most.to_value());
        let limit = self.values.len();
        let sql = format!("SELECT {what} FROM audit WHERE {wanted} {order} LIMIT ${limit}");
        (sql, Values::from(self.values))
    }
}
