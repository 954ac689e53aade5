//! Two periods: what is new, changed and cancelled, and what cannot be requested.

use std::collections::BTreeMap;

use super::{clerk, column, entered, period, read_csv, requested, rows};
use crate::deduction::union::{KEY, Union, item};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::Window;

const MOVED: &str = "/deduction/rokin/lists/moved";
const EMPLOYER: &str = "/deduction/rokin/lists/employer";
const EMPLOYER_MOVED: &str = "/deduction/rokin/lists/employer-moved";

/// Lines by number of the employee and 種目, with their yen.
async fn amounts(window: &Window<'_>, path: &str) -> BTreeMap<(String, String), i64> {
    let mut all = BTreeMap::new();
    for row in rows(window, path).await {
        let yen = row[8].parse::<i64>().expect("yen");
        *all.entry((row[3].clone(), row[7].clone())).or_default() += yen;
    }
    all
}

/// December is requested and January closes: some items changed, some are cancelled, some
/// new, and one that was requested cannot be any more.
async fn two_periods(fresh: &Fresh) -> Union {
    let union = requested(fresh, 40).await;
    let id = |number: &str, k| item(KEY.group_no, number, k);
    for (sql, id) in [
        ("SET amount_monthly = 7777, state = 'changed'", id("10000000", 0)),
        ("SET state = 'cancelled'", id("10000001", 0)),
        ("SET amount_monthly = 0, state = 'changed'", id("10000002", 0)),
        ("SET account_no = '12'", id("10000004", 0)),
        ("SET source = 'counter', amount_monthly = 8888, state = 'changed'", id("10000006", 0)),
        ("SET source = 'counter', state = 'cancelled'", id("10000007", 0)),
        // Broken in December, mended for January.
        ("SET account_no = '7654321'", id("10000012", 0)),
    ] {
        let sql = format!(
            "UPDATE rokin_items {sql} WHERE contract_no = $1 AND group_no = $2 AND id = $3"
        );
        assert_eq!(union.run(KEY, &sql, &[&id]).await, 1, "{id}");
    }
    union.members(KEY, 40, 42).await;
    let sql = "INSERT INTO rokin_items (contract_no, id, group_no, member_id, employee_no, \
               kana_key, product, account_no, amount_monthly, amount_summer, amount_winter, \
               state, effective_ym, source, version, updated_at) SELECT $1, 'n' || member_id, $2, \
               member_id, employee_no, kana_key, 'saving', '7000001', 4321, 0, 0, 'new', \
               '2027-01', 'web', 1, $3 FROM members WHERE contract_no = $1 AND group_no = $2 \
               AND employee_no >= '10000040' AND length(employee_no) = 8";
    assert_eq!(union.run(KEY, sql, &[&union.world.clock.now()]).await, 2);
    let ended = "UPDATE ledger_items SET end_ym = '2026-12' WHERE contract_no = $1 \
                 AND group_no = $2 AND employee_no = '10000005'";
    assert_eq!(union.run(KEY, ended, &[]).await, 1);
    union
}

