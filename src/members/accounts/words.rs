//! What the pages of accounts say.

use crate::base::Moment;
use crate::base::date::jst_minutes_ja;

pub const TIE_TITLE: &str = "アカウントの紐づけ";
pub const LIST_TITLE: &str = "アカウント管理";
pub const UNTIE_TITLE: &str = "紐づけの解除";
pub const HANDOVER_TITLE: &str = "管理者の引き継ぎ";
pub const HANDED_TITLE: &str = "管理者の引き継ぎの完了";

/// R002-37, the manual's words.
pub const ASKED: &str = "アカウントとASPユーザーの紐づけが必要です。\
                         このアカウントを現在使用しているASPユーザーと紐づけますか？";
/// Another person was faster.
pub const TAKEN: &str =
    "先に表示したASPユーザーは、ほかの方が使い始めました。別のASPユーザーを表示しています。";

pub const TO: &str = "新しい管理者";
pub const PASSWORD: &str = "パスワード";
pub const CHOOSE: &str = "新しい管理者を選んでください。";
pub const WRONG: &str =
    "パスワードが違います。続けて間違えると、しばらくログインできなくなります。";

pub const TO_LIST: &str = "アカウント一覧へ";

/// R002-16.
pub const MANUAL: &str = "管理者用操作マニュアル";

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<Result<&'static str, &'static str>> {
    match word {
        "untied" => Some(Ok("紐づけを解除しました。アカウントは空きになりました。")),
        "untied-before" => Some(Err("この紐づけは変わっていたため、何も変えていません。")),
        "deleted" => Some(Ok("ログイン情報を削除しました。")),
        _ => None,
    }
}

/// 「2026年11月21日 14:05」, or a dash.
pub fn when(at: Option<Moment>) -> String {
    at.map_or_else(|| "－".to_owned(), jst_minutes_ja)
}
