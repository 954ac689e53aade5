//! The operator hears of it before something of the CA's own ends, once each.

use sekisho::app::App;
use sekisho::base::Moment;
use sekisho::base::clock::{DAY_MS, SECOND_MS};
use sekisho::certificates::notice::{alarm, round};
use sekisho::db::params;
use sekisho::mail::Mailer;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;

const OPERATOR: &str = "desk@union.example.jp";

/// The world, and a node whose operator has an address.
async fn world_with_operator(fresh: &Fresh) -> (World, App) {
    let world = World::whole(fresh).await;
    let mut config = world.app.config.clone();
    config.notice.operator_email = Some(OPERATOR.to_owned());
    let folder = sekisho::app::Folder::of(&config);
    for host in [&config.server.portal_host, &config.server.enroll_host] {
        folder.issue_server(host, world.clock.now()).expect("a server certificate");
    }
    let mailer = Mailer::to_memory(world.mail.clone()).expect("a way out");
    let app = App::with(config, world.clock.clone(), fresh.again().await, mailer).expect("an app");
    (world, app)
}

fn ends(app: &App, subject: &str) -> Moment {
    let all = alarm::of_files(&app.config).expect("read");
    all.into_iter().find(|one| one.subject == subject).expect("it is looked at").ends
}

/// Alarms at `at`.
async fn alarms(world: &World, app: &App, at: Moment) -> usize {
    world.clock.set(at);
    round(app, at).await.expect("a round").alarms
}

both_engines! {
    async fn a_ca_is_told_of_ninety_days_before_it_can_no_longer_issue_for_a_whole_year(
        fresh: &Fresh
    ) {
        let (world, app) = world_with_operator(fresh).await;
        let from = |subject| ends(&app, subject).plus_ms(-(366 + 90) * DAY_MS);
        // The server CA and the issuing CA were made at the same moment and live as long.
        assert_eq!(from("issuing"), from("server-ca"));
        // By then the server certificates have ended, which was told.
        assert_eq!(alarms(&world, &app, from("issuing").plus_ms(-SECOND_MS)).await, 2);
        assert_eq!(alarms(&world, &app, from("issuing")).await, 2);
        for _ in 0..3 {
            assert_eq!(alarms(&world, &app, from("issuing").plus_ms(DAY_MS)).await, 0);
        }
        assert_eq!(alarms(&world, &app, from("root")).await, 1, "the root lives longer");
        world.work().await;
        let sent: Vec<_> = world.mail.sent().into_iter().map(|(_, mail)| mail).collect();
        assert!(sent.iter().all(|mail| mail.to == OPERATOR));
        let of_ca = sent.iter().find(|mail| mail.body.contains("sekisho ca rotate"));
        let subject = &of_ca.expect("a mail").subject;
        assert_eq!(subject, "【運営】電子証明書を発行する認証局の期限（あと456日）-関所");
        assert_eq!(world.audited("operator-alarm", "done").await, 5);
    }

    async fn a_server_certificate_is_told_of_twenty_days_before_its_end(fresh: &Fresh) {
        let (world, app) = world_with_operator(fresh).await;
        let from = ends(&app, "server:localhost").plus_ms(-20 * DAY_MS);
        assert_eq!(alarms(&world, &app, from.plus_ms(-SECOND_MS)).await, 0);
        assert_eq!(alarms(&world, &app, from).await, 2, "portal and registration host");
        assert_eq!(alarms(&world, &app, from.plus_ms(SECOND_MS)).await, 0);
        // Renewed, it is another one.
        let folder = sekisho::app::Folder::of(&app.config);
        folder.issue_server("localhost", world.clock.now()).expect("renewed");
        let from = ends(&app, "server:localhost").plus_ms(-20 * DAY_MS);
        assert_eq!(alarms(&world, &app, from).await, 1);
    }

    async fn a_list_of_the_revoked_is_told_of_a_day_before_its_end(fresh: &Fresh) {
        let (world, app) = world_with_operator(fresh).await;
        let next = world.clock.now().plus_ms(7 * DAY_MS);
        let sql = "INSERT INTO crls (generation, number, this_update, next_update, digest, der) \
                   VALUES (1, 1, $1, $2, '', $3)";
        let values = params![world.clock.now(), next, b"x".as_slice()];
        let mut conn = world.app.db.conn().await.expect("a connection");
        conn.execute(sql, values).await.expect("a list");
        drop(conn);
        assert_eq!(alarms(&world, &app, next.plus_ms(-DAY_MS - 1)).await, 0);
        assert_eq!(alarms(&world, &app, next.plus_ms(-DAY_MS)).await, 1);
        assert_eq!(alarms(&world, &app, next).await, 0);
        world.work().await;
        let (_, mail) = world.mail.sent().pop().expect("a mail");
        assert!(mail.subject.contains("失効リスト（CRL）"), "{}", mail.subject);
    }

    async fn two_nodes_tell_the_operator_once(fresh: &Fresh) {
        let (world, app) = world_with_operator(fresh).await;
        let from = ends(&app, "server:localhost");
        world.clock.set(from);
        let mailer = Mailer::to_memory(world.mail.clone()).expect("a way out");
        let db = fresh.again().await;
        let other = App::with(app.config.clone(), world.clock.clone(), db, mailer).expect("an app");
        let (one, two) = tokio::join!(round(&app, from), round(&other, from));
        assert_eq!(one.expect("a round").alarms + two.expect("a round").alarms, 2);
        world.work().await;
        assert_eq!(world.mail.sent().len(), 2);
    }

    async fn without_an_address_nothing_is_mailed(fresh: &Fresh) {
        let (world, app) = world_with_operator(fresh).await;
        let from = ends(&app, "server:localhost");
        assert_eq!(alarms(&world, &world.app, from).await, 0);
        assert_eq!(alarm::due(&world.app, from).await.expect("read").len(), 2);
    }
}
