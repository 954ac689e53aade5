//! Files that come and go: the ledger's table, and the employer's results.

mod broken;
mod files;
mod handed;
mod hidden;
mod kill;
mod leftovers;
pub mod results;
mod rights;
mod table;
mod turns;
mod whole;
mod whose;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use sekisho::db::params;
use sekisho::deduction::scope::Key;
use sekisho::deduction::transfers::{Transfer, store};
use sekisho::work::do_long;

use super::union::{KEY, Union};
use crate::support::db::Fresh;
use crate::support::window::{Page, Window};

const IMPORT: &str = "/deduction/ledger/import";
const HISTORY: &str = "/deduction/transfers";

/// A union whose members `0..members` each pay 組合費, a third of them with a note that is
/// hard to write down.
pub async fn ledger(fresh: &Fresh, members: i64) -> Union {
    let union = Union::new(fresh).await;
    types(&union, KEY).await;
    union.members(KEY, 0, members).await;
    items(&union, KEY).await;
    union
}

async fn types(union: &Union, key: Key<'_>) {
    let sql = "INSERT INTO ledger_types (contract_no, code, name, kana, default_amount, position, \
               used_from, active, version) SELECT $1, '001', '組合費', 'クミアイヒ', 1500, 1, \
               '2020-04', TRUE, 1 WHERE $2 <> '' UNION ALL SELECT $1, '002', '共済掛金', \
               'キョウサイ', 500, 2, '2020-04', TRUE, 1 UNION ALL SELECT $1, '009', '旧会費', \
               'キュウカイヒ', 0, 9, '2020-04', FALSE, 1";
    union.run(key, sql, &[]).await;
}

async fn items(union: &Union, key: Key<'_>) {
    let sql = "INSERT INTO ledger_items (contract_no, id, group_no, member_id, employee_no, \
               kana_key, type_code, amount_monthly, amount_summer, amount_winter, base_monthly, \
               base_summer, base_winter, start_ym, end_ym, note, state, version, updated_at) \
               SELECT $1, 'l' || $2 || '-' || employee_no, $2, member_id, employee_no, kana_key, \
               '001', 1500, 0, 3000, 1500, 0, 3000, '2024-04', NULL, \
               CASE WHEN CAST(employee_no AS BIGINT) % 3 = 0 THEN $3 ELSE '' END, \
               'active', 1, 0 FROM members WHERE contract_no = $1 AND group_no = $2";
    union.run(key, sql, &[&NOTE]).await;
}

const NOTE: &str = " \"髙﨑\", ﾊﾝｶｸ ｶﾅ,\r\n=1+1\n①㈱ ";

/// The id of the item of the member `n`.
pub fn id(n: i64) -> String {
    format!("l{}-{}", KEY.group_no, 10_000_000 + n)
}

/// The table as it is exported.
pub async fn exported(window: &Window<'_>, encoding: &str) -> Vec<u8> {
    let page = window.get(&format!("/deduction/ledger/export/file?encoding={encoding}")).await;
    page.says(200, &[]);
    page.bytes
}

/// Sends a file from the form at `path`; where it leads.
pub async fn send(window: &Window<'_>, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Page {
    let blank = window.get(path).await;
    blank.says(200, &["name=\"key\""]);
    let key = blank.html.split("name=\"key\" value=\"").nth(1).expect("a key");
    let key = key.split('"').next().expect("its end").to_owned();
    send_with(window, path, &[fields, &[("key", &key)]].concat(), file).await
}

async fn send_with(window: &Window<'_>, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Page {
    let csrf = window.csrf();
    let mut body = Vec::new();
    for (field, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
        let head = "--x\r\nContent-Disposition: form-data; name=";
        body.extend_from_slice(format!("{head}\"{field}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    let head =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"元帳.csv\"\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    window.send(request.body(Body::from(body)).expect("a request")).await
}

/// Imports a table and reads it; where its page is.
pub async fn imported(union: &Union, window: &Window<'_>, missing: &str, file: &[u8]) -> String {
    let page = send(window, IMPORT, &[("missing", missing)], file).await;
    assert_eq!(page.status, 303, "{}", page.html);
    work(union).await;
    page.location
}

/// Does the long jobs that are due.
pub async fn work(union: &Union) {
    Box::pin(do_long(&union.world.app)).await.expect("the jobs can be read");
}

/// 取込を確定.
pub async fn confirm(union: &Union, window: &Window<'_>, at: &str) -> Page {
    let page = window.get(at).await;
    let digest = digest(&page);
    let answer = window.post(&format!("{at}/apply"), &[("digest", &digest)]).await;
    work(union).await;
    answer
}

pub fn digest(page: &Page) -> String {
    let found = page.html.split("name=\"digest\" value=\"").nth(1).expect("a digest");
    found.split('"').next().expect("its end").to_owned()
}

pub async fn found(union: &Union, at: &str) -> Transfer {
    let id = at.rsplit('/').next().expect("an id");
    store::find(&mut union.conn().await, id).await.expect("asked").expect("there")
}

/// Everything of the ledger and its history, to compare.
pub async fn picture(union: &Union) -> Vec<String> {
    let mut conn = union.conn().await;
    let sql = "SELECT id || '|' || state || '|' || CAST(amount_monthly AS TEXT) || '|' || \
               CAST(amount_summer AS TEXT) || '|' || CAST(version AS TEXT) || '|' || note \
               FROM ledger_items ORDER BY contract_no, id";
    let mut all: Vec<String> = conn.query(sql, params![]).await.expect("asked");
    let sql = "SELECT op || '|' || way || '|' || item_id FROM item_history ORDER BY id";
    all.extend(conn.query::<String>(sql, params![]).await.expect("asked"));
    all
}

pub fn text(file: &[u8]) -> String {
    sekisho::base::encoding::decode(file).expect("text").0.into_owned()
}
