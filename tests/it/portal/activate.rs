//! 本登録 by the mail about a new account.

use sekisho::app::people;
use sekisho::base::Secret;
use sekisho::base::clock::{DAY_MS, MINUTE_MS, SECOND_MS};
use sekisho::db::params;
use sekisho::identity::contracts::CertificateMode;
use sekisho::identity::terms::{Preset, Stored};
use sekisho::jobs;
use sekisho::mail::Message;

use super::{
    HANAKO, PASSWORD, PORTAL, add_of, fresh_person, insert, invite, invite_again, last_mail, other,
    person, sign_in, told, works,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Window, World};
use crate::support::tools::at_once;

/// User ID and first password.
pub async fn prove(window: &Window<'_>, login_id: &str, mail: &Message) {
    window
        .get("/activate")
        .await
        .says(200, &["ユーザーID", "初回パスワード", ">ログイン</button>"]);
    let first = told(mail, "初回パスワード: ");
    let fields = [("user_id", login_id), ("password", first.as_str())];
    window.post("/activate", &fields).await.leads_to("/activate/code");
    window.get("/activate/code").await.says(200, &["認証番号", ">送信</button>"]);
}

/// The whole way; the window at its end.
pub async fn activated<'w>(world: &'w World, login_id: &str, mail: &Message) -> Window<'w> {
    let window = world.visitor();
    prove(&window, login_id, mail).await;
    let code = told(mail, "認証番号: ");
    window.post("/activate/code", &[("code", &code)]).await.leads_to("/activate/password");
    let fields = [("new_password", PASSWORD)];
    window.post("/activate/password", &fields).await.leads_to("/activate/done");
    window
}

