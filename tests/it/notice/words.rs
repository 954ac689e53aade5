//! `notice run|list|preview` and the operator's own words.

use std::fs;

use serde_json::Value;

use crate::cli::run::House;
use crate::support::server::decode_mail;

/// A house with `taro0001` and a certificate.
fn with_certificate(house: House) -> House {
    let house = house.peopled();
    house.feed(crate::cli::run::PASSWORD, "cert issue taro0001 --out taro.p12").good();
    house
}

/// The last day of the one certificate.
fn last_day(house: &House) -> String {
    let all = house.json("cert list");
    let text = all[0]["not_after"].as_str().expect("a time").to_owned();
    let at = sekisho::base::Moment::parse(&text).expect("an instant");
    sekisho::base::Day::of(at).to_string()
}

fn mails(house: &House) -> Vec<String> {
    let files = fs::read_dir(house.path("var/mail")).into_iter().flatten().flatten();
    files.map(|file| decode_mail(&fs::read(file.path()).expect("a mail"))).collect()
}

#[test]
fn a_run_by_hand_tells_sends_and_lists() {
    // R004-06, R004-07
    for house in House::both("notice-run").map(with_certificate) {
        let at = format!("{}T00:00:00+09:00", last_day(&house));
        assert_eq!(house.json("notice list"), Value::Array(vec![]));
        assert!(house.run("notice list").good().contains("nobody was told yet"));
        let due = house.json(&format!("notice list --at {at}"));
        assert_eq!(due[0]["state"], "due");
        assert_eq!((&due[0]["kind"], &due[0]["days"]), (&"ending".into(), &30.into()));
        assert_eq!(
            (&due[0]["user"], &due[0]["contract"]),
            (&"taro0001".into(), &"15000001".into())
        );
        assert_eq!(due[0]["email"], "a@b.jp");
        assert_eq!(house.json("notice run")["ending"], 0);
        let told = house.json(&format!("notice run --at {at}"));
        assert_eq!((&told["ending"], &told["ended"]), (&1.into(), &0.into()));
        assert_eq!((&told["waiting"], &told["given_up"]), (&0.into(), &0.into()));
        assert_eq!(house.json(&format!("notice run --at {at}"))["ending"], 0);
        let listed = house.json(&format!("notice list --at {at}"));
        assert_eq!(listed.as_array().expect("a list").len(), 1);
        assert_eq!(listed[0]["state"], "sent");
        assert!(listed[0]["noted_at"].is_string() && listed[0]["serial"].is_string());
        let sent = mails(&house);
        assert_eq!(sent.len(), 1);
        assert!(sent[0].contains("To: a@b.jp") && sent[0].contains("本日まで"), "{}", sent[0]);
        // As if it had ended; the certificate goes on being good for those who live today.
        let later = sekisho::base::Moment::parse(&at).expect("an instant").plus_minutes(60 * 24);
        let told = house.json(&format!("notice run --at {}", later.rfc3339()));
        assert_eq!((&told["ended"], &told["expired"]), (&1.into(), &0.into()));
        assert_eq!(house.json("cert list")[0]["status"], "active");
        let kinds: Vec<_> = house
            .json("notice list")
            .as_array()
            .expect("a list")
            .iter()
            .map(|row| row["kind"].clone())
            .collect();
        assert_eq!(kinds, ["ended", "ending"], "newest first");
    }
}

#[test]
fn the_operators_own_words_are_used() {
    let mut house = with_certificate(House::new("notice-words"));
    fs::create_dir(house.path("words")).expect("a folder");
    house.set("SEKISHO_NOTICE__TEMPLATES", "words");
    let words = "\u{feff}{user_id}さんへ {left}\r\n\r\n{name}様\r\nあと{days}日、{last_day}まで。\r\n{contact}\r\n";
    house.write("words/ending.txt", words);
    house.run("config check").good();
    let preview = house.run("notice preview ending");
    assert!(preview.good().starts_with("Taro6789さんへ あと30日\n\n労金　太郎様\n"), "{preview:?}");
    assert!(house.run("notice preview ended").good().contains("有効期限が過ぎました"), "ours");
    house.run(&format!("notice run --at {}", last_day(&house))).good();
    let sent = mails(&house).pop().expect("a mail").replace("\r\n", "\n");
    assert!(sent.contains("Subject: taro0001さんへ 本日まで"), "{sent}");
    assert!(sent.contains("労金　太郎様\nあと0日、"), "{sent}");
}

#[test]
fn words_that_cannot_be_used_are_told_and_stop_the_start() {
    let mut house = House::new("notice-wrong");
    fs::create_dir(house.path("words")).expect("a folder");
    house.set("SEKISHO_NOTICE__TEMPLATES", "words");
    house.write("words/ending.txt", "\n\n{nmae} 様\n");
    house.write("words/ended.txt", [b'\n', 0x83, 0x65]);
    house.write("words/operator.txt", "{what}\n\n{user_id}\n");
    house.write("words/endding.txt", "件名\n\n本文\n");
    let told = [
        "words/ending.txt line 1, the subject, is empty",
        "words/ending.txt line 3: {nmae} is not known here",
        "words/ended.txt is not UTF-8",
        "words/operator.txt line 3: {user_id} is not known here",
        "words/endding.txt belongs to no mail",
    ];
    for line in ["config check", "serve", "notice run", "notice preview operator"] {
        let said = house.run(line);
        said.refused("5 problems");
        for words in told {
            assert!(said.err.contains(words), "{line}: {words}: {}", said.err);
        }
    }
    let found = house.run("doctor");
    assert!(found.out.contains("{nmae} is not known here"), "{}", found.out);
    house.set("SEKISHO_NOTICE__TEMPLATES", "nowhere");
    house.run("config check").refused("notice.templates");
}

#[test]
fn days_that_are_none_are_told() {
    let mut house = House::bare("notice-days");
    for wrong in ["", "30,30", "400", "soon"] {
        house.set("SEKISHO_NOTICE__DAYS", wrong);
        house.run("config check").refused("SEKISHO_NOTICE__DAYS");
    }
    house.set("SEKISHO_NOTICE__DAYS", "30, 14,7,1");
    house.run("config check").good();
}

#[test]
fn every_mail_can_be_looked_at() {
    let house = House::bare("notice-preview");
    let company = ["company-ending", "company-retiring", "company-ended"];
    for letter in company.into_iter().chain(["ending", "ended", "operator"]) {
        let shown = house.json(&format!("notice preview {letter}"));
        assert!(shown["subject"].as_str().is_some_and(|text| !text.is_empty()), "{letter}");
        assert!(shown["body"].as_str().is_some_and(|text| text.contains("自動で")), "{letter}");
    }
}

#[test]
fn doctor_tells_of_a_list_that_ends_soon() {
    let house = House::new("notice-doctor");
    house.sql("DELETE FROM crls");
    assert!(house.run("doctor").good().contains("none of 0 ends soon"));
    house.sql(
        "INSERT INTO crls (generation, number, this_update, next_update, digest, der) \
         VALUES (1, 1, 0, 1, '', 'x')",
    );
    let found = house.run("doctor");
    let words = "crl:1: 1970-01-01T00:00:00Z; set notice.operator_email to be told by mail";
    assert!(found.good().contains(words), "{}", found.out);
}
