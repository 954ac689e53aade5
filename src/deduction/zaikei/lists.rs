//! The lists of 財形貯蓄: what stands in them (R004-150, R004-152 to R004-154).

use super::{Batch, Document, Line, words};
use crate::base::Day;
use crate::db::{Conn, Error, FromRow, Row, params};
use crate::deduction::received::{Filter, Listing, Part, Source, movement_ja};
use crate::deduction::rules::Movement;
use crate::web::sheet::{
    At, Cell, Column, Head, Line as SheetLine, Reading, Sheet, Totals, cells_of, heads_of,
};

/// A list of a reception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// 財形積立明細書.
    Details,
    /// 財形積立変更明細書.
    Changes,
    /// 財形アラーム明細一覧表.
    Alarms,
    /// 加入者残高一覧表.
    Balances,
    /// 奨励金.
    Incentives,
}

impl List {
    /// Those of 預入依頼書, in the order of the page.
    pub const STATEMENTS: [Self; 3] = [Self::Details, Self::Changes, Self::Alarms];

    /// The list of 預入依頼書 that `word` of an address names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::STATEMENTS.into_iter().find(|list| list.path().ends_with(&format!("/{word}")))
    }

    /// Where it is shown.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Details => "/deduction/zaikei/lists/details",
            Self::Changes => "/deduction/zaikei/lists/changes",
            Self::Alarms => "/deduction/zaikei/lists/alarms",
            Self::Balances => "/deduction/zaikei/balances",
            Self::Incentives => "/deduction/zaikei/incentives",
        }
    }

    /// Of which document it is.
    #[must_use]
    pub const fn document(self) -> Document {
        match self {
            Self::Details | Self::Changes | Self::Alarms => Document::Deposit,
            Self::Balances => Document::Balance,
            Self::Incentives => Document::Incentive,
        }
    }

    /// Its title, and what it is.
    #[must_use]
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Details => (words::DETAILS, words::DETAILS_TEXT),
            Self::Changes => (words::CHANGES, words::CHANGES_TEXT),
            Self::Alarms => (words::ALARMS, words::ALARMS_TEXT),
            Self::Balances => (words::BALANCES, ""),
            Self::Incentives => (words::INCENTIVES, ""),
        }
    }

    /// Its lines and, where they are summed, their sum, of a reception.
    #[must_use]
    pub const fn kept(self, batch: &Batch) -> (i64, Option<i64>) {
        match self {
            Self::Changes => (batch.changed_count, Some(batch.changed_amount)),
            Self::Alarms => (batch.alarm_count, None),
            _ => (batch.line_count, Some(batch.amount)),
        }
    }

    /// The list of `batch`, of those lines that the filter finds; 財形アラーム明細一覧表 is
    /// always whole.
    #[must_use]
    pub fn of(self, contract_no: &str, batch: &Batch, filter: Filter) -> Box<dyn Sheet> {
        let source = source(contract_no, &batch.id);
        let whole = Part::Whole(batch.line_count);
        let (columns, part, empty) = match self {
            Self::Alarms => return Box::new(Alarms { source, count: batch.alarm_count }),
            Self::Details => (DETAILS, whole, words::DETAILS_EMPTY),
            Self::Changes => (CHANGES, Part::Moved, words::CHANGES_EMPTY),
            Self::Balances => (BALANCES, whole, words::DETAILS_EMPTY),
            Self::Incentives => (INCENTIVES, whole, words::DETAILS_EMPTY),
        };
        let (count, amount) = self.kept(batch);
        let (title, kept) = (self.title().0, (count, amount.unwrap_or(0)));
        Box::new(Listing { title, empty, columns, source, part, filter, kept })
    }
}

/// Where the lines of a reception are.
pub(super) fn source(contract_no: &str, id: &str) -> Source {
    let (contract_no, id) = (contract_no.to_owned(), id.to_owned());
    Source { table: "zaikei_lines", owner: "batch_id", contract_no, id }
}

/// 財形アラーム明細一覧表: a line stands there as often as it has alarms.
struct Alarms {
    source: Source,
    count: i64,
}

/// A line with one of its alarms.
struct Alarmed {
    line: Line,
    code: String,
}

impl FromRow for Alarmed {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { line: Line::from_row(row)?, code: row.get("code")? })
    }
}

impl Sheet for Alarms {
    fn title(&self) -> &str {
        words::ALARMS
    }

    fn heads(&self) -> Vec<Head> {
        heads_of(ALARMS)
    }

    fn empty(&self) -> &str {
        words::ALARMS_EMPTY
    }

    fn totals<'a>(&'a self, _: &'a mut Conn) -> Reading<'a, Totals> {
        let totals = Totals { count: self.count, sums: Vec::new() };
        Box::pin(async move { Ok(totals) })
    }

