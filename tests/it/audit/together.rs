//! A change and its row: both or neither.

use std::time::Duration;

use sekisho::audit::{self, Event};
use sekisho::base::id::new_id;
use sekisho::base::secret::sha256_hex;
use sekisho::base::{Day, Secret};
use sekisho::certificates::revoke::{Order, Which};
use sekisho::certificates::{issue, revoke, store};
use sekisho::db::{Engine, params};
use sekisho::identity::sessions::{End, Sessions};
use sekisho::identity::users::Kind;
use sekisho::identity::{contracts, paper};
use sekisho::pki::bundle::Format;
use sekisho::pki::crl::Reason;
use tokio::time::Instant;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World};

const PASSWORD: &str = "Abcde1#x";

/// From now on no row can be added to the chain, or again.
async fn set_chain(world: &World, whole: bool) {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let (from, to) = if whole { ("away", "audit") } else { ("audit", "away") };
    let sql = format!("ALTER TABLE {from} RENAME TO {to}");
    conn.execute(&sql, params![]).await.expect("renamed");
}

/// How often `sql` counts.
async fn count(world: &World, sql: &str) -> i64 {
    let mut conn = world.app.db.conn().await.expect("a connection");
    conn.one(sql, params![]).await.expect("asked").expect("a row")
}

async fn issue_one(world: &World) -> Result<(), issue::Error> {
    let user = world.find("Taro6789").await.expect("there");
    let mut conn = world.app.db.conn().await.expect("a connection");
    let contract = contracts::find(&mut conn, CONTRACT.0).await.expect("asked").expect("there");
    drop(conn);
    let typed = Secret::from(PASSWORD);
    let made = issue::prepare(&world.app, &user, &contract, &typed, Format::Modern).await?;
    let mut tx = world.app.db.begin().await?;
    issue::store(&world.app, &mut tx, &made, None, &issue::event_of_cli("cli:test")).await?;
    tx.commit().await.map_err(issue::Error::from)
}

both_engines! {
    async fn without_its_row_nothing_happens(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let certificates = "SELECT COUNT(*) FROM certificates";
        let sessions = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
        let temporary = "SELECT COUNT(*) FROM users WHERE failures > 0";

        set_chain(&world, false).await;
        assert!(issue_one(&world).await.is_err());
        assert_eq!(count(&world, certificates).await, 0);
        set_chain(&world, true).await;
        issue_one(&world).await.expect("issued");
        assert_eq!(world.audited("certificate-issue", "done").await, 1);

        let mut conn = world.app.db.conn().await.expect("a connection");
        let one = store::active_of(&mut conn, &user.id).await.expect("asked").expect("there");
        drop(conn);
        let holder = std::sync::Arc::new(sekisho::identity::Holder {
            bearer: sekisho::identity::Bearer::Person {
                user_id: user.id.clone(),
                login_id: user.login_id.clone(),
            },
            contract_no: user.contract_no.clone(),
            fingerprint: data_encoding::HEXLOWER.decode(one.fingerprint.as_bytes())
                .expect("hex").try_into().expect("32 bytes"),
            not_after: one.not_after,
            serial: one.serial.clone(),
            retiring: false,
        });
        let window = world.window(&holder);
        window.get("/login").await.says(200, &[]);
        set_chain(&world, false).await;
        window.post("/login", &[("password", "Chigau1#")]).await.says(500, &[]);
        assert_eq!(count(&world, temporary).await, 0, "no wrong try is counted unseen");
        window.post("/login", &[("password", PASSWORD)]).await.says(500, &[]);
        assert_eq!(count(&world, sessions).await, 0);
        set_chain(&world, true).await;
        window.get("/login").await.says(200, &[]);
        window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
        assert_eq!(count(&world, sessions).await, 1);
        assert_eq!(world.audited("login", "done").await, 1);

        let change = [
            ("password", PASSWORD), ("new_password", "Fghij2$y"),
            ("new_password_confirm", "Fghij2$y"),
        ];
        window.get("/settings/password").await.says(200, &[]);
        let hash = world.find("Taro6789").await.expect("there").password_hash;
        set_chain(&world, false).await;
        window.post("/settings/password", &change).await.says(500, &[]);
        assert_eq!(world.find("Taro6789").await.expect("there").password_hash, hash);
        let now = world.clock.now();
        let lost = Reason::KeyCompromise;
        let refused = revoke::revoke(&world.app.db, &one, lost, now, "cli:test").await;
        assert!(refused.is_err());
        assert_eq!(world.status(&holder).await, "active");
        set_chain(&world, true).await;
        assert!(revoke::revoke(&world.app.db, &one, lost, now, "cli:test").await.expect("revoked"));
        assert!(!revoke::revoke(&world.app.db, &one, lost, now, "cli:test").await.expect("asked"));
        assert_eq!(world.status(&holder).await, "revoked");
        assert_eq!(world.audited("certificate-revoke", "done").await, 1);
        assert_eq!(count(&world, sessions).await, 0);
    }

    async fn a_revocation_with_a_request_and_a_logout_do_not_wait_for_each_other(fresh: &Fresh) {
        // R004-10
        let world = World::whole(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        issue_one(&world).await.expect("issued");
        let (db, now) = (&world.app.db, world.clock.now());
        let one = store::active_of(&mut db.conn().await.expect("a connection"), &user.id)
            .await.expect("asked").expect("there");
        let mut tx = db.begin().await.expect("begun");
        let token = world.app.sessions.begin(&mut tx, &user.id, &one.fingerprint, now).await;
        tx.commit().await.expect("committed");
        let hash = sha256_hex(token.expect("a session").expose().as_bytes());

        // A logout that has its session, and not yet the end of the chain.
        let mut leaving = db.begin().await.expect("begun");
        Sessions::end(&mut leaving, &hash, End::Logout, now).await.expect("ended");
        let request = request(&world, &user.id);
        let order = Order { request: Some(&request), ..Order::new(Reason::Superseded, now, "cli:test") };
        let revoking = revoke::carry_out(db, Which::One(&one), &order);
        let left = async {
            waits_at_a_lock(&world).await;
            let event = Event { actor: "Taro6789", action: "logout", ..Event::default() };
            audit::record(&mut leaving, now, &event).await?;
            leaving.commit().await
        };
        let (revoked, left) = tokio::join!(revoking, left);
        left.expect("the logout ends");
        assert_eq!(revoked.expect("the revocation ends").len(), 1);
        assert_eq!(world.audited("request-record", "done").await, 1);
    }
}

/// Returns when somebody waits at a row that another transaction holds. SQLite lets nobody
/// begin to write meanwhile.
async fn waits_at_a_lock(world: &World) {
    let sql = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple') \
               AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
    let deadline = Instant::now() + Duration::from_secs(20);
    while world.app.db.engine() == Engine::Postgres {
        let mut conn = world.app.db.conn().await.expect("a connection");
        if conn.one::<i64>(sql, params![]).await.expect("asked").is_some() {
            return;
        }
        assert!(Instant::now() < deadline, "nobody came to wait at the lock");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn request(world: &World, user_id: &str) -> paper::Request {
    let now = world.clock.now();
    paper::Request {
        id: new_id(now),
        kind: paper::Kind::CertRevoke,
        contract_no: CONTRACT.0.to_owned(),
        user_id: Some(user_id.to_owned()),
        received_on: Day::of(now),
        requested_by: "総務部".to_owned(),
        reason: "PCの交換".to_owned(),
        note: String::new(),
        recorded_by: "cli:test".to_owned(),
        recorded_at: now,
        done_at: None,
    }
}
