//! A list in its three forms, read back: how many rows it has, and what they come to.

use std::fs;

use sekisho::base::csv;
use sekisho::base::encoding::decode;
use sekisho::base::money::group;
use sekisho::web::{asset, assets};

use crate::lists::read_pdf;
use crate::support::site::Window;
use crate::support::tools::repository;

/// Rows of a CSV file, its heads first.
pub async fn rows(window: &Window<'_>, path: &str) -> Vec<Vec<String>> {
    let file = window.get(path).await;
    assert_eq!(file.status, 200, "{path}: {}", file.html);
    let (text, _) = decode(&file.bytes).expect("text");
    let cells = |row: csv::Record| row.cells.iter().map(ToString::to_string).collect();
    csv::records(&text).map(|row| cells(row.expect("a row"))).collect()
}

/// Fails unless page, CSV and PDF of the list at `path`, asked with `query`, have so many
/// rows, which come to `sum` in the column `head` (empty: nothing is summed).
pub async fn same(
    window: &Window<'_>,
    (path, query): (&str, &str),
    count: usize,
    (head, sum): (&str, i64),
) {
    let number = group(i64::try_from(count).expect("few"));
    let page = window.get(&format!("{path}?{query}")).await;
    page.says(200, &[&format!("{number}件")]);
    let file = rows(window, &format!("{path}/csv?{query}")).await;
    assert_eq!(file.len(), count + 1, "{path}");
    let paper = window.get(&format!("{path}/pdf?{query}")).await;
    assert_eq!(paper.status, 200, "{path}: {}", paper.html);
    let read = read_pdf(&paper.bytes);
    let pages = read["pages"].as_array().expect("pages");
    let last = pages.last().and_then(|page| page.as_str()).expect("a page");
    assert!(last.contains(&format!("{number}件")), "{path}: {last}");
    if head.is_empty() {
        return;
    }
    let at = file[0].iter().position(|one| one == head).expect("the column");
    let in_csv: i64 = file[1..].iter().map(|row| row[at].parse::<i64>().expect("yen")).sum();
    assert_eq!(in_csv, sum, "{path}");
    page.says(200, &[&format!("{}円", group(sum))]);
    assert!(last.contains(&format!("合計　{number}件 {}", group(sum))), "{path}: {last}");
}

/// Lays pages and files under `target/samples/received/`, for people to look at.
pub async fn lay_down(window: &Window<'_>, paths: &[(&str, &str)]) {
    let folder = repository().join("target/samples/received");
    fs::create_dir_all(&folder).expect("a folder");
    for one in assets::ASSETS {
        fs::write(folder.join(one.name), one.bytes).expect("written");
    }
    for (name, path) in paths {
        let page = window.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.html);
        if name.contains('.') {
            fs::write(folder.join(name), &page.bytes).expect("written");
        } else {
            let html = page.html.replace(&asset(""), "");
            fs::write(folder.join(name).with_extension("html"), html).expect("written");
        }
    }
}
