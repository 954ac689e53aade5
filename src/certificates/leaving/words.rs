//! What the deletion of a person says.

pub const LIST_TITLE: &str = "契約ユーザー情報照会";
pub const TITLE: &str = "契約ユーザー情報削除";
pub const DONE_TITLE: &str = "削除の完了";
pub const DONE: &str = "契約ユーザーを削除しました。";
/// The way on from a page that is out of date.
pub const TO_LIST: &str = "契約ユーザー情報照会へ";

pub const ACCOUNTS_TITLE: &str = "アカウント管理";
pub const LOGIN_TITLE: &str = "ログイン情報の削除";
pub const TO_ACCOUNTS: &str = "アカウント一覧へ";
