//! Times out of service: the operator's pages, and what people see.

use sekisho::audit::{self, Event};
use sekisho::base::clock::SECOND_MS;
use sekisho::identity::maintenance::{self, Window};
use sekisho::identity::users::Kind;
use tokio::time::{Duration, Instant, sleep};

use crate::front::gate::{Gate, PASSWORD};
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::{Answer, Dial, Http};
use crate::support::papers::Paper;
use crate::support::site::{Window as Browser, World, moment};

const LIST: &str = "/operator/maintenance";
const NEW: &str = "/operator/maintenance/new";
const MESSAGE: &str = "機器の入れ替えのため、サービスを休止します。";
const ANNOUNCED: &str =
    "機器の入れ替えのため、サービスを休止します。（11月28日（土） 8:00～12:00）";

async fn signed_in<'w>(world: &'w World, login_id: &str, kind: Kind) -> Browser<'w> {
    let user = world.user(login_id, kind, PASSWORD).await;
    let holder = world.certificate(&user, "active").await;
    let window = world.window(&holder);
    window.get("/login").await.says(200, &["ログイン"]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    window
}

fn key_of(html: &str) -> String {
    let key = html.split_once("name=\"key\" value=\"").expect("a key").1;
    key.split('"').next().expect("a key").to_owned()
}

