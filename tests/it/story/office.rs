//! Somebody of a 社労士事務所 registers by themselves, takes a certificate, and ties
//! themselves to an account; the 管理者 sees it.

use sekisho::db::{Db, Engine, Target, params};

use super::{Desk, Person, take_certificate};

const EMAIL: &str = "yamada@office.example.jp";
const PASSWORD: &str = "Tegami26";

#[tokio::test]
async fn somebody_registers_waits_logs_in_and_is_tied() {
    // R002-17, R002-18, R002-23, R002-25, R002-35, R002-37
    let desk = Desk::new(Engine::Sqlite).await;
    registers(&desk).await;
    let who = Person {
        user: EMAIL,
        password: PASSWORD,
        email: EMAIL,
        password_name: "ログインパスワード",
    };
    desk.browser.goto(&format!("{}/certificate", desk.server.enroll_url())).await;
    let file = take_certificate(&desk, &who, "office").await;
    desk.browser.import_p12(&file, PASSWORD);
    logs_in_and_is_tied(&desk).await;
    asks_a_question(&desk).await;
}

async fn registers(desk: &Desk) {
    desk.browser.goto(&desk.server.enroll_url()).await;
    desk.see("signup-top", &["DC581101", "アカウントをお持ちでない場合、作成できます"]).await;
    desk.browser.press("アカウントをお持ちでない場合、作成できます").await;
    desk.see("signup-start", &["アカウントの作成", "メールアドレス"]).await;
    desk.browser.fill("email", EMAIL).await;
    desk.browser.press("次へ").await;
    let sent = format!("{EMAIL} にコードを送信しました");
    desk.see("signup-code", &[&sent, "コードの入力", "メールが届かないとき"]).await;
    let code = desk.server.wait_for_code(EMAIL).await;
    assert_eq!(code.len(), 8);
    desk.browser.fill("code", &code).await;
    desk.browser.press("次へ").await;
    let asked = ["詳細の追加", "アカウントをセットアップするには、もう少し情報が必要です。"];
    desk.see("signup-details", &asked).await;
    for (name, value) in [
        ("password", PASSWORD),
        ("password_confirm", PASSWORD),
        ("customer_no", "281234"),
        ("display_name", "山田"),
        ("tel", "0355637663"),
    ] {
        desk.browser.fill(name, value).await;
    }
    desk.browser.press("次へ").await;
    desk.see("signup-details-wrong", &["ご契約の内容と一致しません。"]).await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.fill("password_confirm", PASSWORD).await;
    desk.browser.fill("tel", "0355637662").await;
    desk.browser.press("次へ").await;
    let done = "アカウントの設定をしています。10分ほどしたらメニュー右上からログインしてください";
    desk.see("signup-done", &[done, "ログインできる時刻"]).await;
    desk.browser.press("OK").await;
    desk.browser.wait_for("DC581101").await;
}

async fn logs_in_and_is_tied(desk: &Desk) {
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.press("ログイン").await;
    desk.see("signup-early", &["アカウントの設定をしています。", "からログインできます。"]).await;
    ten_minutes_pass(desk).await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.press("ログイン").await;
    let asked = "アカウントとASPユーザーの紐づけが必要です。\
                 このアカウントを現在使用しているASPユーザーと紐づけますか？";
    desk.see("account-tie", &[asked, "-02", "OK", "キャンセル"]).await;
    desk.browser.press("OK").await;
    desk.see("account-home", &["インフォメーション", "サンプル社労士事務所 / 山田"]).await;
    // The demo's own person is the 管理者.
    let all = desk.server.must(&["account", "list", "15000003"]);
    assert!(all.contains("office01") && all.contains(EMAIL), "{all}");
}

/// Nobody waits ten minutes for a test.
async fn ten_minutes_pass(desk: &Desk) {
    let file = desk.server.folder().join("var/sekisho.db");
    let db = Db::open(&Target::Sqlite(file)).await.expect("its database");
    let sql = "UPDATE users SET available_from = created_at WHERE login_id = $1";
    let mut conn = db.conn().await.expect("a connection");
    conn.execute(sql, params![EMAIL]).await.expect("set");
}

/// R002-39
async fn asks_a_question(desk: &Desk) {
    desk.browser.goto(&format!("{}/help/contact", desk.server.enroll_url())).await;
    desk.see("contact", &["お問い合わせ内容", "送信"]).await;
    desk.browser.fill("company", "サンプル社労士事務所").await;
    desk.browser.fill("name", "山田").await;
    desk.browser.fill("email", EMAIL).await;
    desk.browser.fill("body", "契約数を教えてください。").await;
    desk.browser.press("送信").await;
    desk.see("contact-thanks", &["お問い合わせを受け付けました。"]).await;
}
