//! The file of 一斉積立: taken whole, or not at all.

use std::fmt::Write as _;
use std::fs;

use sekisho::deduction::received::Failure;
use sekisho::deduction::savings::{self, demo, receive};

use super::{FIRST, SECOND, file, receive as take, received, stored};
use crate::deduction::forms::lay_down;
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use crate::support::tools::{repository, whole};

both_engines! {
    // R004-115
    async fn a_reception_is_compared_with_the_one_before_of_its_number(fresh: &Fresh) {
        let (union, [_, second]) = received(fresh).await;
        let saving = savings::newest(&mut union.conn().await, KEY).await.unwrap().unwrap();
        assert_eq!((&saving.id, saving.line_count, saving.amount), (&second, 5, 14_000));
        assert_eq!((saving.changed_count, saving.changed_amount), (4, 8_000));
        // Another number's is the first of its own.
        let other = take(&union, KEY, &file("015", "2026-11-10", &FIRST[..2])).await;
        assert_eq!((other.added, other.changed, other.removed), (0, 0, 0));
        // The same file again moves nothing but what had ended.
        let again = file("014", "2026-11-11", &SECOND);
        let again = take(&union, KEY, &again).await;
        assert_eq!((again.count, again.amount, again.moved()), (5, 14_000, 0));
    }

    async fn a_wrong_file_changes_nothing_and_is_told_by_row_and_column(fresh: &Fresh) {
        let (union, _) = received(fresh).await;
        let before = stored(&union).await;
        let good = file("014", "2026-11-12", &FIRST);
        for (from, to, line, column) in [
            ("積立額\r\n", "金額\r\n", 1, ""),
            ("2000002,3000", "2000002,-1", 3, "積立額"),
            ("2000002,3000", "2000002,３０００", 3, "積立額"),
            ("2000003,3000", "2000003,3000,9", 4, ""),
            ("10000003,", ",", 4, "職員番号"),
            ("2000014", "2000004", 6, "口座番号"),
            ("014,サンプル1,2026-11-12,臨時作成,10000004,タナカ　ユミ,髙田　太郎,2000014",
             "015,サンプル1,2026-11-12,臨時作成,10000004,タナカ　ユミ,髙田　太郎,2000014", 6, "積立番号"),
            ("2026-11-12,臨時作成,10000002", "2026-11-31,臨時作成,10000002", 3, "作成年月日"),
            ("臨時作成,10000002", "随時,10000002", 3, "作成区分"),
            ("スズキ　ケン", "\"スズキ\nケン\"", 4, "カナ氏名"),
            ("スズキ　ケン", "\"スズキ", 4, "カナ氏名"),
        ] {
            assert!(good.contains(from), "{from}");
            let text = good.replacen(from, to, 1);
            let mut tx = union.world.app.db.begin().await.unwrap();
            let taken = receive::insert(&mut tx, KEY, &text, union.world.clock.now()).await;
            let Err(Failure::Refused(refusals)) = taken else { panic!("{to}: {taken:?}") };
            let told = &refusals.told[0];
            assert_eq!((told.line, &*told.column), (line, column), "{to}: {refusals:?}");
            assert!(!told.reason.is_empty());
            tx.commit().await.unwrap();
        }
        assert_eq!(stored(&union).await, before);
        // Only heads.
        let refused = receive::check(&receive::HEADS.join(",")).unwrap_err();
        assert_eq!(refused.count, 1);
    }

    async fn whoever_only_wants_to_know_gives_it_up(fresh: &Fresh) {
        let (union, _) = received(fresh).await;
        let before = stored(&union).await;
        let mut tx = union.world.app.db.begin().await.unwrap();
        let text = file("014", "2026-11-12", &FIRST[1..]);
        let now = union.world.clock.now();
        let told = receive::insert(&mut tx, KEY, &text, now).await.unwrap();
        drop(tx);
        assert_eq!((told.count, told.added, told.changed, told.removed), (4, 2, 1, 2));
        assert_eq!(stored(&union).await, before);
    }

    async fn many_rows_are_taken_with_their_sum(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let rows = if whole() { 100_000 } else { 3_000 };
        let text = |raised: i64| {
            let mut text = receive::HEADS.join(",");
            for n in 0..rows {
                let amount = 3_000 + if n % 100 == 0 { raised } else { 0 };
                write!(text, "\r\n014,月例,20261104,定例作成,{n:08},カナ　{n},漢字,{n:07},{amount}").expect("a line");
            }
            text
        };
        let first = take(&union, KEY, &text(0)).await;
        assert_eq!((first.count, first.amount), (rows, rows * 3_000));
        let second = take(&union, KEY, &text(500)).await;
        assert_eq!((second.changed, second.moved()), (rows / 100, rows / 100));
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get("/deduction/savings/tables").await;
        let sum = sekisho::base::money::group(rows * 3_000 + rows / 100 * 500);
        page.says(200, &[&format!("{sum}円")]);
    }

    async fn the_samples_fill_every_group_that_saves(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let mut tx = union.world.app.db.begin().await.unwrap();
        let now = union.world.clock.now();
        demo::demo(&mut tx, CONTRACT.0, now).await.unwrap();
        tx.commit().await.unwrap();
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get("/deduction/savings/tables").await;
        page.says(200, &["014 組合一斉積立（月例）", "021 夏季一斉積立"]);
        let saving = savings::newest(&mut union.conn().await, KEY).await.unwrap().unwrap();
        assert!(saving.line_count > 580 && saving.changed_count > 10, "{saving:?}");
        lay_down(&clerk, &[
            ("savings-home", "/home"),
            ("savings-lines", "/deduction/savings/lines"),
            ("savings-found", "/deduction/savings/lines?kana=%E3%83%A4%E3%83%9E"),
            ("savings-tables", "/deduction/savings/tables"),
            ("savings-export", "/deduction/savings/export"),
            ("savings-changes", "/deduction/savings/lists/changes"),
            ("savings-details.pdf", "/deduction/savings/lists/details/pdf"),
            ("savings-changes.pdf", "/deduction/savings/lists/changes/pdf"),
        ])
        .await;
    }
}

#[test]
fn the_example_of_the_manual_page_is_a_good_file() {
    let page = fs::read_to_string(repository().join("docs/files.md")).unwrap();
    let (_, rest) = page.split_once("## 一斉積立").expect("a section");
    let example = rest.split("```").nth(1).expect("an example").trim_start_matches("csv\n");
    let (head, count, amount) = receive::check(example).expect("good");
    assert_eq!((&*head.no, count, amount), ("014", 3, 9_000));
}
