//! `contract add|set|show|close` with the real program.

use serde_json::json;

use crate::cli::run::House;

#[test]
fn terms_come_from_the_preset_and_are_set_apart_one_by_one() {
    for house in House::both("console-terms") {
        let line = "contract add 15000003 --name 事務所 --kind office --preset office \
                    --customer-no 281234 --tel 03-5563-7662 --licences 5 --generate";
        house.run(line).good();
        let shown = house.json("contract show 15000003");
        assert_eq!(shown["services"], json!(["hr"]), "what the preset is for");
        let terms = &shown["terms"];
        assert_eq!((&terms["licences"], &terms["code_digits"]), (&json!(5), &json!(8)));
        assert_eq!(
            (&terms["login_kind"], &terms["customer_no"]),
            (&json!("email"), &json!("281234"))
        );
        assert_eq!(shown["set_apart"], json!({ "licences": 5 }));
        house
            .run("contract add 15000004 --name x --customer-no 281234 --generate")
            .refused("customer number");
        house.run("contract add 15000001 --name 会員 --generate").good();
        assert_eq!(house.json("contract show 15000001")["terms"]["licences"], 11);
        let set = "contract set 15000003 --licences preset --hours business --code-minutes 10 \
                   --add-service invoice --remove-service hr --name 新事務所";
        house.run(set).good();
        let shown = house.json("contract show 15000003");
        assert_eq!(shown["set_apart"], json!({ "hours": "business", "code_minutes": 10 }));
        assert_eq!((&shown["name"], &shown["services"]), (&json!("新事務所"), &json!(["invoice"])));
        assert!(house.run(set).good().contains("nothing was changed"));
        house.run("contract set 15000003 --customer-no none").good();
        assert_eq!(house.json("contract show 15000003")["terms"]["customer_no"], json!(null));
        let text = house.run("contract show 15000003").good().to_owned();
        assert!(text.contains("(preset)"), "{text}");
        house.run("contract set 15000009 --licences 3").refused("no contract 15000009");
        house.run("audit verify").good();
    }
}

#[test]
fn a_new_initial_password_is_told_once_and_a_closed_contract_stays_as_it_is() {
    // R004-103, R004-104
    let house = House::new("console-close").peopled();
    let made = house.json("contract set 15000001 --generate --unblock-initial");
    let password = made["initial_password"].as_str().unwrap().to_owned();
    assert_eq!(password.len(), 8);
    assert_eq!(made["done"], json!(["new initial password"]));
    assert!(!house.run("audit list --json").good().contains(&password));
    house.write("initial", "Abcd-12\n");
    house.run("contract set 15000001 --initial-password-file initial").refused("exactly 8");
    house.run("contract close 15000001").good();
    assert_eq!(house.json("contract show 15000001")["state"], "closed");
    house.run("contract close 15000001").refused("is closed");
    house.run("contract set 15000001 --licences 3").refused("is closed");
    house.add_user("jiro0002").refused("is closed");
    house.run("audit verify").good();
}
