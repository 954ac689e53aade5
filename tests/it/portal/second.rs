//! 二段階認証: a mailed code, or an app's; and the time before which nobody comes in.

use sekisho::audit;
use sekisho::base::Secret;
use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::db::params;
use sekisho::identity::terms::{Preset, Stored};
use sekisho::identity::totp;
use sekisho::identity::users::{SecondFactor, User};

use super::{
    HANAKO, PASSWORD, PORTAL, last_mail, other, person, put, required, sign_in, told, works,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window, World};

const FORM: &str = "/settings/second-factor";
const APP: &str = "/settings/second-factor/app";

async fn choose(window: &Window<'_>, factor: &str) -> Page {
    window.get(FORM).await.says(200, &["二段階認証", "現在のパスワード"]);
    window.post(FORM, &[("factor", factor), ("password", PASSWORD)]).await
}

async fn type_code(window: &Window<'_>, code: &str) -> Page {
    // The form of the way that the browser is on now.
    window.get("/login/code").await;
    window.post("/login/code", &[("code", code)]).await
}

/// Pairs an app; its secret.
async fn pair(world: &World, window: &Window<'_>) -> Secret {
    choose(window, "totp").await.leads_to(APP);
    let page = window.get(APP).await;
    page.says(200, &["<svg class=\"pairing-picture\"", "手で入力する文字"]);
    let (_, rest) = page.html.split_once("pairing-secret\">").expect("the secret");
    let secret: String = rest.split('<').next().unwrap_or_default().replace(' ', "");
    let secret = Secret::new(secret);
    let code = code_of(world, &secret);
    window.post(APP, &[("code", &other(&code))]).await.says(422, &["確認コードが違います"]);
    window.post(APP, &[("code", &code)]).await.leads_to("/settings/second-factor?saved=1");
    secret
}

fn code_of(world: &World, secret: &Secret) -> String {
    totp::code(secret, totp::step_of(world.clock.now())).expect("a code")
}

async fn portal<'w>(world: &'w World, user: &User) -> Window<'w> {
    world.window(&world.certificate(user, "active").await)
}

