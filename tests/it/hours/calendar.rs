//! Our holidays beside those of the `PyPI` package `holidays`, which others keep.

use std::collections::BTreeMap;
use std::process::Command;

use sekisho::base::holidays;

use crate::support::tools::{repository, run};

/// What the package calls otherwise than the law of 2018 (天皇の即位の日及び即位礼正殿の儀の
/// 行われる日を休日とする法律); the day is the same.
const CALLED_OTHERWISE: [(&str, &str, &str); 1] =
    [("2019-10-22", "即位礼正殿の儀の行われる日", "即位礼正殿の儀が行われる日")];

#[test]
fn the_holidays_from_1980_to_2050_are_those_of_an_independent_source() {
    // RX-03, R004-01
    let python = repository().join("tests/.venv/bin/python");
    let script = repository().join("tests/it/support/holidays_of_japan.py");
    let theirs = run(Command::new(python).arg(script).args(["1980", "2050"]));
    let mut theirs: BTreeMap<String, String> = serde_json::from_str(&theirs).expect("JSON");
    assert!(theirs.len() > 1_100, "71 years have more than {} holidays", theirs.len());
    for (day, our_name, their_name) in CALLED_OTHERWISE {
        let found = theirs.insert(day.to_owned(), our_name.to_owned());
        assert_eq!(found.as_deref(), Some(their_name), "the difference is gone: {day}");
    }
    let ours: BTreeMap<String, String> = (1980..=2050)
        .flat_map(holidays::of_year)
        .map(|(day, name)| (day.to_string(), name.to_owned()))
        .collect();
    let differ = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| -> Vec<_> {
        one.iter()
            .filter(|(day, name)| other.get(*day) != Some(name))
            .map(|(d, n)| format!("{d} {n}"))
            .collect()
    };
    assert_eq!(differ(&theirs, &ours), Vec::<String>::new(), "only they have these");
    assert_eq!(differ(&ours, &theirs), Vec::<String>::new(), "only we have these");
}
