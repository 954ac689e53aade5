//! What leaves over SMTP and into the folder arrives as it was written.

use sekisho::base::clock::SECOND_MS;
use sekisho::config::{SmtpSecurity, Transport};
use sekisho::mail::{Mailer, Message};

use super::made::all;
use super::{read, same};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;
use crate::support::smtp::Smtp;
use crate::support::tools::TempDir;

const SERVICE: &str = "ろうきん 賃金控除事務支援システム";

/// Mails that are hard to write down.
fn hard() -> Vec<Message> {
    let of = |subject: &str, body: &str| Message {
        to: "taro@union.example.jp".to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
    };
    vec![
        // R000-13, R000-27, R000-35, R002-03
        of("アカウント登録のお知らせ-ヒューマンリソシア マイページ", "x\n"),
        of("パスワードリセット用認証番号のお知らせ-ヒューマンリソシア マイページ", "x\n"),
        of("2026年11月御請求額Web計上のお知らせ-ヒューマンリソシア マイページ", "x\n"),
        of(
            "【日本シャルフ】重要：次世代システム 事前アカウント登録のお願い ASP ユーザー様向【次世代社労法務システム】",
            "x\n",
        ),
        // Words of both scripts, blanks at the places where a line is folded.
        of(&"認証 code 認証  code　".repeat(12), "x\n"),
        of(&"あ".repeat(300), &"あ".repeat(4_000)),
        of("髙﨑𠮷👨\u{200d}👩\u{200d}👧 =?utf-8?b?44GC?= \"x\" <a@b>", "𠮷\n=?utf-8?b?44GC?=\n"),
        of("plain", ".\n..\n.x\nFrom me\n--\n \n\ttab\nend"),
        of("plain", &format!("{}\n=3D =\n=\nx=", "a".repeat(2_000))),
        of("plain", "trailing blanks   \n　全角　\nlast line without end"),
        of("", ""),
    ]
}

async fn send(world: &World, way: Transport, messages: &[Message]) {
    let mut config = world.app.config.clone();
    (config.mail.transport, config.service.name) = (way, SERVICE.to_owned());
    let mailer = Mailer::new(&config.mail, &config.service.name).expect("a way out");
    for (number, message) in messages.iter().enumerate() {
        let now = world.clock.now().plus_ms(i64::try_from(number).expect("few") * SECOND_MS);
        mailer.send(&format!("{number:04}"), message, now).await.expect("sent");
    }
}

both_engines! {
    async fn every_mail_arrives_over_smtp_as_its_template_says(fresh: &Fresh) {
        // RX-09
        let world = World::whole(fresh).await;
        let server = Smtp::start();
        let messages = [all(&world).await, hard()].concat();
        let (host, port) = ("127.0.0.1".to_owned(), server.addr().port());
        let way = Transport::Smtp { host, port, security: SmtpSecurity::None, login: None };
        send(&world, way, &messages).await;
        let taken: Vec<_> = messages.iter().map(|_| server.next()).collect();
        let texts: Vec<String> = taken.iter().map(|one| one.text.clone()).collect();
        for text in &texts {
            assert!(text.is_ascii(), "only ASCII travels, whatever the server can: {text}");
            assert!(text.split("\r\n").all(|line| line.len() <= 998), "RFC 5322 §2.1.1");
        }
        for ((message, one), raw) in messages.iter().zip(read(&texts)).zip(&taken) {
            same(message, &one);
            assert_eq!(raw.from, one.from, "envelope and header name one sender");
            assert_eq!(raw.to, one.to);
            assert_eq!(one.from_name, SERVICE);
            assert!(one.date.starts_with("2026-11-21T"), "{}", one.date);
            let domain = one.from.split_once('@').expect("an address").1;
            assert!(one.message_id.ends_with(&format!("@{domain}>")), "{}", one.message_id);
        }
        assert_eq!(server.waiting(), 0);
    }
}

#[tokio::test]
async fn every_mail_lies_in_the_folder_as_its_template_says() {
    // RX-09
    let fresh = crate::support::db::fresh(sekisho::db::Engine::Sqlite).await;
    let world = World::whole(&fresh).await;
    let folder = TempDir::new("outbox");
    let messages = [all(&world).await, hard()].concat();
    send(&world, Transport::Folder(folder.path().to_owned()), &messages).await;
    let mut files: Vec<_> = std::fs::read_dir(folder.path()).expect("there").flatten().collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    let texts: Vec<String> =
        files.iter().map(|file| std::fs::read_to_string(file.path()).expect("read")).collect();
    assert_eq!(texts.len(), messages.len());
    for (message, one) in messages.iter().zip(read(&texts)) {
        same(message, &one);
    }
}
