//! What the change of a password says.

use crate::web::visit::Forced;

pub const CURRENT: &str = "現在のパスワード";
pub const NEW: &str = "新しいパスワード";
pub const TITLE: &str = "パスワード変更";
pub const SETTINGS_TITLE: &str = "共通機能";
pub const WRONG: &str =
    "現在のパスワードが違います。続けて間違えると、しばらくログインできなくなります。";

/// Why one cannot go on without it (R004-95, R001-12).
pub fn forced(why: Forced) -> String {
    match why {
        Forced::Temporary => "仮のパスワードでログインされました。ご利用の前に、ご自分の\
                              パスワードに変更してください。"
            .to_owned(),
        Forced::Expired(days) => format!(
            "前回の変更から{days}日が過ぎたため、パスワードの更新が必要です。ご利用の前に、\
             新しいパスワードに変更してください。"
        ),
    }
}
