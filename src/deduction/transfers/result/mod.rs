//! 控除結果: what the employer deducted of a request, line by line (結果データ受信).
//!
//! It comes as the CSV that the employer got (企業宛控除依頼書), with 控除額 and 結果 filled in, or
//! in the 全銀 form of 120 bytes. Every requested line is answered exactly once, in full or not
//! at all. A kana name that differs is marked, never refused.

pub mod apply;
pub(super) mod preview;
pub(super) mod read;
mod rules;

/// The columns of the employer's file, in order.
pub const COLUMNS: [&str; 11] = [
    "控除年月",
    "区分",
    "明細番号",
    "職員番号",
    "カナ氏名",
    "氏名",
    "種別",
    "種目",
    "依頼額",
    "控除額",
    "結果",
];

/// The word of a deducted line in 結果.
const DONE: &str = "控除済";
/// The word of one that was not; any other text there is the reason.
const UNABLE: &str = "控除不能";
