//! What the login says.

use super::rules::Refusal;
use crate::base::Moment;
use crate::members::words::{ASK, from_when};

pub const CONTRACT_NO: &str = "ご契約番号";
pub const USER_ID: &str = "ユーザID";
pub const PASSWORD: &str = "パスワード";
pub const TITLE: &str = "ログイン";
pub const OUT_TITLE: &str = "ログアウト";
pub const OUT: &str = "ログアウトしました。";

/// Which of the three it is, is not said (R003-42).
pub const WRONG_OF_THREE: &str = "ご契約番号、ユーザID、パスワードのいずれかが違います。アクセス情報シートと、英字の大文字と小文字を\
     お確かめのうえ、もう一度入力してください。続けて間違えると、しばらくログインできなくなります。";

/// R004-15.
pub fn idle(minutes: i64) -> String {
    format!(
        "{minutes}分間操作がなかったため、自動的にログアウトしました。もう一度ログインしてください。"
    )
}

impl Refusal {
    /// What the person is told at `now`.
    #[must_use]
    pub fn ja(self, now: Moment) -> String {
        match self {
            Self::Wrong => {
                "パスワードが違います。英字の大文字と小文字をお確かめのうえ、もう一度入力してください。\
                 続けて間違えると、しばらくログインできなくなります。"
                    .into()
            }
            Self::Locked(until) => format!(
                "パスワードの誤りが続いたため、{}までログインできません（ロック）。\
                 時間がたってから、もう一度ログインしてください。",
                from_when(until, now)
            ),
            Self::Waits(until) => format!(
                "この電子証明書でのログインの誤りが続いたため、{}まで受け付けられません。\
                 時間がたってから、もう一度ログインしてください。",
                from_when(until, now)
            ),
            Self::Closed => format!(
                "ご利用を停止しているため、ログインできません（閉塞）。再開には\
                 「ログインID/パスワード初期化・電子証明書失効等依頼書」のご提出が必要です。{ASK}"
            ),
        }
    }
}
