//! The steps that people follow.

use super::{IPHONE, PAGES, WINDOWS, database, get_as, values};
use crate::support::site::World;

#[tokio::test]
async fn the_overview_suggests_the_callers_system_and_leaves_none_out() {
    // R003-31, R004-17
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let first = |html: &str| {
        values(html, "href")
            .into_iter()
            .find(|to| to.starts_with("/help/import/"))
            .map(str::to_owned)
    };
    for (agent, likely) in [(WINDOWS, "windows"), (IPHONE, "ios")] {
        let page = get_as(&world, "/help/import", agent).await;
        page.says(200, &["お使いの環境は、こちらのようです"]);
        assert_eq!(first(&page.html), Some(format!("/help/import/{likely}")));
        for system in ["windows", "firefox", "macos", "ios"] {
            page.says(200, &[&format!("href=\"/help/import/{system}\"")]);
        }
    }
    get_as(&world, "/help/import", "curl/8").await.hides("お使いの環境は、こちらのようです");
}

#[tokio::test]
async fn the_steps_for_windows_carry_the_words_of_the_windows() {
    // R003-24, R003-28..31, R004-73..77, R004-79
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let page = world.visitor().get("/help/import/windows").await;
    page.says(
        200,
        &[
            "電子証明書をお使いになる方の名前で、Windowsにサインインしてください。",
            "現在のユーザー(C)",
            "「ファイル名」はそのままで、「次へ」",
            "ログインパスワード（一般ユーザーの方の初回は、仮のログインパスワード）",
            "すべての拡張プロパティを含める(A)",
            "「秘密キーの保護を強力にする(E)」「このキーをエクスポート可能にする(M)」など、ほかの項目にチェックは要りません。",
            "証明書の種類に基づいて、自動的に証明書ストアを選択する(U)",
            "「完了」をクリック",
            "「セキュリティ警告」が表示されたときは「はい」をクリック",
            "正しくインポートされました。",
            "ブラウザの画面をすべて閉じて",
            "お客様のユーザーID",
            "「その他」をクリック",
            "Windows 11",
            "Microsoft Edge",
        ],
    );
    page.hides("アクセス情報シート」に印刷");
}

#[tokio::test]
async fn who_was_handed_the_companys_file_reads_its_name_its_password_and_its_way() {
    // R003-25..27, R003-32, R003-33
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let page = world.visitor().get("/help/import/windows?file=company").await;
    page.says(
        200,
        &[
            "MNS_…cert.p12</strong>をダブルクリックしてください。",
            "「セキュリティの警告」が表示されたら、「はい」をクリック",
            "「アクセス情報シート」に印刷されたインポートパスワード",
            "「アクセス情報シート」のURL",
            "「証明書の選択」または「証明書の確認」の画面が表示されたら、<strong>「MNS」で始まる名前</strong>の行を選び、「OK」をクリック",
        ],
    );
    page.hides("仮のログインパスワード");
    for system in ["firefox", "macos", "ios"] {
        let page = world.visitor().get(&format!("/help/import/{system}?file=company")).await;
        page.says(200, &["インポートパスワード", "「MNS」で始まる名前"])
            .hides("仮のログインパスワード");
    }
}

#[tokio::test]
async fn firefox_mac_and_telephone_have_their_own_steps() {
    // R003-31
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let visitor = world.visitor();
    visitor.get("/help/import/firefox").await.says(
        200,
        &[
            "プライバシーとセキュリティ",
            "「証明書を表示」",
            "「あなたの証明書」",
            "「インポート」",
            "/help/root/firefox",
        ],
    );
    let compat = "「取り込むPCの種類」で「Mac・iPhone・iPad、または古い Windows Server」を選んで";
    visitor.get("/help/import/macos").await.says(
        200,
        &[
            "キーチェーンアクセス",
            "左の一覧の「ログイン」",
            "「自分の証明書」",
            "「常に許可」",
            compat,
        ],
    );
    visitor.get("/help/import/ios").await.says(
        200,
        &[
            "お使いになれるのは、Safari だけです。",
            "「プロファイルがダウンロードされました」",
            "「VPNとデバイス管理」",
            "「インストール」をタップ",
            compat,
        ],
    );
    assert_eq!(visitor.get("/help/import/amiga").await.status.as_u16(), 404);
    assert_eq!(visitor.get("/help/root/amiga").await.status.as_u16(), 404);
}

#[tokio::test]
async fn what_goes_wrong_has_its_answer() {
    // R004-72, R004-77..79
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let page = world.visitor().get("/help/import").await;
    page.says(
        200,
        &[
            "「パスワードが間違っています」などと表示される",
            "ファイルが見つからない",
            "「ログインID/パスワード初期化・電子証明書失効等依頼書」",
            "証明書を選ぶ画面が表示されない",
            "期限が切れた電子証明書は表示されません。",
            "取り込んだときと同じ名前で、Windowsにサインインしていますか。",
            "「その他」をクリック",
            "「発行」を押すとログイン画面に戻る",
            "ブラウザの画面をすべて閉じて、もう一度開いてください。",
        ],
    );
}

