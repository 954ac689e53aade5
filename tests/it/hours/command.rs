//! `calendar` and `maintenance`, and the real gate, in whatever zone the machine is.

use std::time::Duration;

use sekisho::base::{Clock, Day, Moment};
use sekisho::db::Engine;
use tokio::time::{Instant, sleep};

use crate::cli::run::House;
use crate::operator::with_new_certificate;
use crate::support::server::Server;

/// Around opening and closing, on a business day and on each kind of other day.
const EDGES: [(&str, bool); 13] = [
    ("2026-11-20T07:59:59+09:00", false),
    ("2026-11-20T08:00:00+09:00", true),
    ("2026-11-20T19:59:59+09:00", true),
    ("2026-11-20T20:00:00+09:00", false),
    // A Saturday, a Sunday, a holiday on a Monday, and the day after.
    ("2026-11-21T12:00:00+09:00", false),
    ("2026-11-22T12:00:00+09:00", false),
    ("2026-11-23T12:00:00+09:00", false),
    ("2026-11-24T12:00:00+09:00", true),
    // 振替休日, 国民の休日, 年末年始.
    ("2026-05-06T12:00:00+09:00", false),
    ("2026-09-22T12:00:00+09:00", false),
    ("2026-12-31T12:00:00+09:00", false),
    ("2027-01-04T08:00:00+09:00", true),
    // Friday evening in New York is Saturday morning in Japan.
    ("2026-11-20T19:00:00-05:00", false),
];

#[test]
fn the_hours_are_those_of_japan_wherever_the_machine_stands() {
    // RX-03
    let mut house = House::bare("hours");
    for zone in ["America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"] {
        house.set("TZ", zone);
        for (at, open) in EDGES {
            let told = house.json(&format!("calendar --at {at}"));
            assert_eq!(told["open"], open, "{at} in {zone}: {told}");
        }
        let holiday = house.json("calendar --at 2026-11-21T12:00:00+09:00");
        assert_eq!(holiday["next_opening"], "2026-11-23T23:00:00Z", "24 November, 8:00 in Japan");
    }
}

#[test]
fn a_year_is_told_with_its_holidays_closed_dates_and_business_days() {
    // R004-01, RX-03
    let mut house = House::bare("calendar");
    let told = house.json("calendar --year 2026");
    let days = told.as_array().expect("a list");
    let name = |date: &str| days.iter().find(|day| day["date"] == date).map(|day| &day["name"]);
    assert_eq!(name("2026-05-06").expect("there"), "振替休日");
    assert_eq!(name("2026-09-22").expect("there"), "国民の休日");
    assert_eq!(name("2026-12-31").expect("there"), "年末年始");
    assert_eq!(name("2026-11-24"), None);
    assert_eq!(days.len(), 18 + 3, "1 January is in both");
    let text = house.run("calendar --year 2026").good().to_owned();
    for line in ["2026-11-23  月   勤労感謝の日", "2026-11  19", "2026     242"] {
        assert!(text.contains(line), "{line:?} is missing in:\n{text}");
    }
    house.write("own.txt", "# ours\n2026-08-14 夏季休業\n");
    house.set("SEKISHO_HOURS__CLOSED_DATES", "own.txt");
    let own = house.run("calendar --year 2026").good().to_owned();
    assert!(own.contains("夏季休業") && !own.contains("年末年始"), "{own}");
    house.write("own.txt", "8/14 夏季休業\n");
    let bad = house.run("config check");
    assert_eq!(bad.code, Some(1));
    assert!(bad.err.contains("line 1") && bad.err.contains("hours.closed_dates"), "{}", bad.err);
}

#[test]
fn the_end_of_the_calendar_can_be_asked_for() {
    let house = House::new("calendar-end");
    let shown = house.json("calendar --at 9999-12-31T20:00:00Z");
    assert_eq!(shown["at"], "9999-12-31T14:59:59Z", "{shown}");
}

