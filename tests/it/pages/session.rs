//! Sessions: several screens, several people, several nodes.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use sekisho::app::App;
use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::identity::sessions::{Found, Sessions};
use sekisho::identity::users::Kind;
use tokio::time::sleep;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Window, World};

const PASSWORD: &str = "Abcde1#x";

async fn sign_in(window: &Window<'_>) {
    window.get("/login").await.says(200, &["DC582101"]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
}

fn whole(app: &App) -> axum::Router {
    sekisho::site::site(app).router
}

both_engines! {
    async fn signing_out_in_one_window_ends_the_other(fresh: &Fresh) {
        // R004-16, RX-05
        let world = World::whole(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        sign_in(&window).await;
        let beside = window.beside(None);
        beside.get("/settings").await.says(200, &[]);
        window.get("/home").await.says(200, &["ログアウト"]);
        window.post("/logout", &[]).await.leads_to("/logged-out");
        for path in ["/home", "/settings", "/contract/invoices", "/session"] {
            beside.get(path).await.leads_to("/login");
        }
        // The back button shows nothing either, and a second sign-out does no harm.
        window.get("/home").await.leads_to("/login");
        beside.post("/logout", &[]).await;
        assert_eq!(world.audited("logout", "done").await, 1);
    }

    async fn a_cookie_is_worth_nothing_with_another_certificate(fresh: &Fresh) {
        // R004-37, R004-38, RX-05
        let world = World::whole(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let jiro = world.user("Jiro6789", Kind::General, PASSWORD).await;
        let taros = world.window(&world.certificate(&taro, "active").await);
        sign_in(&taros).await;
        let jiros = world.window(&world.certificate(&jiro, "active").await);
        jiros.take_cookies_of(&taros);
        for path in ["/home", "/settings/password", "/session", "/hr/employees"] {
            jiros.get(path).await.leads_to("/login");
        }
        // Nor with a newer one of the same person.
        let newer = world.certificate(&taro, "retiring").await;
        taros.beside(Some(&newer)).get("/home").await.leads_to("/login");
        taros.get("/home").await.says(200, &["労金　太郎"]);
    }

    async fn an_operation_on_one_node_keeps_the_session_on_the_other(fresh: &Fresh) {
        // R004-15, RX-05
        let mut world = World::whole(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let holder = world.certificate(&user, "active").await;
        let window = world.window(&holder);
        sign_in(&window).await;
        window.get("/home").await.says(200, &[]);
        let first = world.app.clone();
        let kept = window.put_away();
        // The second node, which shares the database and nothing else.
        world.restart(whole).await;
        let window = kept.take_up(&world);
        world.clock.advance_ms(40 * MINUTE_MS);
        window.get("/home").await.says(200, &[]);
        world.app.sessions.flush(world.clock.now()).await.expect("written");
        world.clock.advance_ms(30 * MINUTE_MS);
        // 70 minutes after the last operation here, 30 after the last one there.
        let kept = window.put_away();
        world.serve(first, whole);
        let window = kept.take_up(&world);
        window.get("/home").await.says(200, &[]);
        world.clock.advance_ms(60 * MINUTE_MS - SECOND_MS);
        window.get("/home").await.says(200, &[]);
        world.clock.advance_ms(60 * MINUTE_MS);
        window.get("/home").await.leads_to("/login?ended=idle");
    }

    async fn a_session_that_ends_while_it_is_read_is_not_remembered(fresh: &Fresh) {
        // R004-16, RX-05: another node's, read here for the first time
        let world = World::whole(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let holder = world.certificate(&user, "active").await;
        let (sessions, now) = (&world.app.sessions, world.clock.now());
        for steps in 0..8 {
            let mut tx = world.app.db.begin().await.expect("begun");
            let token = sessions.begin(&mut tx, &user.id, &holder.fingerprint_hex(), now).await;
            let token = token.expect("a session");
            tx.commit().await.expect("committed");
            let mut find = Box::pin(sessions.find(&token, now));
            let mut found = false;
            for _ in 0..steps {
                found = found || poll_fn(|cx| Poll::Ready(find.as_mut().poll(cx).is_ready())).await;
                sleep(Duration::from_millis(5)).await;
            }
            let mut tx = world.app.db.begin().await.expect("begun");
            Sessions::end_all(&mut tx, &user.id, None, now).await.expect("ended");
            tx.commit().await.expect("committed");
            sessions.recheck_user(&user.id).await.expect("looked at");
            if !found {
                find.await.expect("asked");
            }
            let after = sessions.find(&token, now).await.expect("asked");
            assert!(matches!(after, Found::None), "{steps}: {after:?}");
        }
    }

    async fn a_new_certificate_ends_what_the_old_one_had_open(fresh: &Fresh) {
        // R004-37, RX-04
        let world = World::whole(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let old = world.certificate(&user, "retiring").await;
        let new = world.certificate(&user, "active").await;
        let (before, after) = (world.window(&old), world.window(&new));
        sign_in(&before).await;
        assert_eq!(world.status(&old).await, "retiring", "good until the new one is used");
        sign_in(&after).await;
        assert_eq!(world.status(&old).await, "superseded");
        after.get("/home").await.says(200, &[]);
    }
}
