//! What the first page says.

use crate::base::Moment;
use crate::base::date::jst_minutes;

pub const TITLE: &str = "インフォメーション";
pub const CHANGED: &str =
    "パスワードを変更しました。次のログインから、新しいパスワードをお使いください。";

/// R004-109.
pub fn last_login(previous: Option<Moment>) -> String {
    match previous {
        Some(at) => format!("【前回ログイン日時】 {}", jst_minutes(at)),
        None => "初めてのログインです".into(),
    }
}
