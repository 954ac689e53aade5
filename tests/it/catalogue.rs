//! The rows of `docs/requirements.md` and the tests that prove them.
//!
//! A test names its rows (`R004-26`, or a range of them with two dots). Every
//! row named must exist; every row promised here must be named somewhere else.

use std::collections::BTreeSet;
use std::fs;

use crate::support::source::files;
use crate::support::tools::repository;

/// The rows that this version promises: catalogue, then numbers and ranges.
const PROMISED: &[(&str, &str)] = &[
    ("R000", "13-34 36-37 70"),
    ("R001", "4-16 27-35 42-43 103"),
    ("R002", "1-2 4-50"),
    ("R003", "24-44"),
    ("R004", "1-2 4-166"),
    ("RX", "1-10"),
];

#[test]
fn every_row_named_by_a_test_is_in_the_catalogue() {
    let rows = catalogue();
    let unknown: Vec<String> = sources()
        .iter()
        .flat_map(|(file, text)| named(text).into_iter().map(move |row| (file, row)))
        .filter(|(_, row)| !rows.contains(row))
        .map(|(file, row)| format!("{file} names {row}, which is not in docs/requirements.md"))
        .collect();
    assert!(unknown.is_empty(), "\n{}\n", unknown.join("\n"));
}

#[test]
fn every_promised_row_is_named_by_a_test() {
    let rows = catalogue();
    let promised = promised();
    let strange: Vec<_> = promised.difference(&rows).collect();
    assert!(strange.is_empty(), "promised, but not in docs/requirements.md: {strange:?}");
    let proved: BTreeSet<String> =
        sources().iter().flat_map(|(file, text)| named(test_part(file, text))).collect();
    let open: Vec<_> = promised.difference(&proved).collect();
    assert!(open.is_empty(), "{} promised rows are named by no test: {open:?}", open.len());
}

/// The ids of the catalogue: the first cell of each row.
fn catalogue() -> BTreeSet<String> {
    let page = fs::read_to_string(repository().join("docs/requirements.md")).unwrap();
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let rows: BTreeSet<String> = cells
        .filter(|cell| named(cell).first().is_some_and(|row| row == cell))
        .map(str::to_owned)
        .collect();
    assert!(rows.len() > 400, "docs/requirements.md holds the whole catalogue: {}", rows.len());
    rows
}

fn promised() -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for (catalogue, numbers) in PROMISED {
        for part in numbers.split(' ') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let numbers = from.parse::<u32>().unwrap()..=to.parse().unwrap();
            rows.extend(numbers.map(|number| format!("{catalogue}-{number:02}")));
        }
    }
    rows
}

/// Every source of the program and its tests, but for this one.
fn sources() -> Vec<(String, String)> {
    ["src", "tests/it"]
        .into_iter()
        .flat_map(|top| {
            let found = files(&repository().join(top), ".rs").into_iter();
            found.map(move |(file, text)| (format!("{top}/{file}"), text))
        })
        .filter(|(file, _)| file != "tests/it/catalogue.rs")
        .collect()
}

/// What of a file is test: all below `tests/` or in a `tests.rs`, else from `#[cfg(test)]` on.
fn test_part<'a>(file: &str, text: &'a str) -> &'a str {
    if file.starts_with("tests/") || file.ends_with("/tests.rs") || file.contains("/tests/") {
        return text;
    }
    // `#[cfg(test)] mod tests;` holds nothing itself, and stands at the top in some files.
    let mut from = 0;
    while let Some(at) = text[from..].find("#[cfg(test)]") {
        let rest = &text[from + at..];
        let body = rest.trim_start_matches("#[cfg(test)]").trim_start();
        if body.starts_with("mod ") && !body.lines().next().unwrap_or_default().ends_with(';') {
            return rest;
        }
        from += at + 1;
    }
    ""
}

/// The row ids in a text, ranges spelled out.
fn named(text: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('R') {
        let before = rest[..at].chars().next_back();
        rest = &rest[at..];
        let apart = before.is_none_or(|c| !c.is_alphanumeric());
        match row_at(rest).filter(|_| apart) {
            Some((catalogue, first, last, length)) => {
                rows.extend((first..=last).map(|number| format!("{catalogue}-{number:02}")));
                rest = &rest[length..];
            }
            None => rest = &rest[1..],
        }
    }
    rows
}

/// The row or range that a text begins with: catalogue, first, last, length in bytes.
fn row_at(text: &str) -> Option<(&str, u32, u32, usize)> {
    let (catalogue, after) = text.split_once('-')?;
    let known = catalogue == "RX" || catalogue.len() == 4 && digits(&catalogue[1..]) == 3;
    let length = digits(after);
    if !known || length < 2 {
        return None;
    }
    let first: u32 = after[..length].parse().ok()?;
    let so_far = catalogue.len() + 1 + length;
    let Some(range) = after[length..].strip_prefix("..") else {
        return Some((catalogue, first, first, so_far));
    };
    let length = digits(range);
    let last = range[..length].parse().ok()?;
    Some((catalogue, first, last, so_far + 2 + length))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_rows_and_ranges_are_read() {
        assert_eq!(named("// R004-26, R004-09 and RX-04."), ["R004-26", "R004-09", "RX-04"]);
        assert_eq!(named("(R004-98..101)"), ["R004-98", "R004-99", "R004-100", "R004-101"]);
        assert_eq!(named("R004-15..17、R000-36"), ["R004-15", "R004-16", "R004-17", "R000-36"]);
        assert!(named("XR004-26 R04-26 R004-x RXX-04 HR-勤怠 R").is_empty());
        assert!(named("R004-9").is_empty(), "row numbers have two digits at least");
    }

    #[test]
    fn only_tests_prove_a_row() {
        let source =
            "#[cfg(test)]\nmod tests;\n/// R004-26\n#[cfg(test)]\nmod tests {\n// R004-27\n}";
        assert_eq!(named(test_part("src/x.rs", source)), ["R004-27"]);
        assert_eq!(named(test_part("src/x.rs", "/// R004-26")), Vec::<String>::new());
        assert_eq!(named(test_part("tests/it/x.rs", "// R004-26")), ["R004-26"]);
        assert_eq!(named(test_part("src/x/tests.rs", "// R004-26")), ["R004-26"]);
    }

    #[test]
    fn the_promise_is_spelled_out() {
        let rows = promised();
        assert_eq!(rows.len(), 295);
        assert!(rows.contains("R004-04") && rows.contains("R004-109") && rows.contains("RX-06"));
    }
}
