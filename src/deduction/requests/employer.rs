//! 企業宛控除依頼書: what the employer gets, and the form in which results come back.
//!
//! The CSV of 企業宛控除依頼書（全件） has the columns [`COLUMNS`]; the employer fills the last
//! two in. The same in 全銀 form has the 明細番号 as 顧客番号.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::catalogue::{self, List, Listed as _, Of};
use super::choose;
use super::line::Stored;
use super::pages::{self, Asked};
use super::sheet::Opened;
use super::words;
use crate::app::App;
use crate::base::kana::half_width;
use crate::base::money::{Yen, group};
use crate::db::{Conn, Error as DbError, FromRow, Row, params};
use crate::deduction::files;
use crate::deduction::period::{self, Period};
use crate::deduction::rules::Movement;
use crate::deduction::scope::{Key, Scope};
use crate::deduction::sums::Book;
use crate::deduction::zengin::{
    Account, AccountKind, Entry, Flaw, Header, Kind, LineEnd, NewCode, Why, write,
};
use crate::identity::groups::Group;
use crate::web::sheet::At;
use crate::web::{self, Error};

/// 控除年月, `2026/11`.
pub const MONTH: &str = "控除年月";
/// 月例, 夏季一時金 or 年末一時金.
pub const KIND: &str = "区分";
/// The line's number in the request.
pub const LINE_NO: &str = "明細番号";
/// 職員番号.
pub const NUMBER: &str = "職員番号";
/// カナ氏名; the employer may put theirs in.
pub const KANA: &str = "カナ氏名";
/// 氏名.
pub const KANJI: &str = "氏名";
/// 労金控除 or 賃控元帳.
pub const BOOK: &str = "種別";
/// 種目.
pub const LABEL: &str = "種目";
/// What is requested, in yen.
pub const AMOUNT: &str = "依頼額";
/// What was deducted, in yen: the employer fills it in.
pub const DEDUCTED: &str = "控除額";
/// [`DONE`], [`UNABLE`] or why it was not: the employer fills it in.
pub const RESULT: &str = "結果";
/// The columns of the employer's file, in order.
pub const COLUMNS: [&str; 11] =
    [MONTH, KIND, LINE_NO, NUMBER, KANA, KANJI, BOOK, LABEL, AMOUNT, DEDUCTED, RESULT];
/// The word for a deducted line.
pub const DONE: &str = "控除済";
/// The word for one that was not.
pub const UNABLE: &str = "控除不能";

/// How the addresses of what the employer gets begin.
pub(super) const PATH: &str = "/deduction/rokin/lists/employer";
/// Where all of it is written in 全銀 form, below the address of a list.
pub(super) const ZENGIN: &str = "zengin";
/// Lines that are read at once.
const CHUNK: i64 = 1_000;
/// Digits of 顧客番号 behind month and kind.
const LINE_DIGITS: usize = 13;

/// The file in 全銀 form.
pub(super) fn router() -> Router<App> {
    Router::new().route("/deduction/rokin/lists/{list}/zengin", get(download_zengin))
}

/// 顧客番号 of a line, 20 digits: 控除年月, a digit for the kind, the 明細番号. So the result of
/// another month is none of this one.
#[must_use]
pub fn customer_no(period: &Period, line_no: i64) -> String {
    format!("{}{line_no:0LINE_DIGITS$}", period_digits(period))
}

/// The 明細番号 of a 顧客番号 of ours, of this period.
#[must_use]
pub fn line_no(period: &Period, customer_no: &str) -> Option<i64> {
    let digits = customer_no.trim().strip_prefix(&period_digits(period))?;
    let ours = digits.len() == LINE_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| ours)
}

fn period_digits(period: &Period) -> String {
    let kind = match period.kind {
        period::Kind::Monthly => 1,
        period::Kind::Summer => 2,
        period::Kind::Winter => 3,
    };
    format!("{}{kind}", period.deduct_ym.replace('-', ""))
}

/// 委託者コード: the number of the 入金グループ with zeros before.
#[must_use]
pub fn consignor_code(group_no: &str) -> String {
    format!("{group_no:0>10}")
}

/// 口座番号 of an item; zeros where it has none.
#[must_use]
pub fn account_digits(number: &str) -> String {
    format!("{number:0>7}")
}

/// Lines and yen of one 種目.
struct Part {
    book: String,
    label: String,
    count: i64,
    amount: i64,
}

impl FromRow for Part {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            book: row.get("book")?,
            label: row.get("label")?,
            count: row.get("lines")?,
            amount: row.get("yen")?,
        })
    }
}

/// What the list comes to by 種目: 「積立預金」, 「12件 34,000円」.
pub(super) async fn by_label(
    conn: &mut Conn,
    key: Key<'_>,
    period_id: &str,
    list: &List,
) -> Result<Vec<(String, String)>, DbError> {
    let sql = format!(
        "SELECT book, label, COUNT(*) AS lines, CAST(SUM(CASE WHEN error_code IS NULL \
         THEN amount ELSE 0 END) AS BIGINT) AS yen FROM request_lines WHERE contract_no = $1 \
         AND period_id = $2 AND {} GROUP BY book, code, label ORDER BY book DESC, code",
        list.part.condition()
    );
    let parts: Vec<Part> = conn.query(&sql, params![key.contract_no, period_id]).await?;
    let ours = |part: &Part| list.books().iter().any(|book| book.word() == part.book);
    let fact =
        |part: Part| (part.label, format!("{}件 {}", group(part.count), Yen(part.amount).ja()));
    Ok(parts.into_iter().filter(ours).map(fact).collect())
}

