//! The same on the command line: requests, revocation with a note, the inventory, and a
//! deleted user.

use serde_json::{Value, json};

use crate::cli::run::{House, PASSWORD};

/// With a certificate for `taro0001`; its serial.
fn issued(house: House) -> (House, String) {
    let house = house.peopled();
    let made = house.feed(PASSWORD, "cert issue taro0001 --out taro.p12 --json");
    let made: Value = serde_json::from_str(made.good()).expect("JSON");
    let serial = made["serial"].as_str().expect("text").to_owned();
    (house, serial)
}

#[test]
fn a_request_is_recorded_with_the_revocation_it_asks_for() {
    // R004-10, R004-72, R004-161
    for house in House::both("desk-revoke") {
        let (house, serial) = issued(house);
        house.run(&format!("cert revoke {serial} --requested-by 山田")).misused();
        house
            .run(&format!("cert revoke {serial} --requested-by 山田 --received-on 2026-02-30"))
            .refused("is not a day");
        house
            .run(&format!("cert revoke {serial} --requested-by 山田 --received-on 9999-01-01"))
            .refused("not come yet");
        assert_eq!(house.json("request list"), json!([]));
        let line = "--reason superseded --note 入替 --requested-by 山田 --received-on 2024-02-29";
        house.run(&format!("cert revoke {serial} {line}")).good();
        let requests = house.json("request list");
        assert_eq!(requests[0]["requested_by"], "山田");
        assert_eq!(requests[0]["received_on"], "2024-02-29");
        assert_eq!(requests[0]["recorded_by"], "cli:tester");
        assert_eq!(
            (&requests[0]["user"], &requests[0]["reason"]),
            (&json!("taro0001"), &json!("入替"))
        );
        assert!(requests[0]["done_at"].is_string());
        let shown = house.json(&format!("cert show {serial}"));
        assert_eq!((&shown["note"], &shown["request"]), (&json!("入替"), &requests[0]["id"]));
        assert!(!house.run("audit list --json").good().contains("入替"));
        house.run("audit verify").good();
    }
}

#[test]
fn a_request_that_was_recorded_before_is_carried_out_once() {
    // R004-10
    let (house, serial) = issued(House::new("desk-request"));
    house.run("request add cert-revoke --contract 15000001 --requested-by 山田 --received-on 2024-02-29 --reason 紛失").refused("--user");
    house.run("request add unblock --contract 15000002 --requested-by 山田 --received-on 2024-02-29 --reason 紛失").refused("no contract 15000002");
    let add = "request add cert-revoke --contract 15000001 --user taro0001 --requested-by 山田 \
               --received-on 2024-02-29 --reason 紛失";
    let added = house.json(add);
    let id = added["id"].as_str().expect("text");
    assert_eq!(house.json(&format!("request show {id}")), added);
    assert_eq!(house.json("request list --open").as_array().map(Vec::len), Some(1));
    house.run("request show nothing").refused("no request nothing");
    house.run(&format!("cert revoke {serial} --request nothing")).refused("does not ask for this");
    house.run(&format!("cert revoke --user taro0001 --reason keyCompromise --request {id}")).good();
    assert_eq!(house.json("request list --open"), json!([]));
    house.feed(PASSWORD, "cert issue taro0001 --out again.p12").good();
    house
        .run(&format!("cert revoke --user taro0001 --request {id}"))
        .refused("does not ask for this");
}

#[test]
fn the_inventory_is_written_for_spreadsheets() {
    for house in House::both("desk-export") {
        let (house, serial) = issued(house);
        house.run(&format!("cert revoke {serial} --note =1+1")).good();
        let printed = house.run("cert export");
        assert!(
            printed.good().starts_with("\u{feff}serial,user,contract,contract_name,mode,status,")
        );
        house.run("cert export --out all.csv").good();
        let file = std::fs::read_to_string(house.path("all.csv")).expect("written");
        let line = file.lines().nth(1).expect("a line");
        assert!(
            line.starts_with(&format!("{serial},taro0001,15000001,会員,user,revoked,")),
            "{line}"
        );
        assert!(line.ends_with(",1,'=1+1"), "{line}");
        let all = house.json("cert export");
        assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
        assert_eq!((&all[0]["serial"], &all[0]["note"]), (&json!(serial), &json!("=1+1")));
        assert_eq!((&all[0]["generation"], &all[0]["first_used_at"]), (&json!(1), &Value::Null));
        assert_eq!(house.json("cert export --out all.json")["certificates"], 1);
        let file = std::fs::read_to_string(house.path("all.json")).expect("written");
        assert_eq!(serde_json::from_str::<Value>(&file).expect("JSON"), all);
        house.run("cert export --out none/all.csv").refused("cannot be written");
        assert_eq!(house.json("cert list --contract 15000001").as_array().map(Vec::len), Some(1));
        assert_eq!(house.json("cert list --contract 15000002"), json!([]));
    }
}

#[test]
fn a_deleted_users_certificate_dies_with_him() {
    // R004-98
    for house in House::both("desk-delete") {
        let (house, serial) = issued(house);
        house.run("user delete nobody01").refused("no user nobody01");
        let gone = house.json("user delete taro0001");
        assert_eq!(gone, json!({ "user": "taro0001", "revoked": [serial] }));
        let shown = house.json(&format!("cert show {serial}"));
        assert_eq!(
            (&shown["status"], &shown["reason"]),
            (&json!("revoked"), &json!("cessationOfOperation"))
        );
        house.run("user show taro0001").refused("no user taro0001");
        house.run("user delete taro0001").refused("no user taro0001");
        // The ID is free again; the old certificate stays dead.
        house.add_user("taro0001").good();
        assert_eq!(house.json(&format!("cert show {serial}"))["status"], "revoked");
        house.feed(PASSWORD, "cert issue taro0001 --out new.p12").good();
        house.run("audit verify").good();
    }
}

#[test]
fn the_demo_has_an_operator_also_where_an_earlier_one_ran() {
    for house in House::both("desk-demo") {
        let told = house.json("demo");
        let mut older = told.clone();
        for list in ["contracts", "users"] {
            older[list].as_array_mut().expect("a list").retain(|one| one["contract"] != "15000009");
        }
        // As the first version left it.
        house.write("var/demo.json", older.to_string());
        house.sql(
            "DELETE FROM users WHERE contract_no = '15000009'; \
                   DELETE FROM contract_terms WHERE contract_no = '15000009'; \
                   DELETE FROM contracts WHERE contract_no = '15000009'",
        );
        let again = house.json("demo");
        for list in ["contracts", "users"] {
            let (new, old) = (again[list].as_array(), older[list].as_array());
            let (new, old) = (new.expect("a list"), old.expect("a list"));
            assert_eq!((&new[..old.len()], new.len()), (&old[..], old.len() + 1));
        }
        let user = house.json("user show operator01");
        assert_eq!((&user["kind"], &user["contract"]), (&json!("operator"), &json!("15000009")));
        assert_eq!(house.json("demo"), again);
    }
}
