//! The gate by the clock: contracts that keep business hours, those that do not, and what
//! becomes of whoever is signed in.

use sekisho::base::clock::MINUTE_MS;
use sekisho::config::Config;
use sekisho::db::params;
use sekisho::identity::contracts::Service;
use sekisho::identity::terms::{self, Hours, Preset, Stored};
use sekisho::identity::users::Kind;
use sekisho::identity::{Bearer, roster::Known};
use tokio::time::{Duration, Instant, sleep};

use crate::front::gate::{Gate, PASSWORD};
use crate::front::sessions::sign_in;
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::{Answer, BOTH, Dial, Http};
use crate::support::papers::Paper;
use crate::support::site::{World, moment};
use crate::support::stage::Stage;

/// A contract of the preset `portal`: always open.
const PORTAL: &str = "15000009";

pub(super) fn keeps_business_hours(config: &mut Config) {
    config.hours.business = true;
}

/// Puts the terms of a contract in force.
pub(super) async fn put_terms(world: &World, contract_no: &str, stored: &Stored) {
    let mut tx = world.app.db.begin().await.expect("begun");
    terms::put(&mut tx, contract_no, stored).await.expect("terms");
    tx.commit().await.expect("committed");
}

async fn portal_contract(world: &World) {
    world.contract(PORTAL, "Hajime2#", &[Service::Invoice]).await;
    put_terms(world, PORTAL, &Stored::of(Preset::Portal)).await;
}

async fn ask(gate: &Gate, paper: &Paper, path: &str) -> Answer {
    Dial::to("localhost", Some(paper)).get(gate, Http::One, path).await
}

#[track_caller]
fn is_closed(answer: &Answer, words: &[&str]) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.refusal.as_deref(), Some("closed-hours"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    let wait: i64 =
        answer.headers["retry-after"].to_str().expect("ASCII").parse().expect("seconds");
    assert!(wait >= 1, "{wait}");
    for word in words {
        assert!(answer.body.contains(word), "{word:?} is missing in:\n{}", answer.body);
    }
}

