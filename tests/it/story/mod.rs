//! What a person does, from the first page to the last: the real program, and
//! Debian's Chromium with nothing in it but the root certificate.
//!
//! Every screen is kept in `tests/screenshots/`, to be looked at.

mod console;
mod forgot;
mod general;
mod keyboard;
mod master;
mod members;
mod office;
mod operator;
mod portal;
mod retry;
mod settings;
mod stranger;

use std::path::{Path, PathBuf};

use sekisho::db::Engine;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::server::Server;

/// R004-43: the name in the header is the operator's choice.
const SERVICE: &str = "ろうきん 賃金控除事務支援システム";

/// A server that bears the manual's name, and a browser that trusts it.
struct Desk {
    server: Server,
    browser: Browser,
    /// Whether the screens are kept: two stories at a time would write the same files.
    pictures: bool,
}

impl Desk {
    async fn new(engine: Engine) -> Self {
        let settings = [
            ("SEKISHO_SERVICE__NAME", SERVICE),
            ("SEKISHO_SERVICE__INSTITUTION", "サンプル労働金庫"),
            ("SEKISHO_SERVICE__CONTACT_TEL", "0120-000-000"),
        ];
        let server = Server::start_with(engine, &settings).await;
        let browser = Browser::start(Some(&server.root_cert_path())).await;
        Self { server, browser, pictures: engine == Engine::Sqlite }
    }

    /// Waits for a page with all of these words, and keeps its picture.
    async fn see(&self, picture: &str, words: &[&str]) {
        self.reads(words).await;
        self.picture(picture).await;
    }

    /// Waits for a page with all of these words: some of them may stand on the page before
    /// it, too, as the name of a step to come.
    async fn reads(&self, words: &[&str]) {
        let text = self.browser.wait_for_all(words).await;
        assert!(text.contains(SERVICE), "R004-43: the header has no name:\n{text}");
    }

    async fn picture(&self, name: &str) {
        if self.pictures {
            self.browser.screenshot(name).await;
        }
    }

    /// What a script on the page finds.
    async fn evaluate(&self, script: &str) -> Value {
        let asked = json!({"expression": script, "returnByValue": true});
        self.browser.devtools("Runtime.evaluate", asked).await["result"]["value"].take()
    }

    /// The status the page shown now came with.
    async fn status(&self) -> u64 {
        let script = "performance.getEntriesByType('navigation')[0].responseStatus";
        self.evaluate(script).await.as_u64().expect("a page was loaded")
    }

    /// The entries of the main menu, from left to right.
    async fn menu(&self) -> String {
        let all = "[...document.querySelectorAll('nav.menu :is(a, button)')]";
        let menu = self.evaluate(&format!("{all}.map(a => a.innerText).join(' ')")).await;
        menu.as_str().expect("a page is shown").to_owned()
    }
}

/// From DC586101 to 「閉じる」; the file. `pictures` begins the pictures' names.
///
/// R004-66..71, R004-73, R004-76, R004-77, R003-28..31
async fn take_certificate(desk: &Desk, who: &Person<'_>, pictures: &str) -> PathBuf {
    desk.browser.fill("user_id", who.user).await;
    desk.browser.fill("password", who.password).await;
    desk.browser.press("認証").await;
    let code = enter_code(desk, who, pictures).await;
    assert_eq!(code.len(), 6);
    let issue = ["3 / 4", "電子証明書の発行", who.user, "有効期限", "取り込むPCの種類"];
    desk.see(&format!("{pictures}-issue"), &issue).await;
    desk.browser.press("発行").await;
    // It moves on by itself: nothing is pressed between here and the result.
    desk.browser.wait_for("電子証明書を発行しています。数十秒かかる場合があります。").await;
    desk.picture(&format!("{pictures}-issuing")).await;
    desk.browser.wait_for("電子証明書発行 結果").await;
    let file = desk.browser.download().await;
    read_result(desk, who, &name_of(&file)).await;
    desk.picture(&format!("{pictures}-result")).await;
    desk.browser.press("閉じる").await;
    let close = ["電子証明書の発行が終わりました", "ブラウザの画面をすべて閉じて"];
    desk.see(&format!("{pictures}-closed"), &close).await;
    file
}

/// Who asks for a certificate.
struct Person<'a> {
    user: &'a str,
    password: &'a str,
    email: &'a str,
    /// What the help calls the password of the file.
    password_name: &'a str,
}

async fn enter_code(desk: &Desk, who: &Person<'_>, pictures: &str) -> String {
    let page = [
        "登録されているメールアドレスに認証コードを送信しました。",
        "認証コードを入力してください。",
        "送信先：",
        "2 / 4",
        // R004-68
        "メールが届かないとき",
        "登録されているメールアドレスの変更が必要です",
    ];
    desk.see(&format!("{pictures}-code"), &page).await;
    let code = desk.server.wait_for_code(who.email).await;
    let wrong: String = code.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
    desk.browser.fill("code", &wrong).await;
    desk.browser.press("認証").await;
    let mistake = ["認証コードが違います。", "あと4回入力できます"];
    desk.see(&format!("{pictures}-code-wrong"), &mistake).await;
    desk.browser.fill("code", &code).await;
    desk.browser.press("認証").await;
    code
}

async fn read_result(desk: &Desk, who: &Person<'_>, name: &str) {
    // R004-71: user ID, yyyymmddHHMMSS, .p12.
    let time = name.strip_prefix(who.user).and_then(|rest| rest.strip_suffix(".p12"));
    let time = time.unwrap_or_else(|| panic!("{name} is not named after {}", who.user));
    assert!(time.len() == 14 && time.bytes().all(|b| b.is_ascii_digit()), "{name}");
    let words = [
        "電子証明書発行 結果",
        name,
        "有効期限",
        "ファイルを開く",
        "「現在のユーザー(C)」を選び",
        who.password_name,
        "「すべての拡張プロパティを含める(A)」",
        "ほかの項目にチェックは要りません",
        "「証明書の種類に基づいて、自動的に証明書ストアを選択する(U)」を選び",
        "「完了」",
        "「セキュリティ警告」が表示されたときは「はい」",
        "「正しくインポートされました。」",
        "「OK」",
        // R004-70, R004-72, R004-77
        "取り込みが終わるまで、この画面は閉じないでください",
        "「ログインID/パスワード初期化・電子証明書失効等依頼書」",
        "「閉じる」",
    ];
    desk.reads(&words).await;
}

fn name_of(file: &Path) -> String {
    file.file_name().expect("a file has a name").to_string_lossy().into_owned()
}

/// Gives the browser a certificate of `user`, made at the desk.
fn certificate_of(desk: &Desk, user: &str) {
    let password = "Abcde1#xyz";
    let issue = ["cert", "issue", user, "--out", "issued.p12"];
    let (done, _, errors) = desk.server.cli_with_input(&issue, password);
    assert!(done.success(), "{errors}");
    desk.browser.import_p12(&desk.server.folder().join("issued.p12"), password);
}

/// From the login with the certificate that the browser has to whatever comes next.
async fn signs_in(desk: &Desk, password: &str) {
    desk.browser.goto(&format!("{}/login", desk.server.portal_url())).await;
    desk.browser.fill("password", password).await;
    desk.browser.press("ログイン").await;
}
