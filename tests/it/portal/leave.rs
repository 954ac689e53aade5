//! 「ログアウト」, which some contracts' people are asked about.

use sekisho::identity::terms::{Preset, Stored};
use sekisho::identity::users::Kind;

use super::{PASSWORD, add, person, sign_in, works};
use crate::support::db::{Fresh, both_engines};

both_engines! {
    async fn only_yes_ends_the_session_where_one_is_asked(fresh: &Fresh) {
        // R003-36..38, R003-40, R003-41
        let world = works(fresh).await;
        add(&world, "15000020", Stored::of(Preset::MyNumber)).await;
        let user = person(&world, "15000020", "Mynum001").await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, PASSWORD).await.leads_to("/home");
        window.get("/home").await.says(200, &["<dialog", "ログアウトの確認", ">はい</button>", ">いいえ</button>"]);
        window.post("/logout", &[]).await.leads_to("/logout");
        window.get("/logout").await.says(200, &["よろしいですか", ">はい</button>", "いいえ</a>"]);
        for other in ["", "no", "はい"] {
            window.post("/logout", &[("sure", other)]).await.leads_to("/logout");
        }
        window.get("/home").await.says(200, &[]);
        window.post("/logout", &[("sure", "yes")]).await.leads_to("/login?ended=logout");
        window.get("/login?ended=logout").await.says(200, &["ログアウトしました。"]);
        window.get("/home").await.leads_to("/login");
        assert_eq!(world.audited("logout", "done").await, 1);
        // Who is out already is not asked.
        window.get("/logout").await.leads_to("/login");
    }

    async fn elsewhere_the_button_ends_it_at_once(fresh: &Fresh) {
        // R004-16, R000-21
        let world = works(fresh).await;
        let user = world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window, "Abcde1#x").await.leads_to("/home");
        window.get("/home").await.hides("<dialog");
        window.post("/logout", &[]).await.leads_to("/logged-out");
        window.get("/home").await.leads_to("/login");
    }
}
