//! `ca show|export|crl`, as OpenSSL sees them.

use std::fs;

use serde_json::Value;

use super::run::{House, PASSWORD};

#[test]
fn a_crl_is_signed_by_the_issuing_ca_and_names_what_was_revoked() {
    for house in House::both("ca-crl") {
        let house = house.peopled();
        house.run("ca export issuing --out issuing.pem").good();
        let number = |name: &str| {
            house.run(&format!("ca crl --out {name}")).good();
            let openssl = |line: &str| {
                let line = format!("crl -inform DER -in {name} -CAfile issuing.pem {line}");
                house.tool("openssl", &line)
            };
            let verified = openssl("-verify -noout");
            assert_eq!(verified.code, Some(0), "{verified:?}");
            assert!(verified.err.contains("verify OK"), "{verified:?}");
            let said = openssl("-noout -crlnumber").out;
            let hex = said.trim().trim_start_matches("crlNumber=").trim_start_matches("0x");
            (i64::from_str_radix(hex, 16).expect("a number"), openssl("-noout -text").out)
        };
        let (first, empty) = number("1.crl");
        assert!(empty.contains("No Revoked Certificates"), "{empty}");
        let made = house.feed(PASSWORD, "cert issue taro0001 --out taro.p12 --json");
        let made: Value = serde_json::from_str(made.good()).unwrap();
        let serial = made["serial"].as_str().unwrap().to_uppercase();
        house.run("cert revoke --user taro0001 --reason keyCompromise").good();
        let (second, text) = number("2.crl");
        assert!(text.contains(&format!("Serial Number: {serial}")), "{serial} in {text}");
        assert!(text.contains("Key Compromise"), "{text}");
        let (third, _) = number("2.crl");
        assert!(first < second && second < third, "{first} {second} {third}");
        let pem = house.run("ca crl");
        house.write("3.pem", pem.good());
        let verified = house.tool("openssl", "crl -in 3.pem -CAfile issuing.pem -verify -noout");
        assert!(verified.err.contains("verify OK"), "{verified:?}");
        let shown = house.json("ca crl --out 4.crl");
        let numbers = (shown["generation"].as_i64(), shown["entries"].as_i64());
        assert_eq!(numbers, (Some(1), Some(1)), "{shown}");
        assert!(shown["number"].as_i64() > Some(third), "{shown}");
        assert!(shown["this_update"].as_str() < shown["next_update"].as_str(), "{shown}");
        house.write("4.pem", shown["pem"].as_str().unwrap());
        let der = house.tool("openssl", "crl -in 4.pem -outform DER -out 4.der");
        assert_eq!(der.code, Some(0), "{der:?}");
        let read = |name: &str| fs::read(house.path(name)).expect("written");
        assert_eq!(read("4.der"), read("4.crl"));
        house.run("ca crl --out none/x.crl").refused("none/x.crl");
    }
}

#[test]
fn each_ca_certificate_is_exported_alone() {
    let house = House::new("ca-export");
    for (name, file) in [("root", "root"), ("issuing", "issuing"), ("server-ca", "server-ca")] {
        let printed = house.run(&format!("ca export {name}"));
        assert_eq!(printed.good().matches("BEGIN CERTIFICATE").count(), 1);
        assert!(!printed.out.contains("PRIVATE KEY"));
        let whole = fs::read_to_string(house.path(&format!("var/ca/{file}.pem"))).unwrap();
        assert!(whole.starts_with(printed.out.trim_end()), "{name}");
        house.run(&format!("ca export {name} --out out.pem")).good();
        let written = fs::read_to_string(house.path("out.pem")).unwrap();
        assert_eq!(written.trim_end(), printed.out.trim_end());
        assert!(!house.path("out.pem.part").exists());
    }
    assert_eq!(house.run("ca export").out, house.run("ca export root").out);
}

#[test]
fn every_certificate_of_the_house_is_shown_as_it_is() {
    let house = House::new("ca-show");
    let shown = house.json("ca show");
    let shown = shown.as_array().unwrap();
    let names: Vec<_> = shown.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["root", "issuing", "server-ca", "localhost", "enroll.localhost"]);
    for one in shown {
        let folder = if one["kind"] == "server" { "tls" } else { "ca" };
        let file = format!("var/{folder}/{}.pem", one["name"].as_str().unwrap());
        let line = format!("x509 -in {file} -noout -fingerprint -sha256 -serial -subject");
        let said = house.tool("openssl", &line).good().replace(':', "").to_lowercase();
        assert!(said.contains(one["sha256"].as_str().unwrap()), "{one}");
        assert!(said.contains(&format!("serial={}", one["serial"].as_str().unwrap())), "{one}");
        assert!(said.contains(&one["subject"].as_str().unwrap().to_lowercase()), "{one} {said}");
        assert!(one["days_left"].as_i64().unwrap() > 365, "{one}");
        assert!(one["not_before"].as_str().unwrap() < one["not_after"].as_str().unwrap());
        let key = if one["kind"] == "server" { Value::Null } else { "file".into() };
        assert_eq!(one["key_store"], key, "{one}");
    }
    assert_eq!((&shown[1]["generation"], &shown[1]["current"]), (&1.into(), &true.into()));
    house.run("ca rotate").good();
    let shown = house.json("ca show");
    let issuing = shown.as_array().unwrap().iter().filter(|one| one["kind"] == "issuing");
    let issuing: Vec<_> = issuing.map(|one| (&one["name"], &one["current"])).collect();
    assert_eq!(issuing, [(&"issuing".into(), &false.into()), (&"issuing-2".into(), &true.into())]);
    house.run("ca show").good();
}
