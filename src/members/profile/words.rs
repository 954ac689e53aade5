//! What 登録情報変更 says, on pages and by mail.

use crate::base::Moment;
use crate::base::date::jst_seconds;
use crate::identity::users::User;
use crate::mail::Message;

pub const TITLE: &str = "登録情報変更";
pub const CODE_TITLE: &str = "メールアドレスの確認";
pub const SETTINGS_TITLE: &str = "共通機能";
pub const NAME: &str = "ユーザー名";
pub const EMAIL: &str = "メールアドレス";
pub const TEL: &str = "電話番号";
pub const PASSWORD: &str = "現在のパスワード";
pub const WRONG_PASSWORD: &str =
    "現在のパスワードが違います。続けて間違えると、しばらくログインできなくなります。";
pub const CODE: &str = "認証コード";
pub const SAVED: &str = "登録情報を保存しました。";
pub const TO_FORM: &str = "登録情報変更へ";

/// Somebody else changed the person meanwhile.
pub const STALE: &str = "この画面を開いたあとに、ほかの画面で登録情報が変更されました。いまの内容を確かめて、もう一度入力してください。";
pub const CODE_OVER: &str = "この認証コードはもう使えません。「登録情報変更」からやり直して、新しいコードを受け取ってください。";
pub const CODES_EXHAUSTED: &str = "認証コードの送信が続いたため、いまは受け付けられません。1時間ほど待ってから、もう一度お試しください。";

pub fn wrong_code(left: i64) -> String {
    format!(
        "認証コードが違います。メールに書かれた数字を入力してください（あと{left}回入力できます）。"
    )
}

/// The rule line of the code's field.
pub fn code_rule(digits: usize, minutes: i64) -> String {
    format!("半角数字{digits}桁（{minutes}分間有効）")
}

/// The mail to the new address.
#[must_use]
pub fn mail(service: &str, (to, name): (&str, &str), code: &str, minutes: i64) -> Message {
    Message {
        to: to.to_owned(),
        subject: format!("メールアドレス確認用認証コードのお知らせ-{service}"),
        body: format!(
            "{name} 様\n\n{service}に、このメールアドレスを登録する手続きを受け付けました。\n\n\
             認証コード: {code}\n\n\
             コードが使用できるのは {minutes} 分間のみです。\n\
             登録情報変更の画面にこのコードを入力してください。入力が済むまで、登録は変わりません。\n\
             お心当たりがない場合は、このメールは無視できます。コードを他の人に教えないでください。\n"
        ),
    }
}

/// The mail to the address that was, once another is in force. It does not say which.
#[must_use]
pub fn moved_mail(service: &str, user: &User, at: Moment) -> Message {
    Message {
        to: user.email.clone(),
        subject: format!("メールアドレス変更のお知らせ-{service}"),
        body: format!(
            "{name} 様\n\n{service}に登録されているメールアドレスが変更されました。\n\n\
             ユーザーID: {login_id}\n\
             変更日時: {at}\n\n\
             これからのお知らせと認証コードは、新しいメールアドレスにお送りします。\n\n\
             お心当たりがない場合は、ほかの方がお客様のパスワードを知っているおそれがあります。\
             すぐに、ご契約の管理をされる方か、{service}のお問い合わせ先へお知らせください。\n",
            name = user.name,
            login_id = user.login_id,
            at = jst_seconds(at),
        ),
    }
}
