//! パスワード変更, forced and wished for.

use sekisho::identity::users::Kind;

use super::world;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window};

const OLD: &str = "Kari#123a";
const NEW: &str = "Atara#45i";
const PATH: &str = "/settings/password";

async fn sign_in(window: &Window<'_>, password: &str) -> Page {
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", password)]).await
}

async fn change(window: &Window<'_>, current: &str, new: &str, confirm: &str) -> Page {
    window.get(PATH).await.says(200, &["パスワード変更"]);
    let fields = [("password", current), ("new_password", new), ("new_password_confirm", confirm)];
    window.post(PATH, &fields).await
}

both_engines! {
    async fn a_temporary_password_opens_only_its_own_change(fresh: &Fresh) {
        // R004-29, R004-95, R004-96, R004-97
        let world = world(fresh).await;
        let user = world.user("Jiro6789", Kind::General, OLD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, OLD).await.leads_to(PATH);
        for path in ["/home", "/settings"] {
            window.get(path).await.leads_to(PATH);
        }
        window.get(PATH).await.says(200, &[
            "現在のパスワード", "新しいパスワード", "新しいパスワード再入力", ">変更</button>",
            "仮のパスワードでログインされました。", "ソフトウェアキーボード",
        ]).hides("メインメニュー");
        change(&window, OLD, NEW, NEW).await.leads_to("/home?changed=1");
        window.get("/home?changed=1").await.says(200, &["パスワードを変更しました。"]);
        assert_eq!(world.audited("password-change", "done").await, 1);
        let window = window.beside(None);
        sign_in(&window, OLD).await.says(422, &["パスワードが違います"]);
        sign_in(&window, NEW).await.leads_to("/home");
    }

    async fn the_change_refuses_each_mistake_at_its_field(fresh: &Fresh) {
        // R004-27, R004-33, R004-95
        let world = world(fresh).await;
        let user = world.user("Jiro6789", Kind::General, OLD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, OLD).await.leads_to(PATH);
        for (new, confirm, field, message) in [
            (OLD, OLD, "new_password", "今と同じパスワードは使えません。"),
            ("Atar#4i", "Atar#4i", "new_password", "8～12桁"),
            ("Atara#4567890", "Atara#4567890", "new_password", "8～12桁"),
            ("Atara4567", "Atara4567", "new_password", "半角記号を1文字以上"),
            ("#Jiro6789", "#Jiro6789", "new_password", "ログインIDを含むことはできません"),
            (NEW, "Atara#45I", "new_password_confirm", "一致しません"),
        ] {
            let page = change(&window, OLD, new, confirm).await;
            let said = page.says(422, &[]).mistake_at(field).unwrap_or_default();
            assert!(said.contains(message), "{new}: {said:?}");
            page.hides(new);
        }
        let page = change(&window, "Chigau1#", NEW, NEW).await;
        let said = page.says(422, &[]).mistake_at("password").unwrap_or_default();
        assert!(said.contains("現在のパスワードが違います"), "{said}");
    }

    async fn a_wrong_current_password_counts_as_a_try(fresh: &Fresh) {
        // R004-11
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, OLD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, OLD).await.leads_to("/home");
        for _ in 0..5 {
            change(&window, "Chigau1#", NEW, NEW).await.says(422, &[]);
        }
        change(&window, "Chigau1#", NEW, NEW).await.says(403, &["ロック"]);
        // Who is locked is out, and the right password does not help.
        window.get(PATH).await.leads_to("/login");
        sign_in(&window, OLD).await.says(403, &["ロック"]);
        assert_eq!(world.audited("password-change", "refused").await, 6);
        assert_eq!(world.audited("password-change", "done").await, 0);
    }

    async fn a_change_ends_every_other_session(fresh: &Fresh) {
        // R004-105
        let world = world(fresh).await;
        let user = world.user("Taro6789", Kind::Master, OLD).await;
        let holder = world.certificate(&user, "active").await;
        let (here, there) = (world.window(&holder), world.window(&holder));
        for window in [&here, &there] {
            sign_in(window, OLD).await.leads_to("/home");
            window.get("/home").await.says(200, &[]);
        }
        here.get("/settings").await.says(200, &["パスワード変更", "電子証明書の取り込み方"]);
        here.get(PATH).await.says(200, &["メインメニュー", ">更新</button>", "キャンセル"]);
        change(&here, OLD, NEW, NEW).await.leads_to("/home?changed=1");
        here.get("/home").await.says(200, &[]);
        there.get("/home").await.leads_to("/login");
    }
}
