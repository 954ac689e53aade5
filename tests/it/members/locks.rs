//! Locks at their edges, on each page that takes a password (R004-11..13, R004-61), and
//! what strangers can do with them.

use sekisho::base::clock::MINUTE_MS;
use sekisho::identity::users::Kind;

use super::{PASSWORD, general, signed_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};

const WRONG: &str = "Chigau1#";

/// A page that takes a password.
struct Door<'w> {
    window: Window<'w>,
    path: &'static str,
    /// What is typed as an ID, if anything.
    id: Option<(&'static str, String)>,
    password: &'static str,
    /// The status of a lock, its word, and that of 閉塞.
    shut: u16,
    locked: &'static str,
    closed: &'static str,
}

impl Door<'_> {
    async fn knock(&self, password: &str) -> Page {
        self.window.get(self.path).await.says(200, &[]);
        let id = self.id.as_ref().map(|(name, id)| (*name, id.as_str()));
        let fields: Vec<_> = id.into_iter().chain([(self.password, password)]).collect();
        self.window.post(self.path, &fields).await
    }

    /// Tries a wrong password five times, each of which is told as wrong and no more,
    /// and then once more.
    async fn six_times(&self) -> Page {
        for _ in 0..5 {
            self.knock(WRONG).await.says(422, &["違います"]).hides(self.locked);
        }
        self.knock(WRONG).await
    }
}

/// The pages where one person's or one contract's password is typed.
async fn doors(world: &World) -> Vec<(Door<'_>, &'static str)> {
    let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let holder = world.certificate(&user, "active").await;
    world.user("Hanako12", Kind::General, PASSWORD).await;
    world.contract("15000009", CONTRACT.1, &[]).await;
    let login = Door {
        window: world.window(&holder),
        path: "/login",
        id: None,
        password: "password",
        shut: 403,
        locked: "（ロック）",
        closed: "（閉塞）",
    };
    let issue = Door {
        window: world.visitor(),
        path: "/certificate",
        id: Some(("user_id", "Hanako12".into())),
        password: "password",
        shut: 422,
        locked: "ロックされています",
        closed: "閉塞されています",
    };
    let first = Door {
        window: world.visitor(),
        path: "/enroll/master",
        id: Some(("contract_no", "15000009".into())),
        password: "initial_password",
        shut: 403,
        locked: "（ロック）",
        closed: "（閉塞）",
    };
    vec![(login, PASSWORD), (issue, PASSWORD), (first, CONTRACT.1)]
}

/// The page without what differs from request to request.
fn words(page: &Page) -> String {
    let html = page.html.split("name=\"csrf\"").next().unwrap_or_default();
    html.to_owned()
}

