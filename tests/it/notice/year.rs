//! A user's year, and the next: from the first file to the one after the end.

use std::collections::HashMap;
use std::time::Duration;

use sekisho::app::App;
use sekisho::base::clock::SECOND_MS;
use sekisho::base::{Day, Moment};
use sekisho::certificates::notice::round;
use sekisho::db::params;
use sekisho::identity::users::Kind;
use tokio::time::{Instant, sleep};

use crate::front::gate::{Gate, PASSWORD, row, unpack};
use crate::front::sessions::sign_in;
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::Http;
use crate::support::papers::Paper;
use crate::support::site::{Page, Window, moment, running};

const ID: &str = "Taro6789";
const FIRST_DAY: &str = "2026-11-21";
/// Why one is refused, and what one is told to do.
const SUPERSEDED: (&str, &str) = ("certificate-superseded", "新しい電子証明書");
const EXPIRED: (&str, &str) = ("certificate-expired", "/certificate");
const PATIENCE: Duration = Duration::from_secs(30);

/// The person, their PC and the two nodes.
struct Year<'g> {
    gate: &'g Gate,
}

impl Year<'_> {
    fn set(&self, at: Moment) {
        self.gate.world.clock.set(at);
    }

    fn nodes(&self) -> [&App; 2] {
        [&self.gate.world.app, &self.gate.elsewhere]
    }

    /// Both nodes look, again and again, at the same moment; then all mail leaves. How many
    /// notices have come so far: before an end, and after one.
    async fn told(&self) -> (usize, usize) {
        let at = self.gate.world.clock.now();
        for _ in 0..5 {
            let [one, two] = self.nodes();
            let (one, two) = tokio::join!(round(one, at), round(two, at));
            one.expect("a round");
            two.expect("a round");
        }
        self.all_sent().await;
        let mails = self.gate.world.mail.sent();
        // The same message again is no second one.
        let mails: HashMap<_, _> = mails.into_iter().collect();
        let count = |word| mails.values().filter(|mail| mail.subject.contains(word)).count();
        (count("有効期限のお知らせ"), count("有効期限が過ぎました"))
    }

    async fn all_sent(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.gate.world.work().await;
            let mut conn = self.gate.world.app.db.conn().await.expect("a connection");
            if conn.one("SELECT COUNT(*) FROM jobs", params![]).await.expect("asked") == Some(0_i64)
            {
                return;
            }
            drop(conn);
            assert!(Instant::now() < deadline, "mail waits");
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn prove(&self, window: &Window<'_>) -> Page {
        window.get("/certificate").await.says(200, &["DC586101"]);
        window.post("/certificate", &[("user_id", ID), ("password", PASSWORD)]).await
    }

    /// The whole way through the browser to the file.
    async fn issue(&self) -> Paper {
        let window = self.gate.world.visitor();
        self.prove(&window).await.leads_to("/certificate/code");
        self.all_sent().await;
        let mails = self.gate.world.mail.sent();
        let mut codes =
            mails.iter().rev().filter_map(|(_, mail)| mail.body.split_once("認証コード: "));
        let code = codes.next().expect("a code").1.lines().next().expect("a line").to_owned();
        window.get("/certificate/code").await.says(200, &[]);
        window.post("/certificate/code", &[("code", &code)]).await.leads_to("/certificate/issue");
        window.get("/certificate/issue").await.says(200, &["発行"]);
        let pressed = window.post("/certificate/issue", &[("format", "modern")]).await;
        pressed.leads_to("/certificate/issuing");
        let deadline = Instant::now() + PATIENCE;
        while window.get("/certificate/issuing").await.status != 303 {
            assert!(Instant::now() < deadline, "no certificate is made");
            sleep(Duration::from_millis(10)).await;
        }
        let file = window.get("/certificate/file").await;
        file.says(200, &[]);
        let issued = Day::of(self.gate.world.clock.now());
        unpack(&file.bytes, issued.starts_at(), issued.plus_days(365).ends_at())
    }

    async fn status(&self, paper: &Paper) -> String {
        row(&self.gate.elsewhere, paper).await.status.word().to_owned()
    }

    /// Signs in and looks at the first page.
    async fn enters(&self, paper: &Paper) -> String {
        self.gate.until(paper, 200).await;
        let mut line = self.gate.line(paper, Http::Two).await;
        let cookie = sign_in(&mut line).await;
        let page = line.ask("GET", "/home", &[("cookie", &cookie)]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        running(&page.body)
    }

    /// Comes to the door and is told why not, and what to do.
    async fn refused(&self, paper: &Paper, (refusal, way): (&str, &str)) {
        self.gate.until(paper, 403).await;
        let answer = self.gate.line(paper, Http::One).await.get("/login").await;
        assert_eq!(answer.refusal.as_deref(), Some(refusal));
        assert!(answer.body.contains(way), "{way}: {}", answer.body);
    }
}

/// Day `number` of a certificate whose day 1 is `first`.
fn day(first: Day, number: i64) -> Day {
    first.plus_days(number - 1)
}

both_engines! {
    async fn from_the_first_file_to_the_one_after_the_end(fresh: &Fresh) {
        // R004-05, R004-06, R004-07, R004-08, R004-80, R004-81, R004-82, R004-166, RX-04
        let gate = Gate::open(fresh).await;
        let year = Year { gate: &gate };
        gate.world.user(ID, Kind::Master, PASSWORD).await;
        let first = Day::parse(FIRST_DAY).expect("a day");
        let old = year.issue().await;
        assert_eq!(row(&gate.elsewhere, &old).await.not_after, day(first, 366).ends_at());
        let home = year.enters(&old).await;
        assert!(!home.contains("電子証明書を更新する"), "nothing to renew yet");

        // Day 335, to its last second: no mail, and no second one.
        year.set(day(first, 335).ends_at());
        assert_eq!(year.told().await, (0, 0));
        let refused = year.prove(&gate.world.visitor()).await;
        refused.says(422, &[
            "PCを替えた",
            "失効等依頼書",
            "有効な電子証明書がすでに発行されています。更新は2027年10月22日からできます。",
        ]);

        // Day 336, from its first second: one mail, whoever looks however often.
        year.set(day(first, 336).starts_at());
        assert_eq!(year.told().await, (1, 0));
        year.set(day(first, 340).starts_at());
        assert_eq!(year.told().await, (1, 0));
        let home = year.enters(&old).await;
        assert!(home.contains("有効期限まで、あと26日です（2027年11月21日まで）。"), "{home}");
        assert!(home.contains("電子証明書を更新する"), "{home}");

        // Renewed: both are good until the new one is used.
        year.set(moment("2027-10-27T10:00:00+09:00"));
        let renewed = Day::of(gate.world.clock.now());
        let new = year.issue().await;
        assert_eq!(row(&gate.elsewhere, &new).await.not_after, day(renewed, 366).ends_at());
        assert_eq!(year.status(&old).await, "retiring");
        gate.until(&new, 200).await;
        let home = year.enters(&old).await;
        assert!(home.contains("新しい電子証明書が発行されています。"), "{home}");
        assert_eq!(year.status(&old).await, "retiring", "the old one ends nothing");
        let home = year.enters(&new).await;
        assert!(!home.contains("新しい電子証明書"), "{home}");
        assert_eq!(year.status(&old).await, "superseded");
        year.refused(&old, SUPERSEDED).await;
        year.set(day(first, 367).starts_at());
        assert_eq!(year.told().await, (1, 0), "its end is nobody's matter any more");

        // The new one's year passes, and nobody renews it.
        year.set(day(renewed, 335).ends_at());
        assert_eq!(year.told().await, (1, 0));
        year.set(day(renewed, 336).starts_at());
        assert_eq!(year.told().await, (2, 0));
        let last = day(renewed, 366).ends_at();
        year.set(last);
        gate.until(&new, 200).await;
        let home = year.enters(&new).await;
        assert!(home.contains("有効期限は本日（2028年10月26日）までです。"), "{home}");
        assert_eq!(year.told().await, (2, 0));
        assert_eq!(year.status(&new).await, "active");
        year.set(last.plus_ms(SECOND_MS));
        year.refused(&new, EXPIRED).await;
        assert_eq!(year.told().await, (2, 1));
        assert_eq!(year.status(&new).await, "expired");
        year.set(last.plus_ms(SECOND_MS).plus_minutes(60 * 24 * 20));
        assert_eq!(year.told().await, (2, 1));

        // And again, by the way of renewal, without the form.
        let third = year.issue().await;
        assert_eq!(year.status(&third).await, "active");
        year.enters(&third).await;
        year.refused(&new, EXPIRED).await;
        assert_eq!(year.told().await, (2, 1));
        gate.close().await;
    }
}
