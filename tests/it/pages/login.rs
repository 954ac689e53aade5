//! DC582101, the session's life, DC671101.

use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::db::params;
use sekisho::identity::contracts::Service;
use sekisho::identity::users::Kind;

use super::world;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window};

const PASSWORD: &str = "Abcde1#x";

async fn sign_in(window: &Window<'_>, password: &str) -> Page {
    window.get("/login").await.says(200, &["DC582101"]);
    window.post("/login", &[("password", password)]).await
}

both_engines! {
    async fn the_certificate_says_who_and_the_password_alone_opens(fresh: &Fresh) {
        // R004-09, R004-44, R004-46, R004-53, R004-54, R004-106, R004-109
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let holder = world.certificate(&user, "active").await;
        let window = world.window(&holder);
        window.get("/home").await.leads_to("/login");
        window.get("/login").await.says(200, &[
            "ログインパスワードを入力してください。", "Taro6789", "ソフトウェアキーボード",
            ">ログイン</button>", "キャンセル",
        ]).hides("name=\"user_id\"");
        let entered = window.post("/login", &[("password", PASSWORD)]).await;
        entered.leads_to("/home");
        assert!(entered.set_cookies.iter().any(|line| line.starts_with("__Host-sekisho-session=")));
        window.get("/home").await.says(200, &[
            "DC671101", "インフォメーション", "初めてのログインです", "サンプル会員 / 労金　太郎",
            "Taro6789_", "2027年11月21日", "あと365日",
        ]);
        world.clock.advance_ms(90 * MINUTE_MS);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let said = "【前回ログイン日時】 2026/11/21 10:00";
        window.get("/home").await.says(200, &[said]);
        assert_eq!(world.audited("login", "done").await, 2);
    }

    async fn wrong_passwords_lock_for_an_hour(fresh: &Fresh) {
        // R004-11, R004-12, RX-02
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        for _ in 0..5 {
            let page = sign_in(&window, "Chigau1#").await;
            let said = page.says(422, &[]).mistake_at("password").unwrap_or_default();
            assert!(said.contains("パスワードが違います"), "{said}");
        }
        sign_in(&window, "Chigau1#").await.says(403, &["11:00まで", "ロック"]);
        world.clock.advance_ms(60 * MINUTE_MS - 1);
        sign_in(&window, PASSWORD).await.says(403, &["11:00まで"]);
        world.clock.advance_ms(1);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        assert_eq!(world.audited("login", "refused").await, 6);
    }

    async fn an_empty_password_is_told_and_not_counted(fresh: &Fresh) {
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        for _ in 0..7 {
            let page = sign_in(&window, "").await;
            let said = page.says(422, &[]).mistake_at("password");
            assert_eq!(said.as_deref(), Some("パスワードを入力してください。"));
        }
        sign_in(&window, PASSWORD).await.leads_to("/home");
    }

    async fn whoever_was_closed_or_deleted_stays_out(fresh: &Fresh) {
        // R004-13
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        for (column, status) in [("closed_at", 403), ("deleted_at", 422)] {
            let mut conn = world.app.db.conn().await.expect("a connection");
            let sql = format!("UPDATE users SET {column} = $1 WHERE id = $2");
            conn.execute(&sql, params![world.clock.now(), &user.id]).await.expect("set");
            drop(conn);
            let page = sign_in(&window, PASSWORD).await;
            page.says(status, &[]);
            assert!(page.set_cookies.is_empty());
        }
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE users SET closed_at = NULL, deleted_at = NULL WHERE id = $1";
        conn.execute(sql, params![&user.id]).await.expect("set");
        let sql = "UPDATE contracts SET closed_at = $1";
        conn.execute(sql, params![world.clock.now()]).await.expect("set");
        drop(conn);
        sign_in(&window, PASSWORD).await.says(403, &["閉塞"]);
    }

    async fn sixty_minutes_without_an_operation_end_the_session(fresh: &Fresh) {
        // R004-15, RX-05
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let second_screen = window.beside(None);
        for path in ["/home", "/settings"] {
            world.clock.advance_ms(60 * MINUTE_MS - SECOND_MS);
            window.get(path).await.says(200, &[]);
        }
        // The sign of life counts, and so does the other screen.
        world.clock.advance_ms(60 * MINUTE_MS - SECOND_MS);
        window.get("/session").await.says(204, &[]);
        world.clock.advance_ms(60 * MINUTE_MS - SECOND_MS);
        second_screen.get("/home").await.says(200, &[]);
        world.clock.advance_ms(60 * MINUTE_MS);
        window.get("/home").await.leads_to("/login?ended=idle");
        second_screen.get("/session").await.leads_to("/login?ended=idle");
        let notice = "60分間操作がなかったため、自動的にログアウトしました。";
        window.get("/login?ended=idle").await.says(200, &[notice]);
        window.get("/login").await.says(200, &[]).hides(notice);
    }

    async fn a_session_is_bound_to_person_and_certificate(fresh: &Fresh) {
        // R004-38, RX-06
        let world = world(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let jiro = world.user("Jiro6789", Kind::Employee, PASSWORD).await;
        let window = world.window(&world.certificate(&taro, "retiring").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let others = world.certificate(&jiro, "active").await;
        let newer = world.certificate(&taro, "active").await;
        for holder in [&others, &newer] {
            window.beside(Some(holder)).get("/home").await.leads_to("/login");
        }
        window.get("/home").await.says(200, &[]);
        // The next person on the same PC: the browser's old session ends.
        let next = window.beside(Some(&others));
        sign_in(&next, PASSWORD).await.leads_to("/home");
        next.get("/home").await.says(200, &["Jiro6789"]).hides("Taro6789");
        window.get("/home").await.leads_to("/login");
    }

    async fn logging_out_ends_it_for_good(fresh: &Fresh) {
        // R004-16, R004-38
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        window.get("/home").await.says(200, &["ログアウト"]);
        let (kept, second_screen) = (window.beside(None), window.beside(None));
        kept.post_foreign("/logout", &[]).await.says(403, &[]);
        window.get("/home").await.says(200, &[]);
        window.post("/logout", &[]).await.leads_to("/logged-out");
        window.post("/logout", &[]).await.leads_to("/logged-out");
        let words = ["ログアウトしました。", "ブラウザの画面をすべて閉じてください"];
        window.get("/logged-out").await.says(200, &words);
        second_screen.get("/home").await.leads_to("/login");
        second_screen.post("/logout", &[]).await.leads_to("/logged-out");
        assert_eq!(world.audited("logout", "done").await, 1);
    }

    async fn only_what_the_contract_includes_is_offered(fresh: &Fresh) {
        // R004-107, R004-108
        let world = world(fresh).await;
        world.contract("15000001", "Hajime2#", &[Service::Hr]).await;
        let user = world.user_of("15000001", "Hana6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let page = window.get("/home").await;
        page.says(200, &["従業員一覧", "href=\"/hr/employees\"", "トップページ", "共通機能"]);
        page.hides("/deduction").hides("/contract/invoices");
    }

    async fn the_first_login_with_a_new_certificate_ends_the_old_one(fresh: &Fresh) {
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let old = world.certificate(&user, "retiring").await;
        let new = world.certificate(&user, "active").await;
        sign_in(&world.window(&old), PASSWORD).await.leads_to("/home");
        assert_eq!(world.status(&old).await, "retiring");
        sign_in(&world.window(&new), PASSWORD).await.leads_to("/home");
        assert_eq!(world.status(&old).await, "superseded");
        assert_eq!(world.status(&new).await, "active");
    }

    async fn the_end_of_the_certificate_is_announced_thirty_days_before(fresh: &Fresh) {
        // R004-81
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        let day = 24 * 60 * MINUTE_MS;
        world.clock.advance_ms(334 * day);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        window.get("/home").await.says(200, &["あと31日"]).hides("電子証明書を更新する");
        world.clock.advance_ms(day);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let to = "href=\"https://enroll.localhost:8443/certificate\"";
        window.get("/home").await.says(200, &["電子証明書を更新する", "あと30日", to]);
    }
}