both_engines! {
    async fn the_clock_shuts_out_who_keeps_business_hours_and_nobody_else(fresh: &Fresh) {
        // RX-03, R004-01
        let gate = Gate::open_with(fresh, keeps_business_hours).await;
        let clock = &gate.world.clock;
        portal_contract(&gate.world).await;
        clock.set(moment("2026-11-24T10:00:00+09:00"));
        let rokin = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let portal = gate.world.user_of(PORTAL, "Hana6789", Kind::Master, PASSWORD).await;
        let operator = gate.world.user("Ope67890", Kind::Operator, PASSWORD).await;
        let rokin = gate.issue(&rokin).await;
        let (portal, operator) = (gate.issue(&portal).await, gate.issue(&operator).await);
        let open = |text: &str| moment(text).plus_ms(-1);
        for (now, is_open) in [
            (open("2026-11-25T08:00:00+09:00"), false),
            (moment("2026-11-25T08:00:00+09:00"), true),
            (open("2026-11-25T20:00:00+09:00"), true),
            (moment("2026-11-25T20:00:00+09:00"), false),
            (moment("2026-11-28T12:00:00+09:00"), false),
            (moment("2026-11-29T12:00:00+09:00"), false),
            (moment("2026-12-31T12:00:00+09:00"), false),
            (moment("2027-05-03T12:00:00+09:00"), false),
            (moment("2027-05-06T12:00:00+09:00"), true),
        ] {
            clock.set(now);
            for path in ["/login", "/"] {
                let answer = ask(&gate, &rokin, path).await;
                assert_eq!(answer.status == 200, is_open, "{} {path}", now.rfc3339());
                if !is_open {
                    is_closed(&answer, &["月～金曜日 8:00～20:00（土・日・祝休日を除く）", "次は "]);
                }
            }
            for paper in [&portal, &operator] {
                assert_eq!(ask(&gate, paper, "/login").await.status, 200, "{}", now.rfc3339());
            }
            let help = ask(&gate, &rokin, "/help/import").await;
            assert_eq!(help.status, 200, "what needs no certificate stays open");
        }
        clock.set(moment("2026-11-25T20:00:00+09:00"));
        let told = ask(&gate, &rokin, "/login").await;
        is_closed(&told, &["11月25日（水） 20:00 から休止しています。", "次は 11月26日（木） 8:00 から"]);
        assert_eq!(told.headers["retry-after"], "43200");
        gate.close().await;
    }

    async fn a_contract_can_have_hours_of_its_own(fresh: &Fresh) {
        // R004-01: what the contract sets apart is felt at once
        let gate = Gate::open(fresh).await;
        gate.world.clock.set(moment("2026-11-24T21:00:00+09:00"));
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        gate.until(&paper, 200).await;
        let event = |action| sekisho::audit::Event {
            actor: "cli:test",
            action,
            contract_no: Some("15000000"),
            ..sekisho::audit::Event::default()
        };
        let own = Stored { hours: Some(Hours::Business), ..Stored::of(Preset::Rokin) };
        put_terms(&gate.world, "15000000", &own).await;
        gate.change("UPDATE contracts SET name = name WHERE contract_no = $1", params!["15000000"],
            event("contract-set")).await;
        gate.until(&paper, 503).await;
        gate.world.clock.set(moment("2026-11-25T08:00:00+09:00"));
        gate.until(&paper, 200).await;
        gate.close().await;
    }

    async fn sessions_end_politely_when_the_service_closes(fresh: &Fresh) {
        // RX-03, R004-01
        let gate = Gate::open_with(fresh, keeps_business_hours).await;
        let clock = &gate.world.clock;
        portal_contract(&gate.world).await;
        clock.set(moment("2026-11-24T19:40:00+09:00"));
        let taro = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let hana = gate.world.user_of(PORTAL, "Hana6789", Kind::Master, PASSWORD).await;
        let (of_taro, of_hana) = (gate.issue(&taro).await, gate.issue(&hana).await);
        for http in BOTH {
            clock.set(moment("2026-11-24T19:40:00+09:00"));
            let mut taros = gate.line(&of_taro, http).await;
            let mut hanas = gate.line(&of_hana, http).await;
            let (cookie, hers) = (sign_in(&mut taros).await, sign_in(&mut hanas).await);
            let soon = "本日のご利用は 20:00 までです。";
            let home = taros.ask("GET", "/home", &[("cookie", &cookie)]).await;
            assert!(home.status == 200 && !home.body.contains(soon), "{}", home.body);
            clock.set(moment("2026-11-24T19:45:00+09:00"));
            let home = taros.ask("GET", "/home", &[("cookie", &cookie)]).await;
            assert!(home.status == 200 && home.body.contains(soon), "{}", home.body);
            let other = hanas.ask("GET", "/home", &[("cookie", &hers)]).await;
            assert!(other.status == 200 && !other.body.contains(soon), "{}", other.body);
            clock.set(moment("2026-11-24T20:00:00+09:00"));
            let ended = taros.ask("GET", "/settings", &[("cookie", &cookie)]).await;
            is_closed(&ended, &["自動でログアウトしました。最後に登録・保存した操作より後の入力は、受け付けていません。"]);
            let clears = ended.headers["set-cookie"].to_str().expect("ASCII");
            assert!(clears.starts_with("__Host-sekisho-session=;") && clears.contains("Max-Age=0"));
            ended_by(&gate, &taro.id, "hours").await;
            assert_eq!(hanas.ask("GET", "/home", &[("cookie", &hers)]).await.status, 200);
            // Two minutes later, and in the morning, the old cookie opens nothing.
            clock.set(moment("2026-11-24T20:02:00+09:00"));
            is_closed(&ask(&gate, &of_taro, "/login").await, &[]);
            clock.set(moment("2026-11-25T08:00:00+09:00"));
            let mut morning = gate.line(&of_taro, http).await;
            let again = morning.ask("GET", "/home", &[("cookie", &cookie)]).await;
            assert_eq!((again.status, &again.headers["location"]), (303, &"/login".parse().expect("ASCII")));
        }
        gate.close().await;
    }
}

