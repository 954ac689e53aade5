//! 登録情報変更, and the menu that leads there.

use sekisho::base::clock::MINUTE_MS;
use sekisho::identity::users::Kind;

use super::{HANAKO, PASSWORD, PORTAL, last_mail, other, person, sign_in, told, works};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window};

const FORM: &str = "/settings/profile";

/// Sends the form with the version that it was filled in from.
async fn save(window: &Window<'_>, version: &str, name: &str, email: &str) -> Page {
    save_with(window, version, name, (email, "Abcde1#x")).await
}

/// The same with another password.
async fn save_with(
    window: &Window<'_>,
    version: &str,
    name: &str,
    (email, password): (&str, &str),
) -> Page {
    let fields = [
        ("version", version),
        ("user_name", name),
        ("email", email),
        ("email_confirm", email),
        ("tel", "03-1234-5678"),
        ("password", password),
    ];
    window.post(FORM, &fields).await
}

both_engines! {
    async fn the_user_menu_leads_to_both_changes(fresh: &Fresh) {
        // R000-21, R000-22, R004-16
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        let page = window.get("/home").await;
        let (_, menu) = page.html.split_once("<details class=\"user-menu\"").expect("a menu");
        let (menu, _) = menu.split_once("</details>").expect("its end");
        assert!(menu.contains(HANAKO), "the user ID opens it");
        for link in [
            "<a href=\"/settings/profile\">登録情報変更</a>",
            "<a href=\"/settings/password\">パスワード変更</a>",
            "ログアウト</button>",
        ] {
            assert!(menu.contains(link), "{link}");
        }
        // R000-24
        let labels = ["今のパスワード", "新しいパスワード", ">登録</button>"];
        window.get("/settings/password").await.says(200, &labels);
        window.get("/settings").await.says(200, &["登録情報変更", "パスワード変更", "二段階認証"]);
    }

    async fn what_is_saved_is_shown(fresh: &Fresh) {
        // R000-23, R002-33
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        window.get(FORM).await.says(200, &[">登録</button>", "人材　花子", HANAKO]);
        for _ in 0..2 {
            // A second click changes nothing more.
            save(&window, "1", "人材　はなこ", "").await.leads_to("/settings/profile?saved=1");
        }
        let saved = ["登録情報を保存しました。", "人材　はなこ", "03-1234-5678"];
        window.get("/settings/profile?saved=1").await.says(200, &saved);
        assert_eq!(world.audited("profile-change", "done").await, 1);
        let rows = world.audit().await;
        let row = rows.iter().find(|row| row.action == "profile-change").expect("a row");
        assert_eq!(row.detail, "name, tel");
        // Filled in from what is no longer so.
        save(&window, "1", "人材　次郎", "").await.says(409, &["ほかの画面で", "人材　はなこ"]);
        assert_eq!(world.find(HANAKO).await.expect("there").name, "人材　はなこ");
    }

    async fn an_address_that_is_the_user_id_stays(fresh: &Fresh) {
        // R002-45, R000-70
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        window.get(FORM).await.says(200, &["変更できません"]).hides("name=\"email\"");
        save(&window, "1", "人材　花子", "other@human.example.jp").await.leads_to("/settings/profile?saved=1");
        assert_eq!(world.find(HANAKO).await.expect("there").email, HANAKO);
    }

    async fn a_new_address_is_in_force_after_its_code(fresh: &Fresh) {
        // R000-23, R004-32, R004-33
        const NEW: &str = "jiro@union.example.jp";
        let world = works(fresh).await;
        let user = world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, "Abcde1#x").await.leads_to("/home");
        window.get(FORM).await.says(200, &["メールアドレス再入力"]);
        save(&window, "1", "労金　太郎", "a@docomo.ne.jp").await.says(422, &["携帯電話のメールアドレスは使えません"]);
        save(&window, "1", "労金　次郎", NEW).await.leads_to("/settings/profile/code");
        let mail = last_mail(&world).await;
        assert_eq!(mail.to, NEW);
        assert_eq!(mail.subject, "メールアドレス確認用認証コードのお知らせ-関所");
        let code = told(&mail, "認証コード: ");
        assert_eq!(world.find("Taro6789").await.expect("there").email, user.email);
        window.get("/settings/profile/code").await.says(200, &[NEW]);
        let page = window.post("/settings/profile/code", &[("code", &other(&code))]).await;
        assert!(page.says(422, &[]).mistake_at("code").unwrap_or_default().contains("あと4回"));
        window.post("/settings/profile/code", &[("code", &code)]).await.leads_to("/settings/profile?saved=1");
        let now = world.find("Taro6789").await.expect("there");
        assert_eq!((now.email.as_str(), now.name.as_str()), (NEW, "労金　次郎"));
        // Whoever reads at the old address learns of it.
        let told_old = last_mail(&world).await;
        assert_eq!((&told_old.to, told_old.subject.as_str()), (&user.email, "メールアドレス変更のお知らせ-関所"));
        assert!(told_old.body.contains("Taro6789") && !told_old.body.contains(NEW), "{}", told_old.body);
        // Once, and not after its time.
        window.post("/settings/profile/code", &[("code", &code)]).await.says(409, &["登録情報変更へ"]);
        window.get(FORM).await;
        save(&window, "2", "労金　太郎", "saburo@union.example.jp").await.leads_to("/settings/profile/code");
        let code = told(&last_mail(&world).await, "認証コード: ");
        world.clock.advance_ms(30 * MINUTE_MS);
        window.post("/settings/profile/code", &[("code", &code)]).await.says(422, &["もう使えません"]);
        assert_eq!(world.find("Taro6789").await.expect("there").email, NEW);
    }

    async fn a_session_alone_moves_no_mail(fresh: &Fresh) {
        // R000-23, R004-11
        const NEW: &str = "jiro@union.example.jp";
        let world = works(fresh).await;
        let user = world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, "Abcde1#x").await.leads_to("/home");
        window.get(FORM).await.says(200, &["現在のパスワード", "変更するときだけ"]);
        for password in ["", "Chigau1#"] {
            let page = save_with(&window, "1", "労金　太郎", (NEW, password)).await;
            assert!(page.says(422, &[]).mistake_at("password").is_some(), "{password:?}");
        }
        // What is no address asks for no password.
        save_with(&window, "1", "労金　次郎", (&user.email, "")).await
            .leads_to("/settings/profile?saved=1");
        for _ in 0..5 {
            save_with(&window, "2", "労金　次郎", (NEW, "Chigau1#")).await;
        }
        let right = save(&window, "2", "労金　次郎", NEW).await;
        assert_ne!(right.location, "/settings/profile/code", "locked like at the login");
        world.work().await;
        assert!(world.mail.sent().is_empty());
    }

    async fn the_code_is_this_persons_alone(fresh: &Fresh) {
        // RX-06
        let world = works(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let hanako = person(&world, PORTAL, HANAKO).await;
        let window = world.window(&world.certificate(&taro, "active").await);
        sign_in(&window, "Abcde1#x").await.leads_to("/home");
        window.get(FORM).await;
        save(&window, "1", "労金　太郎", "jiro@union.example.jp").await.leads_to("/settings/profile/code");
        let code = told(&last_mail(&world).await, "認証コード: ");
        let second = window.beside(Some(&world.certificate(&hanako, "active").await));
        sign_in(&second, PASSWORD).await.leads_to("/home");
        second.get("/settings/profile/code").await.says(409, &[]);
        second.post("/settings/profile/code", &[("code", &code)]).await.says(409, &[]);
    }
}
