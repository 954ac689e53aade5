//! `contract` and `user`: every rule at its edge, and that a refusal writes nothing.

use serde_json::{Value, json};

use super::run::{House, PASSWORD, Said};

/// What a refusal must leave as it was.
fn written(house: &House) -> [Value; 3] {
    ["contract list", "user list", "audit list"].map(|line| house.json(line))
}

/// Runs each line with its input; each must be refused with its words, and write nothing.
fn all_refused(house: &House, cases: &[(&str, &str, &str)]) {
    let before = written(house);
    for (text, line, words) in cases {
        house.feed(text, line).refused(words);
        assert_eq!(written(house), before, "{line} wrote something");
    }
}

fn user(house: &House, id: &str, more: &str) -> Said {
    let line = format!("user add {id} --contract 15000001 --name 太郎 --email a@b.jp {more}");
    house.feed(PASSWORD, &line)
}

#[test]
fn a_contract_is_taken_at_the_edges_of_the_rules_and_refused_beyond() {
    // R004-28, R004-30
    let house = House::new("cli-contract");
    house.feed("Abcd-123\n", "contract add 15000001 --name 会員 --kind member").good();
    house.write("initial", "Abcd-123\r\n");
    let line = "contract add 15000002 --kind employer --initial-password-file initial";
    house.run(&format!("{line} --name {}", "あ".repeat(64))).good();
    all_refused(
        &house,
        &[
            (PASSWORD, "contract add 1500003 --name x", "eight digits"),
            (PASSWORD, "contract add 150000003 --name x", "eight digits"),
            (PASSWORD, "contract add １５００００００ --name x", "eight digits"),
            (PASSWORD, "contract add 1500000a --name x", "eight digits"),
            (PASSWORD, "contract add 15000001 --name x", "exists already"),
            (PASSWORD, "contract add 15000003 --name=", "1 to 64"),
            ("Abcd-12", "contract add 15000003 --name x", "exactly 8"),
            ("Abcd-1234", "contract add 15000003 --name x", "exactly 8"),
            ("abcd-123", "contract add 15000003 --name x", "upper and lower"),
            ("Abcde123", "contract add 15000003 --name x", "symbols"),
            ("Ａbcd-123", "contract add 15000003 --name x", "half-width"),
            ("", "contract add 15000003 --name x", "no initial password was given"),
            ("", "contract add 15000003 --name x --initial-password-file none", "none"),
            ("", "contract show 15000003", "no contract 15000003"),
        ],
    );
    house.run(&format!("contract add 15000003 --name {}", "あ".repeat(65))).refused("1 to 64");
}

#[test]
fn a_made_initial_password_is_shown_once_and_obeys_the_rule() {
    // R004-28
    let house = House::new("cli-generate");
    let made = house.json("contract add 15000001 --name 会員 --service rokin --generate");
    let password = made["initial_password"].as_str().unwrap().to_owned();
    assert_eq!(password.len(), 8);
    let line = "contract add 15000002 --name 会員";
    house.feed(&password, line).good();
    for line in ["contract show 15000001 --json", "contract list --json", "audit list --json"] {
        assert!(!house.run(line).good().contains(&password), "{line}");
    }
    assert_eq!(house.json("contract show 15000001")["services"], json!(["rokin"]));
}

#[test]
fn a_user_is_taken_at_the_edges_of_the_rules() {
    // R004-26, R004-27, R004-29, R004-31, R004-32
    for house in House::both("cli-user-good") {
        house.feed(PASSWORD, "contract add 15000001 --name 会員").good();
        let add = |id: &str, name: &str, email: &str, password: &str| {
            let line = "user add --contract 15000001";
            house.feed(password, &format!("{line} {id} --name {name} --email {email}")).good();
        };
        let longest = format!("{}@example.jp", "a".repeat(39));
        add("Taro67", "太", "a@b.jp", "Abcd-123");
        add("abcdefghijk1", &"労".repeat(20), &longest, "Abcd-1234567");
        // Another person: IDs keep their case.
        add("taro67", "太郎", "a@b.jp", "Abcd-123\r\n");
        let shown = house.json("user show Taro67");
        assert_eq!((&shown["user"], &shown["email"]), (&json!("Taro67"), &json!("a@b.jp")));
        assert_eq!(shown["password_temporary"], true);
        house.write("password", "Abcd-123\n");
        house
            .run(
                "user add keeper1 --contract 15000001 --kind master --name 太 --email a@b.jp \
                  --keep-password --password-file password",
            )
            .good();
        assert_eq!(house.json("user show keeper1")["password_temporary"], false);
    }
}

