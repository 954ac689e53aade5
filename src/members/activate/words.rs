//! What 本登録 says, on pages and by mail.

use super::rules::Refusal;
use crate::base::Moment;
use crate::base::date::Day;
use crate::config::Config;
use crate::identity::invitations::Invitation;
use crate::identity::users::User;
use crate::mail::Message;
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
pub const CODE_OVER: &str = "この認証番号はもう使えません。新しい認証番号の送付を、このページの下にあるお問い合わせ先へご依頼ください。";

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

/// R000-13: its end is a setting.
pub const SUBJECT: &str = "アカウント登録のお知らせ";

/// The mail with user ID, first password and code (R000-13, R000-14).
#[must_use]
pub fn mail(config: &Config, user: &User, invitation: &Invitation<'_>) -> Message {
    let (portal, days) = (&config.service.portal_name, config.code.activation_days);
    let until = Day::of(invitation.until).ja();
    Message {
        to: user.email.clone(),
        subject: format!("{SUBJECT}-{portal}"),
        body: format!(
            "{name} 様\n\n{portal}のアカウントを登録しました。\n\
             次の内容で、アカウントの本登録を行ってください。\n\n\
             ユーザーID: {login_id}\n初回パスワード: {password}\n認証番号: {code}\n\n\
             本登録の画面: {url}/activate\n\n\
             1. 上のURLを開き、ユーザーIDと初回パスワードを入力して「ログイン」を押してください。\n\
             2. 認証番号を入力して「送信」を押してください。\n\
             3. 新しいパスワードを入力して「送信」を押してください。\n\n\
             認証番号が使用できるのは {until} まで（{days}日間）です。\n\
             過ぎたときは、下のお問い合わせ先へ再送をご依頼ください。\n\
             このメールの内容を他の人に教えないでください。\n\
             お心当たりがない場合は、お手数ですがお問い合わせ先へお知らせください。\n\n\
             {contact}\n",
            name = user.name,
            login_id = user.login_id,
            password = invitation.password.expose(),
            code = invitation.code,
            url = config.enroll_url(),
            contact = contact(config),
        ),
    }
}

/// Who helps, as the last lines of a mail.
fn contact(config: &Config) -> String {
    let service = &config.service;
    let parts = [&service.contact_name, &service.contact_tel, &service.contact_hours];
    let parts: Vec<&str> =
        parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
    format!("お問い合わせ先: {}", parts.join(" "))
}
