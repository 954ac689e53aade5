//! What the choice of a second factor says.

use crate::identity::users::SecondFactor;

pub const TITLE: &str = "二段階認証";
pub const APP_TITLE: &str = "認証アプリの登録";
pub const SETTINGS_TITLE: &str = "共通機能";
pub const CHOICE: &str = "ログインのときの確認";
pub const PASSWORD: &str = "現在のパスワード";
pub const CODE: &str = "確認コード";
pub const SAVED: &str = "二段階認証の設定を保存しました。";
pub const TO_FORM: &str = "二段階認証の設定へ";

pub const OFF: (&str, &str) = ("off", "パスワードだけでログインする");
pub const MAIL: (&str, &str) = ("mail", "メールで届く確認コードも入力する");
pub const TOTP: (&str, &str) = ("totp", "認証アプリの確認コードも入力する（より安全です）");

pub const NOT_CHOSEN: &str = "ログインのときの確認を選んでください。";
pub const REQUIRED: &str = "お客様のご契約では、二段階認証が必要です。";
pub const WRONG_PASSWORD: &str =
    "現在のパスワードが違います。続けて間違えると、しばらくログインできなくなります。";
pub const WRONG_CODE: &str = "確認コードが違います。認証アプリにいま表示されている6桁の数字を入力してください。\
     合わないときは、スマートフォンの時計を確かめてください。";

/// What is asked for now.
pub const fn now(factor: Option<SecondFactor>) -> &'static str {
    match factor {
        None => "パスワードだけ",
        Some(SecondFactor::Mail) => "パスワードと、メールで届く確認コード",
        Some(SecondFactor::Totp) => "パスワードと、認証アプリの確認コード",
    }
}
