//! What is said about a forgotten password, on pages and by mail.

use crate::base::Moment;
use crate::config::Config;
use crate::identity::policy::Policy;
use crate::identity::users::User;
use crate::mail::Message;
use crate::members::words::{from_when, password_sentence};

pub const USER_ID: &str = "ユーザーID";
/// R000-29: the manual calls the number so on this screen.
pub const CODE: &str = "承認番号";
pub const PASSWORD: &str = "ログインパスワード";

pub const TITLE: &str = "パスワードをお忘れの方";
pub const RESET_TITLE: &str = "パスワード変更";
pub const DONE_TITLE: &str = "パスワード変更の完了";
pub const DONE: &str = "パスワードを変更しました。";

pub const STEPS: [&str; 3] = ["ユーザーID", "パスワード変更", "完了"];

pub const TO_START: &str = "ユーザーIDの入力へ";
pub const TO_RESET: &str = "パスワード変更へ進む";
pub const TO_DONE: &str = "結果を見る";

/// The code was right, the password was not good enough yet.
pub const CODE_TAKEN: &str = "承認番号を確かめました。続けてパスワードを入力してください。";

/// The code ran out, was tried too often, or another one was asked for.
pub const CODE_OVER: &str = "この承認番号はもう使えません。ユーザーIDの入力からやり直して、新しい番号を受け取ってください。";

/// Enough codes were asked for with this ID.
pub const CODES_EXHAUSTED: &str = "このユーザーIDでのお申し込みが続いたため、いまは受け付けられません。1時間ほど待ってから、もう一度お試しください。";

/// The ID is too long to be one.
pub const TOO_LONG: &str = "ユーザーIDは100文字以内で入力してください。";

/// The code is not the one.
pub fn wrong_code(left: i64) -> String {
    format!(
        "承認番号が違います。メールに書かれた6桁の数字を入力してください（あと{left}回入力できます）。"
    )
}

/// Too many wrong guesses.
pub fn waits(until: Moment, now: Moment) -> String {
    format!(
        "入力の誤りが続いたため、{}まで受け付けられません。時間がたってから、もう一度お試しください。",
        from_when(until, now)
    )
}

/// R000-28, with the policy in force.
pub fn lead(digits: usize, policy: &Policy) -> String {
    format!(
        "メールで通知された認証番号 ({digits}桁) と新しいパスワードを入力してください。{}",
        password_sentence(policy)
    )
}

/// R000-27: its end is a setting.
pub const SUBJECT: &str = "パスワードリセット用認証番号のお知らせ";

/// The mail with the code (R000-26).
#[must_use]
pub fn mail(
    config: &Config,
    user: &User,
    policy: &Policy,
    (code, minutes): (&str, i64),
) -> Message {
    let portal = &config.service.portal_name;
    Message {
        to: user.email.clone(),
        subject: format!("{SUBJECT}-{portal}"),
        body: format!(
            "{name} 様\n\n{portal}のパスワードリセットに必要な認証番号をお知らせします。\n\n\
             認証番号: {code}\n\n\
             認証番号が使用できるのは {minutes} 分間のみです。\n\
             「パスワード変更」の画面の「承認番号」に、この番号を入力してください。\n\
             {rule}\n\n\
             お心当たりがない場合は、このメールは無視できます。パスワードは変わりません。\n\
             認証番号を他の人に教えないでください。\n",
            name = user.name,
            rule = password_sentence(policy),
        ),
    }
}
