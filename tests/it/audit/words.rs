//! Whatever is recorded as detail reads as Japanese in 操作ログ照会.

use std::collections::BTreeSet;

use sekisho::audit::words::detail;
use sekisho::identity::Refusal;
use sekisho::identity::changes::Standing;
use sekisho::identity::contracts::Service;
use sekisho::identity::paper;
use sekisho::identity::rights::{Function, Role};
use sekisho::identity::terms::Preset;
use sekisho::identity::users::{Kind, SecondFactor};
use sekisho::pki::crl::Reason;

use crate::support::source::files;
use crate::support::tools::repository;

/// The words of our types that are recorded as they are.
fn of_types() -> Vec<String> {
    let mut all: Vec<&str> = Vec::new();
    all.extend(Role::ALL.map(Role::word));
    all.extend(Preset::ALL.map(Preset::word));
    all.extend(paper::Kind::ALL.map(paper::Kind::word));
    all.extend(Standing::ALL.map(Standing::word));
    all.extend([SecondFactor::Mail, SecondFactor::Totp].map(SecondFactor::word));
    all.extend([Kind::Master, Kind::General, Kind::Employee, Kind::Operator].map(Kind::word));
    let mut all: Vec<String> = all.into_iter().map(str::to_owned).collect();
    for function in Function::ALL {
        let modes = function.modes().iter();
        all.extend(modes.map(|mode| format!("{}={}", function.word(), mode.word())));
    }
    for service in Service::ALL {
        all.extend(["+", "-"].map(|sign| format!("{sign}{}", service.word())));
    }
    all
}

/// The texts of the quotes in `code`.
fn quoted(code: &str) -> impl Iterator<Item = &str> {
    code.split('"').skip(1).step_by(2)
}

/// What stands in the sources where a detail is written, as a text of its own.
fn of_sources() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut add = |word: &str| {
        if !word.is_empty() && !word.contains('{') {
            found.insert(word.to_owned());
        }
    };
    for (_, text) in files(&repository().join("src"), ".rs") {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| line.contains("detail: \"")) {
            quoted(line.split("detail: ").nth(1).unwrap_or_default()).for_each(&mut add);
        }
        for begin in ["let detail = match", "let detail = if", "let (detail, refusal) ="] {
            for part in code.split(begin).skip(1) {
                quoted(part.split("};").next().unwrap_or_default()).for_each(&mut add);
            }
        }
        // The functions that say what was changed, and what is counted.
        for begin in ["\nfn differences(", "\npub fn difference(", "\nfn told(before: "] {
            for part in code.split(begin).skip(1) {
                let body = part.split("\n}").next().unwrap_or_default();
                let names = body.lines().filter(|line| line.trim_start().starts_with("(\""));
                names.filter_map(|line| quoted(line).next()).for_each(&mut add);
            }
        }
        for begin in ["told.push(\"", "strangers.count(\""] {
            for part in code.split(begin).skip(1) {
                let word = part.split('"').next().unwrap_or_default();
                add(&if begin.starts_with("told") { word.to_owned() } else { format!("{word}=2") });
            }
        }
    }
    found
}

#[test]
fn every_detail_that_is_recorded_is_told_in_japanese() {
    // R004-164
    let sources = of_sources();
    for known in ["wrong password; locked now", "off", "licences", "min_upper", "during-lock=2"] {
        assert!(sources.contains(known), "{known} was not found: {sources:?}");
    }
    let refusals = Refusal::ALL.map(|refusal| format!("{}=1", refusal.code()));
    let reasons = Reason::names().map(|reason| format!("{reason} (request 1)"));
    let made = [
        "mail address, temporary password",
        "ending, 30 days",
        "30 days before 2027-11-21T14:59:59Z",
        "not after 2027-11-21T14:59:59Z",
        "6 wrong logins with one company certificate",
        "too many wrong tries from one address",
        "too many locks from one address",
        "min_length 8 -> 10, rotate_days never -> 90",
        "contract-name licences +hr -rokin",
        "whole",
        "broken",
        "not finished",
    ];
    let all = sources.into_iter().chain(of_types()).chain(refusals).chain(reasons);
    for recorded in all.chain(made.map(str::to_owned)) {
        let told = detail(&recorded);
        let raw = told.bytes().any(|byte| byte.is_ascii_lowercase());
        assert!(!raw && !told.is_empty(), "{recorded:?} is told as {told:?}");
    }
    for role in Role::ALL {
        assert_eq!(detail(role.word()), role.ja());
    }
}
