//! The sentences and labels of the operator's pages of people.

use crate::base::Moment;
use crate::base::date::{jst_minutes_ja, jst_seconds};
use crate::identity::lockout::Gate;
use crate::identity::users::Kind;

/// The list.
pub const USERS: &str = "利用者管理";
/// One of them.
pub const USER: &str = "利用者の詳細";
/// The page of a new 仮のパスワード.
pub const PASSWORD: &str = "仮のパスワードの発行";
/// Its sheet.
pub const SHEET: &str = "仮のパスワードのお知らせ";
/// The page that asks before it deletes.
pub const DELETE: &str = "利用者の削除";

pub const USER_ID: &str = "ユーザーID";
pub const NAME: &str = "ユーザー名";
pub const CONTRACT_NO: &str = "契約番号";
pub const STATE: &str = "状態";
pub const LAST_LOGIN: &str = "最終ログイン日時";

pub const NONE: &str = "利用者はまだ登録されていません。";
pub const NONE_FOUND: &str = "条件に合う利用者はいません。条件を変えて、もう一度検索してください。";
pub const CLEAR: &str = "条件をすべて外す";
pub const TO_FIRST: &str = "一覧の先頭へ";
pub const TO_LIST: &str = "利用者管理へ";

pub const STATES: [(&str, &str); 4] =
    [("", "すべて"), ("active", "正常"), ("locked", "ロック中"), ("closed", "閉塞")];

/// 「マスター」.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Master => "会員（マスター）",
        Kind::General => "会員（一般）",
        Kind::Employee => "従業員",
        Kind::Operator => "運営者",
    }
}

/// The badge of a state.
pub const fn state(gate: Gate) -> (&'static str, &'static str) {
    match gate {
        Gate::Open => ("state state-good", "正常"),
        Gate::Locked(_) => ("state state-warn", "ロック中"),
        Gate::Closed => ("state state-bad", "閉塞"),
    }
}

/// When somebody last signed in, as lists show it (R004-85).
pub fn last_login(at: Option<Moment>) -> String {
    at.map_or_else(|| "－".to_owned(), jst_seconds)
}

/// Until when a lock holds, beside its badge.
pub fn until(gate: Gate) -> String {
    match gate {
        Gate::Locked(until) => format!("{}に解けます。", jst_minutes_ja(until)),
        Gate::Closed => "解除するまで、パスワードを受け付けません。".to_owned(),
        Gate::Open => String::new(),
    }
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<Result<&'static str, &'static str>> {
    match word {
        "unlocked" => Some(Ok("ロック・閉塞を解除しました。今のパスワードでログインできます。")),
        "temporary" => Some(Ok(
            "仮のパスワードを発行しました。下のお知らせを印刷して、ご本人へお渡しください。",
        )),
        "invited" => Some(Ok(
            "「アカウント登録のお知らせ」のメールをご本人へ送りました。本登録が済むと、ログインできます。",
        )),
        "handed" => Some(Ok("お渡しを終わりました。仮のパスワードは、もう表示できません。")),
        "deleted" => Some(Ok("利用者を削除しました。電子証明書も失効しています。")),
        "open" => Some(Err("ロックも閉塞もされていないため、何も変えていません。")),
        _ => None,
    }
}
