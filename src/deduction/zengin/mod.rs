//! 全銀 files of 預金口座振替 (種別 91): a request that names accounts and amounts, and the
//! result that comes back with a code for each. One header, the entries, a trailer with the
//! sums and an end, each a record of 120 bytes in JIS X 0201 (全国銀行協会 パーソナル・
//! コンピュータ用標準通信プロトコル 令和元年12月, 15 and 16).
//!
//! [`write`] and [`parse`] are each other's inverse but for spaces at the end of texts.
//! Nothing is cut or replaced: what does not fit is a [`Flaw`] that names record and field.

mod codes;
mod layout;
mod read;
mod write;

pub use codes::{AccountKind, NewCode, Outcome};
pub use read::parse;
pub use write::write;

/// The length of a record, in bytes, without what ends its line.
pub const RECORD_BYTES: usize = 120;

/// Which of the two files it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 依頼明細: no results yet; the trailer's four result sums are zero.
    Request,
    /// 処理結果明細: each entry has a result, and the trailer sums them.
    Result,
}

/// What stands after each record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// Nothing.
    None,
    /// CR and LF.
    CrLf,
    /// LF.
    Lf,
    /// CR.
    Cr,
}

/// A file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Who collects, when, into which account.
    pub header: Header,
    /// Each account and amount, in the file's order.
    pub entries: Vec<Entry>,
    /// The sums, which agree with the entries.
    pub trailer: Trailer,
}

/// ヘッダーレコード.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// 委託者コード, ten digits.
    pub consignor_code: String,
    /// 委託者名, at most 40 half-width characters.
    pub consignor_kana: String,
    /// 引落日, `MMDD`.
    pub deduct_mmdd: String,
    /// The account that the money goes to; its holder is the consignor.
    pub account: Account,
}

/// An account at a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// 銀行番号, four digits.
    pub bank_code: String,
    /// 銀行名, at most 15 half-width characters; may be empty.
    pub bank_kana: String,
    /// 支店番号, three digits.
    pub branch_code: String,
    /// 支店名, at most 15 half-width characters; may be empty.
    pub branch_kana: String,
    /// 預金種目.
    pub kind: AccountKind,
    /// 口座番号, seven digits.
    pub number: String,
}

/// データレコード.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account that the money comes from.
    pub account: Account,
    /// 預金者名, 1 to 30 half-width characters.
    pub holder_kana: String,
    /// 引落金額, yen, at most ten digits.
    pub amount: i64,
    /// 新規コード.
    pub new_code: NewCode,
    /// 顧客番号, at most 20 digits or half-width characters, at the field's left: shorter
    /// ones are not filled with zeros, so that a 職員番号 comes back as it was.
    pub customer_no: String,
    /// 振替結果コード; `None` in a request (written as 0).
    pub result: Option<Outcome>,
}

/// トレーラーレコード. Counts, and amounts in yen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trailer {
    /// 合計件数.
    pub count: i64,
    /// 合計金額.
    pub amount: i64,
    /// 振替済件数; 0 in a request, as the next three are.
    pub done_count: i64,
    /// 振替済金額.
    pub done_amount: i64,
    /// 振替不能件数.
    pub unable_count: i64,
    /// 振替不能金額.
    pub unable_amount: i64,
}

impl Trailer {
    /// The sums of `entries`. An entry without a result is in the first two only.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut sums = Self::default();
        for entry in entries {
            let amount = entry.amount;
            (sums.count, sums.amount) = (sums.count + 1, sums.amount.saturating_add(amount));
            let (count, yen) = match entry.result {
                None => continue,
                Some(Outcome::Done) => (&mut sums.done_count, &mut sums.done_amount),
                Some(_) => (&mut sums.unable_count, &mut sums.unable_amount),
            };
            (*count, *yen) = (*count + 1, yen.saturating_add(amount));
        }
        sums
    }

    /// The fields in their order.
    const fn values(&self) -> [i64; 6] {
        let Self { count, amount, done_count, done_amount, unable_count, unable_amount } = *self;
        [count, amount, done_count, done_amount, unable_count, unable_amount]
    }
}

/// What is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record {record}, {field}: {why}")]
pub struct Flaw {
    /// The record, from 1; the header is the first.
    pub record: usize,
    /// 項目名 as the standard has it; 「レコード」 for the record as a whole.
    pub field: &'static str,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a record or a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Nothing at all in the file.
    #[error("the file is empty")]
    Empty,
    /// Not 120 bytes.
    #[error("{found} bytes instead of 120")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// コード区分 1, or bytes of EBCDIC: we read JIS only.
    #[error("the file is in EBCDIC")]
    Ebcdic,
    /// Another record belongs here, or none.
    #[error("the record is of kind {found:?} where {wanted} belongs")]
    Order {
        /// データ区分 that stands there; `None` where the file ends too early.
        found: Option<char>,
        /// データ区分 that may stand there: "1", "2 or 8", "9", or "nothing".
        wanted: &'static str,
    },
    /// A character that the field must not hold.
    #[error("character {at} is not allowed here")]
    Character {
        /// Its place in the field, from 1.
        at: usize,
    },
    /// Not a value of the field: no number, none of its codes, no date, or absent.
    #[error("the value is none of the field's")]
    Value,
    /// More characters than the field has (writing).
    #[error("longer than the field")]
    TooLong,
    /// The trailer's figure is not that of the entries.
    #[error("{says} in the trailer, {counted} counted")]
    Total {
        /// What the trailer says.
        says: i64,
        /// What the entries are.
        counted: i64,
    },
}

impl Flaw {
    const fn of_record(record: usize, why: Why) -> Self {
        Self { record, field: "レコード", why }
    }
}

#[cfg(test)]
mod tests;