both_engines! {
    async fn the_operator_announces_a_time_and_takes_it_back(fresh: &Fresh) {
        // R004-02
        let world = World::whole(fresh).await;
        let operator = signed_in(&world, "Ope67890", Kind::Operator).await;
        let master = signed_in(&world, "Taro6789", Kind::Master).await;
        operator.get("/home").await.says(200, &["メンテナンス"]);
        operator.get(LIST).await.says(200, &["予定されているメンテナンスはありません。"]);
        let form = operator.get(NEW).await;
        form.says(200, &["開始日時", "終了日時", "お知らせの文", "2026-11-21T10:00"]);
        let key = key_of(&form.html);
        let wrong = operator.post(NEW, &[("key", &key), ("from", "2026-11-28T08:00")]).await;
        wrong.says(422, &["終了日時を入力してください。", "お知らせの文を入力してください。"]);
        let good = [
            ("key", key.as_str()),
            ("from", "2026-11-28T08:00"),
            ("to", "2026-11-28T12:00"),
            ("announce", "2026-11-21T10:30"),
            ("message", MESSAGE),
        ];
        for _ in 0..2 {
            operator.post(NEW, &good).await.leads_to("/operator/maintenance?done=added");
        }
        assert_eq!(world.audited("maintenance-add", "done").await, 1, "sent twice, taken once");
        let list = operator.get(LIST).await;
        list.says(200, &[MESSAGE, "お知らせ前", "2026年11月28日 08:00", "Ope67890"]);
        // Until it is announced nobody hears of it.
        master.get("/home").await.says(200, &[]).hides(MESSAGE);
        world.clock.advance_ms(30 * 60 * SECOND_MS);
        master.get("/home").await.says(200, &[ANNOUNCED]);
        master.get("/settings").await.says(200, &[ANNOUNCED]);
        world.visitor().get("/").await.says(200, &[ANNOUNCED]);
        operator.get(LIST).await.says(200, &["お知らせ中"]);

        let link = format!("{LIST}/");
        let mut links = list.html.split(&link);
        let id = links.find_map(|part| part.split_once("/withdraw")).expect("a button").0;
        let withdraw = format!("{LIST}/{id}/withdraw");
        operator.get(&withdraw).await.says(200, &[MESSAGE, "取り消さないで戻る"]);
        for _ in 0..2 {
            operator.post(&withdraw, &[]).await.leads_to("/operator/maintenance?done=withdrawn");
        }
        assert_eq!(world.audited("maintenance-withdraw", "done").await, 1);
        operator.get(LIST).await.says(200, &["取り消し", "これまでのメンテナンス"]);
        operator.get(&withdraw).await.says(409, &["メンテナンスの一覧へ"]);
        master.get("/home").await.says(200, &[]).hides(MESSAGE);
    }

    async fn the_pages_are_the_operators_alone(fresh: &Fresh) {
        // RX-07
        let world = World::whole(fresh).await;
        let master = signed_in(&world, "Taro6789", Kind::Master).await;
        master.get("/home").await.says(200, &[]).hides(LIST);
        for path in [LIST, NEW, "/operator/maintenance/0/withdraw"] {
            assert_eq!(master.get(path).await.status.as_u16(), 403, "{path}");
            assert_eq!(master.post(path, &[("message", "x")]).await.status.as_u16(), 403, "{path}");
        }
        assert_eq!(world.audited("maintenance-add", "done").await, 0);
    }

    async fn another_process_closes_the_service_and_opens_it_within_a_second(fresh: &Fresh) {
        // R004-02
        let gate = Gate::open(fresh).await;
        let taro = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let operator = gate.world.user("Ope67890", Kind::Operator, PASSWORD).await;
        let (taro, operator) = (gate.issue(&taro).await, gate.issue(&operator).await);
        gate.until(&taro, 200).await;
        let now = gate.world.clock.now();
        let window = Window {
            id: sekisho::base::id::new_id(now),
            from: now,
            to: moment("2026-11-21T12:00:00+09:00"),
            message: MESSAGE.to_owned(),
            announced: now,
            created_by: "cli:test".to_owned(),
            created_at: now,
            withdrawn_at: None,
        };
        let mut tx = gate.elsewhere.db.begin().await.expect("begun");
        assert!(maintenance::insert(&mut tx, &window).await.expect("added"));
        note(&mut tx, maintenance::ADD, &gate).await;
        tx.commit().await.expect("committed");
        let closed = until(&gate, &taro, 503).await;
        for word in [MESSAGE, "11月21日（土） 12:00 までの予定です。", "次は 11月21日（土） 12:00 から"] {
            assert!(closed.body.contains(word), "{word:?} is missing in:\n{}", closed.body);
        }
        assert_eq!(closed.headers["retry-after"], "7200");
        assert_eq!(until(&gate, &operator, 200).await.status, 200);
        let help = Dial::to("localhost", Some(&taro)).get(&gate, Http::Two, "/help").await;
        assert_eq!(help.status, 200);
        let mut tx = gate.elsewhere.db.begin().await.expect("begun");
        assert!(maintenance::withdraw(&mut tx, &window.id, now).await.expect("taken back"));
        note(&mut tx, maintenance::WITHDRAW, &gate).await;
        tx.commit().await.expect("committed");
        until(&gate, &taro, 200).await;
        gate.close().await;
    }

    async fn a_window_without_an_end_takes_no_page_down(fresh: &Fresh) {
        // R004-02: written by a program that did not refuse it
        let world = World::whole(fresh).await;
        let now = world.clock.now();
        let window = Window {
            id: sekisho::base::id::new_id(now),
            from: now.plus_minutes(60),
            to: sekisho::base::Moment::from_ms(i64::MAX),
            message: MESSAGE.to_owned(),
            announced: now,
            created_by: "cli:test".to_owned(),
            created_at: now,
            withdrawn_at: None,
        };
        let mut tx = world.app.db.begin().await.expect("begun");
        assert!(maintenance::insert(&mut tx, &window).await.expect("added"));
        tx.commit().await.expect("committed");
        let mut conn = world.app.db.conn().await.expect("a connection");
        world.app.refresh_maintenance(&mut conn).await.expect("read");
        drop(conn);
        world.visitor().get("/").await.says(200, &[MESSAGE, "12月31日"]);
        world.clock.advance_ms(61 * 60 * SECOND_MS);
        world.visitor().get("/help").await.says(200, &[]);
    }

    async fn a_server_that_starts_during_maintenance_knows_of_it(fresh: &Fresh) {
        // R004-02
        let world = World::whole(fresh).await;
        let now = world.clock.now();
        let mut tx = world.app.db.begin().await.expect("begun");
        let window = Window {
            id: sekisho::base::id::new_id(now),
            from: now,
            to: moment("2026-11-21T12:00:00+09:00"),
            message: MESSAGE.to_owned(),
            announced: now,
            created_by: "cli:test".to_owned(),
            created_at: now,
            withdrawn_at: None,
        };
        maintenance::insert(&mut tx, &window).await.expect("added");
        tx.commit().await.expect("committed");
        let roster = sekisho::certificates::roster::Roster::load(&world.app).await.expect("read");
        drop(roster);
        let hours = sekisho::identity::terms::Hours::Always;
        assert!(!world.app.opening.is_open(hours, now));
        assert!(world.app.opening.is_open(hours, window.to));
    }
}

async fn note(tx: &mut sekisho::db::Tx, action: &str, gate: &Gate) {
    let event = Event { actor: "cli:test", action, ..Event::default() };
    audit::record(tx, gate.world.clock.now(), &event).await.expect("recorded");
}

async fn until(gate: &Gate, paper: &Paper, status: u16) -> Answer {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let answer = Dial::to("localhost", Some(paper)).get(gate, Http::One, "/login").await;
        if answer.status == status {
            return answer;
        }
        assert!(Instant::now() < deadline, "{answer:?}");
        sleep(Duration::from_millis(20)).await;
    }
}
