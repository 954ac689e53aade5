//! The samples: the same each time, and usable at once.

use serde_json::{Value, json};

use super::init::mode;
use super::run::House;

/// The keys of every object of `list`, which must all be the same.
fn keys(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    let of = |one: &Value| one.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let first = of(&list[0]);
    assert!(list.iter().all(|one| of(one) == first), "{list:?}");
    first
}

#[test]
fn the_demo_tells_its_passwords_in_the_agreed_form() {
    let house = House::new("demo-form");
    let told = house.json("demo");
    let top: Vec<_> = told.as_object().unwrap().keys().cloned().collect();
    assert_eq!(top, ["contracts", "users"]);
    assert_eq!(keys(&told["contracts"]), ["contract", "initial_password", "kind", "name"]);
    assert_eq!(keys(&told["users"]), ["contract", "kind", "password", "temporary", "user"]);
    let users = told["users"].as_array().unwrap();
    for temporary in [true, false] {
        assert!(users.iter().any(|user| user["temporary"] == temporary));
    }
    assert_eq!(mode(&house.path("var/demo.json")), 0o600);
}

#[test]
fn a_second_demo_adds_nothing_and_tells_the_same_passwords() {
    for house in House::both("demo-twice") {
        let told = house.json("demo");
        let seen = |house: &House| {
            ["user list", "contract list", "audit list"].map(|line| house.json(line))
        };
        let before = seen(&house);
        assert_eq!(house.json("demo"), told);
        assert!(house.run("demo").good().contains("nothing was changed"));
        assert_eq!(seen(&house), before);
        assert_eq!(house.json("cert list"), json!([]), "the demo issued a certificate");
        house.run("audit verify").good();
        // A constraint that fails tells that there are fewer.
        house.sql(
            "CREATE TABLE proof (rows BIGINT CHECK (rows >= 5000)); \
             INSERT INTO proof SELECT COUNT(*) FROM rokin_items WHERE contract_no = '15000001'",
        );
    }
}

#[test]
fn passwords_that_nobody_knows_any_more_are_not_made_up() {
    let house = House::new("demo-lost");
    house.run("demo").good();
    std::fs::remove_file(house.path("var/demo.json")).unwrap();
    house.run("demo").refused("not known");
    assert!(!house.path("var/demo.json").exists());
    house.write("var/demo.json", "{");
    house.run("demo").refused("demo.json");
}

#[test]
fn an_interrupted_demo_goes_on_with_the_same_passwords() {
    let house = House::new("demo-killed");
    for micros in [60_000, 120_000, 180_000, 240_000, 300_000] {
        house.killed_after(micros, "", "demo");
        house.run("audit verify").good();
    }
    let told = house.json("demo");
    assert_eq!(house.json("demo"), told);
    assert_eq!(house.json("contract list").as_array().unwrap().len(), 9);
    assert_eq!(house.json("audit list").as_array().unwrap().len(), 9);
}
