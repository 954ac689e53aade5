//! A contract's master registers with the initial password and gets a certificate.

use std::path::Path;

use sekisho::db::Engine;

use super::{Desk, Person, take_certificate};
use crate::support::tool::openssl;

const CONTRACT: &str = "15000007";
const USER: &str = "Shoji2026";
const PASSWORD: &str = "Tsukiji@7";
const EMAIL: &str = "soumu@shoji.example.jp";

#[tokio::test]
async fn a_master_registers_and_sees_only_what_the_contract_includes() {
    let desk = Desk::new(Engine::Sqlite).await;
    proves_the_contract(&desk).await;
    registers(&desk).await;
    desk.browser.press("電子証明書発行").await;
    desk.browser.wait_for("DC586101").await;
    // R004-74
    let who = Person {
        user: USER,
        password: PASSWORD,
        email: EMAIL,
        password_name: "ログインパスワード",
    };
    let file = take_certificate(&desk, &who, "master").await;
    opens_with_the_login_password(&file);
    desk.browser.import_p12(&file, PASSWORD);
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.wait_for("DC582101").await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.press("ログイン").await;
    // No password to change: it is the master's own.
    desk.see("master-home", &["インフォメーション", "サンプル共済会 / 商事　総務"]).await;
    // R004-107, R004-108
    assert_eq!(desk.menu().await, "トップページ 請求書一覧 共通機能 システム管理機能 ログアウト");
    desk.browser.goto(&format!("{}/hr/employees", desk.server.portal_url())).await;
    desk.see("forbidden", &["この画面はご利用いただけません"]).await;
    assert_eq!(desk.status().await, 403);
    desk.browser.press("トップページへ").await;
    desk.browser.press("請求書一覧").await;
    desk.reads(&["請求書の内容とファイルは"]).await;
    asks_for_a_second_one(&desk).await;
}

/// R004-37, R004-72
async fn asks_for_a_second_one(desk: &Desk) {
    desk.browser.goto(&format!("{}/certificate", desk.server.enroll_url())).await;
    desk.browser.fill("user_id", USER).await;
    desk.browser.fill("password", PASSWORD).await;
    desk.browser.press("認証").await;
    let way_on = "「ログインID/パスワード初期化・電子証明書失効等依頼書」を提出";
    desk.see("second-refused", &["有効な電子証明書がすでに発行されています。", way_on]).await;
}

/// R004-47, R004-60
async fn proves_the_contract(desk: &Desk) {
    desk.browser.goto(&desk.server.enroll_url()).await;
    desk.browser.press("マスターユーザーの初期登録").await;
    let page = [
        "DC583101",
        "契約番号と初期パスワードを入力してください。",
        "契約番号",
        "初期パスワード",
        "ソフトウェアキーボード",
        "次へ",
        "キャンセル",
    ];
    desk.see("master-proof", &page).await;
    desk.browser.fill("contract_no", "1500").await;
    desk.browser.press("次へ").await;
    let mistakes =
        ["契約番号は半角数字8桁で入力してください。", "初期パスワードを入力してください。"];
    desk.see("master-proof-wrong", &mistakes).await;
    desk.browser.fill("contract_no", CONTRACT).await;
    desk.browser.fill("initial_password", &desk.server.initial_password_of(CONTRACT)).await;
    desk.browser.press("次へ").await;
}

/// R004-34, R004-62..65
async fn registers(desk: &Desk) {
    let page = [
        "DC584101",
        "以下を入力してください。",
        "半角英数混在6~12桁",
        "半角英大文字、英小文字、数字、記号混在8~12桁",
        "パスワード再入力",
        "全角20文字以内",
        "半角英数50桁以内",
        "メールアドレス再入力",
        "●一度登録したユーザーIDは、画面上では変更できません。",
        "●入力いただいたユーザーIDが既に存在している場合は登録できませんので、別のIDを登録してください。",
    ];
    desk.see("master-form", &page).await;
    fill(desk, [("user_id", "shoji"), ("password", PASSWORD), ("password_confirm", "Tsukiji@8")])
        .await;
    fill(desk, [("user_name", "Shoji"), ("email", "a@docomo.ne.jp"), ("email_confirm", "a@b")])
        .await;
    desk.browser.press("登録").await;
    let mistakes = [
        "ユーザーIDは半角英字と半角数字を混ぜて、6～12桁で入力してください。",
        "パスワードとパスワード再入力が一致しません。",
        "ユーザー名は全角20文字以内で入力してください。",
        "携帯電話のメールアドレスは使えません。",
    ];
    desk.see("master-form-wrong", &mistakes).await;
    // Passwords are typed anew, everything else stays.
    assert_eq!(desk.browser.value("password").await, "");
    assert_eq!(desk.browser.value("user_id").await, "shoji");
    fill(desk, [("user_id", USER), ("password", PASSWORD), ("password_confirm", PASSWORD)]).await;
    fill(desk, [("user_name", "商事　総務"), ("email", EMAIL), ("email_confirm", EMAIL)]).await;
    desk.browser.press("登録").await;
    let result = [
        "マスターユーザーの登録を完了しました。",
        "登録結果",
        USER,
        "*****",
        "商事　総務",
        EMAIL,
        "電子証明書の更新・発行",
        "引き続き電子証明書発行を行います。「電子証明書発行」ボタンを押してください。",
    ];
    desk.see("master-registered", &result).await;
}

async fn fill(desk: &Desk, fields: [(&str, &str); 3]) {
    for (name, value) in fields {
        desk.browser.fill(name, value).await;
    }
}

fn opens_with_the_login_password(file: &Path) {
    let file = file.to_str().expect("an ASCII path");
    let open = |password: &str| {
        let password = format!("pass:{password}");
        openssl(&["pkcs12", "-in", file, "-passin", &password, "-nokeys", "-clcerts"])
    };
    open(PASSWORD).says(&format!("CN = {USER}"));
    open("Tsukiji@8").refuses("invalid password");
}
