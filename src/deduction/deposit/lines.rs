//! Lines of an answered request, as the pages and papers of まとめ入金 list them.

use super::words;
use crate::base::{Day, Moment};
use crate::db::{Conn, Error, FromRow, Row, Values, params};
use crate::deduction::sums::{self, Book, Sum};
use crate::web::sheet::{At, Cell, Column, Head, Line, Reading, Sheet, Totals, cells_of, heads_of};

/// A line.
#[derive(Clone, Debug)]
pub struct Answered {
    pub line_no: i64,
    pub employee_no: String,
    pub kana_name: String,
    pub kanji_name: String,
    pub label: String,
    pub account_no: String,
    pub amount: i64,
    /// `None` until it is answered; whether it was deducted.
    pub deducted: Option<bool>,
    /// Why not.
    pub reason: String,
    pub stopped: bool,
    pub stopped_by: Option<String>,
    pub stopped_at: Option<Moment>,
    pub version: i64,
}

/// Which lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All that were requested.
    All,
    /// 控除不能.
    Unable,
    /// 入金中止.
    Stopped,
    /// 控除不能 and 入金中止: what まとめ入金 leaves out.
    LeftOut,
}

/// A list of lines of one period.
#[derive(Clone, Debug)]
pub struct Lines {
    pub contract_no: String,
    pub period_id: String,
    pub which: Which,
    /// What the 職員番号 begins with; empty: all.
    pub employee_no: String,
    pub title: &'static str,
    pub empty: &'static str,
    pub columns: &'static [Column<Answered>],
}

const FIELDS: &str = "line_no, employee_no, kana_name, kanji_name, label, account_no, amount, \
                      result, reason, stopped, stopped_by, stopped_at, version";
/// What was requested of 労金控除.
const REQUESTED: &str = "contract_no = $1 AND period_id = $2 AND book = 'rokin' \
                         AND amount > 0 AND error_code IS NULL";

impl Which {
    /// The lines, as the index of each has it.
    const fn sql(self) -> &'static str {
        match self {
            Self::All => "TRUE",
            Self::Unable => "result = 'unable'",
            Self::Stopped => "stopped",
            Self::LeftOut => "(result = 'unable' OR stopped)",
        }
    }

    fn of(self, sums: &sums::Sums) -> Sum {
        match self {
            Self::All => sums.requested,
            Self::Unable => sums.unable,
            Self::Stopped => sums.stopped,
            Self::LeftOut => sums.unable + sums.stopped,
        }
    }
}

impl Lines {
    /// Conditions and values: `$1` contract, `$2` period, `$3` and `$4` the number.
    fn found(&self) -> (String, Vec<String>) {
        let which = self.which.sql();
        if self.employee_no.is_empty() {
            return (format!("{REQUESTED} AND {which}"), Vec::new());
        }
        // Numbers that begin so lie together in their index.
        let sql = format!("{REQUESTED} AND {which} AND employee_no >= $3 AND employee_no < $4");
        (sql, vec![self.employee_no.clone(), format!("{}\u{10ffff}", self.employee_no)])
    }

    fn values(&self, more: Vec<String>) -> Values {
        match <[String; 2]>::try_from(more) {
            Ok([from, to]) => params![&self.contract_no, &self.period_id, from, to],
            Err(_) => params![&self.contract_no, &self.period_id],
        }
    }

    async fn count(&self, conn: &mut Conn) -> Result<Sum, Error> {
        if self.employee_no.is_empty() {
            let sums = sums::of(conn, &self.contract_no, &self.period_id, Book::Rokin).await?;
            return Ok(self.which.of(&sums));
        }
        let (found, values) = self.found();
        let sql = format!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM request_lines \
             WHERE {found}"
        );
        let counted: Option<(i64, i64)> = conn.one(&sql, self.values(values)).await?;
        Ok(counted.map(|(count, amount)| Sum { count, amount }).unwrap_or_default())
    }

    async fn read(&self, conn: &mut Conn, at: &At, most: i64) -> Result<Vec<Answered>, Error> {
        let (found, values) = self.found();
        // Lines are counted by number, so both orders are the same.
        let by = if values.is_empty() { "line_no" } else { "employee_no, line_no" };
        let (from, order) = match at {
            At::First => (String::new(), by.to_owned()),
            At::After(key) => (format!("AND line_no > {}", number(key)), by.to_owned()),
            At::Before(key) => {
                let backwards = by.replace(',', " DESC,") + " DESC";
                (format!("AND line_no < {}", number(key)), backwards)
            }
        };
        let sql = format!(
            "SELECT {FIELDS} FROM request_lines WHERE {found} {from} ORDER BY {order} \
             LIMIT {most}"
        );
        let mut rows: Vec<Answered> = conn.query(&sql, self.values(values)).await?;
        if matches!(at, At::Before(_)) {
            rows.reverse();
        }
        Ok(rows)
    }
}

