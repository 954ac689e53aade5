//! `cert list|show|revoke`.

use serde_json::{Value, json};

use super::run::{House, PASSWORD};

/// With a certificate for each of two users; their serials.
fn issued(house: House) -> (House, [String; 2]) {
    let house = house.peopled();
    house.add_user("jiro0002").good();
    let serials = ["taro0001", "jiro0002"].map(|user| {
        let made = house.feed(PASSWORD, &format!("cert issue {user} --out {user}.p12 --json"));
        let made: Value = serde_json::from_str(made.good()).expect("JSON");
        made["serial"].as_str().expect("text").to_owned()
    });
    (house, serials)
}

fn users(list: &Value) -> Vec<&str> {
    let mut users: Vec<_> =
        list.as_array().unwrap().iter().map(|one| one["user"].as_str().unwrap()).collect();
    users.sort_unstable();
    users
}

#[test]
fn certificates_are_listed_with_the_agreed_keys_and_filters() {
    for house in House::both("cert-list") {
        let (house, [taro, jiro]) = issued(house);
        let all = house.json("cert list");
        assert_eq!(users(&all), ["jiro0002", "taro0001"]);
        let mut keys: Vec<_> = all[0].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        assert_eq!(
            keys,
            [
                "contract",
                "issued_at",
                "mode",
                "not_after",
                "not_before",
                "reason",
                "revoked_at",
                "serial",
                "sha256",
                "status",
                "user"
            ]
        );
        let shown = house.json(&format!("cert show {taro}"));
        for (key, value) in [
            ("serial", json!(taro)),
            ("contract", json!("15000001")),
            ("mode", json!("user")),
            ("status", json!("active")),
            ("revoked_at", json!(null)),
            ("reason", json!(null)),
        ] {
            assert_eq!(shown[key], value, "{key}");
        }
        house.run(&format!("cert revoke {jiro} --reason keyCompromise")).good();
        assert_eq!(users(&house.json("cert list --status active")), ["taro0001"]);
        assert_eq!(users(&house.json("cert list --status revoked")), ["jiro0002"]);
        assert_eq!(users(&house.json("cert list --user jiro0002")), ["jiro0002"]);
        house.run("cert list --user nobody01").refused("no user nobody01");
        assert_eq!(house.json("cert list --expiring-within 30d"), json!([]));
        assert_eq!(users(&house.json("cert list --expiring-within 366")).len(), 2);
        house.sql(&format!("UPDATE certificates SET not_after = 1 WHERE serial = '{taro}'"));
        assert_eq!(users(&house.json("cert list --status expired")), ["taro0001"]);
        assert_eq!(house.json("cert list --status active"), json!([]));
    }
}

#[test]
fn a_certificate_is_shown_by_serial_and_by_file() {
    let (house, [taro, _]) = issued(House::new("cert-show"));
    house.write("right", PASSWORD);
    let leaf = "pkcs12 -in taro0001.p12 -passin file:right -nokeys -clcerts -out leaf.pem";
    house.tool("openssl", leaf).good();
    house.tool("openssl", "x509 -in leaf.pem -outform DER -out leaf.der").good();
    let colons: Vec<_> =
        taro.as_bytes().chunks(2).map(|two| String::from_utf8_lossy(two).to_uppercase()).collect();
    let by_serial = house.json(&format!("cert show {taro}"));
    for which in ["leaf.pem", "leaf.der", &colons.join(":"), &taro.to_uppercase()] {
        assert_eq!(house.json(&format!("cert show {which}")), by_serial, "{which}");
    }
    let print = house.tool("openssl", "x509 -in leaf.pem -noout -fingerprint -sha256");
    let print = print.good().trim().replace(':', "").to_lowercase();
    assert!(print.ends_with(by_serial["sha256"].as_str().unwrap()), "{print}");
}

#[test]
fn what_we_did_not_issue_is_told_so() {
    let (house, [taro, _]) = issued(House::new("cert-foreign"));
    // Another's certificate that bears one of our serials and names.
    let forge = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9";
    let like = format!("-keyout k.pem -out foreign.pem -subj /CN=taro0001 -set_serial 0x{taro}");
    let made = house.tool("openssl", &format!("{forge} {like}"));
    assert_eq!(made.code, Some(0), "{made:?}");
    house.run("cert show foreign.pem").refused("we did not issue");
    house.run("cert show k.pem").refused("PEM or DER");
    house.run("cert show taro0001.p12").refused("pkcs12");
    house.run("cert show 00ff").refused("no certificate 00ff");
    house.run("cert show none.pem").refused("no certificate none.pem");
    // Letters beside the digits are no serial number.
    house.run(&format!("cert show x{taro}")).refused("no certificate");
}

#[test]
fn a_certificate_is_revoked_once_with_a_reason_of_the_standard() {
    for house in House::both("cert-revoke") {
        let (house, [taro, jiro]) = issued(house);
        let before = house.json("audit list");
        let wrong = house.run(&format!("cert revoke {taro} --reason lost"));
        for name in ["keyCompromise", "superseded", "cessationOfOperation", "affiliationChanged"] {
            wrong.refused(name);
        }
        house.run("cert revoke 00ff").refused("no such certificate");
        house.run("cert revoke --user nobody01").refused("no user nobody01");
        assert_eq!(house.json("audit list"), before);
        let typed: Vec<_> = taro
            .as_bytes()
            .chunks(2)
            .map(|two| String::from_utf8_lossy(two).to_uppercase())
            .collect();
        house.run(&format!("cert revoke {} --reason keyCompromise", typed.join(":"))).good();
        let shown = house.json(&format!("cert show {taro}"));
        assert_eq!(
            (&shown["status"], &shown["reason"]),
            (&json!("revoked"), &json!("keyCompromise"))
        );
        assert!(shown["revoked_at"].is_string());
        let gone = house.json("cert revoke --user jiro0002");
        assert_eq!((&gone[0]["serial"], &gone[0]["reason"]), (&json!(jiro), &json!("unspecified")));
        let after = house.json("audit list");
        house.run(&format!("cert revoke {taro} --reason superseded")).refused("at its end already");
        house.run("cert revoke --user jiro0002").refused("no such certificate");
        assert_eq!(house.json("audit list"), after);
        assert_eq!(house.json(&format!("cert show {taro}")), shown);
        house.run("audit verify").good();
    }
}
