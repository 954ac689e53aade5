//! 一斉積立事務: what came by file, on pages, as lists, and who may see it.

mod receiving;
mod scale;
mod seeing;

use sekisho::base::clock::DAY_MS;
use sekisho::db::params;
use sekisho::deduction::received::Received;
use sekisho::deduction::savings::receive;
use sekisho::deduction::scope::Key;
use std::fmt::Write as _;

use super::union::{KEY, Union};

/// A row of a file: 職員番号, カナ氏名, 口座番号, 積立額.
type Row<'a> = (&'a str, &'a str, &'a str, i64);

/// A file of the 積立番号 `no`.
fn file(no: &str, made_on: &str, rows: &[Row<'_>]) -> String {
    let mut text = receive::HEADS.join(",");
    for (number, kana, account, amount) in rows {
        let head = format!("{no},サンプル1,{made_on},臨時作成");
        write!(text, "\r\n{head},{number},{kana},髙田　太郎,{account},{amount}").expect("a line");
    }
    text
}

const FIRST: [Row<'static>; 5] = [
    ("10000001", "ヤマダ　タロウ", "2000001", 3_000),
    ("10000002", "サトウ　ハナコ", "2000002", 3_000),
    ("10000003", "スズキ　ケン", "2000003", 3_000),
    ("10000004", "タナカ　ユミ", "2000004", 3_000),
    ("10000004", "タナカ　ユミ", "2000014", 1_000),
];
/// The second raised, the third stopped, the fourth left with one account, a fifth joined.
const SECOND: [Row<'static>; 5] = [
    ("10000001", "ヤマダ　タロウ", "2000001", 3_000),
    ("10000002", "サトウ　ハナコ", "2000002", 5_000),
    ("10000003", "スズキ　ケン", "2000003", 0),
    ("10000004", "タナカ　ユミ", "2000004", 3_000),
    ("10000105", "ヤマモト　アイ", "2000005", 3_000),
];

/// Takes the file for `key`, a day after the one before.
async fn receive(union: &Union, key: Key<'_>, text: &str) -> Received {
    union.world.clock.advance_ms(DAY_MS);
    let now = union.world.clock.now();
    let mut tx = union.world.app.db.begin().await.expect("begun");
    let received = receive::insert(&mut tx, key, text, now).await.expect("taken");
    tx.commit().await.expect("committed");
    received
}

/// A union that has received both files.
async fn received(fresh: &crate::support::db::Fresh) -> (Union, [String; 2]) {
    let union = Union::new(fresh).await;
    let first = receive(&union, KEY, &file("014", "2026-10-14", &FIRST)).await;
    let second = receive(&union, KEY, &file("014", "2026-11-04", &SECOND)).await;
    (union, [first.id, second.id])
}

/// Rows in both tables.
async fn stored(union: &Union) -> (i64, i64) {
    let mut conn = union.conn().await;
    let mut count = async |sql: &str| conn.one::<i64>(sql, params![]).await.unwrap().unwrap();
    let receptions = count("SELECT COUNT(*) FROM bulk_savings").await;
    (receptions, count("SELECT COUNT(*) FROM bulk_saving_lines").await)
}
