//! The sentences that the pages of both books' items say.

use crate::base::date::month_ja;

/// The way out of conditions that nothing fits.
pub const CLEAR: &str = "条件をすべて外す";
/// The way on from a mistake.
pub const TO_LATEST: &str = "この明細の最新の画面を開く";
/// An item that is changed elsewhere (R004-163).
pub const AT_COUNTER: &str = "この明細は窓口扱いです。内容の変更は、お取扱店の窓口で承ります。";
/// A cancelled item.
pub const CANCELLED: &str =
    "この明細は解除されています。締切日までは、解除を取り消すことができます。";
/// Before the sentence about who it was.
pub const STALE: &str = "ほかの担当者がこの明細を更新したため、変更していません。\
                         下の「いまの登録内容」を確かめて、よければもう一度操作してください。";

/// What has just been done, as the address names it, and from when it counts.
#[must_use]
pub fn done(word: &str, month: &str) -> Option<String> {
    let what = match word {
        "added" => "登録しました。",
        "changed" => "変更しました。",
        "cancelled" => "解除しました。",
        "restored" => "解除を取り消しました。",
        _ => return None,
    };
    Some(if month.is_empty() {
        what.to_owned()
    } else {
        format!("{what}{}分の控除から反映されます。", month_ja(month))
    })
}

/// Somebody changed it: 「2026/11/21 10:00:05　組合　花子（hanako02）：変更」.
#[must_use]
pub fn by_whom(at: &str, actor: &str, op: &str) -> String {
    format!("{at}　{actor}：{op}")
}
