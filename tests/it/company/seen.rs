//! As people see it: the real program and Debian's Chromium. The screens are kept in
//! `tests/screenshots/`.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use sekisho::db::Engine;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::tools::repository;

const OPERATOR: &str = "unei0001";
const PASSWORD: &str = "Abcde1#xyz";

#[tokio::test]
async fn the_operator_hands_a_certificate_over_and_the_company_comes_in() {
    // R003-24, R003-25, R003-27, R003-32, R003-33, R003-36
    let settings = [
        ("SEKISHO_SERVICE__NAME", "Webマイナンバー管理サービス"),
        ("SEKISHO_SERVICE__INSTITUTION", "サンプルサービス株式会社"),
        ("SEKISHO_SERVICE__CONTACT_NAME", "サービスデスク"),
        ("SEKISHO_SERVICE__CONTACT_TEL", "0120-000-000"),
        ("SEKISHO_SERVICE__CONTACT_HOURS", "平日 9:00～17:00"),
    ];
    let server = Server::start_with(Engine::Sqlite, &settings).await;
    let (file, password) = handed_over(&server).await;
    let browser = Browser::start(Some(&server.root_cert_path())).await;
    browser.import_p12(&file, &password);
    assert!(browser.certificates().contains("MNS_150004"), "{}", browser.certificates());
    browser.goto(&format!("{}/", server.portal_url())).await;
    browser.wait_for("ご契約番号、ユーザID、パスワードを入力してください。").await;
    assert!(browser.text().await.contains("MNS_150004"));
    browser.screenshot("company-login").await;
    browser.fill("contract_no", "15000001").await;
    browser.fill("user_id", "seizo001").await;
    browser.fill("password", &server.password_of("seizo001")).await;
    browser.press("ログイン").await;
    browser.wait_for("いずれかが違います").await;
    browser.screenshot("company-login-wrong").await;
    assert_eq!(browser.value("password").await, "");
    browser.fill("contract_no", "15000004").await;
    browser.fill("password", &server.password_of("seizo001")).await;
    browser.press("ログイン").await;
    browser.wait_for("インフォメーション").await;
    assert!(browser.text().await.contains("サンプル製造株式会社 / 製造　一郎"));
    browser.screenshot("company-home").await;
}

/// What the operator's browser downloads and shows; the file and its password.
async fn handed_over(server: &Server) -> (PathBuf, String) {
    let browser = Browser::start(Some(&server.root_cert_path())).await;
    browser.import_p12(&operators_file(server), PASSWORD);
    let page = |path: &str| format!("{}{path}", server.portal_url());
    browser.goto(&page("/login")).await;
    browser.fill("password", PASSWORD).await;
    browser.press("ログイン").await;
    browser.wait_for("インフォメーション").await;
    browser.goto(&page("/operator/company")).await;
    browser.wait_for("未発行").await;
    browser.screenshot("company-list").await;
    browser.press("発行").await;
    browser.wait_for("電子証明書を発行する").await;
    browser.screenshot("company-issue").await;
    browser.press("発行する").await;
    browser.wait_for("表示できるのは今だけです").await;
    browser.screenshot("company-result").await;
    browser.press("ファイルをダウンロード").await;
    let file = browser.download().await;
    assert!(file.ends_with("MNS_150004cert.p12"), "{}", file.display());
    browser.goto(&page("/operator/company/15000004/sheet")).await;
    browser.wait_for("インポートパスワード").await;
    browser.screenshot("company-sheet").await;
    let printed = print(&browser).await;
    let password = password_in(&browser.text().await);
    fits_on_one_page(&printed);
    // The browser and its downloads go; the medium stays.
    let kept = server.folder().join("MNS_150004cert.p12");
    fs::copy(&file, &kept).expect("copied");
    (kept, password)
}

fn operators_file(server: &Server) -> PathBuf {
    let add = ["user", "add", OPERATOR, "--contract", "15000001", "--kind", "operator"];
    let rest = ["--name", "運営　一子", "--email", "unei@example.jp", "--keep-password"];
    let (status, _, errors) = server.cli_with_input(&[&add[..], &rest].concat(), PASSWORD);
    assert!(status.success(), "{errors}");
    let line = ["cert", "issue", OPERATOR, "--out", "unei.p12"];
    let (status, _, errors) = server.cli_with_input(&line, PASSWORD);
    assert!(status.success(), "{errors}");
    server.folder().join("unei.p12")
}

fn password_in(text: &str) -> String {
    let is_one = |word: &&str| word.len() == 24 && word.matches('-').count() == 4;
    text.split_whitespace().find(is_one).expect("the sheet shows the password").to_owned()
}

/// The page as it comes out of the printer, kept beside the screenshots.
async fn print(browser: &Browser) -> PathBuf {
    let how = json!({"printBackground": true, "preferCSSPageSize": true});
    let pdf = browser.devtools("Page.printToPDF", how).await;
    let pdf = BASE64.decode(pdf["data"].as_str().expect("base64").as_bytes()).expect("base64");
    assert_eq!(pdf.get(..5), Some(&b"%PDF-"[..]));
    let file = repository().join("tests/screenshots/company-sheet.pdf");
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    fs::write(&file, pdf).expect("written");
    file
}

/// R003-27: one sheet of A4, without the menus of the screen.
fn fits_on_one_page(pdf: &Path) {
    let bytes = fs::read(pdf).expect("written");
    let text = String::from_utf8_lossy(&bytes);
    let pages = text.matches("/Type /Page\n").count();
    assert_eq!(pages, 1, "the sheet takes {pages} pages");
}