#[test]
fn a_user_beyond_a_rule_is_refused_and_nothing_is_written() {
    // R004-26, R004-27, R004-29, R004-31, R004-32, R004-35
    for house in House::both("cli-user-bad") {
        let house = house.peopled();
        house.feed(PASSWORD, "contract add 15000002 --name 別").good();
        let before = written(&house);
        for id in ["abc12", "abcdefghijkl1", "abcdef", "123456", "taro_67", "ｔａｒｏ６７"] {
            user(&house, id, "").refused("6 to 12 half-width letters and digits");
        }
        let with = |name: &str, email: &str| {
            let line = "user add jiro0002 --contract 15000001";
            house.feed(PASSWORD, &format!("{line} --name={name} --email={email}"))
        };
        for name in [&"労".repeat(21), "Taro", "ﾀﾛｳ"] {
            with(name, "a@b.jp").refused("full-width");
        }
        with("", "a@b.jp").refused("must not be empty");
        let long = format!("{}@example.jp", "a".repeat(40));
        for email in [&long, "hanako", "はな@example.jp", "a@@b.jp"] {
            with("太郎", email).refused("50 half-width");
        }
        with("太郎", "a@docomo.ne.jp").refused("carrier");
        for (password, words) in [
            ("Abcd-12", "8 to 12"),
            ("Abcd-12345678", "8 to 12"),
            ("abcd-123", "upper case letters: at least 1"),
            ("ABCD-123", "lower case letters: at least 1"),
            ("Abcd-efg", "digits: at least 1"),
            ("Abcd1234", "symbols: at least 1"),
            ("Abcd 12-", "half-width"),
            ("A-jiro0002", "user ID"),
            ("\n", "no temporary password was given"),
        ] {
            let line = "user add jiro0002 --contract 15000001 --name 太 --email a@b.jp";
            house.feed(password, line).refused(words);
        }
        user(&house, "taro0001", "").refused("exists already");
        let line = "user add taro0001 --contract 15000002 --name 太郎 --email a@b.jp";
        house.feed(PASSWORD, line).refused("unique in the whole system");
        let line = "user add jiro0002 --contract 15000009 --name 太郎 --email a@b.jp";
        house.feed(PASSWORD, line).refused("no contract 15000009");
        user(&house, "jiro0002", "--password-file none").refused("none");
        house.run("user show TARO0001").refused("case-sensitive");
        assert_eq!(written(&house), before, "a refusal wrote something");
    }
}

#[test]
fn a_contract_has_one_master_and_ten_general_users() {
    // R004-23, R004-24
    for house in House::both("cli-most") {
        house.feed(PASSWORD, "contract add 15000001 --name 会員").good();
        user(&house, "master01", "--kind master").good();
        for n in 0..10 {
            user(&house, &format!("general{n}"), "").good();
        }
        let before = written(&house);
        user(&house, "general10", "").refused("10 general users");
        user(&house, "master02", "--kind master").refused("has a master user");
        assert_eq!(written(&house), before);
        user(&house, "worker01", "--kind employee").good();
        house.sql("UPDATE contracts SET closed_at = 1 WHERE contract_no = '15000001'");
        let closed = written(&house);
        user(&house, "worker02", "--kind employee").refused("closed");
        assert_eq!(written(&house), closed);
    }
}

#[test]
fn users_are_listed_with_the_agreed_keys_and_by_contract() {
    // RX-06
    let house = House::new("cli-list").peopled();
    house.feed(PASSWORD, "contract add 15000002 --name 別").good();
    let line = "user add other01 --contract 15000002 --name 別人 --email x@y.jp";
    house.feed(PASSWORD, line).good();
    let expected = json!([{
        "user": "taro0001", "contract": "15000001", "kind": "general", "name": "労金　太郎",
        "email": "a@b.jp", "state": "active", "last_login_at": null,
    }]);
    assert_eq!(house.json("user list --contract 15000001"), expected);
    assert_eq!(house.json("user list").as_array().unwrap().len(), 2);
    assert!(!house.run("audit list --contract 15000001").good().contains("other01"));
    assert!(house.run("audit list").good().contains("other01"));
    assert!(house.run("user list").good().contains("労金　太郎"));
    let contract = house.json("contract show 15000001");
    assert_eq!(contract["contract"], "15000001");
    assert_eq!(contract["state"], "active");
}

