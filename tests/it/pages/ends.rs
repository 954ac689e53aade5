//! What takes a right away also ends what was begun with it.

use axum::body::Body;
use axum::http::Request;
use sekisho::certificates::{revoke, store};
use sekisho::identity::contracts::Service;
use sekisho::identity::users::Kind;
use sekisho::pki::crl::Reason;

use super::apply::{
    FILE, ID, ISSUE, PASSWORD, RESULT, STALE, issue, prove, to_issue, world_with_master,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World};

async fn revoke_all(world: &World) -> usize {
    let user = world.find(ID).await.expect("there");
    let now = world.clock.now();
    let db = &world.app.db;
    let revoked = revoke::revoke_user(db, &user.id, Reason::KeyCompromise, now, "cli:test").await;
    revoked.expect("revoked").len()
}

both_engines! {
    async fn a_revoked_holder_does_not_go_on_from_an_open_way(fresh: &Fresh) {
        // RX-04: what the operator takes away stays away
        let world = world_with_master(fresh).await;
        let thief = world.visitor();
        to_issue(&world, &thief).await;
        issue(&thief).await;
        assert_eq!(revoke_all(&world).await, 1);
        thief.get(RESULT).await.says(409, &[STALE, "href=\"/certificate\""]);
        thief.get(FILE).await.says(409, &[STALE]);
        thief.post(ISSUE, &[("format", "modern")]).await.says(409, &[STALE]);
        let user = world.find(ID).await.expect("there");
        let mut conn = world.app.db.conn().await.expect("a connection");
        assert!(store::in_force_of(&mut conn, &user.id).await.expect("asked").is_empty());
        drop(conn);
        // The person proves who they are and begins anew.
        let window = world.visitor();
        to_issue(&world, &window).await;
        issue(&window).await;
    }

    async fn a_changed_password_ends_the_ways_begun_with_the_old_one(fresh: &Fresh) {
        // R004-36
        let world = world_with_master(fresh).await;
        let thief = world.visitor();
        to_issue(&world, &thief).await;
        let user = world.find(ID).await.expect("there");
        let window = world.window(&world.certificate(&user, "retiring").await);
        window.get("/login").await.says(200, &[]);
        window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
        window.get("/settings/password").await.says(200, &[]);
        let change = [
            ("password", PASSWORD),
            ("new_password", "Zyxwv9#b"),
            ("new_password_confirm", "Zyxwv9#b"),
        ];
        window.post("/settings/password", &change).await.leads_to("/home?changed=1");
        thief.get(ISSUE).await.says(409, &[STALE]);
        prove(&world.visitor(), ID, PASSWORD).await.says(422, &[]);
    }

    async fn a_file_is_not_used_up_by_somebody_who_only_asks_about_it(fresh: &Fresh) {
        // R004-70
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        to_issue(&world, &window).await;
        issue(&window).await;
        let head = Request::head(FILE).body(Body::empty()).expect("a request");
        assert_eq!(window.send(head).await.status, 405);
        window.get(FILE).await.says(200, &[]);
    }

    async fn an_employee_sees_nobodys_data(fresh: &Fresh) {
        // RX-07: the contract includes the modules, the person may not use them
        let world = World::whole(fresh).await;
        world.contract("15000008", "Hajime2#", &Service::ALL).await;
        for (contract, id, kind) in
            [("15000008", "Ichiro12", Kind::Employee), (CONTRACT.0, "Goro1234", Kind::Operator)]
        {
            let user = world.user_of(contract, id, kind, PASSWORD).await;
            let window = world.window(&world.certificate(&user, "active").await);
            window.get("/login").await.says(200, &[]);
            window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
            let home = window.get("/home").await;
            for path in ["/contract/invoices", "/deduction/rokin", "/hr/employees"] {
                home.hides(&format!("href=\"{path}"));
                window.get(path).await.says(403, &[]);
            }
        }
    }
}
