//! What the documents tell people to type can be typed.

use std::fs;

use super::run::House;
use crate::support::tools::repository;

/// Pages that name commands.
const PAGES: &[&str] = &["README.md", "README.ja.md", "docs/operations.md", "certs/README.md"];

/// Every `sekisho …` of a page: between backticks, or a line of a code block.
fn commands(page: &str) -> Vec<String> {
    let spans = page.split('`').map(str::trim);
    let lines = page.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let called = spans.chain(lines).filter_map(|text| text.strip_prefix("sekisho "));
    let mut found: Vec<_> = called
        .filter(|text| !text.contains('\n') && !text.contains('`'))
        .map(|text| text.trim().to_owned())
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn every_command_that_the_documents_name_exists() {
    let house = House::bare("documents");
    let mut count = 0;
    for name in PAGES {
        let page = fs::read_to_string(repository().join(name)).unwrap();
        for line in commands(&page).iter().filter(|line| *line != "serve") {
            let said = house.run(line);
            assert!(said.code.is_some_and(|code| code < 2), "{name}: sekisho {line}: {said:?}");
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} commands were found");
}

#[test]
fn every_setting_that_the_documents_name_exists() {
    let house = House::bare("documents-keys");
    let shown = house.run("config example");
    for name in PAGES {
        let page = fs::read_to_string(repository().join(name)).unwrap();
        for variable in page.split(|c: char| !(c.is_ascii_uppercase() || c == '_')) {
            let Some((section, key)) =
                variable.strip_prefix("SEKISHO_").and_then(|rest| rest.split_once("__"))
            else {
                continue;
            };
            let (section, key) = (section.to_lowercase(), key.to_lowercase());
            // `SEKISHO_SECTION__KEY` itself tells the form.
            let known = shown.good().contains(&format!("[{section}]"))
                && shown.out.contains(&format!("\n{key} = "));
            assert!(known || section == "section", "{name}: {variable}");
        }
        for section in page.split('`').filter(|text| text.starts_with('[')) {
            let header = section.split_inclusive(']').next().unwrap_or_default();
            assert!(shown.good().contains(header), "{name}: {section}");
        }
    }
}
