//! What the sign-up says.

use super::rules::Refusal;
use crate::base::Moment;
use crate::mail::Message;
use crate::members::words::from_when;

pub const EMAIL: &str = "メールアドレス";
pub const CODE: &str = "コードの入力";
pub const PASSWORD: &str = "パスワード";
/// R002-25, R002-29.
pub const CUSTOMER_NO: &str = "CustomerId（お客様番号）";
pub const DISPLAY_NAME: &str = "表示名";
/// R002-25, R002-33.
pub const TEL: &str = "Tel（電話番号）";

pub const START_TITLE: &str = "アカウントの作成";
pub const CODE_TITLE: &str = "コードの入力";
pub const KNOWN_TITLE: &str = "パスワードの入力";
pub const DETAILS_TITLE: &str = "詳細の追加";
pub const FULL_TITLE: &str = "アカウント作成エラー";
pub const DONE_TITLE: &str = "確認";

/// The steps as they stand above the screens.
pub const STEPS: [&str; 4] = ["メールアドレス", "コードの入力", "詳細の追加", "確認"];

pub const TO_START: &str = "メールアドレスの入力へ";
pub const TO_CODE: &str = "コードの入力へ";
pub const TO_DETAILS: &str = "詳細の追加へ";
pub const TO_DONE: &str = "登録の結果を表示する";

/// The code ran out or was tried too often.
pub const CODE_OVER: &str =
    "このコードはもう使えません。「コードを再送する」で新しいコードを受け取ってください。";
/// So many codes are enough.
pub const NO_MORE_CODES: &str =
    "コードの再送は5回までです。メールアドレスの入力からやり直してください。";
/// The password of somebody who has an account.
pub const WRONG_PASSWORD: &str = "パスワードが違います。英字の大文字と小文字をお確かめのうえ、もう一度入力してください。\
     続けて間違えると、しばらくログインできなくなります。";
pub const CLOSED: &str = "このアカウントは、ご利用を停止しています。このページの下にあるお問い合わせ先へご連絡ください。";

/// R004-11 for somebody who has an account.
pub fn locked(until: Moment, now: Moment) -> String {
    format!(
        "パスワードの誤りが続いたため、{}まで受け付けられません（ロック）。時間がたってから、もう一度お試しください。",
        from_when(until, now)
    )
}

/// The code is not the one.
pub fn wrong_code(left: i64) -> String {
    format!(
        "コードが違います。メールに書かれた数字を入力してください（あと{left}回入力できます）。"
    )
}

/// The rule line of the code's field.
pub fn code_rule(digits: usize, minutes: i64) -> String {
    format!(
        "半角数字{digits}桁（{minutes}分間有効）。メールからコピーして貼り付けることもできます。"
    )
}

/// The number of licences, with the manual's words (R002-38).
pub fn full(licences: i64) -> String {
    format!("登録アカウントがいっぱいです。現在の契約数は{licences}アカウントです。")
}

/// What is being done until the first login (R002-35).
pub fn done(minutes: i64) -> String {
    if minutes <= 0 {
        return "アカウントの設定が終わりました。メニュー右上からログインしてください".to_owned();
    }
    format!(
        "アカウントの設定をしています。{minutes}分ほどしたらメニュー右上からログインしてください"
    )
}

impl Refusal {
    /// What the person is told at `now`.
    #[must_use]
    pub fn ja(self, now: Moment) -> String {
        match self {
            // Which of the two, is not said (R002-34).
            Self::NoMatch => "CustomerId（お客様番号）とTel（電話番号）が、ご契約の内容と一致しません。\
                              どちらか、または両方が違います。お確かめのうえ、もう一度入力してください。"
                .into(),
            Self::NoMoreTries => {
                "CustomerId（お客様番号）とTel（電話番号）が、ご契約の内容と一致しません。\
                 誤りが続いたため、メールアドレスの入力からやり直してください。"
                    .into()
            }
            Self::Waits(until) => format!(
                "誤りや送信が続いたため、{}まで受け付けられません。時間がたってから、もう一度お試しください。",
                from_when(until, now)
            ),
            Self::Exhausted => "コードの送信が続いたため、いまは受け付けられません。\
                                1時間ほど待ってから、もう一度お試しください。"
                .into(),
        }
    }
}

/// The mail with the code (R002-20).
#[must_use]
pub fn code_mail(service: &str, to: &str, code: &str, minutes: i64) -> Message {
    Message {
        to: to.to_owned(),
        subject: "アカウント確認コード".to_owned(),
        body: format!(
            "アカウント確認コード\n\n\
             {service}のアカウントの検証に次のコードを使用してください。\
             コードが使用できるのは {minutes} 分間のみです。\n\n\
             アカウント確認コード: {code}\n\n\
             コードを要求していない場合は、このメールは無視できます。\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manuals_sentences_stand_as_they_are() {
        // R002-20, R002-35, R002-38
        let mail = code_mail("関所", "a@example.jp", "11693810", 30);
        for line in [
            "アカウントの検証に次のコードを使用してください。コードが使用できるのは 30 分間のみです。",
            "アカウント確認コード: 11693810",
            "コードを要求していない場合は、このメールは無視できます。",
        ] {
            assert!(mail.body.contains(line), "{line}");
        }
        assert_eq!(full(3), "登録アカウントがいっぱいです。現在の契約数は3アカウントです。");
        let said =
            "アカウントの設定をしています。10分ほどしたらメニュー右上からログインしてください";
        assert_eq!(done(10), said);
    }
}
