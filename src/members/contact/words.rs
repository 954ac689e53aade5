//! What the inquiry says.

use super::rules::Entry;
use crate::base::Moment;
use crate::base::date::jst_minutes_ja;
use crate::mail::Message;
use crate::members::words::from_when;

pub const TITLE: &str = "お問い合わせ";
pub const THANKS_TITLE: &str = "お問い合わせの受付";
pub const DESK_TITLE: &str = "お問い合わせ";
pub const DETAIL_TITLE: &str = "お問い合わせの詳細";

pub const COMPANY: &str = "会社名・事務所名";
pub const NAME: &str = "お名前";
pub const EMAIL: &str = "メールアドレス";
pub const TEL: &str = "電話番号";
pub const BODY: &str = "お問い合わせ内容";
pub const STATE: &str = "状態";

pub const LINE_RULE_BROKEN: &str = "100文字以内で、改行などを含めずに入力してください。";
pub const BODY_RULE_BROKEN: &str = "2,000文字以内で入力してください。";

/// None has come yet.
pub const NONE: &str = "お問い合わせはまだありません。";
/// None fits.
pub const NONE_FOUND: &str = "条件に合うお問い合わせはありません。";
pub const CLEAR: &str = "条件をすべて外す";

/// Whether they are done, to choose from.
pub const DONES: &[(&str, &str)] = &[("", "すべて"), ("no", "未処理"), ("yes", "処理済み")];

/// Too many came from one place.
pub fn waits(until: Moment, now: Moment) -> String {
    format!(
        "お問い合わせの送信が続いたため、{}まで受け付けられません。お急ぎのときは、このページの下にあるお問い合わせ先へお電話ください。",
        from_when(until, now)
    )
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<Result<&'static str, &'static str>> {
    match word {
        "done" => Some(Ok("処理済みにしました。")),
        "done-before" => Some(Err("このお問い合わせはすでに処理済みのため、何も変えていません。")),
        _ => None,
    }
}

/// 「2026年11月21日 14:05」.
pub fn when(at: Moment) -> String {
    jst_minutes_ja(at)
}

/// The same, or a dash.
pub fn when_or_nothing(at: Option<Moment>) -> String {
    at.map_or_else(|| "－".to_owned(), when)
}

/// The mail to the operator.
#[must_use]
pub fn mail(service: &str, to: &str, entry: &Entry, desk: &str) -> Message {
    let tel = if entry.tel.is_empty() { "－" } else { &entry.tel };
    Message {
        to: to.to_owned(),
        subject: format!("お問い合わせがありました-{service}"),
        body: format!(
            "{service}にお問い合わせがありました。\n\n\
             {COMPANY}: {}\n{NAME}: {}\n{EMAIL}: {}\n{TEL}: {tel}\n\n\
             {BODY}:\n{}\n\n\
             お返事のあと、次の画面で処理済みにしてください。\n{desk}\n",
            entry.company, entry.name, entry.email, entry.body
        ),
    }
}