both_engines! {
    // R004-120, R004-122
    async fn movements_are_told_against_the_period_before(fresh: &Fresh) {
        let union = two_periods(fresh).await;
        let window = clerk(&union).await;
        let before = amounts(&window, EMPLOYER).await;
        union.at("2027-01-09T00:00:00");
        assert_eq!(union.close_due().await, 1);
        let window = clerk(&union).await;
        let numbers = column(&window, MOVED, "職員番号").await;
        let words = column(&window, MOVED, "異動").await;
        let old = column(&window, MOVED, "前回依頼額").await;
        let new = column(&window, MOVED, "依頼額").await;
        let told: Vec<_> = (0..numbers.len())
            .map(|at| (numbers[at].as_str(), words[at].as_str(), new[at].as_str()))
            .collect();
        for wanted in [
            ("10000000", "変更", "7777"),
            ("10000001", "解除", "0"),
            ("10000002", "解除", "0"),
            ("10000004", "解除", "0"),
            ("10000006", "変更", "8888"),
            ("10000007", "解除", "0"),
            ("10000040", "新規", "4321"),
            ("10000041", "新規", "4321"),
        ] {
            assert!(told.contains(&wanted), "{wanted:?} in {told:?}");
        }
        assert!(told.iter().any(|(number, word, _)| (*number, *word) == ("10000012", "新規")), "{told:?}");
        assert_eq!(told.len(), 9, "{told:?}");
        for (at, word) in words.iter().enumerate() {
            assert_eq!(old[at].is_empty(), word == "新規", "{:?}", told[at]);
        }
        let counter = column(&window, "/deduction/rokin/lists/counter", "職員番号").await;
        assert!(["10000006", "10000007"].iter().all(|one| counter.contains(&(*one).to_owned())));
        let errors = "/deduction/rokin/lists/errors";
        let why = column(&window, errors, "エラー内容").await;
        let whose = column(&window, errors, "職員番号").await;
        let at = whose.iter().position(|number| number == "10000004").expect("an error");
        assert_eq!(why[at], "口座番号の桁数相違");

        // What the employer deducted before, with the movements, is what is requested now.
        let mut followed = before;
        for row in rows(&window, EMPLOYER_MOVED).await {
            let key = (row[3].clone(), row[7].clone());
            let (was, is) = (row[9].parse::<i64>().unwrap_or(0), row[10].parse::<i64>().expect("yen"));
            *followed.entry(key).or_default() += is - was;
        }
        followed.retain(|_, yen| *yen != 0);
        assert_eq!(followed, amounts(&window, EMPLOYER).await);
        let ended = "組合費".to_owned();
        assert!(!followed.contains_key(&("10000005".to_owned(), ended)), "its last month was December");
    }

    // R004-120, R004-133
    async fn what_cannot_be_requested_is_listed_with_the_reason(fresh: &Fresh) {
        let union = requested(fresh, 20).await;
        let window = clerk(&union).await;
        let (rokin, ledger) = ("/deduction/rokin/lists/errors", "/deduction/ledger/lists/request-errors");
        let mut why = column(&window, rokin, "エラー内容").await;
        why.dedup();
        assert_eq!(why, ["カナ氏名の文字数超過", "退職済み", "口座番号の桁数相違", "職員番号の桁数超過"]);
        let why = column(&window, ledger, "エラー内容").await;
        assert_eq!(why, ["カナ氏名の文字数超過", "退職済み", "職員番号の桁数超過"]);
        for path in ["/deduction/rokin/lists/requests", "/deduction/ledger/lists/requests"] {
            let numbers = column(&window, path, "職員番号").await;
            for broken in ["10000010", "10000011", "910000013"] {
                assert!(!numbers.contains(&broken.to_owned()), "{path}: {broken}");
            }
        }
    }

    async fn a_person_s_lines_are_found_by_number(fresh: &Fresh) {
        let union = requested(fresh, 20).await;
        let window = clerk(&union).await;
        let path = "/deduction/rokin/lists/employer";
        // Typed in full width.
        let page = window.get(&format!("{path}?employee_no=１００００００５")).await;
        page.says(200, &["職員番号：10000005", "組合費"]).hides("10000006");
        let file = window.get(&format!("{path}/csv?encoding=utf8&employee_no=10000005")).await;
        let read = read_csv("utf-8-sig", &file.bytes);
        let sum = read["sums"]["依頼額"].as_i64().expect("a sum");
        page.says(200, &[&format!("{}円", sekisho::base::money::group(sum))]);
        let none = window.get(&format!("{path}?employee_no=1")).await;
        none.says(200, &["職員番号「1」の明細は、このリストにはありません。", "すべての明細を表示する"]);
        window.get(&format!("{path}?after=900")).await.says(409, &["最初のページへ"]);
        window.get(&format!("{path}?after=x")).await.says(409, &[]);
    }

    async fn older_periods_can_be_chosen(fresh: &Fresh) {
        let union = two_periods(fresh).await;
        let december = period(&union, true).await;
        union.at("2027-01-09T00:00:00");
        assert_eq!(union.close_due().await, 1);
        let window = clerk(&union).await;
        let page = window.get("/deduction/rokin/requests").await;
        page.says(200, &["2027年1月 月例", "2026年12月 月例", "控除年月：2027年1月"]);
        let page = window.get(&format!("/deduction/rokin/requests?period={december}")).await;
        page.says(200, &["控除年月：2026年12月", &format!("/deduction/rokin/lists/moved?period={december}")]);
        let page = window.get(&format!("/deduction/rokin/lists/moved?period={december}")).await;
        page.says(200, &["控除年月：2026年12月"]).hides("変更</td>");
    }

    async fn nothing_is_listed_before_it_is_fixed(fresh: &Fresh) {
        let union = entered(fresh, 3).await;
        let open = period(&union, false).await;
        let window = clerk(&union).await;
        window.get(&format!("/deduction/rokin/lists/requests?period={open}")).await.says(404, &[]);
        window.get(&format!("/deduction/rokin/requests?period={open}")).await.says(404, &[]);
    }
}