async fn download_zengin(
    State(app): State<App>,
    scope: Scope,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let path = format!("{}/{name}", catalogue::ROKIN);
    let whole = ["employer", "employer-rokin"].contains(&name.as_str());
    let list = catalogue::at(&path).filter(|_| whole).ok_or(Error::NotFound)?;
    scope.person.needs(list.action())?;
    let mut conn = app.db.conn().await?;
    let period = pages::period(&mut conn, scope.key(), (&asked.period, Of::Request)).await?;
    let period = period.ok_or(Error::NotFound)?;
    let opened = Opened::new(list, scope.key(), &period, "");
    let lines = all(&mut conn, &opened).await?;
    drop(conn);
    let (group, group_no) = (scope.group.clone(), scope.group.group_no.clone());
    let of = period.clone();
    let written = app.tasks.blocking(move || file(&group, &of, &lines)).await;
    match written.ok_or_else(|| Error::busy(DbError::Unavailable("stopping".to_owned())))? {
        Err(why) => choose::unwritten(&app, &scope, (list, &period), &why).await,
        Ok(bytes) => {
            let name = files::of_period("企業宛控除依頼データ（全銀形式）", &group_no, &period);
            let answer = web::download(&format!("{name}.txt"), "application/octet-stream", bytes);
            let what = (list.title(), Some(&*period), "全銀形式");
            debug_assert_eq!(answer.status(), StatusCode::OK);
            pages::noted(&app, &scope, what, answer).await
        }
    }
}

async fn all(conn: &mut Conn, opened: &Opened) -> Result<Vec<Stored>, DbError> {
    let (mut lines, mut at) = (Vec::new(), At::First);
    loop {
        let some = opened.read(conn, &at, CHUNK).await?;
        let Some(last) = some.last() else { return Ok(lines) };
        at = At::After(last.line.line_no.to_string());
        lines.extend(some.into_iter().map(|of| of.line));
    }
}

/// The request in 全銀 form (種別 91). Nobody's bank account is told: the money is taken from
/// pay, so bank and branch are zeros, and the account is the item's own where it has one.
///
/// # Errors
/// What could not be written, in the office's words.
fn file(group: &Group, period: &Period, lines: &[Stored]) -> Result<Vec<u8>, String> {
    let (_, month, day) = period.pay_on.parts();
    let name = |kana: &str, flaw: Flaw| half_width(kana).map_err(|_| flaw);
    let head = |field| Flaw { record: 1, field, why: Why::Character { at: 1 } };
    let header = Header {
        consignor_code: consignor_code(&group.group_no),
        consignor_kana: name(&group.kana, head("委託者名"))
            .map_err(|flaw| words::unwritten(&flaw, None))?,
        deduct_mmdd: format!("{month:02}{day:02}"),
        account: account(""),
    };
    let mut entries = Vec::with_capacity(lines.len());
    for line in lines {
        let whose = Some((line.line_no, line.employee_no.as_str()));
        let flaw = Flaw { record: 0, field: "預金者名", why: Why::Character { at: 1 } };
        let holder_kana = name(&line.kana_name, flaw);
        entries.push(Entry {
            account: account(&line.account_no),
            holder_kana: holder_kana.map_err(|flaw| words::unwritten(&flaw, whose))?,
            amount: line.amount,
            new_code: match line.movement {
                Movement::New => NewCode::First,
                _ => NewCode::Other,
            },
            customer_no: customer_no(period, line.line_no),
            result: None,
        });
    }
    write(Kind::Request, &header, &entries, LineEnd::CrLf).map_err(|flaw| {
        // The header is the first record.
        let line = flaw.record.checked_sub(2).and_then(|at| lines.get(at));
        words::unwritten(&flaw, line.map(|line| (line.line_no, line.employee_no.as_str())))
    })
}

fn account(number: &str) -> Account {
    Account {
        bank_code: "0000".to_owned(),
        bank_kana: String::new(),
        branch_code: "000".to_owned(),
        branch_kana: String::new(),
        kind: AccountKind::Ordinary,
        number: account_digits(number),
    }
}

/// The book that the employer's file names.
#[must_use]
pub fn book(ja: &str) -> Option<Book> {
    Book::ALL.into_iter().find(|book| book.ja() == ja)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_again_by_its_customer_number() {
        let day = |d| crate::base::Day::new(2026, 11, d).expect("a day");
        let period = Period {
            id: "p".into(),
            group_no: "16000004".into(),
            kind: period::Kind::Winter,
            deduct_ym: "2026-12".into(),
            close_on: day(9),
            pay_on: day(25),
            requested_at: None,
            results_at: None,
            version: 1,
        };
        for no in [1, 42, 300_000, 9_999_999_999] {
            assert_eq!(customer_no(&period, no).len(), 20);
            assert_eq!(line_no(&period, &customer_no(&period, no)), Some(no));
        }
        assert_eq!(customer_no(&period, 42), "20261230000000000042");
        let other = Period { kind: period::Kind::Monthly, ..period.clone() };
        for foreign in ["", "42", "2026123", "2026123000000000004A", &customer_no(&other, 42)] {
            assert_eq!(line_no(&period, foreign), None, "{foreign:?}");
        }
        assert_eq!(line_no(&period, " 20261230000000000042 "), Some(42));
        assert_eq!(book("賃控元帳"), Some(Book::Ledger));
        assert_eq!(book("ほか"), None);
    }
}
