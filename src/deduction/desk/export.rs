//! What goes out: the lines of a request, and those that まとめ入金 pays, as one list each.

use crate::db::{Conn, Error, FromRow, Row, params};
use crate::deduction::period::Kind;
use crate::deduction::sums::{self, Book};
use crate::web::sheet::{At, Cell, Column, Head, Line, Reading, Sheet, Totals, cells_of, heads_of};

/// Which lines go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// 控除依頼データ: every requested line of both books.
    Request,
    /// まとめ入金: every line that is paid.
    Paid,
}

/// A list of a period.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// 契約番号.
    pub contract_no: String,
    /// 入金グループ番号.
    pub group_no: String,
    /// The period's id.
    pub period_id: String,
    /// 控除年月.
    pub deduct_ym: String,
    /// 月例 or a bonus.
    pub kind: Kind,
    /// Which lines.
    pub what: What,
}

struct Out {
    group_no: String,
    deduct_ym: String,
    kind: &'static str,
    line_no: i64,
    book: String,
    employee_no: String,
    kana_name: String,
    kanji_name: String,
    code: String,
    label: String,
    account_no: String,
    amount: i64,
}

impl FromRow for Out {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            group_no: String::new(),
            deduct_ym: String::new(),
            kind: "",
            line_no: row.get("line_no")?,
            book: row.get("book")?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kanji_name: row.get("kanji_name")?,
            code: row.get("code")?,
            label: row.get("label")?,
            account_no: row.get("account_no")?,
            amount: row.get("amount")?,
        })
    }
}

const fn column(head: &'static str, width: u16, cell: fn(&Out) -> Cell) -> Column<Out> {
    Column { head, width, cell, summed: false }
}

const COLUMNS: [Column<Out>; 12] = [
    column("入金グループ", 10, |row| Cell::text(&row.group_no)),
    column("控除年月", 10, |row| Cell::Month(row.deduct_ym.clone())),
    column("区分", 10, |row| Cell::text(row.kind)),
    column("明細番号", 8, |row| Cell::Count(row.line_no)),
    column("種別", 10, |row| {
        Cell::text(if row.book == Book::Rokin.word() { "労金控除" } else { "賃控元帳" })
    }),
    column("職員番号", 10, |row| Cell::text(&row.employee_no)),
    column("カナ氏名", 18, |row| Cell::text(&row.kana_name)),
    column("氏名", 14, |row| Cell::text(&row.kanji_name)),
    column("種目コード", 10, |row| Cell::text(&row.code)),
    column("種目", 12, |row| Cell::text(&row.label)),
    column("口座番号", 9, |row| Cell::text(&row.account_no)),
    Column { head: "控除金額", width: 11, cell: |row| Cell::Yen(row.amount), summed: true },
];

impl What {
    const fn title(self) -> &'static str {
        match self {
            Self::Request => "控除依頼データ",
            Self::Paid => "まとめ入金データ",
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::Request => "amount > 0 AND error_code IS NULL",
            Self::Paid => "book = 'rokin' AND result = 'ok' AND NOT stopped",
        }
    }
}

impl Sheet for Outgoing {
    fn title(&self) -> &str {
        self.what.title()
    }

    fn heads(&self) -> Vec<Head> {
        heads_of(&COLUMNS)
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async move {
            let of = (self.contract_no.as_str(), self.period_id.as_str());
            let rokin = sums::of(conn, of.0, of.1, Book::Rokin).await?;
            let sum = match self.what {
                What::Paid => rokin.paid(),
                What::Request => {
                    rokin.requested + sums::of(conn, of.0, of.1, Book::Ledger).await?.requested
                }
            };
            Ok(Totals { count: sum.count, sums: vec![sum.amount] })
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            // It is read from its beginning to its end only.
            let after = match at {
                At::After(key) => key.parse().unwrap_or(i64::MAX),
                At::First | At::Before(_) => 0,
            };
            let sql = format!(
                "SELECT line_no, book, employee_no, kana_name, kanji_name, code, label, \
                 account_no, amount FROM request_lines \
                 WHERE contract_no = $1 AND period_id = $2 AND line_no > $3 AND {} \
                 ORDER BY line_no LIMIT $4",
                self.what.sql()
            );
            let values = params![&self.contract_no, &self.period_id, after, most];
            let rows: Vec<Out> = conn.query(&sql, values).await?;
            let line = |mut row: Out| {
                row.group_no.clone_from(&self.group_no);
                row.deduct_ym.clone_from(&self.deduct_ym);
                row.kind = self.kind.ja();
                Line { key: row.line_no.to_string(), cells: cells_of(&COLUMNS, &row) }
            };
            Ok(rows.into_iter().map(line).collect())
        })
    }
}