    fn lines<'a>(
        &'a self,
        conn: &'a mut Conn,
        at: &'a At,
        most: i64,
    ) -> Reading<'a, Vec<SheetLine>> {
        Box::pin(async move {
            let (sign, way, key) = match at {
                At::First => (">", "", "0/"),
                At::After(key) => (">", "", &**key),
                At::Before(key) => ("<", " DESC", &**key),
            };
            let Some((line_no, code)) = key.split_once('/') else { return Ok(Vec::new()) };
            let Ok(line_no) = line_no.parse::<i64>() else { return Ok(Vec::new()) };
            let sql = format!(
                "SELECT l.*, a.code FROM zaikei_alarms a \
                 JOIN zaikei_lines l ON l.contract_no = a.contract_no \
                 AND l.batch_id = a.batch_id AND l.line_no = a.line_no \
                 WHERE a.contract_no = $1 AND a.batch_id = $2 \
                 AND (a.line_no, a.code) {sign} ($3, $4) \
                 ORDER BY a.line_no{way}, a.code{way} LIMIT $5"
            );
            let Source { contract_no, id, .. } = &self.source;
            let values = params![contract_no, id, line_no, code, most];
            let mut rows: Vec<Alarmed> = conn.query(&sql, values).await?;
            if matches!(at, At::Before(_)) {
                rows.reverse();
            }
            let line = |row: &Alarmed| SheetLine {
                key: format!("{}/{}", row.line.line_no, row.code),
                cells: cells_of(ALARMS, row),
            };
            Ok(rows.iter().map(line).collect())
        })
    }
}

/// A column that is not summed.
const fn column<R>(head: &'static str, width: u16, cell: fn(&R) -> Cell) -> Column<R> {
    Column { head, width, cell, summed: false }
}

const fn summed<R>(head: &'static str, cell: fn(&R) -> Cell) -> Column<R> {
    Column { head, width: 13, cell, summed: true }
}

const EMPLOYEE_NO: Column<Line> = column("職員番号", 11, |line| Cell::text(&*line.employee_no));
const KANA_NAME: Column<Line> = column("カナ氏名", 24, |line| Cell::text(&*line.kana_name));
const KANJI_NAME: Column<Line> = column("氏名", 18, |line| Cell::text(&*line.kanji_name));
const KIND: Column<Line> = column("財形種類", 8, |line| Cell::text(words::kind(line.kind)));
const ACCOUNT_NO: Column<Line> = column("口座番号", 11, |line| Cell::text(&*line.account_no));
const OPENED_ON: Column<Line> = column("契約日", 11, |line| Cell::Day(line.opened_on));
const LIMIT: Column<Line> = column("非課税申告額", 13, |line| yen(line.limit_amount));
const MOVEMENT: Column<Line> = column("異動", 8, |line| Cell::text(movement_ja(line.movement)));

const DETAILS: &[Column<Line>] = &[
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    KIND,
    ACCOUNT_NO,
    OPENED_ON,
    LIMIT,
    summed("積立額", |line| Cell::Yen(line.amount)),
    column("残高", 13, |line| yen(line.balance)),
    MOVEMENT,
];

const CHANGES: &[Column<Line>] = &[
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    KIND,
    ACCOUNT_NO,
    MOVEMENT,
    column("変更前積立額", 13, before),
    summed("変更後積立額", |line| Cell::Yen(line.amount)),
];

const BALANCES: &[Column<Line>] = &[
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    KIND,
    ACCOUNT_NO,
    OPENED_ON,
    LIMIT,
    summed("残高", |line| Cell::Yen(line.amount)),
];

const INCENTIVES: &[Column<Line>] = &[
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    KIND,
    ACCOUNT_NO,
    summed("奨励金", |line| Cell::Yen(line.amount)),
];

const ALARMS: &[Column<Alarmed>] = &[
    column("職員番号", 11, |row| Cell::text(&*row.line.employee_no)),
    column("カナ氏名", 24, |row| Cell::text(&*row.line.kana_name)),
    column("氏名", 18, |row| Cell::text(&*row.line.kanji_name)),
    column("生年月日", 11, |row| day(row.line.birth_on)),
    column("財形種類", 8, |row| Cell::text(words::kind(row.line.kind))),
    column("口座番号", 11, |row| Cell::text(&*row.line.account_no)),
    column("契約日", 11, |row| day(row.line.opened_on)),
    column("非課税申告額", 13, |row| yen(row.line.limit_amount)),
    column("アラーム内容", 48, |row| Cell::text(words::alarm(&row.code, &row.line))),
];

fn yen(amount: Option<i64>) -> Cell {
    amount.map_or(Cell::Blank, Cell::Yen)
}

const fn day(day: Day) -> Cell {
    Cell::Day(day)
}

/// A new line had nothing before.
fn before(line: &Line) -> Cell {
    match line.movement {
        Movement::New => Cell::Blank,
        _ => yen(line.amount_before),
    }
}
