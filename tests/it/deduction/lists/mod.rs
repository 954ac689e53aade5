//! 控除依頼 and its results: every list on screen, as CSV and as PDF.

mod files;
mod movements;
mod reach;
pub mod results;

use std::process::Command;

use serde_json::Value;

use crate::deduction::union::{KEY, Union};
use crate::support::db::Fresh;
use crate::support::site::Window;
use crate::support::tool::Folder;
use crate::support::tools::{repository, run};

/// Every list of a request.
pub const OF_REQUESTS: [&str; 11] = [
    "/deduction/rokin/lists/requests",
    "/deduction/rokin/lists/counter",
    "/deduction/rokin/lists/errors",
    "/deduction/rokin/lists/moved",
    "/deduction/rokin/lists/employer",
    "/deduction/rokin/lists/employer-moved",
    "/deduction/rokin/lists/employer-rokin",
    "/deduction/rokin/lists/employer-moved-rokin",
    "/deduction/ledger/lists/requests",
    "/deduction/ledger/lists/request-errors",
    "/deduction/ledger/combined/lists/requests",
];
/// Every list of results.
pub const OF_RESULTS: [&str; 5] = [
    "/deduction/rokin/lists/results",
    "/deduction/rokin/lists/unable",
    "/deduction/rokin/lists/differs",
    "/deduction/ledger/lists/results",
    "/deduction/ledger/lists/unable",
];
/// Every page of the menu from which lists are chosen.
pub const CHOOSERS: [&str; 10] = [
    "/deduction/rokin/requests",
    "/deduction/rokin/requests/export",
    "/deduction/rokin/employer",
    "/deduction/rokin/employer/export",
    "/deduction/rokin/results",
    "/deduction/ledger/requests",
    "/deduction/ledger/requests/export",
    "/deduction/ledger/results",
    "/deduction/ledger/combined",
    "/deduction/ledger/combined/export",
];

/// A union of `members` with two items of 労金控除 and one of 賃控元帳 each, before its
/// December closes; of every hundred from the tenth on four cannot be requested.
pub async fn entered(fresh: &Fresh, members: i64) -> Union {
    let union = Union::new(fresh).await;
    union.members(KEY, 0, members).await;
    union.rokin_items(KEY, 2).await;
    ledger_items(&union).await;
    break_some(&union).await;
    union
}

/// Of every hundred members from the tenth on four cannot be requested.
pub async fn break_some(union: &Union) {
    let broken = "CAST(employee_no AS BIGINT) % 100";
    for sql in [
        format!(
            "UPDATE members SET kana_half = 'ｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱｱ' WHERE contract_no = $1 AND group_no = $2 AND {broken} = 10"
        ),
        format!(
            "UPDATE members SET left_on = '2026-11-30' WHERE contract_no = $1 AND group_no = $2 AND {broken} = 11"
        ),
        format!(
            "UPDATE rokin_items SET account_no = '123' WHERE contract_no = $1 AND group_no = $2 AND {broken} = 12"
        ),
        // Last: its number has a digit too many from then on.
        format!(
            "UPDATE members SET employee_no = '9' || employee_no WHERE contract_no = $1 AND group_no = $2 AND {broken} = 13"
        ),
    ] {
        union.run(KEY, &sql, &[]).await;
    }
}

/// 組合費 of every member of the group.
pub async fn ledger_items(union: &Union) {
    union
        .run(
            KEY,
            "INSERT INTO ledger_types (contract_no, code, name, kana, default_amount, position, \
             used_from, active, version) SELECT $1, '001', '組合費', 'クミアイヒ', 1500, 1, \
             '2026-01', TRUE, 1 FROM deposit_groups WHERE contract_no = $1 AND group_no = $2",
            &[],
        )
        .await;
    union
        .run(
            KEY,
            "INSERT INTO ledger_items (contract_no, id, group_no, member_id, employee_no, \
             kana_key, type_code, amount_monthly, amount_summer, amount_winter, start_ym, end_ym, \
             note, state, version, updated_at) SELECT $1, 'l' || member_id, $2, member_id, \
             employee_no, kana_key, '001', 1500, 0, 0, '2026-12', NULL, '', 'new', 1, $3 \
             FROM members WHERE contract_no = $1 AND group_no = $2",
            &[&union.world.clock.now()],
        )
        .await;
}

/// The same, with December closed.
pub async fn requested(fresh: &Fresh, members: i64) -> Union {
    let union = entered(fresh, members).await;
    union.at("2026-12-11T00:00:00");
    assert_eq!(union.close_due().await, 1);
    union
}

/// A clerk who may see everything of the only group.
pub async fn clerk(union: &Union) -> Window<'_> {
    union.clerk(KEY.contract_no, "hanako02", None).await
}

fn python(script: &str, arguments: &[&str], bytes: &[u8]) -> Value {
    let folder = Folder::new();
    let file = folder.file("file", bytes);
    let python = repository().join("tests/.venv/bin/python");
    assert!(python.is_file(), "{} is missing: run `scripts/test --prepare`", python.display());
    let mut command = Command::new(python);
    command.arg(repository().join("tests/it/support").join(script)).args(arguments).arg(file);
    serde_json::from_str(&run(&mut command)).expect("JSON")
}

/// What Python finds in a CSV file.
pub fn read_csv(encoding: &str, bytes: &[u8]) -> Value {
    python("read_csv.py", &[encoding], bytes)
}

/// What Python finds in a PDF: the words of each page.
pub fn read_pdf(bytes: &[u8]) -> Vec<String> {
    let read = python("read_pdf.py", &[], bytes);
    let pages = read["pages"].as_array().expect("pages").iter();
    pages.map(|page| page.as_str().expect("words").to_owned()).collect()
}

/// The rows of a list as its CSV tells them.
pub async fn rows(window: &Window<'_>, path: &str) -> Vec<Vec<String>> {
    let file = window.get(&format!("{path}/csv?encoding=utf8")).await;
    file.says(200, &[]);
    let read = read_csv("utf-8-sig", &file.bytes);
    serde_json::from_value(read["rows"].clone()).expect("rows")
}

/// The column `head` of a list, as its CSV tells it.
pub async fn column(window: &Window<'_>, path: &str, head: &str) -> Vec<String> {
    let file = window.get(&format!("{path}/csv?encoding=utf8")).await;
    let read = read_csv("utf-8-sig", &file.bytes);
    let heads = read["heads"].as_array().expect("heads");
    let at = heads.iter().position(|one| one == head).expect("the column");
    let rows = read["rows"].as_array().expect("rows").iter();
    rows.map(|row| row[at].as_str().expect("a cell").to_owned()).collect()
}

/// The id of the newest period whose request is fixed, or of the one that is entered for.
pub async fn period(union: &Union, fixed: bool) -> String {
    let is = if fixed { "IS NOT NULL" } else { "IS NULL" };
    let sql = format!(
        "SELECT id FROM periods WHERE contract_no = $1 AND group_no = $2 AND kind = 'monthly' \
         AND requested_at {is} ORDER BY deduct_ym DESC LIMIT 1"
    );
    let values = sekisho::db::params![KEY.contract_no, KEY.group_no];
    union.conn().await.one(&sql, values).await.expect("asked").expect("a period")
}
