//! The files of 財形貯蓄: taken whole, held to the law, the newest three kept.

use std::fmt::Write as _;
use std::fs;

use sekisho::db::params;
use sekisho::deduction::received::Failure;
use sekisho::deduction::zaikei::{self, Document, Timing, demo, receive};

use super::{
    ALL, EMPLOYER, FIRST, Row, SECOND, balances, deposit, employer, incentives, person,
    receive as take,
};
use crate::deduction::forms::{lay_down, rows, same};
use crate::support::db::{Fresh, both_engines};
use crate::support::tools::{repository, whole};

/// Each breaks the law in one way, the last in none.
const WRONG: [Row<'static>; 8] = [
    ("000201", "ワ　イチ", "1965-04-01", "住宅", "1", "2020-04-01", "1000000", 100),
    ("000202", "ワ　ニ", "1980-04-01", "年金", "2", "2010-04-01", "1000000", 100),
    ("000202", "ワ　ニ", "1980-04-01", "年金", "3", "2012-04-01", "1000000", 100),
    ("000203", "ワ　サン", "1980-04-01", "年金", "4", "2010-04-01", "3000000", 100),
    ("000203", "ワ　サン", "1980-04-01", "住宅", "5", "2011-04-01", "2500001", 100),
    ("000204", "ワ　ヨン", "1980-04-01", "一般", "6", "1979-04-01", "", 100),
    ("000205", "ワ　ゴ", "1965-11-22", "年金", "7", "2020-11-21", "3000000", 100),
    ("000205", "ワ　ゴ", "1965-11-22", "住宅", "8", "2020-11-21", "2500000", 100),
];

