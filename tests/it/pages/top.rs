//! DC581101, and the general user's first page.

use sekisho::db::Engine;

use super::world;
use crate::support::db::fresh;

#[tokio::test]
async fn the_top_page_leads_everybody_where_they_belong() {
    // R004-20, R004-43..49
    let world = world(&fresh(Engine::Sqlite).await).await;
    let page = world.visitor().get("/").await;
    page.says(200, &["DC581101", "noindex"]);
    let (portal, enroll) = ("https://localhost:8443", "https://enroll.localhost:8443");
    for (label, href) in [
        ("ログイン", format!("{portal}/login")),
        ("マスターユーザーの初期登録", format!("{enroll}/enroll/master")),
        ("一般ユーザーの初期登録", format!("{enroll}/enroll/general")),
        ("電子証明書発行", format!("{enroll}/certificate")),
    ] {
        let link = page.html.split("<a ").find(|a| a.contains(&format!("href=\"{href}\"")));
        assert!(link.is_some_and(|a| a.contains(&format!(">{label}</a>"))), "{label}");
    }
}

#[tokio::test]
async fn the_top_page_says_what_the_manual_says() {
    // R004-50, R004-51, R004-52
    let world = world(&fresh(Engine::Sqlite).await).await;
    let page = world.visitor().get("/").await;
    page.says(
        200,
        &[
            "ユーザーIDを登録済のお客様",
            "「ログイン」ボタンをクリックしてください。",
            "初めてご利用になるお客様",
            "マスターユーザーの方",
            "一般ユーザーの方",
            "電子証明書の更新・発行",
            "電子証明書を更新(発行)されるお客様は「電子証明書発行」ボタンを押してください。",
        ],
    );
    let (_, notes) = page.html.split_once("&lt;ご注意事項&gt;").expect("the cautions");
    let notes = notes.split("</ul>").next().expect("a list");
    assert_eq!(notes.matches("<li>").count(), 8);
    for part in [
        "PCで登録",
        "控えと『ご利用開始のお知らせ』",
        "仮のパスワードを使用",
        "半角英数字混在の<span class=\"nowrap\">6～12文字",
        "混在の<span class=\"nowrap\">8～12文字",
        "大文字と小文字を区別",
        "変更できません",
        "「戻る」「進む」は使用しない",
    ] {
        assert!(notes.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_general_user_is_told_what_is_needed_and_how_to_answer_the_prompt() {
    // R004-48, R004-92, R004-93, R004-94
    let world = world(&fresh(Engine::Sqlite).await).await;
    let page = world.visitor().get("/enroll/general").await;
    let to = "href=\"https://enroll.localhost:8443/certificate?first=general\"";
    page.says(200, &["仮のパスワード", "認証コード", "「キャンセル」を押してください", to]);
    page.says(200, &["マスターユーザーの方の初期登録が済んでいること", "ご利用になるPCで"]);
}