/// The line that a cursor names; one that is none is beyond all.
fn number(key: &str) -> i64 {
    key.parse().unwrap_or(i64::MAX)
}

impl Sheet for Lines {
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
            let sum = self.count(conn).await?;
            Ok(Totals { count: sum.count, sums: vec![sum.amount] })
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let rows = self.read(conn, at, most).await?;
            let line = |row: &Answered| Line {
                key: row.line_no.to_string(),
                cells: cells_of(self.columns, row),
            };
            Ok(rows.iter().map(line).collect())
        })
    }
}

impl FromRow for Answered {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            line_no: row.get("line_no")?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            label: row.get("label")?,
            account_no: row.get("account_no")?,
            amount: row.get("amount")?,
            deducted: row.get::<Option<String>>("result")?.map(|word| word == "ok"),
            reason: row.get::<Option<String>>("reason")?.unwrap_or_default(),
            stopped: row.get("stopped")?,
            stopped_by: row.get("stopped_by")?,
            stopped_at: row.get("stopped_at")?,
            version: row.get("version")?,
        })
    }
}

impl Answered {
    /// 控除結果.
    pub fn result(&self) -> &'static str {
        match self.deducted {
            None => words::UNANSWERED,
            Some(true) => words::DEDUCTED,
            Some(false) => words::UNABLE,
        }
    }

    /// 入金; nothing for what is not paid in any case.
    pub fn payment(&self) -> &'static str {
        match (self.deducted, self.stopped) {
            (Some(true), true) => words::STOPPED,
            (Some(true), false) => words::PAID,
            _ => "",
        }
    }
}

const fn column(head: &'static str, width: u16, cell: fn(&Answered) -> Cell) -> Column<Answered> {
    Column { head, width, cell, summed: false }
}

const NUMBER: Column<Answered> = column("職員番号", 10, |row| Cell::text(&row.employee_no));
const KANA: Column<Answered> = column("カナ氏名", 18, |row| Cell::text(&row.kana_name));
const KANJI: Column<Answered> = column("氏名", 14, |row| Cell::text(&row.kanji_name));
const PRODUCT: Column<Answered> = column("種目", 12, |row| Cell::text(&row.label));
const ACCOUNT_NO: Column<Answered> = column("口座番号", 9, |row| Cell::text(&row.account_no));
const AMOUNT: Column<Answered> =
    Column { head: "控除金額", width: 11, cell: |row| Cell::Yen(row.amount), summed: true };

/// まとめ入金依頼入金中止設定.
pub const STOPS: &[Column<Answered>] = &[
    NUMBER,
    KANA,
    KANJI,
    PRODUCT,
    ACCOUNT_NO,
    AMOUNT,
    column(words::RESULT, 10, |row| Cell::text(row.result())),
    column(words::PAYMENT, 10, |row| Cell::text(row.payment())),
];

/// まとめ入金更新明細書.
pub const LEFT_OUT: &[Column<Answered>] = &[
    NUMBER,
    KANA,
    KANJI,
    PRODUCT,
    ACCOUNT_NO,
    AMOUNT,
    column("更新内容", 10, |row| {
        Cell::text(if row.stopped { words::STOPPED } else { words::UNABLE })
    }),
    column("控除不能の理由", 22, |row| Cell::text(&row.reason)),
    column("Web依頼日", 11, |row| {
        row.stopped_at.map_or(Cell::Blank, |at| Cell::Day(Day::of(at)))
    }),
];

/// まとめ入金WEB更新依頼明細書.
pub const STOPPED: &[Column<Answered>] = &[
    NUMBER,
    KANA,
    KANJI,
    PRODUCT,
    ACCOUNT_NO,
    AMOUNT,
    column("更新内容", 10, |_| Cell::text(words::STOPPED)),
    column("設定した人", 22, |row| Cell::text(row.stopped_by.as_deref().unwrap_or_default())),
    column("設定日時", 19, |row| row.stopped_at.map_or(Cell::Blank, Cell::Moment)),
];

/// The line `line_no`, if it was requested.
pub async fn find(
    conn: &mut Conn,
    (contract_no, period_id, line_no): (&str, &str, i64),
) -> Result<Option<Answered>, Error> {
    let sql = format!("SELECT {FIELDS} FROM request_lines WHERE {REQUESTED} AND line_no = $3");
    conn.one(&sql, params![contract_no, period_id, line_no]).await
}
