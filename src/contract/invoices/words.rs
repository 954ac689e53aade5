//! The sentences and labels of the invoice pages.

use super::{Rate, Status};
use crate::base::Moment;
use crate::base::date::jst_minutes;

/// The list's title, and its name in the way to the pages below it.
pub const LIST: &str = "請求書一覧";
/// The title of one invoice.
pub const DETAIL: &str = "請求書詳細";
/// The empty list.
pub const NONE: &str = "請求書はまだありません。請求書が発行されると、ここに表示されます。";
/// A month that has no invoices, nor has any before it.
pub const NONE_UNTIL: &str = "この年月以前の請求書はありません。";
/// The way out of it.
pub const TO_NEWEST: &str = "最新の請求書を表示する";

/// 「請求中」.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Billed => "請求中",
        Status::Paid => "入金済",
        Status::Withdrawn => "取消",
    }
}

/// 「10%対象」.
pub fn rate(rate: Rate) -> &'static str {
    match rate {
        Rate::Standard => "10%対象",
        Rate::Reduced => "8%対象（軽減税率）",
        Rate::Exempt => "対象外（非課税）",
    }
}

/// 「最初のダウンロード 2026/11/21 14:05」.
pub fn downloaded(first_at: Option<Moment>) -> String {
    match first_at {
        Some(at) => format!("最初のダウンロード {}", jst_minutes(at)),
        None => "まだダウンロードされていません".to_owned(),
    }
}

/// 「12 KB」: sizes as file managers show them.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} バイト"),
        1_024..1_048_576 => format!("{} KB", (bytes + 1_023) / 1_024),
        _ => format!("{} MB", (bytes + 1_048_575) / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        let shown: Vec<_> = [0, 1_023, 1_024, 1_025, 1_048_577].into_iter().map(size).collect();
        assert_eq!(shown, ["0 バイト", "1023 バイト", "1 KB", "2 KB", "2 MB"]);
    }
}
