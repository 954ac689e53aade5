//! `cert issue`: the file, the dates, and who gets none.

use std::fs;
use std::process::Stdio;

use sekisho::base::Moment;
use serde_json::json;

use super::init::mode;
use super::run::{House, PASSWORD, sekisho};

/// Milliseconds of 366 days.
const WHOLE_LIFE: i64 = 366 * 86_400 * 1_000;

fn moment(value: &serde_json::Value) -> Moment {
    Moment::parse(value.as_str().expect("text")).expect("RFC 3339")
}

#[test]
fn the_file_opens_with_the_password_typed_and_no_other() {
    // R004-36
    for format in ["modern", "compat"] {
        let house = House::new("issue-file").peopled();
        house.write("password", format!("{PASSWORD}\r\n"));
        let line = "cert issue taro0001 --out taro.p12 --password-file password";
        house.run(&format!("{line} --format {format}")).good();
        assert_eq!(mode(&house.path("taro.p12")), 0o600);
        assert!(!house.path("taro.p12.part").exists());
        house.write("right", PASSWORD);
        house.write("wrong", "Abcd-124");
        let open = "pkcs12 -legacy -in taro.p12 -passin file:";
        house.tool("openssl", &format!("{open}right -noout")).good();
        assert_ne!(house.tool("openssl", &format!("{open}wrong -noout")).code, Some(0));
        let leaf = house.tool("openssl", &format!("{open}right -nokeys -clcerts"));
        house.write("leaf.pem", leaf.good());
        let subject = house.tool("openssl", "x509 -in leaf.pem -noout -subject");
        assert!(subject.good().contains("CN = taro0001"), "{subject:?}");
        let chain = "-CAfile certs/sekisho-root.crt -untrusted var/ca/issuing.pem";
        let verify = format!("verify -x509_strict {chain} -purpose sslclient leaf.pem");
        assert!(house.tool("openssl", &verify).good().contains("OK"));
        assert!(!house.json("audit list").to_string().contains(PASSWORD));
    }
}

#[test]
fn a_certificate_lives_366_days_from_midnight_in_japan() {
    // R004-05, RX-04
    let house = House::new("issue-days").peopled();
    let made = house.feed(PASSWORD, "cert issue taro0001 --out taro.p12 --json");
    let made: serde_json::Value = serde_json::from_str(made.good()).unwrap();
    let (from, until) = (moment(&made["not_before"]), moment(&made["not_after"]));
    // Both ends belong to it: the last second begins one second before the whole.
    assert_eq!(until.since_ms(from) + 1_000, WHOLE_LIFE);
    assert!(made["not_before"].as_str().unwrap().ends_with("T15:00:00Z"), "{made}");
    assert!(made["not_after"].as_str().unwrap().ends_with("T14:59:59Z"), "{made}");
    let age = moment(&made["issued_at"]).since_ms(from);
    assert!((0..86_400_000).contains(&age), "issued {age} ms after its first midnight");
    house.write("right", PASSWORD);
    let leaf = "pkcs12 -in taro.p12 -passin file:right -nokeys -clcerts -out leaf.pem";
    house.tool("openssl", leaf).good();
    let dates = house.tool("openssl", "x509 -in leaf.pem -noout -dates -dateopt iso_8601");
    let iso = |key: &str| made[key].as_str().unwrap().replace('T', " ");
    assert!(dates.good().contains(&format!("notBefore={}", iso("not_before"))), "{dates:?}");
    assert!(dates.good().contains(&format!("notAfter={}", iso("not_after"))), "{dates:?}");
}

#[test]
fn there_is_no_second_certificate_while_one_is_valid() {
    // R004-37, R004-80, RX-04
    for house in House::both("issue-second") {
        let house = house.peopled();
        house.feed(PASSWORD, "cert issue taro0001 --out one.p12").good();
        let before = house.json("audit list");
        let second = house.feed(PASSWORD, "cert issue taro0001 --out two.p12");
        second.refused("a valid certificate exists");
        second.refused("cert revoke --user");
        assert!(!house.path("two.p12").exists() && !house.path("two.p12.part").exists());
        assert_eq!(house.json("audit list"), before);
        house.run("cert revoke --user taro0001 --reason keyCompromise").good();
        house.feed(PASSWORD, "cert issue taro0001 --out two.p12").good();
        // It has ended since: the next needs nobody's leave.
        house.sql("UPDATE certificates SET not_after = 1 WHERE status = 'active'");
        house.feed(PASSWORD, "cert issue taro0001 --out three.p12").good();
        assert_eq!(house.json("cert list --status active").as_array().unwrap().len(), 1);
    }
}

#[test]
fn of_two_orders_at_once_one_is_carried_out() {
    // R004-37
    for house in House::both("issue-race") {
        let house = house.peopled();
        house.write("password", PASSWORD);
        let order = |n: i32| {
            let mut command = house.command(sekisho());
            command.args(["cert", "issue", "taro0001", "--password-file", "password", "--out"]);
            command.arg(format!("{n}.p12")).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let running: Vec<_> = (0..6).map(order).collect();
        let ended: Vec<_> = running.into_iter().map(|c| c.wait_with_output().unwrap()).collect();
        let good: Vec<_> = (0..6).filter(|n| ended[*n].status.success()).collect();
        assert_eq!(good.len(), 1, "{ended:?}");
        let files: Vec<_> = fs::read_dir(house.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("p12"))
            .collect();
        assert_eq!(files, [format!("{}.p12", good[0])]);
        assert_eq!(house.json("cert list").as_array().unwrap().len(), 1);
        house.run("audit verify").good();
    }
}

#[test]
fn who_or_what_does_not_fit_gets_no_certificate() {
    // R004-36
    let house = House::new("issue-refused").peopled();
    house.write("there.p12", "kept");
    let issue = |text: &str, line: &str| house.feed(text, &format!("cert issue {line}"));
    issue(PASSWORD, "nobody01 --out x.p12").refused("no user nobody01");
    issue(PASSWORD, "TARO0001 --out x.p12").refused("case-sensitive");
    issue(PASSWORD, "taro0001 --out there.p12").refused("there.p12 exists already");
    issue(PASSWORD, "taro0001 --out none/x.p12").refused("none/x.p12");
    issue("Abc-123", "taro0001 --out x.p12").refused("at least 8");
    issue("", "taro0001 --out x.p12").refused("no password");
    issue("", "taro0001 --out x.p12 --password-file none").refused("none");
    house.sql("UPDATE users SET closed_at = 1");
    issue(PASSWORD, "taro0001 --out x.p12").refused("locked or closed");
    house.sql("UPDATE users SET closed_at = NULL, locked_until = 9000000000000");
    issue(PASSWORD, "taro0001 --out x.p12").refused("locked or closed");
    house.sql("UPDATE users SET locked_until = NULL; UPDATE contracts SET closed_at = 1");
    issue(PASSWORD, "taro0001 --out x.p12").refused("locked or closed");
    assert_eq!(house.json("cert list"), json!([]));
    assert_eq!(fs::read(house.path("there.p12")).unwrap(), b"kept");
    assert!(!house.path("x.p12").exists() && !house.path("x.p12.part").exists());
    assert_eq!(house.json("audit list").as_array().unwrap().len(), 2);
}
