//! What masters set for their people: the policy of passwords, roles, accounts; and what
//! everybody changes of themselves.

use sekisho::db::Engine;

use super::{Desk, certificate_of, signs_in};

#[tokio::test]
async fn a_master_sets_the_policy_and_the_roles_and_corrects_the_own_name() {
    // R003-36..44, R000-35
    let desk = Desk::new(Engine::Sqlite).await;
    certificate_of(&desk, "jinji001");
    signs_in(&desk, &desk.server.password_of("jinji001")).await;
    desk.reads(&["インフォメーション"]).await;
    sets_the_policy(&desk).await;
    gives_a_role(&desk).await;
    corrects_the_name(&desk).await;
}

async fn sets_the_policy(desk: &Desk) {
    desk.browser.press("共通機能").await;
    desk.see("settings-master", &["登録情報変更", "パスワードポリシー設定", "アクセス権限管理"])
        .await;
    desk.browser.press("パスワードポリシー設定").await;
    desk.see("policy", &["契約のみなさまが使うパスワードの決まりです。"]).await;
    desk.browser.press("編集").await;
    desk.browser.wait_for("※最小文字数").await;
    desk.browser.fill("min_length", "200").await;
    desk.browser.press("更新").await;
    desk.see("policy-wrong", &["入力内容をご確認ください", "最小文字数は、"]).await;
    desk.browser.fill("min_length", "10").await;
    desk.browser.press("更新").await;
    desk.see("policy-saved", &["パスワードポリシーを更新しました。", "10文字以上"]).await;
}

async fn gives_a_role(desk: &Desk) {
    desk.browser.press("共通機能").await;
    desk.browser.press("アクセス権限管理").await;
    desk.see("roles", &["だれがどの機能を使えるか", "全権管理者", "権限一覧"]).await;
    desk.browser.press("編集").await;
    desk.see("roles-edit", &["変更する権限の「詳細」を押してください。"]).await;
    desk.browser.press("詳細").await;
    desk.see("roles-detail", &["対象者を追加", "外す方は「削除」を選んで"]).await;
    desk.browser.press("対象者を追加").await;
    desk.browser.wait_for("空のまま押すと、すべての方が表示されます。").await;
    desk.browser.press("検索").await;
    desk.see("roles-search", &["にする方を選んで、「適用」を押してください。"]).await;
    desk.evaluate("document.querySelector('input[name=pick]').click()").await;
    desk.browser.press("適用").await;
    desk.see("roles-pending", &["未保存", "解除"]).await;
    desk.browser.press("更新").await;
    desk.see("roles-saved", &["アクセス権限を更新しました。"]).await;
}

async fn corrects_the_name(desk: &Desk) {
    desk.evaluate("document.querySelector('.user-menu summary').click()").await;
    desk.browser.press("登録情報変更").await;
    desk.see("profile", &["登録情報変更", "ユーザー名", "メールアドレス"]).await;
    desk.browser.fill("user_name", "人事　明美").await;
    desk.browser.press("登録").await;
    desk.see("profile-saved", &["登録情報を保存しました。", "人事　明美"]).await;
    desk.evaluate("document.querySelector('.user-menu summary').click()").await;
    desk.browser.press("パスワード変更").await;
    desk.see("password-policy", &["現在のパスワード", "最小文字数：10文字以上"]).await;
}

#[tokio::test]
async fn the_manager_of_an_office_sees_who_uses_its_accounts() {
    // R002-12..16
    let desk = Desk::new(Engine::Sqlite).await;
    certificate_of(&desk, "office01");
    signs_in(&desk, &desk.server.password_of("office01")).await;
    desk.reads(&["インフォメーション"]).await;
    desk.browser.press("アカウント管理").await;
    desk.see("accounts", &["アカウント一覧", "事務　良子", "管理者", "空き"]).await;
    desk.browser.press("管理者を引き継ぐ").await;
    desk.see("accounts-nobody", &["引き継げる方がいません。"]).await;
}
