//! Each file that leaves with names in it leaves a row in the chain, too.

use super::{HISTORY, ledger};
use crate::deduction::union::KEY;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

both_engines! {
    async fn whoever_takes_a_list_is_in_the_chain(fresh: &Fresh) {
        // R004-137, R004-138
        let union = ledger(fresh, 3).await;
        union.rokin_items(KEY, 1).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = union.world.find("hanako02").await.expect("there").id;
        for (had, path) in [
            "/deduction/ledger/export/file?encoding=utf8",
            "/deduction/ledger/export/file?encoding=cp932",
            "/deduction/ledger/items.csv",
            "/deduction/ledger/items.pdf",
            "/deduction/ledger/history.csv",
            "/deduction/ledger/history.pdf",
            "/deduction/rokin/items.csv",
            "/deduction/rokin/items.pdf",
            "/deduction/rokin/history.csv",
            "/deduction/rokin/history.pdf",
        ]
        .into_iter()
        .enumerate()
        {
            clerk.get(path).await.says(200, &[]);
            let rows = union.world.audit().await;
            let told: Vec<_> = rows.iter().filter(|row| row.action == "list-download").collect();
            assert_eq!(told.len(), had + 1, "{path}");
            let last = told.last().expect("a row");
            assert_eq!(last.user_id.as_ref(), Some(&id), "{path}");
            assert!(last.target.as_ref().is_some_and(|of| of.contains(KEY.group_no)), "{last:?}");
        }
        // What is not handed out is not told.
        let odd = "/deduction/ledger/export/file?encoding=cp932";
        let sql = "UPDATE ledger_items SET note = '𠮷' WHERE contract_no = $1 AND group_no = $2";
        union.run(KEY, sql, &[]).await;
        clerk.get(odd).await.says(422, &[]);
        assert_eq!(union.world.audited("list-download", "done").await, 10);
    }

    async fn the_history_is_found_from_where_files_come_and_go(fresh: &Fresh) {
        let union = ledger(fresh, 1).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let link = format!("href=\"{HISTORY}\">取込・出力履歴へ");
        for path in ["/deduction/ledger/import", "/deduction/ledger/export"] {
            clerk.get(path).await.says(200, &[&link]);
        }
        clerk.get("/deduction/ledger").await.says(200, &[&link]);
        clerk.get(HISTORY).await.says(200, &["まだありません", "賃控元帳明細データインポート"]);
    }
}
