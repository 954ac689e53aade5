//! The operator at the desk: finds a certificate, revokes it as a request on paper asks,
//! and renews the own one.

use data_encoding::BASE64;
use sekisho::db::Engine;
use serde_json::json;

use super::{Desk, Person, SERVICE, take_certificate};
use crate::operator::with_new_certificate;
use crate::support::browser::Browser;
use crate::support::server::Server;

const OPERATOR: &str = "operator01";
const USER: &str = "jiro0003";
const P12_PASSWORD: &str = "Abcde1#xyz";

/// One may renew at once here: a year does not pass while a browser waits.
pub(super) async fn desk() -> Desk {
    let settings = [
        ("SEKISHO_SERVICE__NAME", SERVICE),
        ("SEKISHO_SERVICE__INSTITUTION", "サンプル労働金庫"),
        ("SEKISHO_SERVICE__CONTACT_TEL", "0120-000-000"),
        ("SEKISHO_CERTIFICATE__NOTICE_DAYS", "365"),
        ("SEKISHO_SERVICE__CUSTOMER_SITE_NAME", "お客様サイト"),
        ("SEKISHO_SERVICE__CUSTOMER_SITE_URL", "https://www.example.jp/"),
    ];
    let server = Server::start_with(Engine::Sqlite, &settings).await;
    let browser = Browser::start(Some(&server.root_cert_path())).await;
    Desk { server, browser, pictures: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_revokes_by_page_and_the_person_is_out_at_once() {
    // R004-10, R004-72, R004-161
    let desk = desk().await;
    let person = with_new_certificate(&desk.server, USER);
    let login = format!("{}/login", desk.server.portal_url());
    assert_eq!(person.get(&login).expect("an answer").status, 200);
    comes_in(&desk).await;
    finds(&desk).await;
    revokes(&desk).await;
    let out = person.get(&login).expect("an answer");
    assert_eq!((out.status, out.refusal.as_str()), (403, "certificate-revoked"));
    reads_the_requests(&desk).await;
    renews(&desk).await;
}

pub(super) async fn comes_in(desk: &Desk) {
    let issue = ["cert", "issue", OPERATOR, "--out", "operator.p12"];
    let (done, _, errors) = desk.server.cli_with_input(&issue, P12_PASSWORD);
    assert!(done.success(), "{errors}");
    desk.browser.import_p12(&desk.server.folder().join("operator.p12"), P12_PASSWORD);
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.fill("password", &desk.server.password_of(OPERATOR)).await;
    desk.browser.press("ログイン").await;
    desk.see("operator-home", &["インフォメーション", "関所運営センター", "電子証明書管理へ"])
        .await;
    let menu = "トップページ 契約管理 利用者管理 電子証明書管理 依頼書 お問い合わせ 操作ログ照会 \
                その他の業務 共通機能 ログアウト";
    assert_eq!(desk.menu().await, menu);
}

async fn finds(desk: &Desk) {
    desk.browser.press("電子証明書管理").await;
    desk.see("operator-certificates", &["該当件数: 2件", OPERATOR, USER, "最初の利用"]).await;
    desk.browser.fill("user_id", USER).await;
    desk.browser.press("検索").await;
    let found = ["使える電子証明書が1枚あります。", "ユーザーID：jiro0003", "すべて失効する"];
    desk.see("operator-found", &found).await;
    desk.browser.press("詳細").await;
    let all =
        ["電子証明書の詳細", USER, "サンプル労働組合", "シリアル番号", "まだ使われていません"];
    desk.see("operator-certificate", &all).await;
}

async fn revokes(desk: &Desk) {
    desk.browser.press("失効する").await;
    desk.see("operator-revoke", &["失効すると、元に戻せません", USER, "1秒以内に切れます"]).await;
    desk.browser.press("失効する").await;
    desk.see("operator-revoke-wrong", &["失効の理由を選んでください。"]).await;
    desk.browser.tick("reason", "superseded").await;
    desk.browser.tick("paper", "yes").await;
    let today = "document.querySelector('[name=received_on]').value = '2024-02-29'";
    desk.evaluate(today).await;
    desk.browser.fill("requested_by", "総務部　山田　花子").await;
    desk.browser.fill("request_reason", "PCの入れ替えのため").await;
    desk.browser.press("失効する").await;
    let done = ["失効しました", "PCの交換・入れ替え", "総務部　山田　花子", OPERATOR];
    desk.see("operator-revoked", &done).await;
}

async fn reads_the_requests(desk: &Desk) {
    desk.browser.press("依頼書").await;
    desk.see("operator-requests", &["該当件数: 1件", "2024年2月29日", "処理済み"]).await;
    desk.browser.press("詳細").await;
    desk.see("operator-request", &["この依頼書で失効した電子証明書", "PCの入れ替えのため"]).await;
    desk.browser.goto(&format!("{}/operator/requests/new", desk.server.portal_url())).await;
    desk.see("operator-request-new", &["依頼書の記録", "依頼の種類", "記録する"]).await;
    desk.browser.goto(&format!("{}/help/request-form", desk.server.portal_url())).await;
    desk.see("request-form", &["依頼日", "届出印", "対象のユーザーID", "印刷する"]).await;
    let paper = json!({"preferCSSPageSize": true});
    let pdf = desk.browser.devtools("Page.printToPDF", paper).await;
    let pdf = BASE64.decode(pdf["data"].as_str().expect("a PDF").as_bytes()).expect("base64");
    let text = String::from_utf8_lossy(&pdf);
    assert_eq!(text.matches("/Type /Page\n").count(), 1, "it does not fit on one sheet");
}

/// R004-81
async fn renews(desk: &Desk) {
    desk.browser.goto(&format!("{}/certificate", desk.server.enroll_url())).await;
    let who = Person {
        user: OPERATOR,
        password: &desk.server.password_of(OPERATOR),
        email: "mamoru@center.example.jp",
        password_name: "ログインパスワード",
    };
    take_certificate(desk, &who, "renewal").await;
}