#[test]
fn everything_added_stands_in_the_audit_chain_without_its_password() {
    let house = House::new("cli-audit").peopled();
    let rows = house.json("audit list");
    let told: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| [&row["actor"], &row["action"], &row["target"]].map(|v| v.as_str().unwrap()))
        .collect();
    let expected =
        [["cli:tester", "user-add", "taro0001"], ["cli:tester", "contract-add", "15000001"]];
    assert_eq!(told, expected);
    assert!(!rows.to_string().contains(PASSWORD));
}

#[test]
fn wrong_usage_ends_with_2_and_passwords_are_no_arguments() {
    let house = House::bare("cli-usage");
    for line in [
        "",
        "nothing",
        "user",
        "user add",
        "user add taro0001 --contract 15000001 --name 太郎",
        "user add taro0001 --contract 15000001 --name 太 --email a@b.jp --kind king",
        "user add taro0001 --contract 15000001 --name 太 --email a@b.jp --password Abcd-123",
        "contract add 15000001 --name x --initial-password Abcd-123",
        "contract add 15000001 --name x --generate --initial-password-file f",
        "cert issue taro0001",
        "cert issue taro0001 --out x.p12 --password Abcd-123",
        "cert issue taro0001 --out x.p12 --format best",
        "cert list --expiring-within soon",
        "cert revoke",
        "cert revoke 01 --user taro0001",
        "audit list --limit 0",
        "ca export leaf",
    ] {
        house.run(line).misused();
    }
    assert!(!house.path("var").exists());
    house.run("--help").good();
    house.run("user list").refused("sekisho init");
    assert!(!house.path("var").exists(), "looking made a data directory");
}

#[test]
fn a_user_is_changed_only_where_something_is_given() {
    // R004-31, R004-32, R004-40, R004-42, RX-02
    for house in House::both("cli-user-set") {
        house.feed(PASSWORD, "contract add 15000001 --name 会員").good();
        user(&house, "taro6789", "").good();
        let set = |more: &str| house.json(&format!("user set taro6789 {more}"));
        let changed = set("--name 花子 --function rokin=view --function bulk_saving=hide");
        assert_eq!(changed["changed"], json!(["name", "rokin=view", "bulk_saving=hide"]));
        assert_eq!((&changed["name"], &changed["email"]), (&json!("花子"), &json!("a@b.jp")));
        assert_eq!(set("--name 花子")["changed"], json!([]));
        for state in ["locked", "closed", "active"] {
            assert_eq!(set(&format!("--state {state}"))["state"], json!(state));
        }
        set("--state closed");
        assert_eq!(house.json("user unlock taro6789")["state"], json!("active"));
        all_refused(
            &house,
            &[
                ("", "user set taro6789 --name Taro", "full-width"),
                ("", "user set taro6789 --email a@docomo.ne.jp", "mobile carrier"),
                ("", "user set taro6789 --function bulk_saving=view", "bulk_saving=show|hide"),
                ("", "user set taro6789 --function x=show", "no function"),
                ("", "user set nobody12 --state closed", "no user nobody12"),
                ("", "user unlock nobody12", "no user nobody12"),
            ],
        );
        assert_eq!(house.run("user set taro6789").code, Some(2));
        house.run("audit verify").good();
    }
}

#[test]
fn a_reset_gives_a_temporary_password_and_a_master_may_begin_anew() {
    // R004-29, R004-100, R004-101
    for house in House::both("cli-user-reset") {
        house.feed(PASSWORD, "contract add 15000001 --name 会員").good();
        user(&house, "taro6789", "--kind master --keep-password").good();
        user(&house, "hanako12", "--keep-password").good();
        house.run("user set hanako12 --state closed").good();
        let made = house.json("user reset hanako12 --generate");
        let password = made["password"].as_str().unwrap().to_owned();
        assert_eq!((password.len(), &made["state"]), (12, &json!("active")));
        assert_eq!(house.json("user show hanako12")["password_temporary"], json!(true));
        assert!(!house.run("audit list --json").good().contains(&password));
        house.feed(PASSWORD, "user reset hanako12").good();
        all_refused(
            &house,
            &[
                ("Abcd-12", "user reset hanako12", "8 to 12"),
                ("abcd-1234", "user reset hanako12", "upper case letters"),
                ("", "user reset hanako12 --initialise", "not a master"),
                ("", "user set taro6789 --function rokin=hide", "general users alone"),
            ],
        );
        assert_eq!(house.json("user reset taro6789 --initialise")["initialised"], json!(true));
        house.run("user show taro6789").refused("no user taro6789");
        user(&house, "taro6789", "--kind master").good();
        house.run("audit verify").good();
    }
}
