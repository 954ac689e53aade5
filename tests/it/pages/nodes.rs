//! Servers that stop in between, and two nodes behind one name: they share the
//! database and nothing else.

use sekisho::app::App;
use sekisho::db::params;

use super::apply::{CODE, FILE, ID, ISSUE, ISSUING, PASSWORD, RESULT, STALE};
use super::apply::{certificates, mailed_code, open, prove, to_issue, wait, world_with_master};
use crate::support::db::{Fresh, both_engines};

fn whole(app: &App) -> axum::Router {
    sekisho::site::site(app).router
}

both_engines! {
    async fn one_way_on_two_nodes_makes_one_certificate(fresh: &Fresh) {
        // R004-37, R004-69
        let mut world = world_with_master(fresh).await;
        let window = world.visitor();
        to_issue(&world, &window).await;
        window.get(ISSUE).await.says(200, &[]);
        window.post(ISSUE, &[("format", "modern")]).await.leads_to("/certificate/issuing");
        let first = world.app.clone();
        let kept = window.put_away();
        // The first node is at work when the second is asked how things stand.
        world.restart(whole).await;
        let window = kept.take_up(&world);
        wait(&window).await;
        let made: Vec<_> = world.audit().await.into_iter()
            .filter(|row| row.action == "certificate-issue" && row.result == "done").collect();
        assert_eq!(made.len(), 1, "{made:?}");
        let user = world.find("Taro6789").await.expect("there");
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "SELECT COUNT(*) FROM certificates WHERE user_id = $1";
        let count: Option<i64> =
            conn.one(sql, params![&user.id]).await.expect("asked");
        assert_eq!(count, Some(1));
        drop(conn);
        // The file lies on the node that was faster.
        let mut file = window.get(FILE).await;
        if file.status != 200 {
            let kept = window.put_away();
            world.serve(first, whole);
            file = kept.take_up(&world).get(FILE).await;
        }
        open(&file, PASSWORD);
    }

    async fn a_restart_between_any_two_steps_loses_nothing(fresh: &Fresh) {
        // R004-69, R004-70
        let mut world = world_with_master(fresh).await;
        let window = world.visitor();
        prove(&window, ID, PASSWORD).await.leads_to(CODE);
        let kept = window.put_away();
        world.restart(whole).await;
        let code = mailed_code(&world).await;
        let window = kept.take_up(&world);
        window.get(CODE).await.says(200, &[]);
        window.post(CODE, &[("code", &code)]).await.leads_to(ISSUE);
        let kept = window.put_away();
        world.restart(whole).await;
        let window = kept.take_up(&world);
        window.get(ISSUE).await.says(200, &[]);
        // 「発行」 is pressed, and the server is killed before it makes anything.
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE flows SET step = 'issuing', format = 'modern'";
        conn.execute(sql, params![]).await.expect("pressed");
        drop(conn);
        let kept = window.put_away();
        world.restart(whole).await;
        let window = kept.take_up(&world);
        wait(&window).await;
        let kept = window.put_away();
        // The made file was only in memory: it can be made again.
        world.restart(whole).await;
        let window = kept.take_up(&world);
        window.get(FILE).await.says(409, &[STALE, RESULT]);
        window.get(RESULT).await.says(200, &["もう一度発行する"]);
        window.post(ISSUE, &[("format", "modern")]).await.leads_to(ISSUING);
        wait(&window).await;
        open(&window.get(FILE).await, PASSWORD);
        let active = certificates(&world).await.iter().filter(|one| one.1 == "active").count();
        assert_eq!(active, 1);
    }
}
