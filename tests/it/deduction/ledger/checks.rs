//! 確認リスト: what they list and what it comes to (R004-131).

use sekisho::deduction::ledger::checks::Check;
use sekisho::web::sheet::{At, Cell};

use super::{LIST, ONE, change, id_of, with_items};
use crate::deduction::rokin::changes::confirm;
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

/// Every line of a list, read by threes.
async fn lines(union: &Union, check: Check) -> Vec<Vec<Cell>> {
    let sheet = check.sheet(KEY, true);
    let mut conn = union.conn().await;
    let (mut all, mut at) = (Vec::new(), At::First);
    loop {
        let some = sheet.lines(&mut conn, &at, 3).await.unwrap();
        let Some(last) = some.last() else { break };
        at = At::After(last.key.clone());
        all.extend(some.into_iter().map(|line| line.cells));
    }
    all
}

both_engines! {
    // R004-131
    async fn the_three_lists_agree(fresh: &Fresh) {
        let union = with_items(fresh, 7).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = id_of(KEY, "101", ONE);
        let page = clerk.get(&format!("{LIST}/{id}")).await;
        change(&clerk, &page, &id, &[("amount_monthly", "4,000")]).await;
        let gone = id_of(KEY, "102", "10000003");
        let cancel = format!("{LIST}/{gone}/cancel");
        let page = clerk.get(&cancel).await;
        confirm(&clerk, &page, &cancel).await;

        clerk.get("/deduction/ledger/checks").await.says(200, &["賃控元帳内訳リスト",
            "賃控元帳種目合計リスト", "賃控元帳異動分リスト"]);
        // 101: six of 3,500 and one of 4,000; 102: 1,000 to 1,006 without 1,003.
        let sums = [25_000 + 6_018, 0, 49_000];
        let mut conn = union.conn().await;
        let breakdown = Check::Breakdown.sheet(KEY, true).totals(&mut conn).await.unwrap();
        assert_eq!((breakdown.count, &*breakdown.sums), (14, &sums[..]));
        let types = Check::Types.sheet(KEY, true).totals(&mut conn).await.unwrap();
        assert_eq!((types.count, &*types.sums), (2, &[14, 1, sums[0], sums[1], sums[2]][..]));
        let moved = Check::Moved.sheet(KEY, true).totals(&mut conn).await.unwrap();
        assert_eq!((moved.count, &*moved.sums), (2, &[4_503, 4_000, 0, 0, 7_000, 7_000][..]));
        for (check, totals) in
            [(Check::Breakdown, breakdown), (Check::Types, types), (Check::Moved, moved)]
        {
            let all = lines(&union, check).await;
            assert_eq!(i64::try_from(all.len()).unwrap(), totals.count, "{check:?}");
            let heads = check.sheet(KEY, true).heads();
            let summed = heads.iter().enumerate().filter(|(_, head)| head.summed);
            let again: Vec<i64> = summed
                .map(|(at, _)| all.iter().filter_map(|cells| cells[at].amount()).sum())
                .collect();
            assert_eq!(again, totals.sums, "{check:?}");
            let path = check.path();
            clerk.get(path).await.says(200, &[check.title(), "2026年12月分"]);
            let csv = clerk.get(&format!("{path}.csv?encoding=utf8")).await;
            assert_eq!(csv.status.as_u16(), 200, "{path}.csv");
            assert_eq!(csv.html.lines().count(), all.len() + 1, "{path}.csv");
        }
        clerk.get(Check::Moved.path()).await.says(200, &["3,500円", "4,000円", "解除", "変更"]);
        assert_eq!(union.world.audited("list-download", "done").await, 3);
        clerk.get("/deduction/ledger/checks/other").await.says(404, &[]);
        clerk.get("/deduction/ledger/checks/types.xls").await.says(404, &[]);
    }

    async fn a_page_leads_forwards_and_back(fresh: &Fresh) {
        let union = with_items(fresh, 5).await;
        let moved = "UPDATE ledger_items SET state = CASE WHEN type_code = '101' THEN 'changed' \
                     ELSE 'cancelled' END WHERE contract_no = $1 AND group_no = $2";
        union.run(KEY, moved, &[]).await;
        let mut conn = union.conn().await;
        for check in Check::ALL {
            let sheet = check.sheet(KEY, false);
            let all = sheet.lines(&mut conn, &At::First, 100).await.unwrap();
            for (at, line) in all.iter().enumerate() {
                let after = sheet.lines(&mut conn, &At::After(line.key.clone()), 2).await.unwrap();
                assert_eq!(after, all[at + 1..(at + 3).min(all.len())], "{check:?}");
                let before = sheet.lines(&mut conn, &At::Before(line.key.clone()), 2).await.unwrap();
                assert_eq!(before, all[at.saturating_sub(2)..at], "{check:?}");
            }
            let foreign = At::After("nobody".into());
            assert!(sheet.lines(&mut conn, &foreign, 2).await.unwrap().is_empty());
        }
    }
}
