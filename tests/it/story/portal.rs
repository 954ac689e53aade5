//! Somebody who was invited by mail: 本登録, certificate, login, and an app as second factor.

use sekisho::base::{Clock, Secret};
use sekisho::db::Engine;
use sekisho::identity::totp;

use super::{Desk, Person, take_certificate};
use crate::portal::command::{mail_to, portal};

const USER: &str = "hanako@shoji.example.jp";
const PASSWORD: &str = "tsukiji2026";

#[tokio::test]
async fn who_was_invited_registers_comes_in_and_adds_an_app() {
    // R000-13..23, R002-48
    let desk = Desk::new(Engine::Sqlite).await;
    portal(&desk.server, "15000002").await;
    desk.server.must(&["user", "add", USER, "--contract", "15000002", "--name", "商事　花子"]);
    activates(&desk).await;
    desk.browser.press("電子証明書発行").await;
    desk.browser.wait_for("DC586101").await;
    let who =
        Person {
            user: USER, password: PASSWORD, email: USER, password_name: "ログインパスワード"
        };
    let file = take_certificate(&desk, &who, "portal").await;
    desk.browser.import_p12(&file, PASSWORD);
    signs_in(&desk).await;
    let home = ["インフォメーション", "サンプル商事株式会社 / 商事　花子", USER];
    desk.see("portal-home", &home).await;
    let secret = adds_an_app(&desk).await;
    desk.browser.goto(&format!("{}/logout", desk.server.portal_url())).await;
    desk.see("portal-leave", &["ログアウトの確認", "はい", "いいえ"]).await;
    desk.browser.press("はい").await;
    desk.browser.wait_for("ログアウトしました。").await;
    signs_in(&desk).await;
    desk.see("portal-second", &["二段階認証", "確認コード", "認証アプリ"]).await;
    // The one before was used; the next is taken a step early.
    desk.browser.fill("code", &code_of(&secret, 1)).await;
    desk.browser.press("ログイン").await;
    desk.reads(&["インフォメーション"]).await;
}

async fn activates(desk: &Desk) {
    let mail = mail_to(&desk.server, USER).await;
    let told = |label: &str| {
        let line = mail.lines().find_map(|line| line.trim_end().strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label} in {mail}")).to_owned()
    };
    desk.browser.goto(&told("本登録の画面: ")).await;
    desk.see("portal-activate", &["アカウント本登録", "1 / 4", "初回パスワード"]).await;
    desk.browser.fill("user_id", USER).await;
    desk.browser.fill("password", &told("初回パスワード: ")).await;
    desk.browser.press("ログイン").await;
    desk.see("portal-activate-code", &["2 / 4", "認証番号"]).await;
    desk.browser.fill("code", &told("認証番号: ")).await;
    desk.browser.press("送信").await;
    desk.see("portal-activate-password", &["3 / 4", "新しいパスワード", "最小文字数"]).await;
    desk.browser.fill("new_password", PASSWORD).await;
    desk.browser.press("送信").await;
    desk.see(
        "portal-activate-done",
        &["4 / 4", "アカウントの本登録が完了しました。", "All rights reserved."],
    )
    .await;
}

async fn signs_in(desk: &Desk) {
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.wait_for("DC582101").await;
    desk.reads(&["?パスワードをお忘れの方はこちら"]).await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.press("ログイン").await;
}

async fn adds_an_app(desk: &Desk) -> Secret {
    desk.browser.goto(&format!("{}/settings/second-factor", desk.server.portal_url())).await;
    desk.see("portal-factor", &["いまの設定", "パスワードだけ"]).await;
    desk.browser.tick("factor", "totp").await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.press("登録").await;
    desk.see("portal-factor-app", &["認証アプリの登録", "手で入力する文字"]).await;
    let shown = desk.evaluate("document.querySelector('.pairing-secret').textContent").await;
    let secret = Secret::new(shown.as_str().expect("the secret").replace(' ', ""));
    desk.browser.fill("code", &code_of(&secret, 0)).await;
    desk.browser.press("登録").await;
    desk.see("portal-factor-saved", &["二段階認証の設定を保存しました。"]).await;
    secret
}

fn code_of(secret: &Secret, later: i64) -> String {
    let step = totp::step_of(Clock::system().now());
    totp::code(secret, step + later).expect("a code")
}
