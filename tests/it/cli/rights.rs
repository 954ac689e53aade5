//! `user explain|grant|withdraw`.

use serde_json::json;

use super::run::{House, PASSWORD};

fn house(name: &str) -> House {
    let house = House::new(name);
    let add =
        "contract add 15000001 --name 会員 --service hr --service rokin --service rokin_update";
    house.feed("Abcd-123\n", add).good();
    for (id, kind) in [("master01", "master"), ("general1", "general"), ("jinji001", "employee")] {
        let line =
            format!("user add {id} --contract 15000001 --kind {kind} --name 太郎 --email a@b.jp");
        house.feed(PASSWORD, &line).good();
    }
    house
}

fn told(house: &House, line: &str, words: &str) {
    let said = house.run(line);
    assert!(said.good().contains(words), "{said:?}");
}

#[test]
fn a_refusal_is_explained_condition_by_condition() {
    // RX-07
    let house = house("cli-explain");
    let said = house.json("user explain general1 employees.view");
    assert_eq!((&said["allowed"], &said["state"]), (&json!(false), &json!("active")));
    let person = &said["conditions"][2];
    assert_eq!((&person["condition"], &person["met"]), (&json!("person"), &json!(false)));
    assert!(person["because"].as_str().unwrap().contains("hr-staff"), "{person}");
    told(&house, "user explain general1 employees.view", "general1 may not: employees.view");
    told(&house, "user explain master01 rokin.change", "master01 may: rokin.change");
    let said = house.json("user explain master01 ledger.view");
    assert_eq!(
        said["conditions"][1]["because"],
        "the contract does not include the service ledger"
    );
    house.run("user explain master01 rokin.look").refused("rokin.view");
    house.run("user explain nobody12 rokin.view").refused("no user nobody12");
    let all = house.json("user explain general1");
    assert!(all.as_array().unwrap().len() > 30);
    assert!(all.as_array().unwrap().iter().any(|line| line["action"] == "operator.log"));
}

#[test]
fn another_contracts_things_are_explained_too() {
    // RX-06
    let house = house("cli-explain-other");
    house.feed("Abcd-123\n", "contract add 15000002 --name 企業").good();
    let said = house.json("user explain master01 members.change --contract 15000002");
    assert_eq!(said["conditions"][0]["because"], "it belongs to another contract");
    let line = "user explain master01 members.change --contract 15000003";
    house.run(line).refused("no contract 15000003");
}

#[test]
fn a_role_is_given_and_taken_and_every_change_is_written_down() {
    // R001-31
    let house = house("cli-roles");
    told(&house, "user grant jinji001 hr-staff", "jinji001 was given hr-staff");
    told(&house, "user grant jinji001 hr-staff", "nothing was changed");
    let said = house.json("user explain jinji001 employees.change");
    assert_eq!((&said["allowed"], &said["roles"]), (&json!(true), &json!(["hr-staff"])));
    assert_eq!(house.json("user withdraw jinji001 hr-staff")["changed"], true);
    assert_eq!(house.json("user withdraw jinji001 hr-staff")["changed"], false);
    let actions: Vec<_> = house.json("audit list").as_array().unwrap().clone();
    let count = |word: &str| actions.iter().filter(|row| row["action"] == word).count();
    assert_eq!((count("role-give"), count("role-take")), (1, 1));
    house.run("user grant jinji001 boss").refused("hr-capital (人的資本管理者)");
    house.run("user grant jinji001 billing").refused("no service with the role billing");
    house.run("user withdraw master01 hr-system").refused("comes with every master");
}
