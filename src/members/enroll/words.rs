//! What the master's registration says.

use super::rules::Refusal;
use crate::base::Moment;
use crate::members::words::{ASK, from_when};

pub const CONTRACT_NO: &str = "契約番号";
pub const INITIAL_PASSWORD: &str = "初期パスワード";
pub const LOGIN_ID: &str = "ユーザーID";
pub const PASSWORD: &str = "パスワード";
pub const NAME: &str = "ユーザー名";
pub const EMAIL: &str = "メールアドレス";

pub const PROOF_TITLE: &str = "マスターユーザー初期登録ログイン";
pub const FORM_TITLE: &str = "マスターユーザー初期登録";
pub const RESULT_TITLE: &str = "マスターユーザー初期登録　登録結果";
pub const DONE: &str = "マスターユーザーの登録を完了しました。";

/// The steps as they stand above the screens.
pub const STEPS: [&str; 3] = ["契約番号の確認", "ユーザーの登録", "登録結果"];

pub const TO_PROOF: &str = "契約番号の入力へ";
pub const TO_FORM: &str = "登録の入力へ";
pub const TO_RESULT: &str = "登録結果を表示する";

impl Refusal {
    /// What the person is told at `now`.
    #[must_use]
    pub fn ja(self, now: Moment) -> String {
        match self {
            Self::Wrong => "契約番号または初期パスワードが違います。『ご利用開始のお知らせ』と\
                            「初期パスワード届出書」の控えをお確かめのうえ、もう一度入力してください。"
                .into(),
            Self::Locked(until) => format!(
                "初期パスワードの誤りが続いたため、{}まで受け付けられません（ロック）。\
                 時間がたってから、もう一度入力してください。",
                from_when(until, now)
            ),
            Self::Closed => format!(
                "初期パスワードの誤りが続いたため、ご利用を停止しています（閉塞）。\
                 解除には「ログインID/パスワード初期化・電子証明書失効等依頼書」と\
                 「初期パスワード届出書」のご提出が必要です。{ASK}"
            ),
            Self::Waits(until) => format!(
                "入力の誤りが続いたため、{}まで受け付けられません。\
                 時間がたってから、もう一度入力してください。",
                from_when(until, now)
            ),
            Self::Ended => format!("このご契約は終了しているため、登録できません。{ASK}"),
            Self::Registered => {
                "マスターユーザーは登録済です。電子証明書をお持ちでない方は、トップページの\
                 「電子証明書発行」へお進みください。ユーザーIDまたはパスワードをお忘れのときは、\
                 「ログインID/パスワード初期化・電子証明書失効等依頼書」のご提出が必要です。"
                    .into()
            }
        }
    }
}
