//! What the forms of a list say.

use super::Encoding;

/// In place of the lines.
pub(super) const EMPTY: &str = "該当する明細はありません。";
/// The way out of a page that is gone.
pub(super) const TO_FIRST: &str = "最初のページへ";
/// Before the sums.
pub(super) const TOTAL: &str = "合計";

/// What an encoding is called.
pub(super) fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8（すべての文字）",
        Encoding::Cp932 => "シフトJIS",
    }
}
