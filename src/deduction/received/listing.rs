//! A list of a reception's lines: whole, or those that moved; searched by the beginning of a
//! number or a name. Every order is one index, and a page begins at the key before it.

use crate::db::{Conn, Error, FromRow, ToValue, Value, Values};
use crate::web::sheet::{
    At, Column, Head, Line, MOST_COUNTED, Reading, Sheet, Totals, cells_of, heads_of,
};

use super::Filter;

/// The tables of the lines.
#[derive(Clone, Debug)]
pub struct Source {
    /// The table.
    pub table: &'static str,
    /// Its column that names the reception.
    pub owner: &'static str,
    /// 契約番号.
    pub contract_no: String,
    /// The reception.
    pub id: String,
}

/// Which of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those of the file: so many.
    Whole(i64),
    /// Those that differ from the reception before, those that are gone too.
    Moved,
}

/// A list of lines, read as `R`.
#[derive(Debug)]
pub struct Listing<R: 'static> {
    /// The manual's title.
    pub title: &'static str,
    /// What stands in place of the lines when there are none.
    pub empty: &'static str,
    /// From the left. Only the amount is summed.
    pub columns: &'static [Column<R>],
    /// Where the lines are.
    pub source: Source,
    /// Which of them.
    pub part: Part,
    /// Which of those.
    pub filter: Filter,
    /// Count and sum without a filter, as kept with the reception.
    pub kept: (i64, i64),
}

/// A row with the number that a cursor carries.
struct Numbered<R>(i64, R);

impl<R: FromRow> FromRow for Numbered<R> {
    fn from_row(row: &crate::db::Row) -> Result<Self, Error> {
        Ok(Self(row.get("line_no")?, R::from_row(row)?))
    }
}

impl<R: FromRow + Send + 'static> Sheet for Listing<R> {
    fn title(&self) -> &str {
        self.title
    }

    fn heads(&self) -> Vec<Head> {
        heads_of(self.columns)
    }

    fn empty(&self) -> &str {
        self.empty
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async move {
            let (count, amount) = self.count(conn, i64::MAX).await?;
            Ok(Totals { count, sums: vec![amount] })
        })
    }

    fn bounded<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Option<Totals>> {
        Box::pin(async move {
            let (count, amount) = self.count(conn, MOST_COUNTED + 1).await?;
            let counted = self.filter.is_all() || count <= MOST_COUNTED;
            Ok(counted.then(|| Totals { count, sums: vec![amount] }))
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let Some(start) = self.start(conn, at).await? else { return Ok(Vec::new()) };
            let (sql, values) = self.page(&start, most);
            let mut rows: Vec<Numbered<R>> = conn.query(&sql, values).await?;
            if matches!(at, At::Before(_)) {
                rows.reverse();
            }
            let line = |Numbered(key, row): &Numbered<R>| Line {
                key: key.to_string(),
                cells: cells_of(self.columns, row),
            };
            Ok(rows.iter().map(line).collect())
        })
    }
}

/// Where a page begins: the outer row's number and what it is sorted by.
enum Start {
    First,
    After(i64, String),
    Before(i64, String),
}

/// A statement while it is put together.
#[derive(Default)]
struct Asking {
    text: String,
    values: Vec<Value>,
}

impl Asking {
    /// The place of `value`.
    fn put(&mut self, value: impl ToValue) -> String {
        self.values.push(value.to_value());
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
    }
}

/// Behind every text that begins with `prefix`, and before every other that is greater.
fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

