//! Lists of 300,000 items answer as fast as lists of 3,000.

use sekisho::db::Engine;
use sekisho::identity::rights::Mode;

use super::with_items;
use crate::deduction::rokin::scale::{middles, most_ratio, next_page};
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, fresh};
use crate::support::tools::whole;

/// First pages and searches; the next page of each is asked besides.
const ASKED: &[&str] = &[
    "/deduction/ledger/items",
    "/deduction/ledger/items?sort=kana",
    "/deduction/ledger/items?employee_no=1000007",
    "/deduction/ledger/items?kana=アイ",
    "/deduction/ledger/items?product=102",
    "/deduction/ledger/items?state=changed",
    "/deduction/ledger/items?product=101&state=changed&sort=kana",
    "/deduction/ledger/checks/breakdown",
    "/deduction/ledger/checks/moved",
];
/// Times the same is asked before it is called slow: others use the machine too.
const ROUNDS: usize = 4;

/// A group with two items for each of `members` members: one in twenty changed.
async fn group_of(engine: Engine, members: i64) -> (Fresh, Union) {
    let fresh = fresh(engine).await;
    let union = with_items(&fresh, members).await;
    let some = "UPDATE ledger_items SET state = 'changed', base_monthly = 1 \
                WHERE contract_no = $1 AND group_no = $2 AND employee_no LIKE '%7_'";
    union.run(KEY, some, &[]).await;
    // As the database itself does it after so many rows; SQLite never does.
    if engine == Engine::Postgres {
        union.conn().await.execute("ANALYZE", sekisho::db::params![]).await.expect("analysed");
    }
    (fresh, union)
}

async fn holds(engine: Engine) {
    let most = if whole() { 150_000 } else { 20_000 };
    let (_small, small) = group_of(engine, 1_500).await;
    let (_large, large) = group_of(engine, most).await;
    let few = small.limited("hanako02", Mode::Show).await;
    let many = large.limited("hanako02", Mode::Show).await;
    let mut said = Vec::new();
    for path in ASKED {
        let mut pairs = vec![((*path).to_owned(), (*path).to_owned())];
        let next = (next_page(&few, path).await, next_page(&many, path).await);
        if let (Some(one), Some(other)) = next {
            pairs.push((one, other));
        }
        for (one, other) in pairs {
            let mut best = f64::MAX;
            for _ in 0..ROUNDS {
                let (fast, slow) = middles((&few, &one), (&many, &other)).await;
                let ratio = slow.as_secs_f64() / fast.as_secs_f64();
                if ratio < best {
                    best = ratio;
                    said.push(format!("{ratio:.2} ({fast:?} → {slow:?}) {other}"));
                }
                if best <= most_ratio() {
                    break;
                }
            }
            assert!(best <= most_ratio(), "{engine:?}: {other}:\n{}", said.join("\n"));
        }
    }
    eprintln!("{engine:?}, {} items:\n{}", most * 2, said.join("\n"));
}

#[tokio::test]
async fn a_ledger_of_many_items_answers_as_fast_as_a_small_one_sqlite() {
    holds(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_ledger_of_many_items_answers_as_fast_as_a_small_one_postgres() {
    holds(Engine::Postgres).await;
}