#[tokio::test]
async fn every_step_has_a_picture_that_is_there_and_says_what_it_shows() {
    // R003-31
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let visitor = world.visitor();
    for path in PAGES {
        let page = visitor.get(path).await;
        page.says(200, &[]);
        let guides = page.html.split("<ol class=\"guide").skip(1);
        for step in guides
            .filter_map(|rest| rest.split("</ol>").next())
            .flat_map(|g| g.split("<li>").skip(1))
        {
            assert_eq!(step.matches("<h3>").count(), 1, "{path}: {step}");
            assert_eq!(step.matches("<img ").count(), 1, "{path}: {step}");
            assert!(
                values(step, "alt").iter().all(|alt| alt.chars().count() > 10),
                "{path}: {step}"
            );
        }
        // Pictures, and the script.
        for part in values(&page.html, "src") {
            assert_eq!(visitor.get(part).await.status.as_u16(), 200, "{part} on {path}");
        }
    }
}

#[tokio::test]
async fn every_link_of_the_help_leads_somewhere() {
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let visitor = world.visitor();
    for path in PAGES {
        let page = visitor.get(path).await;
        let here = |to: &&str| to.starts_with("/help") || to.starts_with("/ca/") || *to == "/";
        for to in values(&page.html, "href").into_iter().filter(here) {
            assert_eq!(visitor.get(to).await.status.as_u16(), 200, "{to} on {path}");
        }
    }
}

#[tokio::test]
async fn the_root_certificate_is_taken_in_only_after_its_thumbprint() {
    // R004-165
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let visitor = world.visitor();
    let sha256 = sekisho::base::secret::sha256_hex(world.app.ca.get().root_der()).to_uppercase();
    for (path, words) in [
        ("/help/root", ["href=\"/ca/root.crt\"", "担当の方から案内があったときにだけ"]),
        ("/help/root/windows", ["信頼されたルート証明機関", "「セキュリティ警告」の拇印"]),
        (
            "/help/root/firefox",
            ["「認証局証明書」", "この認証局によるウェブサイトの識別を信頼する"],
        ),
        ("/help/root/macos", ["「常に信頼」", "キーチェーンアクセス"]),
        ("/help/root/ios", ["「証明書信頼設定」", "/help/admin/certificates.mobileconfig"]),
    ] {
        let page = visitor.get(path).await;
        page.says(200, &words);
        let print = page.html.replace(' ', "").find(&sha256);
        let ask = page.html.replace(' ', "").find("違うときは、取り込まずにご連絡ください。");
        assert!(ask.is_some() && ask < print, "{path}");
    }
}

#[tokio::test]
async fn whose_browser_stops_new_windows_is_told_how_to_let_them() {
    // R004-22
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let visitor = world.visitor();
    visitor
        .get("/help")
        .await
        .says(200, &["href=\"/help/new-window\"", "新しい画面が開かないとき"]);
    let page = visitor.get("/help/new-window").await;
    page.says(200, &["ポップアップとリダイレクト", "https://localhost:8443", "href=\"/help\""]);
    for browser in ["Microsoft Edge をお使いの方", "Google Chrome をお使いの方"] {
        let steps = page.html.split(browser).nth(1).expect(browser);
        let steps = steps.split("<h2").next().expect("steps");
        assert!(steps.matches("<li>").count() >= 6, "{browser}: {steps}");
        assert!(steps.contains("常に許可する") && steps.contains("「設定」"), "{browser}");
    }
}

#[tokio::test]
async fn renewal_a_new_pc_and_a_lost_file_have_their_way() {
    // R004-10, R004-72, R004-166
    let fresh = database().await;
    let world = World::whole(&fresh).await;
    let page = world.visitor().get("/help/renewal").await;
    let lost = page.html.split("ファイルが見つからない、なくした").nth(1).expect("a part about it");
    let new_pc = page.html.split("PCを換える").nth(1).expect("a part about it");
    for part in [lost, new_pc] {
        let answer = part.split("</dd>").next().expect("an answer");
        let paper =
            answer.find("「ログインID/パスワード初期化・電子証明書失効等依頼書」をご提出ください");
        assert!(paper.is_some() && paper < answer.find("「電子証明書発行」"), "{answer}");
    }
    page.says(
        200,
        &[
            "発行日を含めて366日で期限が切れます",
            "30日前から",
            "期限が近い方も、期限が切れた方も、同じ手順です。",
            "href=\"https://enroll.localhost:8443/certificate\"",
        ],
    );
}
