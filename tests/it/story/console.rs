//! The operator at the console: opens a contract, changes its terms, helps a person, tells
//! people something.

use super::Desk;
use super::operator::{comes_in, desk};

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_runs_contracts_people_and_notices_by_page() {
    // R004-101, R004-103, R004-157, R004-161
    let desk = desk().await;
    comes_in(&desk).await;
    opens_a_contract(&desk).await;
    changes_its_terms(&desk).await;
    helps_a_person(&desk).await;
    tells_people(&desk).await;
    reads_the_papers(&desk).await;
}

async fn opens_a_contract(desk: &Desk) {
    desk.browser.press("契約管理").await;
    desk.see("console-contracts", &["該当件数", "サンプル労働組合", "取引先ポータル"]).await;
    desk.browser.press("新規登録").await;
    desk.see("console-presets", &["どのプリセットで始めますか", "社労士事務所で始める"]).await;
    desk.browser.press("社労士事務所で始める").await;
    desk.browser.fill("contract_no", "15000030").await;
    desk.see("console-contract-new", &["プリセットの値：3名まで", "契約番号"]).await;
    desk.browser.press("登録する").await;
    desk.see("console-contract-wrong", &["契約者名を入力してください。"]).await;
    desk.browser.fill("display_name", "サンプル新事務所").await;
    desk.browser.press("登録する").await;
    let notice = ["ご利用開始のお知らせ", "15000030", "サンプル新事務所　御中", "お渡しを終わる"];
    desk.see("console-notice", &notice).await;
    desk.browser.press("お渡しを終わる").await;
    desk.see("console-contract", &["お渡しを終わりました", "（プリセットの値）"]).await;
}

async fn changes_its_terms(desk: &Desk) {
    desk.browser.press("内容を変更する").await;
    desk.browser.wait_for("契約内容の変更").await;
    desk.browser.fill("licences", "5").await;
    desk.browser.press("変更する").await;
    desk.see("console-contract-changed", &["契約の内容を変更しました。", "5名まで"]).await;
    desk.browser.press("契約を終了する").await;
    desk.see("console-contract-close", &["元に戻せません", "終了しないで戻る"]).await;
}

async fn helps_a_person(desk: &Desk) {
    desk.browser.press("利用者管理").await;
    desk.see("console-users", &["該当件数", "master01", "最終ログイン日時"]).await;
    desk.browser.fill("user_id", "jiro0003").await;
    desk.browser.press("検索").await;
    desk.browser.wait_for("ユーザーID：jiro0003").await;
    desk.browser.press("詳細").await;
    desk.see("console-user", &["利用者の詳細", "jiro0003", "仮のパスワードを発行する"]).await;
    desk.browser.press("仮のパスワードを発行する").await;
    desk.see("console-user-password", &["次の画面で一度だけ表示します"]).await;
    desk.browser.press("発行する").await;
    desk.see("console-user-sheet", &["仮のパスワードのお知らせ", "jiro0003"]).await;
}

async fn tells_people(desk: &Desk) {
    desk.browser.press("その他の業務").await;
    desk.see("console-more", &["お知らせへ", "会社用の電子証明書へ"]).await;
    desk.browser.press("お知らせへ").await;
    desk.see("console-messages", &["サービスを開始しました", "掲載中"]).await;
    desk.browser.press("新規登録").await;
    desk.browser.fill("subject", "年末年始の休業について").await;
    desk.browser.fill("body", "12月31日から1月3日まで、お休みします。").await;
    desk.see("console-message-new", &["お知らせする相手"]).await;
    desk.browser.press("登録する").await;
    desk.browser.wait_for("お知らせを登録しました。").await;
    desk.browser.press("トップページ").await;
    // R003-39: the customers' own site is at the foot.
    let home = ["年末年始の休業について", "12月31日から", "お客様サイト"];
    desk.see("console-home", &home).await;
}

async fn reads_the_papers(desk: &Desk) {
    desk.browser.press("その他の業務").await;
    desk.browser.press("マニュアルへ").await;
    desk.see("console-manuals", &["操作マニュアル（共通編）", "会員編"]).await;
    desk.browser.press("新規登録").await;
    desk.see("console-manual-new", &["20MBまで", "並び順"]).await;
    desk.browser.goto(&format!("{}/settings/manuals", desk.server.portal_url())).await;
    desk.see("manuals", &["登録件数: 7件", "操作マニュアル（共通編）", "(テキスト:"]).await;
    desk.browser.press("表示").await;
    desk.see("manual", &["マニュアルのダウンロード", "サイズ"]).await;
    let form = "/help/initial-password-form/member";
    desk.browser.goto(&format!("{}{form}", desk.server.portal_url())).await;
    desk.see("initial-password-form", &["初期パスワード届出書（会員向け）", "届出印"]).await;
}
