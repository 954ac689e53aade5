//! 控除結果: what the employer deducted of a request, line by line (結果データ受信).
//!
//! It comes as the CSV that the employer got (企業宛控除依頼書), with 控除額 and 結果 filled in, or
//! in the 全銀 form of 120 bytes. Every requested line is answered exactly once, in full or not
//! at all. A kana name that differs is marked, never refused.

pub mod apply;
pub(super) mod preview;
pub(super) mod read;
mod rules;

pub use crate::deduction::requests::employer::COLUMNS;

use super::Transfer;
use crate::db::{Conn, Error, params};
use crate::deduction::requests::employer::{DONE, UNABLE};
use crate::deduction::sums::Book;

/// Whether what the transfer answers has lines of this book.
pub(super) async fn is_of(conn: &mut Conn, transfer: &Transfer, book: Book) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM request_lines WHERE contract_no = $1 AND period_id = $2 \
               AND book = $3 LIMIT 1";
    let values = params![&transfer.contract_no, &transfer.period_id, book.word()];
    Ok(conn.one::<i64>(sql, values).await?.is_some())
}
