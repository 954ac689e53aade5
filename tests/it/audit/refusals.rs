//! Refusals at the front: known people leave rows, strangers are counted.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use sekisho::audit::{Record, Verdict, verify};
use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::gateway::RefusalEvent;
use sekisho::identity::users::Kind;
use sekisho::identity::{Holder, Host, Refusal};
use sekisho::work;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{Instant, sleep};

use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;

async fn refuse(world: &World, to: &Sender<RefusalEvent>, who: Option<&Arc<Holder>>, why: Refusal) {
    let event = RefusalEvent {
        at: world.clock.now(),
        refusal: why,
        ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        host: Host::Portal,
        request_no: "TEST-1".to_owned(),
        method: Method::GET,
        path: "/home".to_owned(),
        holder: who.cloned(),
        fingerprint: None,
    };
    to.send(event).await.expect("somebody listens");
}

/// The rows of refusals, once there are `count` of them.
async fn refused(world: &World, count: usize) -> Vec<Record> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let rows: Vec<_> =
            world.audit().await.into_iter().filter(|row| row.action == "refused").collect();
        if rows.len() >= count {
            assert_eq!(rows.len(), count, "{rows:?}");
            return rows;
        }
        assert!(Instant::now() < deadline, "{} rows instead of {count}", rows.len());
        sleep(Duration::from_millis(10)).await;
    }
}

both_engines! {
    async fn a_known_person_leaves_a_row_a_minute_and_reason(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let jiro = world.user("Jiro6789", Kind::General, "Abcde1#x").await;
        let taro = world.certificate(&taro, "active").await;
        let jiro = world.certificate(&jiro, "active").await;
        let (to, refusals) = mpsc::channel(8);
        work::start(&world.app, refusals);
        for _ in 0..50 {
            refuse(&world, &to, Some(&taro), Refusal::CertificateRevoked).await;
        }
        refuse(&world, &to, Some(&taro), Refusal::HolderLocked).await;
        refuse(&world, &to, Some(&jiro), Refusal::CertificateRevoked).await;
        let rows = refused(&world, 3).await;
        let told: Vec<_> =
            rows.iter().map(|row| (row.actor.as_str(), row.detail.as_str())).collect();
        assert_eq!(told, [
            ("Taro6789", "certificate-revoked"),
            ("Taro6789", "holder-locked"),
            ("Jiro6789", "certificate-revoked"),
        ]);
        assert!(rows.iter().all(|row| row.result == "refused" && row.target.as_deref() == Some("/home")));
        assert_eq!(rows[0].serial.as_deref(), Some(taro.serial.as_str()));
        world.clock.advance_ms(MINUTE_MS - SECOND_MS);
        refuse(&world, &to, Some(&taro), Refusal::CertificateRevoked).await;
        world.clock.advance_ms(SECOND_MS);
        refuse(&world, &to, Some(&taro), Refusal::CertificateRevoked).await;
        refused(&world, 4).await;
    }

    async fn a_thousand_strangers_leave_one_row(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let taro = world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let taro = world.certificate(&taro, "active").await;
        let (to, refusals) = mpsc::channel(8);
        work::start(&world.app, refusals);
        for number in 0..1_000 {
            let why = match number % 4 {
                0 => Refusal::CertificateForeign,
                _ => Refusal::CertificateAbsent,
            };
            refuse(&world, &to, None, why).await;
        }
        // They are read in order: when this one is written, all were counted.
        refuse(&world, &to, Some(&taro), Refusal::HolderLocked).await;
        refused(&world, 1).await;
        let before = world.audit().await.len();
        let now = world.clock.now();
        world.app.strangers.summarise(&world.app.db, now).await.expect("written");
        world.app.strangers.summarise(&world.app.db, now).await.expect("nothing to write");
        let rows = world.audit().await;
        assert_eq!(rows.len(), before + 1);
        let row = rows.last().expect("a row");
        assert_eq!(row.action, "strangers-refused");
        assert_eq!(row.detail, "certificate-absent=750 certificate-foreign=250");
        let mut conn = world.app.db.conn().await.expect("a connection");
        let verdict = verify(&mut conn).await.expect("walked");
        assert!(matches!(verdict, Verdict::Whole(_)), "{verdict:?}");
    }
}
