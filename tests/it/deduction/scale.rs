//! Every list of a group of 300,000 items answers as fast as that of one of 3,000.

use sekisho::db::Engine;

use super::ledger::{add_items, add_types};
use super::lists::{OF_REQUESTS, OF_RESULTS, break_some, clerk, period, results};
use super::pace::{Side, hold, next_page, settle};
use super::union::{GROUP, KEY, Union, item};
use crate::support::db::{Fresh, fresh};
use crate::support::tools::whole;

/// Members of the small group; each has three items of 労金控除 and three of 賃控元帳.
const FEW: i64 = 1_000;

/// First pages and searches; the next page of each is asked besides.
const ASKED: &[&str] = &[
    "/home",
    "/deduction/rokin/items",
    "/deduction/rokin/items?sort=-employee_no",
    "/deduction/rokin/items?sort=kana",
    "/deduction/rokin/items?sort=-monthly",
    "/deduction/rokin/items?employee_no=1000007",
    "/deduction/rokin/items?employee_no=10",
    "/deduction/rokin/items?employee_no=10&product=loan&state=new",
    "/deduction/rokin/items?kana=アイ",
    "/deduction/rokin/items?kana=ア",
    "/deduction/rokin/items?kana=カ&product=loan",
    "/deduction/rokin/items?kana=カ&state=new",
    "/deduction/rokin/items?kana=カ&product=saving&state=new",
    "/deduction/rokin/items?kana=カ&employee_no=1000&sort=kana",
    "/deduction/rokin/items?kana=カ&sort=monthly",
    "/deduction/rokin/items?product=loan",
    "/deduction/rokin/items?product=saving&state=new",
    "/deduction/rokin/items?product=mutual&sort=monthly",
    "/deduction/rokin/items?product=share&sort=-kana",
    "/deduction/rokin/items?state=cancelled",
    "/deduction/rokin/items?state=new&sort=kana",
    "/deduction/rokin/items?state=changed&product=loan&sort=-monthly",
    "/deduction/rokin/history",
    "/deduction/rokin/history?employee_no=10000500",
    "/deduction/rokin/requests",
    "/deduction/rokin/employer",
    "/deduction/rokin/results",
    "/deduction/rokin/stops",
    "/deduction/rokin/stops?employee_no=10",
    "/deduction/rokin/stops?employee_no=100005",
    "/deduction/rokin/stops?employee_no=1&state=stopped",
    "/deduction/rokin/stops?state=stopped",
    "/deduction/rokin/stops?state=unable",
    "/deduction/rokin/updates",
    "/deduction/rokin/deposit",
    "/deduction/rokin/deposit/updates",
    "/deduction/rokin/deposit/paid",
    "/deduction/ledger/items",
    "/deduction/ledger/items?sort=kana",
    "/deduction/ledger/items?employee_no=1000007",
    "/deduction/ledger/items?kana=アイ",
    "/deduction/ledger/items?kana=ア&product=102",
    "/deduction/ledger/items?kana=ア&state=changed",
    "/deduction/ledger/items?product=102",
    "/deduction/ledger/items?product=103&sort=-kana",
    "/deduction/ledger/items?state=changed",
    "/deduction/ledger/items?product=101&state=changed&sort=kana",
    "/deduction/ledger/history",
    "/deduction/ledger/history?employee_no=10000500",
    "/deduction/ledger/checks/breakdown",
    "/deduction/ledger/checks/types",
    "/deduction/ledger/checks/moved",
    "/deduction/ledger/requests",
    "/deduction/ledger/results",
    "/deduction/ledger/combined",
    "/deduction/ledger/bulk",
    "/deduction/ledger/types",
    "/deduction/transfers",
];

/// A group of so many members whose December is closed and answered.
async fn group_of(engine: Engine, members: i64) -> (Fresh, Union) {
    let fresh = fresh(engine).await;
    let union = Union::new(&fresh).await;
    let db = &union.world.app.db;
    union.members(KEY, 0, members).await;
    add_types(&union, KEY.contract_no).await;
    // The checks of references look at what is known of the tables.
    settle(db).await;
    union.rokin_items(KEY, 3).await;
    add_items(&union, KEY).await;
    run(&union, A_THIRD_TYPE).await;
    break_some(&union).await;
    settle(db).await;
    union.at("2026-12-11T00:00:00");
    assert_eq!(union.close_due().await, 1);
    for sql in ANSWERED {
        run(&union, sql).await;
    }
    results::come(&union).await;
    let now = union.world.clock.now();
    let id = period(&union, true).await;
    union.run(KEY, A_DEPOSIT, &[&id, &now]).await;
    for book in ["rokin", "ledger"] {
        let sql = HISTORY.replace("BOOK", book);
        union.run(KEY, &sql, &[&now]).await;
    }
    union.run(KEY, TRANSFERS, &[&(members / 20), &now]).await;
    for sql in STATES {
        run(&union, sql).await;
    }
    settle(db).await;
    (fresh, union)
}

async fn run(union: &Union, sql: &str) {
    union.run(KEY, sql, &[]).await;
}

const A_THIRD_TYPE: &str = "INSERT INTO ledger_items (contract_no, id, group_no, member_id, \
     employee_no, kana_key, type_code, amount_monthly, amount_summer, amount_winter, \
     base_monthly, base_summer, base_winter, start_ym, note, state, version, updated_at) \
     SELECT contract_no, 'x' || id, group_no, member_id, employee_no, kana_key, '103', 500, 0, 0, \
     500, 0, 0, start_ym, '', 'active', 1, updated_at FROM ledger_items \
     WHERE contract_no = $1 AND group_no = $2 AND type_code = '101'";

