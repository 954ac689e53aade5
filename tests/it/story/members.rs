//! The master adds a colleague, restricts her, and reads what was done; with the keys of
//! the manual.

use sekisho::db::Engine;
use serde_json::json;

use super::Desk;

const MASTER: &str = "master01";
const P12_PASSWORD: &str = "Abcde1#xyz";
const TEMPORARY: &str = "Kari#123a";

#[tokio::test]
async fn the_master_adds_a_colleague_restricts_her_and_reads_the_log() {
    // R004-83, R004-84, R004-86, R004-90, R004-91, R004-98, R004-156
    let desk = Desk::new(Engine::Sqlite).await;
    let master = comes_in(&desk).await;
    desk.browser.press("システム管理機能").await;
    desk.see("members-system", &["契約ユーザー情報照会", "操作ログ照会"]).await;
    desk.browser.press("契約ユーザー情報照会へ").await;
    desk.see("members-list", &["DM493101", "抽出件数", "登録へ(F7)", &master]).await;
    adds(&desk).await;
    restricts(&desk).await;
    reads_the_log(&desk).await;
    deletes(&desk).await;
}

/// Presses a key as on the keyboard, wherever the cursor stands.
async fn key(desk: &Desk, name: &str, code: u32) {
    for kind in ["keyDown", "keyUp"] {
        let pressed =
            json!({"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code});
        desk.browser.devtools("Input.dispatchKeyEvent", pressed).await;
    }
}

async fn comes_in(desk: &Desk) -> String {
    let issue = ["cert", "issue", MASTER, "--out", "master.p12"];
    let (done, _, errors) = desk.server.cli_with_input(&issue, P12_PASSWORD);
    assert!(done.success(), "{errors}");
    desk.browser.import_p12(&desk.server.folder().join("master.p12"), P12_PASSWORD);
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.fill("password", &desk.server.password_of(MASTER)).await;
    desk.browser.press("ログイン").await;
    desk.reads(&["インフォメーション"]).await;
    MASTER.to_owned()
}

async fn adds(desk: &Desk) {
    key(desk, "F7", 118).await;
    desk.see("members-new", &["契約ユーザー情報登録", "パスワード（仮）", "ユーザー別機能制限"])
        .await;
    key(desk, "F4", 115).await;
    desk.browser.wait_for("DM493101").await;
    key(desk, "F7", 118).await;
    desk.browser.wait_for("契約ユーザー情報登録").await;
    desk.browser.fill("user_id", "Hanako12").await;
    desk.browser.fill("user_name", "労金　花子").await;
    for name in ["password", "password_confirm"] {
        desk.browser.fill(name, TEMPORARY).await;
    }
    for name in ["email", "email_confirm"] {
        desk.browser.fill(name, "hanako@union.example.jp").await;
    }
    desk.browser.press("登録").await;
    desk.see("members-added", &["登録完了", "Hanako12", "ご本人にお伝えいただくこと"]).await;
    key(desk, "F4", 115).await;
    desk.browser.wait_for("DM493101").await;
}

async fn restricts(desk: &Desk) {
    desk.browser.goto(&format!("{}/members/users/Hanako12", desk.server.portal_url())).await;
    desk.see("members-edit", &["DM492101", "変更する項目のみ入力", "ユーザー状態"]).await;
    desk.browser.tick("rokin", "view").await;
    key(desk, "F8", 119).await;
    desk.see("members-updated", &["契約ユーザー情報を更新しました。", "閲覧のみ"]).await;
    key(desk, "F4", 115).await;
    desk.see("members-two", &["DM493101", "Hanako12", "会員(一般)"]).await;
}

async fn reads_the_log(desk: &Desk) {
    desk.browser.goto(&format!("{}/members/log", desk.server.portal_url())).await;
    let done = ["操作ログ照会", "利用者の変更", "労金控除を「閲覧のみ」に", "利用者の追加"];
    desk.see("members-log", &done).await;
    desk.browser.press("検証する").await;
    desk.see("members-log-check", &["操作ログは正常です"]).await;
}

async fn deletes(desk: &Desk) {
    let page = format!("{}/members/users/Hanako12/delete", desk.server.portal_url());
    desk.browser.goto(&page).await;
    desk.see("members-delete", &["元に戻せません", "労金　花子"]).await;
    desk.browser.press("削除する").await;
    desk.see("members-deleted", &["削除の完了", "Hanako12"]).await;
}