both_engines! {
    // R004-153: financial limits and ages
    async fn what_breaks_the_law_becomes_an_alarm(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        let received = take(&world, &deposit("月例", "2026-10-20", &WRONG)).await;
        assert_eq!(received.alarms, 4);
        let window = person(&world, EMPLOYER, "jigyo001").await;
        let path = "/deduction/zaikei/lists/alarms";
        same(&window, (path, &format!("batch={}", received.id)), 4, ("", 0)).await;
        let told = rows(&window, &format!("{path}/csv")).await;
        let told: Vec<_> = told[1..].iter().map(|row| (&*row[0], &*row[5], &*row[8])).collect();
        let [one, two, three, four] = told[..] else { panic!("{told:?}") };
        assert_eq!((one.0, one.1, one.2.contains("55歳です")), ("000201", "1", true), "{one:?}");
        assert_eq!((two.0, two.1, two.2.contains("1人1契約")), ("000202", "3", true), "{two:?}");
        assert_eq!((three.0, three.1, three.2.contains("5,500,000円")), ("000203", "5", true));
        assert_eq!((four.0, four.1, four.2.contains("生年月日より前")), ("000204", "6", true));
        let page = window.get("/deduction/zaikei/statements").await;
        page.says(200, &["財形アラーム明細一覧表", "4件"]);
        // Of 加入者残高一覧表 there are none.
        assert_eq!(take(&world, &balances("2026-10-20", &WRONG)).await.alarms, 0);
    }

    // Kept: the newest three of each.
    async fn of_each_document_and_timing_the_newest_three_can_be_chosen(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        let summer = take(&world, &deposit("夏季一時金", "2026-06-20", &WRONG)).await.id;
        let mut ids = Vec::new();
        for base_on in ["2026-07-20", "2026-08-20", "2026-09-20", "2026-10-20", "2026-11-20"] {
            ids.push(take(&world, &deposit("月例", base_on, &WRONG)).await.id);
        }
        take(&world, &incentives("月例", "2026-11-20", &FIRST)).await;
        let mut conn = world.app.db.conn().await.unwrap();
        let all = zaikei::all(&mut conn, EMPLOYER).await.unwrap();
        let of = |document, timing| {
            let of = all.iter().filter(|one| (one.document, one.timing) == (document, timing));
            of.map(|one| one.id.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(Document::Deposit, Timing::Monthly), [&*ids[4], &*ids[3], &*ids[2]]);
        assert_eq!(of(Document::Deposit, Timing::Summer), [&*summer]);
        assert_eq!(of(Document::Incentive, Timing::Monthly).len(), 1);
        let left = "SELECT COUNT(*) FROM zaikei_lines WHERE batch_id = $1 OR batch_id = $2";
        let left: i64 = conn.one(left, params![&ids[0], &ids[1]]).await.unwrap().unwrap();
        assert_eq!(left, 0);
        drop(conn);
        let window = person(&world, EMPLOYER, "jigyo001").await;
        let page = window.get("/deduction/zaikei/statements").await;
        page.says(200, &["（月例） 2026年11月20日", "（月例） 2026年09月20日", "（夏季一時金）"]);
        page.hides("2026年08月20日");
        for (id, status) in [(&ids[1], 404), (&ids[2], 200), (&summer, 200)] {
            let page = window.get(&format!("/deduction/zaikei/lines?batch={id}")).await;
            page.says(status, &[]);
        }
    }

    async fn a_wrong_file_changes_nothing_and_is_told_by_row_and_column(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        take(&world, &deposit("月例", "2026-10-20", &FIRST)).await;
        let good = deposit("月例", "2026-11-20", &SECOND);
        for (from, to, line, column) in [
            ("区分", "種別", 1, ""),
            ("月例,2026-11-20,000102", "奨励,2026-11-20,000102", 4, "区分"),
            ("月例,2026-11-20,000102", "年末一時金,2026-11-20,000102", 4, "区分"),
            ("2026-11-20,000102", "2026-10-20,000102", 4, "作成基準日"),
            ("1990-12-31", "1990-13-31", 4, "生年月日"),
            ("年金", "個人", 4, "財形種類"),
            ("3850000", "385万", 4, "非課税申告額"),
            ("18000,12000", "18000.5,12000", 4, "積立額"),
            ("18000,12000", "18000,-1", 4, "残高"),
            ("3000005,2026-10-01,", "3000005,2026-10-01,100", 5, "非課税申告額"),
            ("3000002", "3000001", 3, "口座番号"),
        ] {
            assert!(good.contains(from), "{from}");
            let text = good.replacen(from, to, 1);
            let mut tx = world.app.db.begin().await.unwrap();
            let taken = receive::insert(&mut tx, EMPLOYER, &text, world.clock.now()).await;
            let Err(Failure::Refused(refusals)) = taken else { panic!("{to}: {taken:?}") };
            let told = &refusals.told[0];
            assert_eq!((told.line, &*told.column), (line, column), "{to}: {refusals:?}");
            tx.commit().await.unwrap();
        }
        let mut conn = world.app.db.conn().await.unwrap();
        assert_eq!(zaikei::all(&mut conn, EMPLOYER).await.unwrap().len(), 1);
    }

    async fn many_rows_are_taken_with_their_alarms(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        let people = if whole() { 50_000 } else { 1_500 };
        let mut text = receive::DEPOSIT.join(",");
        // The second lines of all stand behind the first of all: alarms are of people.
        for (at, kind, limit) in [(1, "住宅", 3_000_000), (2, "年金", 2_500_000)] {
            for n in 0..people {
                let limit = limit + i64::from(n % 100 == 0);
                let of = format!("{n:08},カナ,漢字,1980-04-01,{kind},{at}{n:06}");
                write!(text, "\r\n月例,20261120,{of},20100401,{limit},1000,").expect("a line");
            }
        }
        let received = take(&world, &text).await;
        assert_eq!((received.count, received.amount), (i64::from(people) * 2, i64::from(people) * 2_000));
        assert_eq!(received.alarms, i64::from(people) / 100);
    }

    async fn the_samples_show_something_everywhere(fresh: &Fresh) {
        let world = employer(fresh, &ALL).await;
        let mut tx = world.app.db.begin().await.unwrap();
        for service in ALL {
            demo::demo(&mut tx, (EMPLOYER, service), world.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = world.app.db.conn().await.unwrap();
        let all = zaikei::all(&mut conn, EMPLOYER).await.unwrap();
        let newest = |document| all.iter().find(|one| one.document == document).unwrap();
        let deposit = newest(Document::Deposit);
        assert!(deposit.line_count > 900 && deposit.changed_count > 10, "{deposit:?}");
        assert!((5..60).contains(&deposit.alarm_count), "{deposit:?}");
        assert!(newest(Document::Balance).amount > newest(Document::Incentive).amount);
        for (_, timing) in Document::Deposit.timings() {
            assert!(all.iter().any(|one| one.timing == *timing), "{timing:?}");
        }
        drop(conn);
        let window = person(&world, EMPLOYER, "jigyo001").await;
        lay_down(&window, &[
            ("zaikei-home", "/home"),
            ("zaikei-lines", "/deduction/zaikei/lines"),
            ("zaikei-statements", "/deduction/zaikei/statements"),
            ("zaikei-export", "/deduction/zaikei/export"),
            ("zaikei-alarms", "/deduction/zaikei/lists/alarms"),
            ("zaikei-balances", "/deduction/zaikei/balances"),
            ("zaikei-details.pdf", "/deduction/zaikei/lists/details/pdf"),
            ("zaikei-changes.pdf", "/deduction/zaikei/lists/changes/pdf"),
            ("zaikei-alarms.pdf", "/deduction/zaikei/lists/alarms/pdf"),
            ("zaikei-balances.pdf", "/deduction/zaikei/balances/pdf"),
            ("zaikei-incentives.pdf", "/deduction/zaikei/incentives/pdf"),
        ])
        .await;
    }
}

#[test]
fn the_examples_of_the_manual_page_are_good_files() {
    let page = fs::read_to_string(repository().join("docs/files.md")).unwrap();
    for (section, document) in [
        ("## 財形 預入依頼書", Document::Deposit),
        ("## 財形 加入者残高一覧表", Document::Balance),
        ("## 財形 奨励金", Document::Incentive),
    ] {
        let (_, rest) = page.split_once(section).expect("a section");
        let example = rest.split("```").nth(1).expect("an example").trim_start_matches("csv\n");
        let (head, count, amount) = receive::check(example).expect("good");
        assert_eq!((head.document, count), (document, 2), "{section}");
        assert!(amount > 0);
    }
}