#[test]
fn a_time_out_of_service_is_written_listed_and_taken_back() {
    // R004-02
    for house in House::both("maintenance") {
        assert!(house.run("maintenance list").good().contains("no time out of service"));
        let wish = "maintenance add --from 2096-11-28T08:00:00+09:00 --to \
                    2096-11-28T12:00:00+09:00 --message 機器の入れ替えのため休止します。 \
                    --announce 2096-11-20";
        let added = house.json(wish);
        assert_eq!(added["state"], "planned", "{added}");
        assert_eq!(added["from"], "2096-11-27T23:00:00Z");
        let id = added["id"].as_str().expect("an id").to_owned();
        let listed = house.json("maintenance list");
        assert_eq!(listed[0]["id"], id.as_str());
        assert_eq!(listed[0]["created_by"], "cli:tester");
        assert_eq!(house.json(&format!("maintenance withdraw {id}"))["state"], "withdrawn");
        let again = house.run(&format!("maintenance withdraw {id}"));
        assert!(again.code == Some(1) && again.err.contains("it is withdrawn"), "{}", again.err);
        let chain = house.json("audit list");
        let done: Vec<_> = chain
            .as_array()
            .expect("a list")
            .iter()
            .filter(|row| row["target"] == id.as_str())
            .map(|row| row["action"].as_str().expect("a word"))
            .collect();
        assert_eq!(done, ["maintenance-withdraw", "maintenance-add"]);
        for wrong in [
            "--from 2096-11-28 --to 2096-11-28 --message x",
            "--from 2026-01-01 --to 2026-01-02 --message x",
            "--from 2096-11-28 --to 2096-11-29 --message x --announce 2096-11-30",
            "--from 2096-11-28 --to 2096-12-30 --message x",
            "--from 2096-11-28 --to 9999-12-31T23:59:59Z --message x",
        ] {
            let said = house.run(&format!("maintenance add {wrong}"));
            assert_eq!(said.code, Some(1), "{wrong}: {}", said.err);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_gate_in_new_york_keeps_the_hours_of_japan() {
    // RX-03, R004-01, R004-02
    let settings = [("TZ", "America/New_York"), ("SEKISHO_HOURS__MODE", "business")];
    let server = Server::start_with(Engine::Sqlite, &settings).await;
    let clerk = with_new_certificate(&server, "jiro0003");
    let login = format!("{}/login", server.portal_url());
    let now = Clock::system().now();
    let answer = clerk.get(&login).expect("an answer");
    let closed = (503, "closed-hours");
    let expected = if is_open(&server, now) { (200, "") } else { closed };
    assert_eq!((answer.status, answer.refusal.as_str()), expected, "{}", answer.text());
    let message = "回線の工事のため休止しています。";
    let (from, to) = (now.plus_minutes(-1).rfc3339(), now.plus_minutes(60).rfc3339());
    let wish = ["maintenance", "add", "--from", &from, "--to", &to, "--message", message];
    let added = server.must(&[&wish[..], &["--json"]].concat());
    let added: serde_json::Value = serde_json::from_str(&added).expect("JSON");
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let answer = clerk.get(&login).expect("an answer");
        if answer.text().contains(message) {
            assert_eq!((answer.status, answer.refusal.as_str()), closed);
            break;
        }
        assert!(Instant::now() < deadline, "{}", answer.text());
        sleep(Duration::from_millis(50)).await;
    }
    let help = clerk.get(&format!("{}/help", server.portal_url())).expect("an answer");
    assert_eq!(help.status, 200);
    server.must(&["maintenance", "withdraw", added["id"].as_str().expect("an id")]);
    loop {
        let answer = clerk.get(&login).expect("an answer");
        let now = Clock::system().now();
        let expected = if is_open(&server, now) { 200 } else { 503 };
        if answer.status == expected && !answer.text().contains(message) {
            break;
        }
        assert!(Instant::now() < deadline, "{}", answer.text());
        sleep(Duration::from_millis(50)).await;
    }
}

/// What the rule of the settings says of `now`, by arithmetic of our own.
fn is_open(server: &Server, now: Moment) -> bool {
    let jst_minutes = (now.ms() / 60_000 + 9 * 60).rem_euclid(24 * 60);
    let year = Day::of(now).parts().0.to_string();
    let days = server.must(&["calendar", "--year", &year, "--json"]);
    let today = Day::of(now).to_string();
    // 1970-01-01 was a Thursday.
    let weekday = ((now.ms() / 60_000 + 9 * 60).div_euclid(24 * 60) + 4).rem_euclid(7);
    (1..=5).contains(&weekday) && (8 * 60..20 * 60).contains(&jst_minutes) && !days.contains(&today)
}
