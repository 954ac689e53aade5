//! Roles and functions as they lie in the database, and ways to ask beside GET and POST.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};
use sekisho::db::params;
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::{self, Function, Mode, Role};
use sekisho::identity::users::{self, Kind};
use sekisho::site::GATES;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World};

const PASSWORD: &str = "Abcde1#x";

both_engines! {
    async fn an_unknown_role_gives_nothing_and_another_contracts_neither(fresh: &Fresh) {
        // R001-31
        let world = World::whole(fresh).await;
        world.contract("25000002", "Hajime1#", &Service::ALL).await;
        let user = world.user("Jinji001", Kind::Employee, PASSWORD).await;
        let mut tx = world.app.db.begin().await.expect("begun");
        let sql = "INSERT INTO user_roles (contract_no, user_id, role, added_by, added_at) \
                   VALUES ($1, $2, $3, 'test', 0)";
        for (contract, role) in [(CONTRACT.0, "owner"), ("25000002", "hr-system")] {
            tx.execute(sql, params![contract, &user.id, role]).await.expect("a row");
        }
        let actor = rights::load(&mut tx, &user, true).await.expect("loaded");
        assert!(actor.roles.is_empty(), "{:?}", actor.roles);
        assert!(rights::given(&mut tx, CONTRACT.0).await.expect("asked").is_empty());
        assert!(rights::given(&mut tx, "25000002").await.expect("asked").is_empty());
    }

    async fn a_role_is_given_once_to_people_of_the_contract_who_are_there(fresh: &Fresh) {
        // R001-34
        let world = World::whole(fresh).await;
        let user = world.user("Jinji001", Kind::Employee, PASSWORD).await;
        let now = world.clock.now();
        let mut tx = world.app.db.begin().await.expect("begun");
        let whose = (CONTRACT.0, user.id.as_str());
        for given in [true, false] {
            let again = rights::give(&mut tx, whose, Role::HrAll, "test", now).await;
            assert_eq!(again.expect("asked"), given);
        }
        assert_eq!(rights::held_by(&mut tx, &user.id).await.expect("asked"), [Role::HrAll]);
        let elsewhere = ("25000002", user.id.as_str());
        let foreign = rights::give(&mut tx, elsewhere, Role::HrAll, "test", now).await;
        assert!(!foreign.expect("asked"));
        assert!(rights::take(&mut tx, whose, Role::HrAll).await.expect("asked"));
        assert!(!rights::take(&mut tx, whose, Role::HrAll).await.expect("asked"));
        users::delete(&mut tx, &user.id, now).await.expect("deleted");
        let gone = rights::give(&mut tx, whose, Role::HrAll, "test", now).await;
        assert!(!gone.expect("asked"), "nobody is left to hold it");
    }

    async fn a_restriction_counts_for_general_users_and_never_for_the_master(fresh: &Fresh) {
        // R004-23, R004-39, R004-40
        let world = World::whole(fresh).await;
        for (name, kind, mode) in
            [("Hanako12", Kind::General, Mode::Hide), ("Taro6789", Kind::Master, Mode::Show)]
        {
            let user = world.user(name, kind, PASSWORD).await;
            let mut tx = world.app.db.begin().await.expect("begun");
            for mode in [Mode::View, Mode::Hide] {
                let set = rights::set_function(&mut tx, &user.id, Function::Rokin, mode);
                set.await.expect("set");
            }
            let actor = rights::load(&mut tx, &user, true).await.expect("loaded");
            assert_eq!(actor.mode(Function::Rokin), mode);
            assert_eq!(actor.mode(Function::Ledger), Mode::Show);
            tx.commit().await.expect("committed");
        }
    }

    async fn no_method_gets_past_a_gate(fresh: &Fresh) {
        // RX-07
        let world = World::whole(fresh).await;
        let user = world.user("Jinji001", Kind::Employee, PASSWORD).await;
        let holder = world.certificate(&user, "active").await;
        let token = world.session(&user, &holder).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let actor = rights::load(&mut conn, &user, true).await.expect("loaded");
        drop(conn);
        let window = world.window(&holder).with_session(&token);
        let own = rights::Resource::own(&actor);
        let mut asked = 0;
        for gate in GATES {
            for method in ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "BREW"] {
                let method = Method::from_bytes(method.as_bytes()).expect("a method");
                if rights::may(&actor, gate.action(&method), &own).is_ok() {
                    continue;
                }
                let request = Request::builder().method(&method).uri(gate.path.replace(['{', '}'], ""));
                let page = window.send(request.body(Body::empty()).expect("a request")).await;
                let refused = page.headers.get("sekisho-refusal").map(HeaderValue::as_bytes);
                assert_eq!(refused, Some(&b"forbidden"[..]), "{method} {}", gate.path);
                assert_eq!(page.status.as_u16(), 403, "{method} {}", gate.path);
                asked += 1;
            }
        }
        assert!(asked > 100, "{asked}");
    }
}
