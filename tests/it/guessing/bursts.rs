//! Guesses all at once: a limit holds for many in the same moment as for many in turn.

use std::net::{IpAddr, Ipv6Addr};

use sekisho::db::params;
use sekisho::identity::users::Kind;

use super::{PASSWORD, crowd};
use crate::company;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window, World};
use crate::support::tools::at_once;

/// Posts every form at once, each from a window of its own beside `window`.
async fn burst(
    window: &Window<'_>,
    path: &str,
    forms: &[Vec<(&'static str, String)>],
) -> Vec<Page> {
    let post = async |form: &Vec<(&'static str, String)>| {
        let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        window.beside(None).post(path, &fields).await
    };
    at_once(forms.iter().map(post)).await
}

/// How many people are locked, and how many tries were counted for somebody.
async fn locked(world: &World) -> (i64, i64) {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "SELECT COUNT(*) FROM users WHERE locked_until IS NOT NULL";
    let locked = conn.one(sql, params![]).await.expect("asked").expect("a number");
    let sql = "SELECT CAST(SUM(failures) AS BIGINT) FROM users";
    let failures: i64 = conn.one(sql, params![]).await.expect("asked").expect("a number");
    (locked, failures + 6 * locked)
}

both_engines! {
    async fn six_hundred_guesses_at_once_lock_three_people(fresh: &Fresh) {
        // R004-11, RX-02
        let world = World::whole(fresh).await;
        let people = crowd(&world, 100).await;
        for (door, status) in [("/certificate", 422), ("/activate", 403)] {
            let mut conn = world.app.db.conn().await.expect("a connection");
            let sql = "UPDATE users SET failures = 0, locks = 0, locked_until = NULL";
            conn.execute(sql, params![]).await.expect("opened");
            drop(conn);
            let window = world.visitor();
            window.get(door).await.says(200, &[]);
            let guess = |number: usize| vec![
                ("user_id", people[number / 6].clone()),
                ("password", format!("Chigau{number}#")),
            ];
            let forms: Vec<_> = (0..600).map(guess).collect();
            let pages = burst(&window, door, &forms).await;
            let (locked, tried) = locked(&world).await;
            assert!((1..=3).contains(&locked), "{door}: {locked} are locked");
            assert!(tried <= 100, "{door}: {tried} were tried");
            let shut = pages.iter().filter(|page| page.status == status && page.html.contains("ロック"));
            assert!(shut.count() >= 1, "{door}");
            assert!(pages.iter().filter(|page| page.status == 429).count() >= 500, "{door}");
            // Each door begins with an address that may.
            world.clock.advance_ms(61 * 60_000);
        }
    }

    async fn three_hundred_guesses_at_once_with_one_certificate_are_thirty(fresh: &Fresh) {
        // R003-36, R003-42
        let (world, _) = company::works(fresh).await;
        let people = crowd(&world, 300).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE users SET contract_no = $1";
        conn.execute(sql, params![company::COMPANY]).await.expect("moved");
        drop(conn);
        let holder = company::issue(&world, company::COMPANY).await;
        let window = world.window(&holder);
        window.get("/login").await.says(200, &[]);
        let guess = |number: usize| vec![
            ("contract_no", company::COMPANY.to_owned()),
            ("user_id", people[number].clone()),
            ("password", format!("Chigau{number}#")),
        ];
        let forms: Vec<_> = (0..300).map(guess).collect();
        let pages = burst(&window, "/login", &forms).await;
        let waits = pages.iter().filter(|page| page.html.contains("受け付けられません")).count();
        assert_eq!((waits, locked(&world).await), (270, (0, 30)));
        assert_eq!(world.audited("login", "refused").await, 31, "each try, and one row for all");
    }

    async fn right_ones_at_once_all_come_in(fresh: &Fresh) {
        // Many of an office come in the same minute, and nobody of them waits for long.
        let world = World::whole(fresh).await;
        let people = crowd(&world, 40).await;
        let window = world.visitor();
        window.get("/certificate").await.says(200, &[]);
        let form = |id: &String| {
            vec![("user_id", id.clone()), ("password", PASSWORD.to_owned())]
        };
        let forms: Vec<_> = people.iter().map(form).collect();
        for page in burst(&window, "/certificate", &forms).await {
            page.leads_to("/certificate/code");
        }
    }

    async fn one_address_locks_few_however_it_writes_ids(fresh: &Fresh) {
        // R004-11, R000-70: an address is the same ID in whatever case and width
        let world = World::whole(fresh).await;
        for number in 1..=4 {
            world.user(&format!("dare{number}@example.jp"), Kind::General, PASSWORD).await;
        }
        for door in ["/certificate", "/activate"] {
            let window = world.visitor();
            window.get(door).await.says(200, &[]);
            let knock = async |id: String| {
                window.post(door, &[("user_id", &id), ("password", "Chigau1#")]).await
            };
            for number in 1..=3 {
                for written in ["dare", "Dare", "DARE", "ｄare", "dAre", "daRe"] {
                    let page = knock(format!("{written}{number}@example.jp")).await;
                    assert_ne!(page.status, 429, "{door} {written}{number}");
                }
            }
            knock("dare4@example.jp".to_owned()).await.says(429, &["受け付けられません"]);
            world.clock.advance_ms(61 * 60_000);
        }
        let last = world.find("dare4@example.jp").await.expect("there");
        assert_eq!(last.attempts.failures, 0);
    }

    async fn inquiries_of_one_ipv6_network_are_counted_together(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let window = world.visitor();
        let send = async |ip: Ipv6Addr| {
            let window = window.beside(None).at(IpAddr::V6(ip));
            let page = window.get("/help/contact").await;
            let (_, rest) = page.html.split_once("name=\"key\" value=\"").expect("a key");
            let key = rest.split('"').next().expect("a value");
            let form = [
                ("company", "サンプル商事"), ("name", "問合　花子"), ("key", key),
                ("email", "hanako@example.jp"), ("body", "教えてください。"),
            ];
            window.post("/help/contact", &form).await
        };
        for last in 1..=10 {
            send(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)).await.leads_to("/help/contact/thanks");
        }
        send(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 7, 0, 0, 11)).await.says(429, &["受け付けられません"]);
        send(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1)).await.leads_to("/help/contact/thanks");
    }
}
