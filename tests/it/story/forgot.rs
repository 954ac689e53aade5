//! A forgotten password: a code by mail, a new password; and the page that tells of a time
//! out of service.

use sekisho::base::Clock;
use sekisho::db::Engine;
use tokio::time::{Duration, Instant};

use super::{Desk, certificate_of, signs_in};
use crate::portal::command::{mail_to, portal};

const USER: &str = "keiko@shoji.example.jp";
const PASSWORD: &str = "nihonbashi7";

#[tokio::test]
async fn who_forgot_the_password_sets_a_new_one_and_comes_in() {
    // R000-25..34, R004-02
    let desk = Desk::new(Engine::Sqlite).await;
    portal(&desk.server, "15000002").await;
    certificate_of(&desk, USER);
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.wait_for("DC582101").await;
    desk.browser.press("?パスワードをお忘れの方はこちら").await;
    desk.see("forgot-start", &["1 / 3", "ユーザーID", "送信"]).await;
    desk.browser.press("送信").await;
    desk.see("forgot-wrong", &["ユーザーIDを入力してください。"]).await;
    desk.browser.fill("user_id", USER).await;
    desk.browser.press("送信").await;
    desk.see("forgot-reset", &["2 / 3", "承認番号", "ログインパスワード"]).await;
    let mail = mail_to(&desk.server, USER).await;
    let (_, code) = mail.split_once("認証番号: ").expect("a code");
    let code = code.lines().next().expect("a line").trim_end().to_owned();
    desk.browser.fill("code", &code).await;
    desk.browser.fill("password", "mijikai").await;
    desk.browser.press("送信").await;
    desk.see("forgot-weak", &["入力内容をご確認ください"]).await;
    desk.browser.fill("code", &code).await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.press("送信").await;
    desk.see("forgot-done", &["パスワードを変更しました。"]).await;
    signs_in(&desk, PASSWORD).await;
    desk.reads(&["インフォメーション"]).await;
    a_time_out_of_service(&desk).await;
}

async fn a_time_out_of_service(desk: &Desk) {
    let now = Clock::system().now();
    let (from, to) = (now.plus_minutes(-1).rfc3339(), now.plus_minutes(60).rfc3339());
    let message = "回線の工事のため休止しています。";
    desk.server.must(&["maintenance", "add", "--from", &from, "--to", &to, "--message", message]);
    // The server looks at what was written a few times a second.
    let deadline = Instant::now() + Duration::from_secs(15);
    while desk.status().await != 503 {
        assert!(Instant::now() < deadline, "the site stays open");
        desk.browser.goto(&format!("{}/home", desk.server.portal_url())).await;
    }
    desk.see("closed-maintenance", &[message]).await;
}
