//! What the mail about a new account says.

use crate::base::date::Day;
use crate::config::Config;
use crate::identity::invitations::Invitation;
use crate::identity::users::User;
use crate::mail::Message;

/// R000-13: its end is a setting.
const SUBJECT: &str = "アカウント登録のお知らせ";

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