/// Of the lines one in twenty moved, at the counter; one in fifty is not paid.
const ANSWERED: [&str; 3] = [
    "UPDATE request_lines SET movement = 'none' WHERE contract_no = $1 AND $2 = $2 \
     AND line_no % 20 <> 0",
    "UPDATE request_lines SET movement = 'changed', at_counter = TRUE WHERE contract_no = $1 \
     AND $2 = $2 AND line_no % 20 = 0",
    "UPDATE request_lines SET stopped = TRUE WHERE contract_no = $1 AND $2 = $2 \
     AND line_no % 50 = 7",
];

const A_DEPOSIT: &str = "INSERT INTO deposits (contract_no, id, period_id, document_no, count, \
     amount, stopped_count, stopped_amount, confirmed_at, confirmed_by) \
     SELECT $1, 'deposit', $3, 'M-1', 1, 1, 1, 1, $4, 'x' WHERE $2 = $2";

const HISTORY: &str = "INSERT INTO item_history (contract_no, group_no, book, id, item_id, op, \
     way, employee_no, kana_name, kanji_name, label, account_no, new_monthly, new_summer, \
     new_winter, actor, at) SELECT contract_no, group_no, 'BOOK', id, id, 'add', 'page', \
     employee_no, 'ヤマダ　タロウ', '山田　太郎', '組合費', '', amount_monthly, 0, 0, '誰か', $3 \
     FROM BOOK_items WHERE contract_no = $1 AND group_no = $2";

const TRANSFERS: &str = "INSERT INTO transfers (id, contract_no, group_no, kind, file_name, \
     options, state, done_rows, total_rows, added, changed, removed, unchanged, refused, \
     findings, digest, actor, created_at) \
     WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $3) \
     SELECT 't' || CAST(1000000 + i AS TEXT), $1, $2, 'ledger', '元帳.csv', '{}', 'done', 1, 1, \
     1, 0, 0, 0, 0, '{}', '', '誰か', $4 + i FROM n";

/// Closing settled all items: a twentieth each is in another state since.
const STATES: [&str; 4] = [
    "UPDATE rokin_items SET state = 'new', base_monthly = NULL, base_summer = NULL, \
     base_winter = NULL WHERE contract_no = $1 AND group_no = $2 AND state <> 'ended' \
     AND (CAST(account_no AS BIGINT) + CAST(employee_no AS BIGINT)) % 20 = 3",
    "UPDATE rokin_items SET state = 'changed', base_monthly = 1 WHERE contract_no = $1 \
     AND group_no = $2 AND state = 'active' \
     AND (CAST(account_no AS BIGINT) + CAST(employee_no AS BIGINT)) % 20 = 9",
    "UPDATE rokin_items SET state = 'cancelled' WHERE contract_no = $1 AND group_no = $2 \
     AND state = 'active' AND (CAST(account_no AS BIGINT) + CAST(employee_no AS BIGINT)) % 20 = 14",
    "UPDATE ledger_items SET state = 'changed', base_monthly = 1 WHERE contract_no = $1 \
     AND group_no = $2 AND state = 'active' AND employee_no LIKE '%7_'",
];

async fn holds(engine: Engine) {
    let most = if whole() { 100_000 } else { 10_000 };
    let began = tokio::time::Instant::now();
    let (_small, small) = group_of(engine, FEW).await;
    let (_large, large) = group_of(engine, most).await;
    eprintln!("{engine:?}: {} items made in {:?}", most * 6, began.elapsed());
    let (few, many) = (clerk(&small).await, clerk(&large).await);
    let mut pages: Vec<(String, String)> = Vec::new();
    let lists = OF_REQUESTS.iter().chain(&OF_RESULTS);
    for path in ASKED.iter().chain(lists.clone()) {
        pages.push(((*path).to_owned(), (*path).to_owned()));
        if let (Some(one), Some(other)) =
            (next_page(&few, path).await, next_page(&many, path).await)
        {
            pages.push((one, other));
        }
    }
    let ids = (period(&small, true).await, period(&large, true).await);
    for path in lists {
        let number = format!("{path}?employee_no=10000500");
        pages.push((number.clone(), number));
        let last = |id: &str, lines: i64| format!("{path}?period={id}&before={}", lines * 5);
        pages.push((last(&ids.0, FEW), last(&ids.1, most)));
    }
    // In the middle of the list, forwards and backwards.
    for (sort, way) in [("", "after"), ("kana", "before"), ("-monthly", "after")] {
        let middle = |members: i64| {
            let id = item(GROUP, &(10_000_000 + members / 2).to_string(), 0);
            format!("/deduction/rokin/items?sort={sort}&{way}={id}")
        };
        pages.push((middle(FEW), middle(most)));
    }
    let few = Side { db: &small.world.app.db, window: &few };
    hold(few, Side { db: &large.world.app.db, window: &many }, &pages).await;
}

#[tokio::test]
async fn every_list_of_a_large_group_costs_as_little_as_that_of_a_small_one_sqlite() {
    holds(Engine::Sqlite).await;
}

#[tokio::test]
async fn every_list_of_a_large_group_costs_as_little_as_that_of_a_small_one_postgres() {
    holds(Engine::Postgres).await;
}
