//! What the pages of 本登録 say; its mail is `app::people`'s.

use super::rules::Refusal;
use crate::base::Moment;
use crate::members::words::{ASK, from_when};

pub const USER_ID: &str = "ユーザーID";
pub const FIRST_PASSWORD: &str = "初回パスワード";
pub const CODE: &str = "認証番号";
pub const NEW: &str = "新しいパスワード";

pub const TITLE: &str = "アカウント本登録";
pub const DONE_TITLE: &str = "アカウント本登録の完了";
pub const DONE: &str = "アカウントの本登録が完了しました。";

/// The steps as they stand above the screens.
pub const STEPS: [&str; 4] = ["初回パスワード", "認証番号", "新しいパスワード", "完了"];

pub const TO_START: &str = "本登録を最初から行う";
pub const TO_CODE: &str = "認証番号の入力へ進む";
pub const TO_PASSWORD: &str = "新しいパスワードの入力へ進む";
pub const TO_DONE: &str = "本登録の結果を見る";

/// Who came by the login, and has not been here yet.
pub const FIRST: &str = "本登録がまだ済んでいません。メール「アカウント登録のお知らせ」をご用意のうえ、先に本登録を行ってください。";

/// The code ran out, was tried too often, or another one was sent.
pub const CODE_OVER: &str = "この認証番号はもう使えません。新しい認証番号の送付を、ご契約のマスターユーザーの方か、このページの下にあるお問い合わせ先へご依頼ください。";

/// The password is the one from the mail.
pub const SAME: &str = "初回パスワードと違うパスワードを入力してください。";

/// The code is not the one.
pub fn wrong_code(left: i64) -> String {
    format!(
        "認証番号が違います。メール「アカウント登録のお知らせ」に書かれた6桁の数字を入力してください（あと{left}回入力できます）。"
    )
}

impl Refusal {
    /// What the person is told at `now`.
    #[must_use]
    pub fn ja(self, now: Moment) -> String {
        match self {
            Self::Wrong => "ユーザーIDまたは初回パスワードが違います。メール「アカウント登録のお知らせ」をお確かめのうえ、\
                            もう一度入力してください。続けて間違えると、しばらく受け付けられなくなります。"
                .into(),
            Self::Locked(until) => format!(
                "パスワードの誤りが続いたため、{}まで受け付けられません（ロック）。\
                 時間がたってから、もう一度入力してください。",
                from_when(until, now)
            ),
            Self::Waits(until) => format!(
                "入力の誤りが続いたため、{}まで受け付けられません。\
                 時間がたってから、もう一度入力してください。",
                from_when(until, now)
            ),
            Self::Closed => format!("ご利用を停止しているため、本登録できません。{ASK}"),
            Self::Done => "本登録は済んでいます。電子証明書をお持ちでない方は「電子証明書発行」へ、\
                           お持ちの方は「ログイン」へお進みください。"
                .into(),
        }
    }
}