both_engines! {
    async fn who_is_invited_chooses_a_password_and_comes_in(fresh: &Fresh) {
        // R000-13, R000-14, R000-15..20, R000-70
        let world = works(fresh).await;
        let (user, mail) = invite(&world, PORTAL, HANAKO).await;
        assert_eq!(mail.to, HANAKO);
        assert_eq!(mail.subject, "アカウント登録のお知らせ-ヒューマンリソシア マイページ");
        assert_eq!(told(&mail, "ユーザーID: "), HANAKO);
        let code = told(&mail, "認証番号: ");
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        let url = told(&mail, "本登録の画面: ");
        assert_eq!(url, format!("{}/activate", world.app.config.enroll_url()));
        assert!(mail.body.contains("2026年12月5日 まで（14日間）"), "{}", mail.body);
        let window = world.visitor();
        prove(&window, "Hanako@HUMAN.example.jp", &mail).await;
        let page = window.post("/activate/code", &[("code", &other(&code))]).await;
        let said = page.says(422, &[]).mistake_at("code").unwrap_or_default();
        assert!(said.contains("あと4回"), "{said}");
        window.post("/activate/code", &[("code", &code)]).await.leads_to("/activate/password");
        let asked = ["新しいパスワード", "パスワードポリシー", "・最小文字数：8文字以上", "・小文字：1文字以上", "・数値：1文字以上"];
        window.get("/activate/password").await.says(200, &asked);
        let first = told(&mail, "初回パスワード: ");
        for weak in ["short1a", "ABCDEFG1", "abcdefgh", first.as_str()] {
            let page = window.post("/activate/password", &[("new_password", weak)]).await;
            assert!(page.says(422, &[]).mistake_at("new_password").is_some(), "{weak}");
        }
        // A second click of the same form finds it done.
        for _ in 0..2 {
            let fields = [("new_password", PASSWORD)];
            window.post("/activate/password", &fields).await.leads_to("/activate/done");
        }
        let done = ["アカウントの本登録が完了しました。", "電子証明書発行", ">ログイン</a>"];
        window.get("/activate/done").await.says(200, &done);
        window.get("/activate/code").await.says(409, &["本登録の結果を見る"]);
        assert_eq!(world.audited("activate", "done").await, 1);
        let now = world.find(HANAKO).await.expect("there");
        assert!(!now.password_temporary);
        let portal = world.window(&world.certificate(&user, "active").await);
        sign_in(&portal, PASSWORD).await.leads_to("/home");
    }

    async fn two_browsers_at_once_end_in_one_password(fresh: &Fresh) {
        // R000-17
        let world = works(fresh).await;
        let (_, mail) = invite(&world, PORTAL, HANAKO).await;
        let code = told(&mail, "認証番号: ");
        let windows = [world.visitor(), world.visitor()];
        for window in &windows {
            prove(window, HANAKO, &mail).await;
            window.post("/activate/code", &[("code", &code)]).await.leads_to("/activate/password");
            window.get("/activate/password").await.says(200, &[]);
        }
        let choose = async |window: &Window<'_>| {
            window.post("/activate/password", &[("new_password", PASSWORD)]).await
        };
        for page in at_once(windows.iter().map(choose)).await {
            page.leads_to("/activate/done");
        }
        assert_eq!(world.audited("activate", "done").await, 1);
    }

    async fn what_waits_to_be_mailed_lies_sealed(fresh: &Fresh) {
        // R000-13, R000-14: a copy of the database tells no code and no password
        let world = works(fresh).await;
        let first = Preset::Portal.policy().make(HANAKO).expect("made");
        let user = fresh_person(&world, PORTAL, HANAKO, first.expose(), true);
        insert(&world, &user).await;
        let queued = async || {
            let mut tx = world.app.db.begin().await.expect("begun");
            let (config, now) = (&world.app.config, world.clock.now());
            people::invite(&mut tx, config, &user, &first, now).await.expect("invited");
            tx.commit().await.expect("committed");
        };
        let lies_sealed = async || {
            let mut conn = world.app.db.conn().await.expect("a connection");
            let sql = "SELECT kind || payload || COALESCE(last_error, '') FROM jobs";
            let rows: Vec<String> = conn.query(sql, params![]).await.expect("asked");
            assert_eq!(rows.len(), 1);
            for word in [first.expose(), "認証番号", "初回パスワード", HANAKO] {
                assert!(!rows[0].contains(word), "{word} in {}", rows[0]);
            }
        };
        queued().await;
        lies_sealed().await;
        let mail = last_mail(&world).await;
        assert_eq!((told(&mail, "初回パスワード: ").as_str(), mail.to.as_str()), (first.expose(), HANAKO));
        // Nor one that was given up.
        queued().await;
        let mut jobs = jobs::claim(&world.app.db, 1, world.clock.now()).await.expect("claimed");
        let ended = [(jobs.remove(0), jobs::Outcome::GiveUp("refused".to_owned()))];
        let mut conn = world.app.db.conn().await.expect("a connection");
        jobs::settle(&mut conn, &ended, world.clock.now()).await.expect("settled");
        drop(conn);
        lies_sealed().await;
        // The code of a forgotten password, neither.
        let mut conn = world.app.db.conn().await.expect("a connection");
        conn.execute("DELETE FROM jobs", params![]).await.expect("gone");
        drop(conn);
        let window = world.visitor();
        window.get("/password/forgot").await.says(200, &[]);
        window.post("/password/forgot", &[("user_id", HANAKO)]).await.leads_to("/password/forgot/reset");
        lies_sealed().await;
    }

    async fn until_then_every_other_door_leads_there(fresh: &Fresh) {
        // R000-17, R004-96: the first password opens 本登録 and nothing else
        let world = works(fresh).await;
        let (user, mail) = invite(&world, PORTAL, HANAKO).await;
        let first = told(&mail, "初回パスワード: ");
        let portal = world.window(&world.certificate(&user, "active").await);
        let entered = sign_in(&portal, &first).await;
        let start = format!("{}/activate?from=login", world.app.config.enroll_url());
        assert_eq!(entered.location, start);
        assert!(entered.set_cookies.is_empty(), "no session");
        let window = world.visitor();
        window.get("/certificate").await.says(200, &["DC586101"]);
        let fields = [("user_id", HANAKO), ("password", first.as_str())];
        window.post("/certificate", &fields).await.leads_to("/activate?from=login");
        window.get("/activate?from=login").await.says(200, &["本登録がまだ済んでいません"]);
        // Whoever is through is told so, and the first password is worth nothing.
        prove(&window, HANAKO, &mail).await;
        let code = told(&mail, "認証番号: ");
        window.post("/activate/code", &[("code", &code)]).await.leads_to("/activate/password");
        window.post("/activate/password", &[("new_password", PASSWORD)]).await;
        window.get("/activate").await;
        window.post("/activate", &fields).await.says(422, &["ユーザーIDまたは初回パスワードが違います"]);
        let again = [("user_id", HANAKO), ("password", PASSWORD)];
        window.post("/activate", &again).await.says(409, &["本登録は済んでいます"]);
        sign_in(&portal, &first).await.says(422, &["パスワードが違います"]);
    }

    async fn a_closed_browser_goes_on_where_it_was(fresh: &Fresh) {
        // R000-17
        let world = works(fresh).await;
        let (_, mail) = invite(&world, PORTAL, HANAKO).await;
        let window = world.visitor();
        window.get("/activate/password").await.says(409, &["本登録を最初から行う"]);
        prove(&window, HANAKO, &mail).await;
        window.reopen(&["__Host-sekisho-flow"]);
        window.get("/activate").await.says(200, &["途中の本登録があります", "/activate/code"]);
        window.get("/activate/password").await.says(409, &["認証番号の入力へ進む"]);
        let code = told(&mail, "認証番号: ");
        window.post("/activate/code", &[("code", &code)]).await.leads_to("/activate/password");
        window.post("/activate/code", &[("code", &code)]).await.says(409, &["新しいパスワードの入力へ"]);
    }

    async fn the_code_has_five_entries_on_all_browsers_and_fourteen_days(fresh: &Fresh) {
        // R000-14, R000-16, RX-03
        let world = works(fresh).await;
        let (user, mail) = invite(&world, PORTAL, HANAKO).await;
        let code = told(&mail, "認証番号: ");
        for left in [4, 3, 2, 1] {
            let window = world.visitor();
            prove(&window, HANAKO, &mail).await;
            let page = window.post("/activate/code", &[("code", &other(&code))]).await;
            let said = page.says(422, &[]).mistake_at("code").unwrap_or_default();
            assert!(said.contains(&format!("あと{left}回")), "{said}");
        }
        let window = world.visitor();
        prove(&window, HANAKO, &mail).await;
        for tried in [other(&code), code.clone()] {
            let page = window.post("/activate/code", &[("code", &tried)]).await;
            let said = page.says(422, &[]).mistake_at("code").unwrap_or_default();
            assert!(said.contains("もう使えません"), "{said}");
        }
        // The operator sends another one, with the same password or a new one.
        let first = Secret::new(told(&mail, "初回パスワード: "));
        let second = invite_again(&world, &user, &first).await;
        world.clock.advance_ms(14 * DAY_MS - SECOND_MS);
        let window = world.visitor();
        prove(&window, HANAKO, &second).await;
        let page = window.post("/activate/code", &[("code", &other(&told(&second, "認証番号: ")))]).await;
        assert!(page.says(422, &[]).mistake_at("code").unwrap_or_default().contains("あと4回"));
        world.clock.advance_ms(SECOND_MS);
        let code = told(&second, "認証番号: ");
        let page = window.post("/activate/code", &[("code", &code)]).await;
        assert!(page.says(422, &[]).mistake_at("code").unwrap_or_default().contains("もう使えません"));
        assert!(world.find(HANAKO).await.expect("there").password_temporary);
    }

    async fn the_first_password_locks_like_any(fresh: &Fresh) {
        // R004-61, RX-02
        let world = works(fresh).await;
        let (_, mail) = invite(&world, PORTAL, HANAKO).await;
        let window = world.visitor();
        window.get("/activate").await;
        let wrong = [("user_id", HANAKO), ("password", "Chigau1#")];
        for _ in 0..5 {
            window.post("/activate", &wrong).await.says(422, &["初回パスワードが違います"]);
        }
        window.post("/activate", &wrong).await.says(403, &["ロック", "11:00まで"]);
        let first = told(&mail, "初回パスワード: ");
        let right = [("user_id", HANAKO), ("password", first.as_str())];
        window.post("/activate", &right).await.says(403, &["ロック"]);
        world.clock.advance_ms(60 * MINUTE_MS);
        window.post("/activate", &right).await.leads_to("/activate/code");
        // Nobody's ID is answered as a wrong password is.
        let nobody = [("user_id", "nobody@human.example.jp"), ("password", "Chigau1#")];
        window.get("/activate").await;
        window.post("/activate", &nobody).await.says(422, &["初回パスワードが違います"]);
    }

    async fn with_a_companys_certificate_the_login_is_next(fresh: &Fresh) {
        // R000-19
        let world = works(fresh).await;
        let mode = CertificateMode::Company { code: "654321".into() };
        add_of(&world, "15000011", Stored::of(Preset::Portal), mode).await;
        let (_, mail) = invite(&world, "15000011", "jiro@human.example.jp").await;
        let window = world.visitor();
        prove(&window, "jiro@human.example.jp", &mail).await;
        let code = told(&mail, "認証番号: ");
        window.post("/activate/code", &[("code", &code)]).await.leads_to("/activate/password");
        window.post("/activate/password", &[("new_password", PASSWORD)]).await;
        window.get("/activate/done").await.says(200, &[">ログイン</a>"]).hides("/certificate\"");
    }

    async fn who_needs_no_activation_is_told_the_way_on(fresh: &Fresh) {
        // R000-16
        let world = works(fresh).await;
        person(&world, PORTAL, HANAKO).await;
        let window = world.visitor();
        window.get("/activate").await;
        window.post("/activate", &[]).await.says(422, &["ユーザーIDを入力", "初回パスワードを入力"]);
        let fields = [("user_id", HANAKO), ("password", PASSWORD)];
        window.post("/activate", &fields).await.says(409, &["本登録は済んでいます"]);
        window.post_foreign("/activate", &fields).await.says(403, &[]);
    }
}
