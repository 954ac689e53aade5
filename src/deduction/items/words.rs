//! The sentences that the pages of both books' items say.

use super::{Member, Person, form};
use crate::base::Day;
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

/// The page of a member, and what it says.
pub const MEMBER: &str = "控除を受ける方の登録変更";
/// What of them is corrected there.
pub const MEMBER_PARTS: &str = "職員番号・氏名・職場";
/// It was done.
pub const MEMBER_CHANGED: &str = "変更しました。次の控除依頼から使われます。";
/// Somebody else was first.
pub const MEMBER_STALE: &str = "ほかの担当者がこの方の登録を更新したため、変更していません。\
                                「いまの登録内容」を確かめて、よければ画面を開き直して、もう一度操作してください。";

/// The number is somebody else's.
#[must_use]
pub fn number_taken(other: &Member) -> String {
    format!("この職員番号は「{}」で登録済みです。番号を確かめてください。", other.kana_name)
}

/// What a correction changes, for the log; empty: nothing.
#[must_use]
pub fn corrected(old: &Member, new: &Person, left_on: Option<Day>) -> String {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let (was, is) = (day(old.left_on), day(left_on));
    let parts = [
        (form::EMPLOYEE_NO, &old.employee_no, &new.employee_no),
        (form::KANA, &old.kana_name, &new.kana_name),
        (form::KANJI, &old.kanji_name, &new.kanji_name),
        (form::WORKPLACE, &old.workplace, &new.workplace),
        (form::LEFT_ON, &was, &is),
    ];
    let changed = parts.into_iter().filter(|(_, old, new)| old != new);
    let told = changed.map(|(label, old, new)| format!("{label}：{old} → {new}"));
    told.collect::<Vec<_>>().join("、")
}

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