/// Waits until no session of the person goes on and the last ended for this reason.
async fn ended_by(gate: &Gate, user_id: &str, reason: &str) {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let sql = "SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended_at IS NULL";
        let mut conn = gate.elsewhere.db.conn().await.expect("a connection");
        let left: Option<i64> = conn.one(sql, params![user_id]).await.expect("asked");
        let sql =
            "SELECT end_reason FROM sessions WHERE user_id = $1 ORDER BY ended_at DESC LIMIT 1";
        let last: Option<Option<String>> = conn.one(sql, params![user_id]).await.expect("asked");
        if left == Some(0) && last.flatten().as_deref() == Some(reason) {
            return;
        }
        assert!(Instant::now() < deadline, "{left:?} sessions go on");
        drop(conn);
        sleep(Duration::from_millis(20)).await;
    }
}

// RX-03, R004-01: a request is judged at its own moment, on an open connection too
#[tokio::test]
async fn outside_the_hours_nothing_reaches_the_site_and_programs_get_the_code() {
    let stage = Stage::new();
    let paper = stage.issued("taro01");
    let keeps = |known: &mut Known| known.hours = Some(Hours::Business);
    stage.roster.change(&paper, keeps);
    for http in BOTH {
        stage.clock.set(moment("2026-11-27T08:00:00+09:00"));
        let mut line = Dial::to("localhost", Some(&paper)).open(&stage, http).await;
        assert_eq!(line.get("/home").await.status, 200, "{http:?}");
        stage.clock.set(moment("2026-11-27T20:00:00+09:00"));
        let before = stage.calls();
        let json = [("accept", "application/json")];
        let answer = line.ask("GET", "/home", &json).await;
        assert_eq!((answer.status, answer.refusal.as_deref()), (503, Some("closed-hours")));
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(
            answer.headers["retry-after"],
            (60 * 60 * 60).to_string().as_str(),
            "Monday 8:00"
        );
        assert!(answer.body.contains("urn:sekisho:problem:closed-hours"), "{}", answer.body);
        assert_eq!(stage.calls(), before, "it reached the site");
        // Whoever comes with no certificate is told of that, and open pages stay open.
        let absent = Dial::to("localhost", None).get(&stage, http, "/home").await;
        assert_eq!(absent.refusal.as_deref(), Some("certificate-absent"));
        let dial = Dial::to("localhost", Some(&paper));
        assert_eq!(dial.get(&stage, http, "/help").await.status, 200);
        let front = dial.get(&stage, http, "/").await;
        assert_eq!(front.refusal.as_deref(), Some("closed-hours"));
    }
    let refused = stage.refusals.lock().expect("not poisoned");
    let closed = refused.iter().find(|event| event.refusal.code() == "closed-hours");
    let holder = closed.and_then(|event| event.holder.as_ref()).expect("the holder is known");
    assert!(matches!(&holder.bearer, Bearer::Person { login_id, .. } if login_id == "taro01"));
}

// R004-02
#[tokio::test]
async fn during_maintenance_only_who_comes_at_any_hour_comes_in() {
    let stage = Stage::new();
    let (paper, operator) = (stage.issued("taro01"), stage.issued("operator"));
    stage.roster.change(&operator, |known| known.hours = None);
    let now = stage.clock.now();
    let window = sekisho::identity::maintenance::Window {
        id: "1".to_owned(),
        from: now,
        to: now.plus_ms(10 * MINUTE_MS),
        message: "点検".to_owned(),
        announced: now,
        created_by: "cli:test".to_owned(),
        created_at: now,
        withdrawn_at: None,
    };
    stage.opening.take_in(vec![window.clone()]);
    let status =
        async |paper| Dial::to("localhost", Some(paper)).get(&stage, Http::Two, "/home").await;
    let refused = status(&paper).await;
    assert_eq!((refused.status, refused.refusal.as_deref()), (503, Some("closed-hours")));
    assert_eq!(refused.headers["retry-after"], "600");
    assert_eq!(status(&operator).await.status, 200);
    stage.clock.set(window.to.plus_ms(-1));
    assert_eq!(status(&paper).await.status, 503);
    stage.clock.set(window.to);
    assert_eq!(status(&paper).await.status, 200);
}
