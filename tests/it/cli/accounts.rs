//! `account add|list`: the contract's places to work in.

use serde_json::json;

use super::run::House;

#[test]
fn accounts_are_added_up_to_the_number_and_listed() {
    // R002-07
    for house in House::both("cli-accounts") {
        house.feed("Abcd-123", "contract add 15000001 --name 事務所 --kind office").good();
        house.run("account add 15000009").refused("no contract 15000009");
        house.run("account list 15000009").refused("no contract 15000009");
        assert!(house.run("account list 15000001").good().contains("no accounts"));
        house.run("account add 15000001 --count 0").misused();
        house.run("account add 15000001 --count 100").misused();
        let first = house.json("account add 15000001 --count 2");
        let ids: Vec<_> = first["added"].as_array().expect("a list").clone();
        let text = |at: usize| ids[at].as_str().expect("a text").to_owned();
        assert_eq!(ids.len(), 2);
        assert!(text(0).len() == 8 && text(0).ends_with("-01") && text(1).ends_with("-02"));
        assert_eq!(text(0)[..5], text(1)[..5]);
        // A contract of another kind has eleven licences (R004-24).
        house.run("account add 15000001").good();
        assert!(house.run("account add 15000001").good().contains("already"));
        let all = house.json("account list 15000001");
        let all = all.as_array().expect("a list");
        assert_eq!(all.len(), 11);
        let object = json!({
            "account": text(0), "user": null, "name": null, "tied_at": null, "first": false,
        });
        assert_eq!(all[0], object);
        let log = house.json("audit list");
        let added =
            log.as_array().expect("rows").iter().filter(|row| row["action"] == "account-add");
        assert_eq!(added.count(), 11);
    }
}

#[test]
fn the_demo_has_an_office_that_one_can_register_at() {
    // R002-07, R002-29
    let house = House::new("cli-accounts-demo");
    house.run("demo").good();
    let all = house.json("account list 15000003");
    let users: Vec<_> = all.as_array().expect("a list").iter().map(|one| &one["user"]).collect();
    assert_eq!(users, [&json!("office01"), &json!(null), &json!(null)]);
}