both_engines! {
    async fn the_sixth_wrong_password_locks_for_an_hour_to_the_millisecond(fresh: &Fresh) {
        // RX-02, R004-11, R004-12, R004-61
        let world = World::whole(fresh).await;
        for (door, right) in doors(&world).await {
            let locked = door.six_times().await;
            locked.says(door.shut, &[door.locked]);
            world.clock.advance_ms(60 * MINUTE_MS - 1_000);
            // 59:59: the right one is refused as a wrong one is, word for word.
            let (wrong, right_one) = (door.knock(WRONG).await, door.knock(right).await);
            assert_eq!(words(&right_one), words(&wrong), "{}", door.path);
            assert_eq!(right_one.status, wrong.status);
            right_one.says(door.shut, &[door.locked]);
            world.clock.advance_ms(999);
            door.knock(right).await.says(door.shut, &[door.locked]);
            world.clock.advance_ms(1);
            assert_eq!(door.knock(right).await.status, 303, "60:00 {}", door.path);
        }
    }

    async fn the_third_lock_closes_and_a_success_between_clears_both_counts(fresh: &Fresh) {
        // RX-02, R004-13, R004-61
        let world = World::whole(fresh).await;
        for (door, right) in doors(&world).await {
            // Five wrong and a right one; and two locks and a right one: nothing is left.
            for _ in 0..2 {
                for _ in 0..5 {
                    door.knock(WRONG).await.says(422, &["違います"]);
                }
                assert_eq!(door.knock(right).await.status, 303, "{}", door.path);
            }
            for _ in 0..2 {
                door.six_times().await.says(door.shut, &[door.locked]);
                world.clock.advance_ms(60 * MINUTE_MS);
            }
            assert_eq!(door.knock(right).await.status, 303, "{}", door.path);
            for _ in 0..2 {
                door.six_times().await.says(door.shut, &[door.locked]);
                world.clock.advance_ms(60 * MINUTE_MS);
            }
            let closed = door.six_times().await;
            closed.says(door.shut, &[door.closed]);
            world.clock.advance_ms(365 * 24 * 60 * MINUTE_MS);
            let (wrong, right_one) = (door.knock(WRONG).await, door.knock(right).await);
            assert_eq!(words(&right_one), words(&wrong), "{}", door.path);
            right_one.says(door.shut, &[door.closed]);
            world.clock.set(crate::support::site::moment("2026-11-21T10:00:00+09:00"));
        }
    }

    async fn the_master_lifts_the_lock_of_a_colleague(fresh: &Fresh) {
        // R004-13, R004-42
        let world = World::whole(fresh).await;
        let own = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let masters = world.certificate(&own, "active").await;
        let hanako = general(&world, "Hanako12").await;
        let holder = world.certificate(&hanako, "active").await;
        let hers = world.window(&holder);
        for (rounds, state) in [(1, "locked"), (3, "closed")] {
            for _ in 0..rounds {
                world.clock.advance_ms(60 * MINUTE_MS);
                for _ in 0..6 {
                    hers.get("/login").await.says(200, &[]);
                    hers.post("/login", &[("password", WRONG)]).await;
                }
            }
            let window = signed_in(&world, &masters, PASSWORD).await;
            window.get("/members/users/Hanako12").await.says(200, &[]);
            let version = world.find("Hanako12").await.expect("there").version.to_string();
            let typed = [("version", version.as_str()), ("state", "active"), ("state_shown", state)];
            window.post("/members/users/Hanako12", &typed).await
                .leads_to("/members/users/Hanako12?done=updated");
            signed_in(&world, &holder, PASSWORD).await;
        }
    }

    async fn an_id_of_nobody_is_locked_in_the_same_words(fresh: &Fresh) {
        // RX-02: a lock does not tell who exists
        let world = World::whole(fresh).await;
        let doors = doors(&world).await;
        for (door, _) in &doors[1..] {
            let (name, id) = door.id.clone().expect("typed");
            let other = if name == "user_id" { "Daremo99" } else { "15009999" };
            let nobody = Door { id: Some((name, other.into())), window: world.visitor(), ..*door };
            for _ in 0..2 {
                for time in 0..7 {
                    let (theirs, nobodys) = (door.knock(WRONG).await, nobody.knock(WRONG).await);
                    assert_eq!(theirs.status, nobodys.status, "{time} {}", door.path);
                    let same = words(&nobodys).replace(other, &id);
                    assert_eq!(same, words(&theirs), "{time} {}", door.path);
                }
                world.clock.advance_ms(60 * MINUTE_MS);
            }
        }
    }

    async fn one_address_locks_only_a_few_people(fresh: &Fresh) {
        // R004-11: a stranger who knows user IDs
        let world = World::whole(fresh).await;
        for number in 1..=4 {
            world.user(&format!("Dare100{number}"), Kind::General, PASSWORD).await;
        }
        let window = world.visitor();
        let knock = async |id: &str| {
            window.get("/certificate").await.says(200, &[]);
            window.post("/certificate", &[("user_id", id), ("password", WRONG)]).await
        };
        for number in 1..=3 {
            for _ in 0..6 {
                knock(&format!("Dare100{number}")).await.says(422, &[]);
            }
        }
        let told = knock("Dare1004").await;
        told.says(429, &["いまは受け付けられません", "10時10分"]).hides("ロック");
        let nobody = knock("Daremo99").await;
        assert_eq!(words(&nobody).replace("Daremo99", "Dare1004"), words(&told));
        // The page for the first registration waits with it.
        let first = world.visitor();
        first.get("/enroll/master").await.says(200, &[]);
        let typed = [("contract_no", CONTRACT.0), ("initial_password", CONTRACT.1)];
        first.post("/enroll/master", &typed).await.says(429, &["受け付けられません"]);
        assert_eq!(world.find("Dare1004").await.expect("there").attempts.failures, 0);
        let waits = world.audit().await;
        let waits = waits.iter().filter(|row| row.detail == "too many locks from one address");
        assert_eq!(waits.count(), 1, "one row for all of it");
        world.clock.advance_ms(10 * MINUTE_MS);
        first.post("/enroll/master", &typed).await.leads_to("/enroll/master/form");
    }
}
