//! The mails as the product makes them, and the words they must have.

use std::collections::BTreeSet;

use sekisho::app::people;
use sekisho::base::Secret;
use sekisho::certificates::notice::words::{Letter, Letters};
use sekisho::identity::invitations::Invitation;
use sekisho::identity::terms::Preset;
use sekisho::identity::users::Kind;
use sekisho::mail::Message;
use sekisho::members::{contact, forgot, login, profile, signup};

use crate::support::site::World;
use crate::support::source::files;
use crate::support::tools::repository;

/// Where the product writes mails: every place that makes a `Message`.
const SOURCES: &[(&str, &str)] = &[
    ("app/people/words.rs", "an account was made"),
    ("certificates/apply/words.rs", "the code of an issue"),
    ("certificates/notice/words.rs", "the notices of an end"),
    ("members/contact/words.rs", "an inquiry came"),
    ("members/forgot/words.rs", "the code for a forgotten password"),
    ("members/login/words.rs", "the code of a login"),
    ("members/profile/words.rs", "the code for a new address, and the word to the old one"),
    ("members/signup/words.rs", "the code of a sign-up"),
];

/// A mail: the subject as the manuals and `docs/words.md` have it, `{service}` filled in, and
/// what stands in its text.
struct Made {
    subject: &'static str,
    text: &'static [&'static str],
    message: Message,
}

/// Has the product make each of its mails, and checks their words.
pub async fn all(world: &World) -> Vec<Message> {
    let service = &world.app.config.service.name;
    let made = made(world).await;
    for one in &made {
        assert_eq!(one.message.subject, one.subject.replace("{service}", service));
        for line in one.text {
            assert!(one.message.body.contains(line), "{line} is missing in {}", one.message.body);
        }
        assert!(!one.message.body.contains(['{', '}']), "a place is empty: {}", one.message.body);
    }
    made.into_iter().map(|one| one.message).collect()
}

async fn made(world: &World) -> Vec<Made> {
    let mut all = vec![Made {
        // R004-67
        subject: "認証コードのお知らせ-{service}",
        text: &["労金　太郎 様", "認証コード: ", "コードが使用できるのは 30 分間のみです。"],
        message: code_of_an_issue(world).await,
    }];
    all.extend(notices(world));
    all.extend(codes(world).await);
    all
}

/// R000-13, R000-14, R000-27, R002-20, R002-48
async fn codes(world: &World) -> Vec<Made> {
    let config = &world.app.config;
    let (service, now) = (config.service.name.as_str(), world.clock.now());
    let user = world.find("Taro6789").await.expect("registered above");
    let password = Secret::from("Hajime1#");
    let invited =
        Invitation { password: &password, code: "246810", tries: 5, until: now.plus_minutes(60) };
    let inquiry = contact::rules::Entry {
        company: "サンプル商事".into(),
        name: "問合　花子".into(),
        email: "hanako@example.jp".into(),
        tel: "03-5563-7662".into(),
        body: "契約数を知りたいです。\n".into(),
    };
    let address = (user.email.as_str(), user.name.as_str());
    let policy = Preset::Portal.policy();
    let made = |subject, text, message| Made { subject, text, message };
    vec![
        made(
            "アカウント登録のお知らせ-ヒューマンリソシア マイページ",
            &["ユーザーID: Taro6789\n", "初回パスワード: Hajime1#\n", "認証番号: 246810\n"],
            people::mail(config, &user, &invited),
        ),
        made(
            "パスワードリセット用認証番号のお知らせ-ヒューマンリソシア マイページ",
            &["認証番号: 246810\n", "8文字以上"],
            forgot::mail(config, &user, &policy, ("246810", 30)),
        ),
        made(
            "確認コードのお知らせ-{service}",
            &["確認コード: 246810\n", "30 分間のみです。"],
            login::code_mail(service, &user, "246810", 30),
        ),
        made(
            "メールアドレス確認用認証コードのお知らせ-{service}",
            &["認証コード: 246810\n"],
            profile::mail(service, address, "246810", 30),
        ),
        made(
            "メールアドレス変更のお知らせ-{service}",
            &["ユーザーID: Taro6789\n", "変更日時: 2026/11/21 ", "お心当たりがない場合は"],
            profile::moved_mail(service, &user, now),
        ),
        made(
            "アカウント確認コード",
            &["アカウント確認コード: 11693810\n", "コードが使用できるのは 30 分間のみです。"],
            signup::code_mail(service, "a@example.jp", "11693810", 30),
        ),
        made(
            "お問い合わせがありました-{service}",
            &["サンプル商事", "契約数を知りたいです。"],
            contact::mail(
                service,
                "desk@example.jp",
                &inquiry,
                "https://localhost/operator/contacts",
            ),
        ),
    ]
}

/// R004-06, R004-07
fn notices(world: &World) -> Vec<Made> {
    const WORDS: [(Letter, &str, &[&str]); 6] = [
        (
            Letter::Ending,
            "電子証明書の有効期限のお知らせ（あと30日）-{service}",
            &["Taro6789", "2026年12月21日"],
        ),
        (Letter::Ended, "電子証明書の有効期限が過ぎました-{service}", &["Taro6789"]),
        (
            Letter::CompanyEnding,
            "企業用電子証明書の有効期限のお知らせ（あと30日）-{service}",
            &["MNS_100001"],
        ),
        (
            Letter::CompanyRetiring,
            "企業用電子証明書の入れ替えのお願い（あと30日）-{service}",
            &["MNS_100001"],
        ),
        (Letter::CompanyEnded, "企業用電子証明書の有効期限が過ぎました-{service}", &["MNS_100001"]),
        (Letter::Operator, "【運営】電子証明書を発行する認証局の期限（あと30日）-{service}", &[]),
    ];
    assert_eq!(WORDS.len(), Letter::ALL.len());
    let letters = Letters::load(&world.app.config).unwrap_or_else(|_| panic!("the words are good"));
    let of = |(letter, subject, text)| Made {
        subject,
        text,
        message: letters.sample(letter, world.clock.now()),
    };
    WORDS.into_iter().map(of).collect()
}

/// The mail that DC586101 leads to.
async fn code_of_an_issue(world: &World) -> Message {
    world.user("Taro6789", Kind::Master, "Abcde1#x").await;
    let window = world.visitor();
    window.get("/certificate").await.says(200, &[]);
    let pair = [("user_id", "Taro6789"), ("password", "Abcde1#x")];
    window.post("/certificate", &pair).await.leads_to("/certificate/code");
    world.work().await;
    world.mail.sent().pop().expect("a mail").1
}

#[test]
fn every_place_that_writes_a_mail_is_checked_here() {
    // RX-09
    let known: BTreeSet<&str> = SOURCES.iter().map(|(file, _)| *file).collect();
    let found: BTreeSet<String> = files(&repository().join("src"), ".rs")
        .into_iter()
        .filter(|(file, _)| !file.starts_with("mail/"))
        .filter(|(_, text)| {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            code.contains(" Message {") && code.contains("mail::Message")
        })
        .map(|(file, _)| file)
        .collect();
    let unknown: Vec<_> = found.iter().filter(|file| !known.contains(&***file)).collect();
    assert!(unknown.is_empty(), "add to SOURCES and `made`: {unknown:?}");
    let gone: Vec<_> = known.iter().filter(|file| !found.contains(**file)).collect();
    assert!(gone.is_empty(), "no mail is written there any more: {gone:?}");
}
