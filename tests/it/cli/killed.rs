//! Commands that end without warning, as when the power goes: what is left is either
//! nothing or whole, and the operator can go on.

use std::fs;

use sekisho::base::Clock;
use sekisho::base::id::random_digits;
use serde_json::Value;

use super::run::{House, PASSWORD, Said};

/// Times that a command is killed.
const TIMES: u32 = 16;

/// How long `run` takes, in microseconds.
fn measured(run: impl FnOnce() -> Said) -> u32 {
    let clock = Clock::system();
    let begun = clock.now();
    run().good();
    u32::try_from(clock.now().since_ms(begun)).expect("seconds") * 1_000
}

/// Moments spread over a command's life, each at random in its part of it.
fn moments(whole: u32) -> impl Iterator<Item = u32> {
    let part = (whole / TIMES).max(2);
    let noise = move || random_digits(6).parse::<u32>().expect("digits") % part;
    (0..TIMES).map(move |n| (n * part + noise() + 1).min(999_999))
}

#[test]
fn an_interrupted_init_is_finished_by_the_next() {
    let whole = measured(|| House::bare("kill-measure").run("init"));
    let mut killed = 0;
    for moment in moments(whole) {
        let house = House::bare("kill-init");
        killed += u32::from(house.killed_after(moment, "", "init"));
        house.run("init").good();
        assert!(house.run("init").good().contains("nothing was changed"));
        house.run("doctor").good();
        house.run("ca crl").good();
        let left: Vec<_> = fs::read_dir(house.path("var"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("sekisho.db"))
            .collect();
        // A draft of the key may be left beside the key.
        let whole = |name: &String| {
            ["ca", "tls"].contains(&&**name) || name.starts_with("second-factor.key")
        };
        assert!(left.iter().all(whole), "{left:?}");
    }
    assert!(killed > 0, "it was never killed");
}

#[test]
fn an_interrupted_issue_leaves_no_half_certificate() {
    // R004-37, R004-80
    for house in House::both("kill-issue") {
        let house = house.peopled();
        let whole = measured(|| house.feed(PASSWORD, "cert issue taro0001 --out first.p12"));
        revoke(&house);
        let mut killed = 0;
        for (n, moment) in moments(whole + whole / 8).enumerate() {
            let line = format!("cert issue taro0001 --out {n}.p12");
            killed += u32::from(house.killed_after(moment, PASSWORD, &line));
            let active = house.json("cert list --status active");
            let active = active.as_array().unwrap();
            assert!(active.len() <= 1, "{active:?}");
            house.run("audit verify").good();
            assert_eq!(of_action(&house, "certificate-issue"), serials(&house));
            if house.path(&format!("{n}.p12")).exists() {
                assert_eq!(active.len(), 1, "a file stands there without its certificate");
                opens(&house, &format!("{n}.p12"));
            }
            if !active.is_empty() {
                revoke(&house);
            }
        }
        assert!(killed > 0, "it was never killed");
        house.feed(PASSWORD, "cert issue taro0001 --out last.p12").good();
        opens(&house, "last.p12");
    }
}

#[test]
fn the_same_file_can_be_ordered_again_after_an_interruption() {
    let house = House::new("kill-same").peopled();
    // As a run leaves it that ended between writing the file and storing the certificate.
    house.write("taro.p12.part", "half");
    let again = house.feed(PASSWORD, "cert issue taro0001 --out taro.p12");
    again.refused("taro.p12.part");
    assert_eq!(house.json("cert list"), serde_json::json!([]));
    fs::remove_file(house.path("taro.p12.part")).unwrap();
    house.feed(PASSWORD, "cert issue taro0001 --out taro.p12").good();
}

fn revoke(house: &House) {
    house.run("cert revoke --user taro0001 --reason superseded").good();
}

fn opens(house: &House, file: &str) {
    house.write("password", PASSWORD);
    house.tool("openssl", &format!("pkcs12 -in {file} -passin file:password -noout")).good();
}

fn of_action(house: &House, action: &str) -> Vec<String> {
    let rows = house.json("audit list --limit 1000");
    let rows = rows.as_array().expect("rows");
    sorted(rows.iter().filter(|row| row["action"] == action), "serial")
}

fn serials(house: &House) -> Vec<String> {
    sorted(house.json("cert list").as_array().expect("certificates").iter(), "serial")
}

fn sorted<'a>(rows: impl Iterator<Item = &'a Value>, key: &str) -> Vec<String> {
    let mut found: Vec<_> = rows.map(|row| row[key].as_str().expect("text").to_owned()).collect();
    found.sort();
    found
}