impl<R: 'static> Listing<R> {
    /// Number and sum of the lines, of `most` of them where something is looked for.
    async fn count(&self, conn: &mut Conn, most: i64) -> Result<(i64, i64), Error> {
        if self.filter.is_all() {
            return Ok(self.kept);
        }
        let mut asked = self.found();
        self.prefixes(&mut asked, &Start::First);
        let most = asked.put(most);
        let sql = format!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) \
             FROM (SELECT l.amount {} LIMIT {most}) found",
            asked.text
        );
        Ok(conn.one(&sql, Values::from(asked.values)).await?.unwrap_or((0, 0)))
    }

    /// The lines of the part, without what is looked for.
    fn found(&self) -> Asking {
        let Source { table, owner, contract_no, id } = &self.source;
        let mut asking = Asking::default();
        let (contract_no, id) = (asking.put(contract_no), asking.put(id));
        asking.text =
            format!("FROM {table} l WHERE l.contract_no = {contract_no} AND l.{owner} = {id}");
        match self.part {
            Part::Whole(count) => {
                let count = asking.put(count);
                asking.and(&format!("l.line_no <= {count}"));
            }
            Part::Moved => asking.and("l.movement <> 'none'"),
        }
        asking
    }

    /// What is looked for. Of the column that sorts, the page's beginning is one bound
    /// already: an engine that is given two of a kind may begin at the wrong one.
    fn prefixes(&self, asking: &mut Asking, start: &Start) {
        let searched = [("employee_no", &self.filter.employee_no), ("kana_key", &self.filter.kana)];
        for (column, prefix) in searched {
            if prefix.is_empty() {
                continue;
            }
            let sorts = self.key() == Some(column);
            // Of two columns only the one that sorts is meant to find.
            let column = if sorts { format!("l.{column}") } else { format!("(l.{column} || '')") };
            if !(sorts && matches!(start, Start::After(..))) {
                let from = asking.put(prefix);
                asking.and(&format!("{column} >= {from}"));
            }
            if !(sorts && matches!(start, Start::Before(..))) {
                let to = asking.put(end_of(prefix));
                asking.and(&format!("{column} < {to}"));
            }
        }
    }

    /// What it is sorted by before the number of the line.
    fn key(&self) -> Option<&'static str> {
        match (&*self.filter.kana, &*self.filter.employee_no) {
            ("", "") => None,
            ("", _) => Some("employee_no"),
            _ => Some("kana_key"),
        }
    }

    /// What is looked for in the column that sorts.
    fn prefix(&self) -> &str {
        if self.filter.kana.is_empty() { &self.filter.employee_no } else { &self.filter.kana }
    }

    /// Reads what the row at the cursor is sorted by; `None` when it is no row of these.
    async fn start(&self, conn: &mut Conn, at: &At) -> Result<Option<Start>, Error> {
        let (At::After(word) | At::Before(word)) = at else { return Ok(Some(Start::First)) };
        let Ok(line_no) = word.parse::<i64>() else { return Ok(None) };
        let Source { table, owner, contract_no, id } = &self.source;
        let column = self.key().unwrap_or("employee_no"); // any: that the row is there
        let sql = format!(
            "SELECT {column} FROM {table} WHERE contract_no = $1 AND {owner} = $2 AND line_no = $3"
        );
        let values = crate::db::params![contract_no, id, line_no];
        let key: Option<String> = conn.one(&sql, values).await?;
        let key = key.filter(|key| key.starts_with(self.prefix()));
        Ok(key.map(|key| match at {
            At::Before(_) => Start::Before(line_no, key),
            _ => Start::After(line_no, key),
        }))
    }

    fn page(&self, start: &Start, most: i64) -> (String, Values) {
        let mut asking = self.found();
        self.prefixes(&mut asking, start);
        let (way, sign) = match start {
            Start::First | Start::After(..) => ("", ">"),
            Start::Before(..) => (" DESC", "<"),
        };
        if let Start::After(line_no, key) | Start::Before(line_no, key) = start {
            let condition = match self.key() {
                None => format!("l.line_no {sign} {}", asking.put(*line_no)),
                Some(column) => {
                    let (key, line_no) = (asking.put(key), asking.put(*line_no));
                    format!("(l.{column}, l.line_no) {sign} ({key}, {line_no})")
                }
            };
            asking.and(&condition);
        }
        let sorted = self.key().map(|column| format!("l.{column}{way}, ")).unwrap_or_default();
        let most = asking.put(most);
        let sql =
            format!("SELECT l.* {} ORDER BY {sorted}l.line_no{way} LIMIT {most}", asking.text);
        (sql, Values::from(asking.values))
    }
}
