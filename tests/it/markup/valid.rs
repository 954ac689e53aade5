//! The W3C's checker (vnu) finds no error in any page.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::Pages;
use crate::support::tools::{TempDir, program, repository};

/// What the checker says without being right: a part of its message, and why.
const WRONG: &[(&str, &str)] = &[];

/// What it finds in these files: one line each.
fn check(files: &[PathBuf]) -> Vec<String> {
    let jar = repository().join("tests/.vnu/vnu.jar");
    assert!(jar.is_file(), "{} is missing: run `scripts/test --prepare`", jar.display());
    let mut vnu = Command::new(program("java"));
    vnu.arg("-jar").arg(jar).args(["--format", "json", "--no-langdetect", "--skip-info-messages"]);
    let output =
        vnu.arg("--exit-zero-always").arg("--stdout").args(files).output().expect("java runs");
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    let messages = said["messages"].as_array().expect("messages").iter();
    messages
        .filter(|one| {
            !WRONG.iter().any(|(part, _)| one["message"].as_str().is_some_and(|m| m.contains(part)))
        })
        .map(|one| {
            let file = one["url"].as_str().unwrap_or_default();
            let file = file.rsplit_once("/target/").map_or(file, |(_, file)| file);
            let (line, what) = (&one["lastLine"], one["message"].as_str().unwrap_or_default());
            let near = one["extract"].as_str().unwrap_or_default().replace('\n', " ");
            format!("{file}:{line}: {}: {what} [{near}]", one["type"].as_str().unwrap_or_default())
        })
        .collect()
}

fn holds(pages: &Pages) {
    let files: Vec<PathBuf> = pages.all.iter().map(|page| page.file.clone()).collect();
    let wrong = check(&files);
    assert!(
        wrong.is_empty(),
        "{} mistakes in {} pages:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_sample_page_is_valid_html() {
    holds(&Pages::samples());
}

#[tokio::test]
async fn every_page_one_can_walk_to_is_valid_html() {
    holds(&Pages::walked().await);
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let folder = TempDir::new("html");
    let file = folder.join("wrong.html");
    let head = "<!DOCTYPE html><html lang=ja><head><meta charset=utf-8><title>x</title></head>";
    fs::write(&file, format!("{head}<body><p><div>x</div></p><img src=x></body></html>")).unwrap();
    let wrong = check(&[file]);
    assert!(wrong.iter().any(|line| line.contains("alt")), "{wrong:#?}");
}
