//! What the login says.

use super::rules::Refusal;
use crate::base::Moment;
use crate::identity::users::User;
use crate::mail::Message;
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

pub const LEAVE_TITLE: &str = "ログアウトの確認";
pub const CODE_TITLE: &str = "二段階認証";
pub const CODE: &str = "確認コード";

/// Another code is to be asked for.
pub const CODE_OVER: &str =
    "この確認コードはもう使えません。「確認コードを再送する」で新しいコードを受け取ってください。";
pub const WRONG_CODE: &str = "確認コードが違います。届いたメールの数字を入力してください。\
     続けて間違えると、しばらくログインできなくなります。";
pub const WRONG_OF_APP: &str = "確認コードが違います。認証アプリにいま表示されている数字を入力してください。一度使った数字は使えません。\
     続けて間違えると、しばらくログインできなくなります。";
pub const NO_MORE_CODES: &str = "確認コードの再送は5回までです。ログインからやり直してください。";
pub const TO_LOGIN: &str = "ログイン画面へ";

/// The mail with the code of a login (R002-06, R002-48).
#[must_use]
pub fn code_mail(service: &str, user: &User, code: &str, minutes: i64) -> Message {
    Message {
        to: user.email.clone(),
        subject: format!("確認コードのお知らせ-{service}"),
        body: format!(
            "{} 様\n\n{service}のログインに必要な確認コードをお知らせします。\n\n\
             確認コード: {code}\n\n\
             コードが使用できるのは {minutes} 分間のみです。\n\
             ログインの画面にこのコードを入力してください。\n\
             お心当たりがないときは、ほかの方がお客様のパスワードを知っているおそれがあります。\
             コードを入力せず、パスワードを変更してください。コードを他の人に教えないでください。\n",
            user.name
        ),
    }
}

/// The rule line of the code's field.
pub fn code_rule(digits: usize, minutes: i64) -> String {
    format!("メールで届いた半角数字{digits}桁（{minutes}分間有効）")
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
            Self::NotYet(from) => format!(
                "アカウントの設定をしています。{}からログインできます。",
                from_when(from, now)
            ),
            Self::Waits(until) => format!(
                "この電子証明書でのログインの誤りが続いたため、{}まで受け付けられません。\
                 時間がたってから、もう一度ログインしてください。",
                from_when(until, now)
            ),
            Self::NotActivated => "アカウントの本登録がまだ済んでいません。先に本登録を行ってください。".into(),
            Self::CodesExhausted => "確認コードの送信が続いたため、いまは受け付けられません。\
                                     1時間ほど待ってから、もう一度ログインしてください。"
                .into(),
            Self::Closed => format!(
                "ご利用を停止しているため、ログインできません（閉塞）。再開には\
                 「ログインID/パスワード初期化・電子証明書失効等依頼書」のご提出が必要です。{ASK}"
            ),
        }
    }
}
