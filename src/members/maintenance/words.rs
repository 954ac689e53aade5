//! What the pages about times out of service say.

use crate::base::Moment;
use crate::base::date::jst_minutes_ja;
use crate::identity::maintenance::{LONGEST_MESSAGE, MOST_DAYS, Stage, Window, Wrong};

pub const TITLE: &str = "メンテナンス";
pub const NEW: &str = "メンテナンスの登録";
pub const WITHDRAW: &str = "メンテナンスの取り消し";

pub const FROM: &str = "開始日時";
pub const TO: &str = "終了日時";
pub const ANNOUNCE: &str = "お知らせを始める日時";
pub const MESSAGE: &str = "お知らせの文";

pub const NONE: &str = "予定されているメンテナンスはありません。";
pub const NO_TIME: &str = "年月日と時刻を入力してください（例：2026年11月28日 8:00）。";
pub const TO_LIST: &str = "メンテナンスの一覧へ";

/// What has just been done.
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "added" => Some("メンテナンスを登録しました。お知らせは、指定の日時から表示されます。"),
        "withdrawn" => Some("メンテナンスを取り消しました。"),
        _ => None,
    }
}

/// What is wrong with a window: the field, its label, and the sentence.
pub fn wrong(wrong: Wrong) -> (&'static str, &'static str, String) {
    match wrong {
        Wrong::EndsEarly => ("to", TO, "終了日時は、開始日時より後にしてください。".to_owned()),
        Wrong::IsOver => ("to", TO, "終了日時は、いまより後にしてください。".to_owned()),
        Wrong::TooLong => (
            "to",
            TO,
            format!(
                "終了日時は、開始日時から{MOST_DAYS}日以内にしてください。年もお確かめください。"
            ),
        ),
        Wrong::AnnouncedLate => {
            ("announce", ANNOUNCE, "お知らせは、開始日時までに始めてください。".to_owned())
        }
        Wrong::Message => {
            let sentence = format!("改行を入れずに、{LONGEST_MESSAGE}文字以内で入力してください。");
            ("message", MESSAGE, sentence)
        }
    }
}

/// 「2026年11月28日 08:00」.
pub fn when(at: Moment) -> String {
    jst_minutes_ja(at)
}

/// How far it is, and the class of its mark.
pub fn stage(window: &Window, now: Moment) -> (&'static str, &'static str) {
    match window.stage(now) {
        Stage::Planned => ("お知らせ前", "state"),
        Stage::Announced => ("お知らせ中", "state state-warn"),
        Stage::Now => ("休止中", "state state-bad"),
        Stage::Past => ("終了", "state"),
        Stage::Withdrawn => ("取り消し", "state"),
    }
}
