//! Lines of an answered request, as the pages and papers of まとめ入金 list them.

use super::words;
use crate::base::{Day, Moment};
use crate::db::{Conn, Error, FromRow, Row, params};
use crate::deduction::sums::{self, Book, Sum};
use crate::web::sheet::{
    At, Cell, Column, Head, Line, MOST_COUNTED, Reading, Sheet, Totals, cells_of, heads_of,
};

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
    /// What it pays.
    Paid,
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
            Self::Paid => "result = 'ok' AND NOT stopped",
        }
    }

    fn of(self, sums: &sums::Sums) -> Sum {
        match self {
            Self::All => sums.requested,
            Self::Unable => sums.unable,
            Self::Stopped => sums.stopped,
            Self::LeftOut => sums.unable + sums.stopped,
            Self::Paid => sums.paid(),
        }
    }
}

impl Lines {
    /// The lines between which those lie whose number begins as is searched for: they are
    /// counted by number. `None`: there are none.
    async fn range(&self, conn: &mut Conn) -> Result<Option<(i64, i64)>, Error> {
        let number = &self.employee_no;
        if number.is_empty() {
            return Ok(Some((0, i64::MAX)));
        }
        let end = |way: &str| {
            format!(
                "SELECT line_no FROM request_lines WHERE contract_no = $1 AND period_id = $2 \
                 AND employee_no >= $3 AND employee_no < $4 \
                 ORDER BY employee_no{way}, line_no{way} LIMIT 1"
            )
        };
        let beyond = format!("{number}\u{10ffff}");
        let values = || params![&self.contract_no, &self.period_id, number, &beyond];
        let first: Option<i64> = conn.one(&end(""), values()).await?;
        let last: Option<i64> = conn.one(&end(" DESC"), values()).await?;
        Ok(first.zip(last))
    }

    /// Number and sum, of `most` lines where a number is searched for.
    async fn count(&self, conn: &mut Conn, most: i64) -> Result<Sum, Error> {
        if self.employee_no.is_empty() {
            let sums = sums::of(conn, &self.contract_no, &self.period_id, Book::Rokin).await?;
            return Ok(self.which.of(&sums));
        }
        let Some((first, last)) = self.range(conn).await? else { return Ok(Sum::default()) };
        let sql = format!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM \
             (SELECT amount FROM request_lines WHERE {REQUESTED} AND {} \
             AND line_no >= $3 AND line_no <= $4 LIMIT $5) found",
            self.which.sql()
        );
        let values = params![&self.contract_no, &self.period_id, first, last, most];
        let counted: Option<(i64, i64)> = conn.one(&sql, values).await?;
        Ok(counted.map(|(count, amount)| Sum { count, amount }).unwrap_or_default())
    }

    async fn read(&self, conn: &mut Conn, at: &At, most: i64) -> Result<Vec<Answered>, Error> {
        let Some((mut first, mut last)) = self.range(conn).await? else { return Ok(Vec::new()) };
        match at {
            At::First => {}
            At::After(key) => first = first.max(number(key).saturating_add(1)),
            At::Before(key) => last = last.min(number(key).saturating_sub(1)),
        }
        let way = if matches!(at, At::Before(_)) { " DESC" } else { "" };
        let sql = format!(
            "SELECT {FIELDS} FROM request_lines WHERE {REQUESTED} AND {} \
             AND line_no >= $3 AND line_no <= $4 ORDER BY line_no{way} LIMIT $5",
            self.which.sql()
        );
        let values = params![&self.contract_no, &self.period_id, first, last, most];
        let mut rows: Vec<Answered> = conn.query(&sql, values).await?;
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
            let sum = self.count(conn, i64::MAX).await?;
            Ok(Totals { count: sum.count, sums: vec![sum.amount] })
        })
    }

    fn bounded<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Option<Totals>> {
        Box::pin(async move {
            let sum = self.count(conn, MOST_COUNTED + 1).await?;
            let counted = self.employee_no.is_empty() || sum.count <= MOST_COUNTED;
            Ok(counted.then(|| Totals { count: sum.count, sums: vec![sum.amount] }))
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

/// まとめ入金明細.
pub const PAID: &[Column<Answered>] = &[NUMBER, KANA, KANJI, PRODUCT, ACCOUNT_NO, AMOUNT];

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