both_engines! {
    async fn a_mailed_code_is_asked_for_at_every_login(fresh: &Fresh) {
        // R002-06, R002-48, R002-01
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let window = portal(&world, &user).await;
        sign_in(&window, PASSWORD).await.leads_to("/home");
        choose(&window, "mail").await.leads_to("/settings/second-factor?saved=1");
        window.get("/settings/second-factor?saved=1").await.says(200, &["保存しました", "メールで届く確認コード"]);
        for _ in 0..2 {
            let entered = sign_in(&window, PASSWORD).await;
            entered.leads_to("/login/code");
            assert!(!entered.set_cookies.iter().any(|line| line.contains("session")), "no session yet");
            let mail = last_mail(&world).await;
            assert_eq!((mail.subject.as_str(), mail.to.as_str()), ("確認コードのお知らせ-関所", HANAKO));
            let code = told(&mail, "確認コード: ");
            assert_eq!(code.len(), 6);
            window.get("/login/code").await.says(200, &["確認コード", "半角数字6桁（30分間有効）"]);
            let said = type_code(&window, &other(&code)).await.mistake_at("code").unwrap_or_default();
            assert!(said.contains("確認コードが違います"), "{said}");
            type_code(&window, &code).await.leads_to("/home");
            window.get("/home").await.says(200, &[]);
            // It works once.
            type_code(&window, &code).await.says(409, &["ログイン画面へ"]);
        }
        assert_eq!(world.audited("login", "refused").await, 2);
    }

    async fn without_the_code_no_page_opens_and_it_ends_after_thirty_minutes(fresh: &Fresh) {
        // R002-48, RX-03
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        put(&world, PORTAL, &required(Preset::Portal)).await;
        let window = portal(&world, &user).await;
        window.get("/login/code").await.says(409, &["ログイン画面へ"]);
        sign_in(&window, PASSWORD).await.leads_to("/login/code");
        window.get("/home").await.leads_to("/login");
        let first = told(&last_mail(&world).await, "確認コード: ");
        window.get("/login/code").await;
        window.post("/login/code/again", &[]).await.leads_to("/login/code");
        let second = told(&last_mail(&world).await, "確認コード: ");
        if first != second {
            type_code(&window, &first).await.says(422, &[]);
        }
        world.clock.advance_ms(30 * MINUTE_MS);
        let said = type_code(&window, &second).await.mistake_at("code").unwrap_or_default();
        assert!(said.contains("もう使えません"), "{said}");
        window.post("/login/code/again", &[]).await.leads_to("/login/code");
        let third = told(&last_mail(&world).await, "確認コード: ");
        world.clock.advance_ms(30 * MINUTE_MS - SECOND_MS);
        type_code(&window, &third).await.leads_to("/home");
    }

    async fn a_wrong_code_counts_like_a_wrong_password(fresh: &Fresh) {
        // R004-11, R004-12, R002-48
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let window = portal(&world, &user).await;
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let secret = pair(&world, &window).await;
        world.clock.advance_ms(MINUTE_MS);
        // The right password between them does not begin the count again.
        for wrong in 0..5 {
            sign_in(&window, PASSWORD).await.leads_to("/login/code");
            let page = type_code(&window, &other(&code_of(&world, &secret))).await;
            assert!(page.says(422, &[]).mistake_at("code").is_some(), "{wrong}");
        }
        sign_in(&window, PASSWORD).await.leads_to("/login/code");
        type_code(&window, &other(&code_of(&world, &secret))).await.says(403, &["ロック"]);
        type_code(&window, &code_of(&world, &secret)).await.says(409, &[]);
        sign_in(&window, PASSWORD).await.says(403, &["ロック"]);
        world.clock.advance_ms(60 * MINUTE_MS);
        sign_in(&window, PASSWORD).await.leads_to("/login/code");
        type_code(&window, &code_of(&world, &secret)).await.leads_to("/home");
        assert_eq!(world.find(HANAKO).await.expect("there").attempts.locks, 0);
    }

    async fn an_apps_code_works_once_and_one_step_around(fresh: &Fresh) {
        // R002-48
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let window = portal(&world, &user).await;
        let elsewhere = portal_again(&world, &window).await;
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let secret = pair(&world, &window).await;
        elsewhere.get("/home").await.leads_to("/login");
        window.get("/home").await.says(200, &[]);
        let sealed: Option<Vec<u8>> = sealed(&world, &user).await;
        let sealed = sealed.expect("sealed");
        assert!(!sealed.windows(16).any(|part| part == &secret.expose().as_bytes()[..16]));
        // The one that it was paired with is used up.
        sign_in(&window, PASSWORD).await.leads_to("/login/code");
        window.get("/login/code").await.says(200, &["認証アプリ"]).hides("再送する");
        type_code(&window, &code_of(&world, &secret)).await.says(422, &[]);
        world.clock.advance_ms(30 * SECOND_MS);
        let code = code_of(&world, &secret);
        world.clock.advance_ms(30 * SECOND_MS);
        type_code(&window, &code).await.leads_to("/home");
        sign_in(&window, PASSWORD).await.leads_to("/login/code");
        type_code(&window, &code).await.says(422, &["一度使った数字は使えません"]);
        type_code(&window, &code_of(&world, &secret)).await.leads_to("/home");
        // Whoever lost the app is let in by whoever gives them a temporary password.
        let given = "tsukiji-kari1";
        world.give(&user, given).await;
        sign_in(&window, given).await.leads_to("/settings/password");
        assert!(self::sealed(&world, &user).await.is_none());
        let off = |row: &audit::Record| row.action == "second-factor" && row.detail == "off";
        let rows = world.audit().await;
        let told = rows.iter().find(|row| off(row)).expect("it is told");
        assert_eq!(told.user_id.as_deref(), Some(user.id.as_str()));
    }

    async fn what_the_contract_asks_for_cannot_be_left_out(fresh: &Fresh) {
        // R002-48
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        put(&world, PORTAL, &required(Preset::Portal)).await;
        let window = portal(&world, &user).await;
        sign_in(&window, PASSWORD).await.leads_to("/login/code");
        let code = told(&last_mail(&world).await, "確認コード: ");
        type_code(&window, &code).await.leads_to("/home");
        assert_eq!(world.find(HANAKO).await.expect("there").second_factor, Some(SecondFactor::Mail));
        window.get(FORM).await.says(200, &["二段階認証が必要です"]).hides("value=\"off\"");
        choose(&window, "off").await.says(422, &["二段階認証が必要です"]);
        put(&world, PORTAL, &Stored::of(Preset::Portal)).await;
        let wrong = [("factor", "off"), ("password", "Chigau1#")];
        window.post(FORM, &wrong).await.says(422, &["現在のパスワードが違います"]);
        window.post(FORM, &[("factor", "sms")]).await.says(422, &["選んでください"]);
        choose(&window, "off").await.leads_to("/settings/second-factor?saved=1");
        sign_in(&window, PASSWORD).await.leads_to("/home");
    }

    async fn another_certificate_does_not_go_on_with_the_code(fresh: &Fresh) {
        // R002-48, R004-09
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let jiro = person(&world, PORTAL, "jiro@human.example.jp").await;
        put(&world, PORTAL, &required(Preset::Portal)).await;
        let window = portal(&world, &user).await;
        sign_in(&window, PASSWORD).await.leads_to("/login/code");
        let code = told(&last_mail(&world).await, "確認コード: ");
        window.get("/login/code").await.says(200, &["確認コード"]);
        let jiros = window.beside(Some(&world.certificate(&jiro, "active").await));
        jiros.get("/login/code").await.says(409, &[]);
        jiros.post("/login/code", &[("code", &code)]).await.says(409, &[]);
        type_code(&window, &code).await.leads_to("/home");
    }

    async fn nobody_comes_in_before_their_time(fresh: &Fresh) {
        // R002-36
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let from = world.clock.now().plus_minutes(10);
        let sql = "UPDATE users SET available_from = $2 WHERE id = $1";
        let mut conn = world.app.db.conn().await.expect("a connection");
        conn.execute(sql, params![&user.id, from]).await.expect("set");
        drop(conn);
        let window = portal(&world, &user).await;
        sign_in(&window, "Chigau1#").await.says(422, &["パスワードが違います"]).hides("10:10");
        sign_in(&window, PASSWORD).await.says(403, &["10:10からログインできます"]);
        world.clock.advance_ms(10 * MINUTE_MS);
        sign_in(&window, PASSWORD).await.leads_to("/home");
    }
}

/// Another browser with the same certificate, signed in.
async fn portal_again<'w>(world: &'w World, window: &Window<'w>) -> Window<'w> {
    let other = window.beside(None);
    sign_in(&other, PASSWORD).await.leads_to("/home");
    let _ = world;
    other
}

async fn sealed(world: &World, user: &User) -> Option<Vec<u8>> {
    let sql = "SELECT totp_sealed FROM users WHERE id = $1";
    let mut conn = world.app.db.conn().await.expect("a connection");
    conn.one::<Option<Vec<u8>>>(sql, params![&user.id]).await.expect("asked").flatten()
}
