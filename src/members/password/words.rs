//! What the change of a password says.

use crate::identity::terms::Preset;
use crate::web::visit::Forced;

pub const NEW: &str = "新しいパスワード";
pub const TITLE: &str = "パスワード変更";
pub const SETTINGS_TITLE: &str = "共通機能";

/// The current password is not the one in force.
pub fn wrong(current: &str) -> String {
    format!("{current}が違います。続けて間違えると、しばらくログインできなくなります。")
}

/// What the manuals call things on the page.
#[derive(Clone, Copy, Debug)]
pub struct Labels {
    /// The password in force.
    pub current: &'static str,
    /// The button.
    pub submit: &'static str,
}

impl Labels {
    /// R000-24, R004-105
    pub const fn of(preset: Preset) -> Self {
        match preset {
            Preset::Portal => Self { current: "今のパスワード", submit: "登録" },
            _ => Self { current: "現在のパスワード", submit: "更新" },
        }
    }
}

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
