//! `cert verify` says what OpenSSL says, and what our records add.

use std::fs;

use sekisho::base::clock::DAY_MS;
use sekisho::base::{Clock, Moment, Secret};
use sekisho::pki::Authority;
use sekisho::pki::authority::certificate_pem;

use crate::cli::run::{House, PASSWORD};
use crate::support::forge::{Draft, Signer, cas};

/// `taro.pem`, and `chain.pem` with the certificates above it.
fn issued(label: &str) -> House {
    let house = House::new(label).peopled();
    get(&house, "taro");
    house
}

fn get(house: &House, name: &str) {
    house.feed(PASSWORD, &format!("cert issue taro0001 --out {name}.p12")).good();
    let open = format!("pkcs12 -in {name}.p12 -nokeys -passin pass:{PASSWORD}");
    house.tool("openssl", &format!("{open} -clcerts -out {name}.pem")).good();
    house.tool("openssl", &format!("{open} -out {name}-chain.pem")).good();
}

/// What OpenSSL says of the file as of `at`, by its number of the error.
fn openssl(house: &House, file: &str, at: Moment) -> Option<String> {
    let line = format!(
        "verify -purpose sslclient -attime {} -CAfile var/ca/root.pem \
         -untrusted var/ca/issuing.pem {file}",
        at.unix()
    );
    let said = house.tool("openssl", &line);
    let text = format!("{}{}", said.out, said.err);
    let number = text.split("error ").nth(1).and_then(|rest| rest.split(' ').next());
    assert_eq!(said.code == Some(0), number.is_none(), "{text}");
    number.map(ToOwned::to_owned)
}

#[test]
fn a_good_certificate_is_told_with_its_holder() {
    for house in House::both("verify-good") {
        let house = house.peopled();
        get(&house, "taro");
        house.tool("openssl", "x509 -in taro.pem -outform DER -out taro.der").good();
        for file in ["taro.pem", "taro-chain.pem", "taro.der"] {
            let said = house.run(&format!("cert verify {file}"));
            assert!(said.good().starts_with(&format!("{file}: OK\n")), "{said:?}");
            assert!(said.out.contains("taro0001 of contract 15000001"), "{said:?}");
        }
        let told = house.json("cert verify taro.pem");
        assert_eq!((&told["ok"], &told["reason"]), (&true.into(), &serde_json::Value::Null));
        assert_eq!((&told["user"], &told["contract"]), (&"taro0001".into(), &"15000001".into()));
        assert_eq!((&told["status"], &told["file"]), (&"active".into(), &"taro.pem".into()));
        let shown = house.json(&format!("cert show {}", told["serial"].as_str().unwrap()));
        assert_eq!(told["not_after"], shown["not_after"]);
    }
}

#[test]
fn every_generation_is_known_and_the_times_are_openssls() {
    let house = issued("verify-times");
    house.run("ca rotate").good();
    let told = house.json("cert verify taro.pem");
    let ends = Moment::parse(told["not_after"].as_str().unwrap()).unwrap();
    let now = Clock::system().now();
    for (at, wanted) in [
        (now, None),
        (ends.plus_ms(-1_000), None),
        (ends.plus_ms(1_000), Some("10")),
        (now.plus_ms(-2 * DAY_MS), Some("9")),
        (ends.plus_ms(20 * 366 * DAY_MS), Some("10")),
    ] {
        assert_eq!(openssl(&house, "taro.pem", at).as_deref(), wanted, "{}", at.rfc3339());
        let said = house.run(&format!("cert verify taro.pem --at {}", at.rfc3339()));
        match wanted {
            None => _ = said.good(),
            Some(number) => said.refused(&format!("error {number} at 0 depth lookup")),
        }
    }
    // The last second belongs to it (RFC 5280 §4.1.2.5); OpenSSL ends one earlier.
    house.run(&format!("cert verify taro.pem --at {}", ends.rfc3339())).good();
    house.run("cert verify taro.pem --at yesterday").misused();
}

#[test]
fn what_was_taken_away_is_no_longer_good_from_then_on() {
    let house = issued("verify-revoked");
    let before = Clock::system().now().plus_ms(-1_000).rfc3339();
    house.run("cert revoke --user taro0001 --reason keyCompromise").good();
    let said = house.run("cert verify taro.pem");
    said.refused("error 23 at 0 depth lookup: certificate revoked");
    assert!(said.err.contains("(keyCompromise)") && said.err.contains("taro0001"), "{said:?}");
    let said = house.run("cert verify taro.pem --json");
    assert_eq!(said.code, Some(1));
    let told: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&told["ok"], &told["status"]), (&false.into(), &"revoked".into()));
    assert!(told["reason"].as_str().unwrap().contains("revoked"));
    house.run(&format!("cert verify taro.pem --at {before}")).good();
    get(&house, "again");
    house.run("cert verify again.pem").good();
    house.sql(
        "UPDATE certificates SET status = 'superseded', superseded_at = 1 \
               WHERE status = 'active'",
    );
    house.run("cert verify again.pem").refused("superseded");
    get(&house, "third");
    house.sql("UPDATE users SET closed_at = 1");
    house.run("cert verify third.pem").refused("its holder is closed");
}

#[test]
fn what_is_not_ours_is_refused_in_openssls_words() {
    let house = issued("verify-foreign");
    let now = Clock::system().now();
    let text = |name: &str| fs::read_to_string(house.path(name)).unwrap();
    let pass = Secret::from(text("var/ca/passphrase").trim_end());
    let ours = Authority::open(&text("var/ca/issuing.pem"), &text("var/ca/issuing.key.pem"), &pass);
    let ours = Signer::of(&ours.unwrap());
    let twin = Signer::of(&cas("関所", now).issuing);
    let other = Signer::of(&cas("よそ", now).issuing);
    let good = Draft::good("taro0001", now);
    let forged = [
        ("unknown", good.signed_by(&ours), None, "not in our records"),
        ("twin", good.signed_by(&twin), Some("20"), "error 7 at 0 depth lookup"),
        ("other", good.signed_by(&other), Some("20"), "error 20 at 0 depth lookup"),
        ("self", good.self_signed(), Some("18"), "error 18 at 0 depth lookup"),
        (
            "server",
            Draft::server_only("taro0001", now).signed_by(&ours),
            Some("26"),
            "error 26 at 0 depth lookup",
        ),
        (
            "expired",
            Draft::expired("taro0001", now).signed_by(&ours),
            Some("10"),
            "error 10 at 0 depth lookup",
        ),
    ];
    for (name, made, theirs, words) in forged {
        let file = format!("{name}.pem");
        house.write(&file, certificate_pem(&made.certificate_der));
        let said = openssl(&house, &file, now);
        // Where a twin has our CA's name and key id is another, OpenSSL says that it is missing.
        assert_eq!(said.as_deref(), theirs, "{name}");
        house.run(&format!("cert verify {file}")).refused(words);
    }
    house.run("cert verify var/ca/issuing.pem").refused("error 26");
    house.run("cert verify var/ca/passphrase").refused("holds no certificate");
    house.run("cert verify none.pem").refused("none.pem cannot be read");
    let changed = text("taro.pem").replacen("MII", "MIJ", 1);
    house.write("changed.pem", changed);
    assert_eq!(house.run("cert verify changed.pem").code, Some(1));
}
