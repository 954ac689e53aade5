//! Whose transfers they are.

use super::{HISTORY, IMPORT, exported, found, imported, ledger, text};
use crate::deduction::union::{KEY, OTHER, OTHER_GROUP};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use sekisho::deduction::scope::Key;
use sekisho::deduction::transfers::State;
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::Mode;

both_engines! {
    async fn another_contract_s_and_another_group_s_are_not_there(fresh: &Fresh) {
        // RX-06
        let union = ledger(fresh, 3).await;
        union.other_contract().await;
        let key = Key { group_no: OTHER_GROUP, ..KEY };
        union.group(key, &Service::OF_GROUPS).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", Some(KEY.group_no)).await;
        let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1600,");
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let theirs = union.clerk(OTHER, "jiro0003", None).await;
        let beside = union.clerk(CONTRACT.0, "saburo04", Some(OTHER_GROUP)).await;
        for window in [&theirs, &beside] {
            window.get(IMPORT).await.says(200, &[]);
            for path in [at.clone(), format!("{at}/file")] {
                assert_eq!(window.get(&path).await.status, 404, "{path}");
            }
            window.get(IMPORT).await.says(200, &[]);
            for path in [format!("{at}/apply"), format!("{at}/drop")] {
                assert_eq!(window.post(&path, &[("digest", "x")]).await.status, 404, "{path}");
            }
            window.get(HISTORY).await.says(200, &["まだありません"]);
        }
        assert_eq!(found(&union, &at).await.state, State::Ready);
    }

    async fn who_may_only_look_applies_nothing(fresh: &Fresh) {
        // R004-161
        let union = ledger(fresh, 3).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1600,");
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let viewer = union.limited("miru0005", Mode::View).await;
        viewer.get(&at).await.says(200, &["1,500円 → 1,600円"]).hides("取込を確定する");
        viewer.get("/deduction/ledger/export").await.says(200, &["ダウンロード"]);
        assert_eq!(viewer.get(IMPORT).await.status, 403);
        viewer.get(&at).await;
        for path in [format!("{at}/apply"), format!("{at}/drop")] {
            assert_eq!(viewer.post(&path, &[("digest", "x")]).await.status, 403, "{path}");
        }
        let nobody = union.limited("nasi0006", Mode::Hide).await;
        assert_eq!(nobody.get(&at).await.status, 403);
        assert_eq!(found(&union, &at).await.state, State::Ready);
    }
}
