//! Who comes to the portal first and imports then goes on in the same browser.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use sekisho::db::Engine;

use super::Desk;
use crate::support::clerk::Clerk;
use crate::support::tools::{program, run};

const USER: &str = "jiro0003";
const BUTTON: &str = "電子証明書を取り込みました。もう一度確かめる";
const ABSENT: &str = "電子証明書が確認できません";
const IN_VAIN: &str = "もう一度確かめましたが、電子証明書は送られてきませんでした。";

#[tokio::test(flavor = "multi_thread")]
async fn who_imports_after_the_first_visit_goes_on_without_closing_the_browser() {
    let desk = Desk::new(Engine::Sqlite).await;
    let portal = desk.server.portal_url();
    let password = desk.server.password_of(USER);
    issue(&desk, USER, &password);
    issue(&desk, "hanako02", &desk.server.password_of("hanako02"));
    let neighbour = Clerk::with_certificate(&desk.server, pem(&desk, "hanako02"));
    let stranger = Clerk::new(&desk.server);
    let over = AtomicBool::new(false);
    let undisturbed = || {
        let mut times = 0;
        while !over.load(Ordering::SeqCst) {
            let page = neighbour.get(&format!("{portal}/login")).expect("an answer");
            assert_eq!((page.status, page.refusal.as_str()), (200, ""));
            let page = stranger.get(&format!("{portal}/login")).expect("an answer");
            assert_eq!((page.status, page.refusal.as_str()), (403, "certificate-absent"));
            assert_eq!(stranger.get(&format!("{portal}/")).expect("an answer").status, 200);
            times += 1;
        }
        times
    };
    let story = async {
        desk.browser.goto(&format!("{portal}/login")).await;
        let absent = ["電子証明書をいま取り込んだ方", ABSENT, BUTTON];
        desk.see("refused-absent-again", &absent).await;
        assert!(!desk.browser.text().await.contains(IN_VAIN));
        // Pressed too early: the page comes back and says what to do.
        desk.browser.press(BUTTON).await;
        desk.see("refused-absent-in-vain", &[IN_VAIN, ABSENT, "ご注意", BUTTON]).await;
        let file = desk.server.folder().join(format!("{USER}.p12"));
        desk.browser.import_p12(&file, &password);
        // The browser alone does not look again.
        desk.browser.goto(&format!("{portal}/login")).await;
        desk.browser.wait_for(ABSENT).await;
        assert!(!desk.browser.text().await.contains(IN_VAIN));
        desk.browser.press(BUTTON).await;
        desk.reads(&["ログインパスワードを入力してください。", USER]).await;
        desk.browser.fill("password", &password).await;
        desk.browser.press("ログイン").await;
        desk.browser.wait_for("インフォメーション").await;
    };
    let times = std::thread::scope(|scope| {
        let neighbours = scope.spawn(undisturbed);
        let ends = Ends(&over);
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(story));
        drop(ends);
        neighbours.join().expect("the neighbours are served as before")
    });
    assert!(times > 0, "nobody came meanwhile");
}

// R003-36
#[tokio::test]
async fn who_is_refused_with_one_certificate_chooses_another_without_closing_the_browser() {
    let desk = Desk::new(Engine::Sqlite).await;
    let login = format!("{}/login", desk.server.portal_url());
    let import = |user: &str| {
        let password = desk.server.password_of(user);
        issue(&desk, user, &password);
        desk.browser.import_p12(&desk.server.folder().join(format!("{user}.p12")), &password);
    };
    import(USER);
    desk.browser.goto(&login).await;
    desk.reads(&["ログインパスワードを入力してください。", USER]).await;
    desk.server.must(&["cert", "revoke", "--user", USER, "--reason", "key-compromise"]);
    import("hanako02");
    // The browser goes on with the one it chose first.
    desk.browser.goto(&login).await;
    let words = ["この電子証明書は失効しています", USER, "別の電子証明書を選ぶとき"];
    desk.see("refused-revoked-again", &words).await;
    // Asked again, our policy answers the picker with the newest certificate.
    desk.browser.press("電子証明書を選び直す").await;
    desk.reads(&["ログインパスワードを入力してください。", "hanako02"]).await;
}

/// Has the neighbours leave, also where the story fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Issues a certificate to a file of the user's name.
fn issue(desk: &Desk, user: &str, password: &str) {
    let arguments = ["cert", "issue", user, "--out", &format!("{user}.p12")];
    let (status, said, errors) = desk.server.cli_with_input(&arguments, &format!("{password}\n"));
    assert!(status.success(), "{said}{errors}");
}

/// Certificate and key of a user's file, for curl.
fn pem(desk: &Desk, user: &str) -> std::path::PathBuf {
    let folder = desk.server.folder();
    let out = folder.join(format!("{user}.pem"));
    let password = format!("pass:{}", desk.server.password_of(user));
    let mut open = Command::new(program("openssl"));
    open.args(["pkcs12", "-nodes", "-passin", &password, "-in"]);
    open.arg(folder.join(format!("{user}.p12"))).arg("-out").arg(&out);
    run(&mut open);
    out
}
