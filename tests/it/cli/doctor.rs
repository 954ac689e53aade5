//! `doctor` finds what is wrong, names it, and changes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::run::{House, Said};

/// What it says of `what`, worst first.
fn states(said: &Said, what: &str) -> Vec<String> {
    let found: Value = serde_json::from_str(&said.out).expect("JSON");
    let mut states: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["what"] == what)
        .map(|one| one["state"].as_str().unwrap().to_owned())
        .collect();
    states.sort();
    states
}

#[test]
fn a_fresh_installation_is_all_right() {
    for (house, others) in House::both("doctor-good").into_iter().zip([0, 1]) {
        let found = house.json("doctor");
        assert!(found.as_array().unwrap().iter().all(|one| one["state"] == "ok"), "{found:#}");
        assert!(found.as_array().unwrap().len() >= 10, "{found:#}");
        let clocks = found.as_array().unwrap().iter().filter(|one| one["what"] == "clock").count();
        assert_eq!(clocks, others, "SQLite has no clock of its own");
    }
}

#[test]
fn a_folder_others_may_read_is_a_warning() {
    let house = House::new("doctor-mode");
    fs::set_permissions(house.path("var"), fs::Permissions::from_mode(0o755)).unwrap();
    let said = house.run("doctor --json");
    assert_eq!(states(&said, "data directory"), ["warn"]);
    assert!(said.good().contains("chmod 700 var"));
}

#[test]
fn what_is_missing_or_broken_fails() {
    let house = House::new("doctor-bad").peopled();
    fs::rename(house.path("var/tls/localhost.pem"), house.path("kept")).unwrap();
    let said = house.run("doctor --json");
    said.refused("1 of ");
    assert_eq!(states(&said, "server certificate"), ["FAIL", "ok"]);
    assert!(said.out.contains("sekisho init"));
    fs::rename(house.path("kept"), house.path("var/tls/localhost.pem")).unwrap();
    house.sql("UPDATE audit SET actor = 'x' WHERE seq = 1");
    let said = house.run("doctor --json");
    said.refused("1 of ");
    assert_eq!(states(&said, "audit chain"), ["FAIL"]);
    assert!(said.out.contains("broken at row 1"));
    fs::remove_file(house.path("var/ca/issuing.key.pem")).unwrap();
    let said = house.run("doctor --json");
    said.refused("2 of ");
    assert_eq!(states(&said, "issuing CA"), ["FAIL"]);
    house.run("doctor").refused("2 of ");
}

#[test]
fn a_mail_server_that_does_not_answer_and_a_running_program_are_told_apart() {
    let mut house = House::new("doctor-mail");
    let serving = house.serve();
    let said = house.run("doctor --json");
    said.good();
    assert_eq!(states(&said, "port"), ["warn", "warn", "warn"]);
    assert_eq!(serving.stop().0, Some(0));
    house.set("SEKISHO_MAIL__TRANSPORT", "smtp");
    house.set("SEKISHO_MAIL__SMTP_HOST", "127.0.0.1");
    house.set("SEKISHO_MAIL__SMTP_PORT", crate::support::tools::free_port().to_string());
    let said = house.run("doctor --json");
    said.refused("1 of ");
    assert_eq!(states(&said, "mail"), ["FAIL"]);
}
