//! A long reception answers as a short one does.

use sekisho::db::params;

use super::{ALL, EMPLOYER, employer, person};
use crate::deduction::pace::{Side, hold, settle};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::World;
use crate::support::tools::whole;

/// Puts a reception with so many lines in; thirty have changed, and thirty have an alarm.
async fn reception(world: &World, id: &str, lines: i64) {
    let mut conn = world.app.db.conn().await.unwrap();
    let sql = "INSERT INTO zaikei_batches (contract_no, id, document, timing, base_on, \
               line_count, amount, changed_count, changed_amount, alarm_count, received_at) \
               VALUES ($1, $2, 'deposit', 'monthly', '2026-11-20', $3, $3, 30, 30, 30, $4)";
    conn.execute(sql, params![EMPLOYER, id, lines, world.clock.now()]).await.unwrap();
    let sql = "INSERT INTO zaikei_lines (contract_no, batch_id, line_no, employee_no, kana_name, \
               kana_key, kanji_name, birth_on, kind, account_no, opened_on, amount, movement) \
               WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL \
               SELECT i + 1 FROM n WHERE i < $3) \
               SELECT $1, $2, i, CAST(10000000 + i AS TEXT), \
               'カナ' || CAST(10000000 + (i * 7919) % $3 AS TEXT), \
               'カナ' || CAST(10000000 + (i * 7919) % $3 AS TEXT), '漢字', '1980-04-01', \
               'general', CAST(i AS TEXT), '2010-04-01', 1, \
               CASE WHEN i % ($3 / 30) = 0 THEN 'changed' ELSE 'none' END FROM n";
    conn.execute(sql, params![EMPLOYER, id, lines]).await.unwrap();
    let sql = "INSERT INTO zaikei_alarms (contract_no, batch_id, line_no, code) \
               SELECT contract_no, batch_id, line_no, 'second' FROM zaikei_lines \
               WHERE contract_no = $1 AND batch_id = $2 AND movement <> 'none'";
    conn.execute(sql, params![EMPLOYER, id]).await.unwrap();
}

both_engines! {
    async fn three_hundred_thousand_lines_answer_as_three_thousand_do(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        let many = if whole() { 300_000 } else { 30_000 };
        reception(&world, "few", 3_000).await;
        reception(&world, "many", many).await;
        settle(&world.app.db).await;
        let window = person(&world, EMPLOYER, "jigyo001").await;
        let mut pages = Vec::new();
        for (path, query) in [
            ("lines", ""),
            ("lines", "&after=2900"),
            ("lines", "&employee_no=1000012"),
            ("lines", "&employee_no=10"),
            ("lines", "&kana=%E3%82%AB%E3%83%8A"),
            ("lines", "&kana=%E3%82%AB%E3%83%8A1000012"),
            ("lists/changes", ""),
            ("lists/changes", "&kana=%E3%82%AB"),
            ("lists/alarms", ""),
            ("lists/alarms", "&after=0/a"),
            ("statements", ""),
        ] {
            pages.push((
                format!("/deduction/zaikei/{path}?batch=few{query}"),
                format!("/deduction/zaikei/{path}?batch=many{query}"),
            ));
        }
        let last = |id: &str, lines: i64| {
            format!("/deduction/zaikei/lines?batch={id}&after={}", lines - 60)
        };
        pages.push((last("few", 3_000), last("many", many)));
        let side = Side { db: &world.app.db, window: &window };
        hold(side, side, &pages).await;
    }
}
