//! A general user registers on this PC, works in all modules, and is shut out at the end.

use std::fs;

use sekisho::db::Engine;

use super::{Desk, Person, name_of, take_certificate};
use crate::support::chromium::PATIENCE;

const USER: &str = "hanako02";
const NEW_PASSWORD: &str = "Sakura#26";

#[tokio::test]
async fn a_general_user_registers_imports_the_file_and_works_on_sqlite() {
    a_general_user_registers_and_works(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_general_user_registers_imports_the_file_and_works_on_postgresql() {
    a_general_user_registers_and_works(Engine::Postgres).await;
}

async fn a_general_user_registers_and_works(engine: Engine) {
    let desk = Desk::new(engine).await;
    let temporary = desk.server.password_of(USER);
    // R003-38: the list of employees is for who has a role that opens it.
    desk.server.must(&["user", "grant", USER, "hr-all"]);
    from_the_top_to_the_first_question(&desk).await;
    let who = Person {
        user: USER,
        password: &temporary,
        email: "hanako@union.example.jp",
        // R004-75
        password_name: "仮のログインパスワード",
    };
    let file = take_certificate(&desk, &who, "general").await;
    // The same browser goes on: it sees the new certificate without a restart.
    desk.browser.import_p12(&file, &temporary);
    assert!(desk.browser.certificates().contains(USER), "{}", desk.browser.certificates());
    first_login(&desk, &temporary).await;
    invoices(&desk).await;
    deductions(&desk).await;
    employees(&desk).await;
    settings_and_out(&desk).await;
    comes_back(&desk, &temporary).await;
    is_shut_out(&desk).await;
    assert!(desk.server.must(&["audit", "verify"]).contains("the chain is whole"), "it is broken");
}

/// R004-45, R004-48, R004-50..52, R004-92, R004-94
async fn from_the_top_to_the_first_question(desk: &Desk) {
    desk.browser.goto(&desk.server.enroll_url()).await;
    let top = [
        "DC581101",
        "ユーザーIDを登録済のお客様",
        "「ログイン」ボタンをクリックしてください。",
        "初めてご利用になるお客様",
        "マスターユーザーの方",
        "一般ユーザーの方",
        "マスターユーザーの初期登録",
        "一般ユーザーの初期登録",
        "電子証明書の更新・発行",
        "電子証明書を更新(発行)されるお客様は「電子証明書発行」ボタンを押してください。",
        "<ご注意事項>",
        "実際にご利用になるPCで登録してください。",
        "『ご利用開始のお知らせ』",
        "仮のパスワードを使用して登録してください。",
        "6～12文字です。",
        "8～12文字です。",
        "大文字と小文字を区別します。",
        "画面上では変更できません。",
        "「戻る」「進む」は使用しないでください。",
    ];
    desk.see("top", &top).await;
    desk.browser.press("一般ユーザーの初期登録").await;
    let first = [
        "登録の流れ",
        "先に、マスターユーザーの方の初期登録が済んでいることが必要です。",
        "「キャンセル」を押してください。",
    ];
    desk.see("general-start", &first).await;
    desk.browser.press("登録をはじめる").await;
    // R004-44, R004-66
    let auth = [
        "電子証明書発行 ユーザー認証",
        "DC586101",
        "電子証明書発行に必要なユーザー認証を行います。",
        "以下を入力してください。",
        "ユーザーID",
        "パスワード",
        "ソフトウェアキーボード",
        "認証",
        "キャンセル",
        "1 / 4",
    ];
    desk.see("general-auth", &auth).await;
    desk.browser.fill("user_id", USER).await;
    desk.browser.fill("password", "Chigau#99").await;
    desk.browser.press("認証").await;
    desk.see("general-auth-wrong", &["ユーザーIDまたはパスワードが違います。"]).await;
    assert_eq!(desk.browser.value("user_id").await, USER);
    assert_eq!(desk.browser.value("password").await, "");
}

/// R004-46, R004-53, R004-95, R004-97, R004-106, R004-109
async fn first_login(desk: &Desk, temporary: &str) {
    desk.browser.goto(&desk.server.portal_url()).await;
    desk.browser.wait_for("DC581101").await;
    desk.browser.press("ログイン").await;
    let login = [
        "ログインパスワードを入力してください。",
        "DC582101",
        USER,
        "ソフトウェアキーボード",
        "キャンセル",
    ];
    desk.see("login", &login).await;
    desk.browser.fill("password", "Chigau#99").await;
    desk.browser.press("ログイン").await;
    desk.see("login-wrong", &["パスワードが違います。"]).await;
    desk.browser.fill("password", temporary).await;
    desk.browser.press("ログイン").await;
    let change =
        ["現在のパスワード", "仮のパスワード", "新しいパスワード", "新しいパスワード再入力"];
    desk.see("forced-change", &change).await;
    desk.browser.fill("password", temporary).await;
    desk.browser.fill("new_password", "kantan").await;
    desk.browser.fill("new_password_confirm", NEW_PASSWORD).await;
    desk.browser.press("変更").await;
    desk.see("forced-change-wrong", &["新しいパスワードは8～12桁で入力してください。"]).await;
    desk.browser.fill("password", temporary).await;
    desk.browser.fill("new_password", NEW_PASSWORD).await;
    desk.browser.fill("new_password_confirm", NEW_PASSWORD).await;
    desk.browser.press("変更").await;
    let home = [
        "インフォメーション",
        "DC671101",
        "パスワードを変更しました。",
        "サンプル労働組合 / 労金　花子",
        "hanako02_15000001_",
        "初めてのログインです",
        "有効期限",
    ];
    desk.see("home", &home).await;
    // R004-107, R004-108
    assert_eq!(
        desk.menu().await,
        "トップページ 労金控除事務 賃控元帳事務 一斉積立事務 請求書一覧 従業員一覧 共通機能 ログアウト"
    );
}

/// R000-36, R000-37
async fn invoices(desk: &Desk) {
    desk.browser.press("請求書一覧").await;
    desk.see("invoices", &["請求書の内容とファイルは", "請求年月", "請求書番号", "詳細"]).await;
    desk.browser.press("詳細").await;
    desk.see("invoice", &["請求書詳細", "その他のファイル", "登録番号", "合計"]).await;
    desk.browser.press("ダウンロード").await;
    let file = desk.browser.download().await;
    let bytes = fs::read(&file).expect("the download can be read");
    assert!(bytes.starts_with(b"%PDF-"), "{} is no PDF", name_of(&file));
    assert!(file.extension().is_some_and(|end| end == "pdf"), "{}", name_of(&file));
}

async fn deductions(desk: &Desk) {
    desk.browser.press("労金控除事務").await;
    desk.see("deductions-menu", &["労金控除明細照会", "労金控除明細新規登録"]).await;
    desk.browser.press("労金控除明細照会へ").await;
    desk.see("deductions", &["労金控除明細照会", "該当件数: 1,000件以上", "控除金額（月例）"])
        .await;
    turn_page(desk).await;
    desk.reads(&["該当件数: 1,000件以上"]).await;
    desk.browser.fill("kana", "サトウ").await;
    desk.browser.press("検索").await;
    desk.see("deductions-found", &["カナ氏名：サトウ"]).await;
    turn_page(desk).await;
    desk.see("deductions-next", &["カナ氏名：サトウ"]).await;
    let wrong = format!("{}/deduction/rokin/items?employee_no=職員1", desk.server.portal_url());
    desk.browser.goto(&wrong).await;
    desk.see("deductions-wrong", &["英字・数字・ハイフンで入力してください。"]).await;
    let nobody = "/deduction/rokin/items?kana=ナイナイ";
    desk.browser.goto(&format!("{}{nobody}", desk.server.portal_url())).await;
    desk.see("deductions-none", &["条件に合う控除明細はありません。"]).await;
}

/// 「次へ」 shows rows that come after the last one of this page.
async fn turn_page(desk: &Desk) {
    let script = "[...document.querySelectorAll('tbody th')].map(th => th.innerText).join(' ')";
    let rows = async || desk.evaluate(script).await.as_str().unwrap_or_default().to_owned();
    let before = rows().await;
    desk.browser.press("次へ ›").await;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let mut after = rows().await;
    while after.is_empty() || after == before {
        assert!(tokio::time::Instant::now() < deadline, "no second page comes");
        after = rows().await;
    }
    // By number; what is found by its kana stands in the order of the kana.
    if !desk.evaluate("location.search").await.as_str().unwrap_or_default().contains("kana=%") {
        let (last, first) = (before.split(' ').next_back(), after.split(' ').next());
        assert!(first >= last, "{first:?} comes after {last:?}");
    }
}

/// R001-42, R001-43
async fn employees(desk: &Desk) {
    desk.browser.press("従業員一覧").await;
    desk.see("employees", &["従業員データ作成日（から）", "該当件数", "社員番号", "氏名"]).await;
    let backwards = "/hr/employees?created_from=2026-12-01&created_to=2026-01-01";
    desk.browser.goto(&format!("{}{backwards}", desk.server.portal_url())).await;
    desk.see("employees-wrong", &["「から」の日付と同じ日か、それより後の日付"]).await;
    desk.browser.press("従業員一覧").await;
    desk.browser.fill("name", "青木").await;
    desk.browser.press("検索").await;
    desk.see("employees-found", &["氏名：青木", "該当件数"]).await;
    desk.browser.press("青木　明").await;
    desk.see("employee", &["従業員情報（詳細）", "基本情報", "アオキ", "所属", "契約情報"]).await;
}

async fn settings_and_out(desk: &Desk) {
    desk.browser.press("共通機能").await;
    desk.see("settings", &["電子証明書の取り込み方", "パスワード変更"]).await;
    desk.browser.goto(&format!("{}/settings/password", desk.server.portal_url())).await;
    desk.see("password", &["現在のパスワード", "更新", "キャンセル"]).await;
    desk.browser.goto(&format!("{}/nowhere", desk.server.portal_url())).await;
    desk.see("not-found", &["ページが見つかりません"]).await;
    assert_eq!(desk.status().await, 404);
    desk.browser.press("トップページへ").await;
    desk.browser.wait_for("インフォメーション").await;
    desk.evaluate("document.querySelector('.user-menu summary').click()").await;
    desk.browser.wait_for("ログアウト").await;
    desk.picture("user-menu").await;
    desk.browser.press("ログアウト").await;
    desk.see("out", &["ログアウトしました。", "ブラウザの画面をすべて閉じてください"]).await;
}

/// R004-96, R004-109
async fn comes_back(desk: &Desk, temporary: &str) {
    desk.browser.press("もう一度ログインする").await;
    desk.browser.fill("password", temporary).await;
    desk.browser.press("ログイン").await;
    desk.browser.wait_for("パスワードが違います。").await;
    desk.browser.fill("password", NEW_PASSWORD).await;
    desk.browser.press("ログイン").await;
    desk.see("home-again", &["【前回ログイン日時】 20"]).await;
}

async fn is_shut_out(desk: &Desk) {
    desk.server.must(&["cert", "revoke", "--user", USER, "--reason", "key-compromise"]);
    desk.browser.press("請求書一覧").await;
    desk.see("refused-revoked", &["この電子証明書は失効しています", USER]).await;
    assert_eq!(desk.status().await, 403);
}
