//! `user add` for people who log in with their mail address.

use sekisho::db::{Db, Engine, Target};
use sekisho::identity::terms::{self, Preset, Stored};
use tokio::time::{Duration, Instant, sleep};

use crate::support::server::Server;

/// Makes the demo's contract `number` one of the portal's.
pub async fn portal(server: &Server, number: &str) {
    let file = server.folder().join("var/sekisho.db");
    let db = Db::open(&Target::Sqlite(file)).await.expect("the server's database opens");
    let mut tx = db.begin().await.expect("begun");
    terms::put(&mut tx, number, &Stored::of(Preset::Portal)).await.expect("terms");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn the_address_is_the_user_id_and_gets_the_mail() {
    // R000-13, R000-14, R000-70, R004-32
    let server = Server::start(Engine::Sqlite).await;
    portal(&server, "15000002").await;
    let add = |user: &'static str, more: &[&'static str]| {
        let mut all = vec!["user", "add", user, "--contract", "15000002", "--name", "Hanako J."];
        all.extend(more);
        server.cli(&all)
    };
    let (status, _, errors) = add("hanako1", &["--email", "hanako@shoji.example.jp"]);
    assert!(!status.success() && errors.contains("log in with their mail address"), "{errors}");
    let (status, _, errors) = add("a@shoji.example.jp", &["--email", "b@shoji.example.jp"]);
    assert!(!status.success() && errors.contains("differs from the user ID"), "{errors}");
    let (status, _, errors) = add("a@shoji.example.jp", &["--password-file", "x"]);
    assert!(!status.success() && errors.contains("made by chance"), "{errors}");
    let (status, said, errors) = add("Hanako@Shoji.example.jp", &[]);
    assert!(status.success(), "{errors}");
    assert!(said.contains("added hanako@shoji.example.jp"), "{said}");
    let (status, _, errors) = add("HANAKO@shoji.example.jp", &[]);
    assert!(!status.success() && errors.contains("exists already"), "{errors}");
    let shown = server.must(&["user", "show", "HANAKO@shoji.example.jp"]);
    assert!(shown.contains("hanako@shoji.example.jp"), "{shown}");
    let mail = mail_to(&server, "hanako@shoji.example.jp").await;
    assert!(mail.contains("アカウント登録のお知らせ-ヒューマンリソシア マイページ"), "{mail}");
    assert!(mail.contains("初回パスワード: ") && mail.contains("認証番号: "), "{mail}");
    // R002-45: the address is the user ID, and stays.
    let set = ["user", "set", "hanako@shoji.example.jp", "--email", "b@shoji.example.jp"];
    let (status, _, errors) = server.cli(&set);
    assert!(!status.success() && errors.contains("is the user ID and stays"), "{errors}");
    server.must(&["user", "set", "hanako@shoji.example.jp", "--name", "Hanako K."]);
    // Whoever lost the mail gets another one.
    server.must(&["user", "reset", "hanako@shoji.example.jp", "--generate"]);
    let deadline = Instant::now() + Duration::from_secs(30);
    while server.mails().len() < 2 {
        assert!(Instant::now() < deadline, "no second mail came:\n{}", server.log());
        sleep(Duration::from_millis(20)).await;
    }
}

/// The first mail that goes to this address.
pub async fn mail_to(server: &Server, address: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let mails = server.mails();
        if let Some((_, text)) = mails.iter().find(|(_, text)| text.contains(address)) {
            return text.clone();
        }
        assert!(Instant::now() < deadline, "no mail came to {address}:\n{}", server.log());
        sleep(Duration::from_millis(20)).await;
    }
}
