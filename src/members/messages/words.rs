//! Labels and sentences of お知らせ.

/// The list.
pub const MESSAGES: &str = "お知らせ";
/// A new one.
pub const NEW: &str = "お知らせの新規登録";
/// One that exists.
pub const EDIT: &str = "お知らせの変更";
/// The page that asks before it withdraws.
pub const WITHDRAW: &str = "お知らせの取り下げ";

pub const AUDIENCE: &str = "お知らせする相手";
pub const CONTRACT_NO: &str = "契約番号";
pub const POSTED_ON: &str = "掲載日";
pub const UNTIL_ON: &str = "終了日";
pub const SUBJECT: &str = "件名";
pub const BODY: &str = "メッセージ";

pub const NONE: &str = "お知らせはまだありません。『新規登録』から追加できます。";
pub const TO_LIST: &str = "お知らせの一覧へ";
pub const TO_FIRST: &str = "一覧の先頭へ";
pub const CHOOSE_AUDIENCE: &str = "お知らせする相手を選んでください。";
pub const NO_CONTRACT: &str = "この契約番号の契約はありません。";
pub const ENDS_FIRST: &str = "終了日は、掲載日と同じか、あとの日付にしてください。";
pub const NO_SUBJECT: &str = "件名は60文字以内で入力してください。";
pub const NO_BODY: &str = "メッセージは2000文字以内で入力してください。";

/// Whom a message or a manual may be for (R004-160).
pub const AUDIENCES: [(&str, &str); 5] = [
    ("all", "すべての契約"),
    ("member", "会員"),
    ("employer", "事業主"),
    ("client", "企業"),
    ("office", "社労士"),
];

/// An audience's name.
pub fn audience(word: &str) -> &str {
    AUDIENCES.iter().find(|(known, _)| *known == word).map_or(word, |(_, label)| *label)
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "added" => Some("お知らせを登録しました。"),
        "changed" => Some("お知らせを変更しました。"),
        "withdrawn" => Some("お知らせを取り下げました。"),
        _ => None,
    }
}
