//! Somebody whose PC has no certificate.

use sekisho::db::Engine;

use super::Desk;

#[tokio::test]
async fn who_has_no_certificate_gets_a_page_that_leads_on() {
    // R004-93: the first page opens without one, and so does the way to registration.
    let desk = Desk::new(Engine::Sqlite).await;
    desk.browser.goto(&desk.server.portal_url()).await;
    desk.see("stranger-top", &["DC581101", "マスターユーザーの初期登録"]).await;
    assert_eq!(desk.status().await, 200);
    desk.browser.press("ログイン").await;
    let absent = [
        "電子証明書が確認できません",
        "このあとの操作",
        "有効期限が過ぎると",
        "まだ発行していない方は、初期登録を行ってください。",
        "お問い合わせ先",
        "受付番号",
    ];
    desk.see("refused-absent", &absent).await;
    assert_eq!(desk.status().await, 403);
    desk.browser.press("取り込み方を見る").await;
    // R004-78, R004-79
    let help =
        ["電子証明書の取り込み方", "「発行」を押すとログイン画面に戻る", "「その他」をクリック"];
    desk.see("help-import", &help).await;
    desk.browser.goto(&format!("{}/help/root", desk.server.enroll_url())).await;
    desk.see("help-root", &["ルート証明書の取り込み方", "拇印（SHA-1）"]).await;
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.press("電子証明書発行の画面を開く").await;
    desk.browser.wait_for("DC586101").await;
}
