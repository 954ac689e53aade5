//! Two nodes behind one name: they share the database and nothing else.

use sekisho::app::App;

use super::apply::{FILE, ISSUE, PASSWORD, open, to_issue, wait, world_with_master};
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
        world.restart(whole);
        let window = kept.take_up(&world);
        wait(&window).await;
        let made: Vec<_> = world.audit().await.into_iter()
            .filter(|row| row.action == "certificate-issue" && row.result == "done").collect();
        assert_eq!(made.len(), 1, "{made:?}");
        let user = world.find("Taro6789").await.expect("there");
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "SELECT COUNT(*) FROM certificates WHERE user_id = $1";
        let count: Option<i64> =
            conn.one(sql, sekisho::db::params![&user.id]).await.expect("asked");
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
}
