//! A long reception answers as a short one does.

use super::super::pace::{Side, hold, settle};
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use crate::support::tools::whole;

/// Puts a reception with so many lines in; every hundredth has changed.
async fn reception(union: &Union, id: &str, lines: i64) {
    let sql = "INSERT INTO bulk_savings (contract_no, id, group_no, no, name, made_on, timing, \
               line_count, amount, changed_count, changed_amount, received_at) \
               VALUES ($1, $3, $2, '014', '月例', '2026-11-04', 'regular', $4, $4, 30, 30, $5)";
    union.run(KEY, sql, &[&id, &lines, &union.world.clock.now()]).await;
    let sql = "INSERT INTO bulk_saving_lines (contract_no, saving_id, line_no, employee_no, \
               kana_name, kana_key, kanji_name, account_no, amount, amount_before, movement) \
               WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL \
               SELECT i + 1 FROM n WHERE i < $4) \
               SELECT $1, $3, i, CAST(10000000 + i AS TEXT), \
               'カナ' || CAST(10000000 + (i * 7919) % $4 AS TEXT), \
               'カナ' || CAST(10000000 + (i * 7919) % $4 AS TEXT), $2, CAST(i AS TEXT), 1, 1, \
               CASE WHEN i % ($4 / 30) = 0 THEN 'changed' ELSE 'none' END FROM n";
    union.run(KEY, sql, &[&id, &lines]).await;
}

both_engines! {
    async fn three_hundred_thousand_lines_answer_as_three_thousand_do(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let many = if whole() { 300_000 } else { 30_000 };
        reception(&union, "few", 3_000).await;
        reception(&union, "many", many).await;
        settle(&union.world.app.db).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let mut pages = Vec::new();
        for (path, few, late) in [
            ("lines", "", ""),
            ("lines", "&after=2900", "&after=LATE"),
            ("lines", "&before=2900", "&before=LATE"),
            ("lines", "&employee_no=1000012", "&employee_no=1000012"),
            ("lines", "&employee_no=10", "&employee_no=10"),
            ("lines", "&employee_no=10&after=100", "&employee_no=10000&after=100"),
            ("lines", "&kana=%E3%82%AB%E3%83%8A", "&kana=%E3%82%AB%E3%83%8A"),
            ("lines", "&kana=%E3%82%AB%E3%83%8A&after=2900", "&kana=%E3%82%AB%E3%83%8A&after=LATE"),
            ("lines", "&kana=%E3%82%AB%E3%83%8A1000012", "&kana=%E3%82%AB%E3%83%8A1000012"),
            ("lists/changes", "", ""),
            ("lists/changes", "&employee_no=10", "&employee_no=10"),
            ("lists/changes", "&kana=%E3%82%AB", "&kana=%E3%82%AB"),
            ("tables", "", ""),
        ] {
            let late = late.replace("LATE", &(many - 100).to_string());
            pages.push((
                format!("/deduction/savings/{path}?saving=few{few}"),
                format!("/deduction/savings/{path}?saving=many{late}"),
            ));
        }
        let side = Side { db: &union.world.app.db, window: &clerk };
        hold(side, side, &pages).await;
    }
}
